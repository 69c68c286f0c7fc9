"""Lets the journal go to head office on the sending lane: what is new at once, the rest as it can.

The service says for how long there is nothing to do; the pump asks again by then, at once when a
sale was booked or a head office joined, and looks twice a second for what else was journalled. A
till without a head office is left alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ui.lane_pump import LanePump
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.services.office.send_journal import SendingStatus, SendJournal
    from posloyalty.services.till import Till

FIRST_MS: Final = 3_000
"""Who signs in and sells at once finds the lanes unhindered."""
TURN_MS: Final = 500
ALONE_MS: Final = 30_000


class SendPump(LanePump["tuple[int, SendingStatus]"]):
    """Runs from the opening of the book until `stop`. `told` hears how it stands."""

    def __init__(self, session: Session, told: Callable[[SendingStatus], None]) -> None:
        super().__init__(session, session.lanes.sending)
        self._told = told
        self._sending: SendJournal | None = None
        self._heard = self._goods = 0

    def end(self) -> None:
        """Give the connection back, once nothing runs on the lane any more."""
        if self._sending is not None:
            self._sending.close()
            self._sending = None

    def _opened(self) -> None:
        self._after(FIRST_MS)

    def _changed(self, change: Change) -> None:
        super()._changed(change)
        if (
            change in (Change.BOOKED, Change.JOINED)
            and self._sending is not None
            and not self._running
        ):
            self._after(0)

    def _job(self, till: Till) -> Callable[[], tuple[int, SendingStatus]]:
        def step() -> tuple[int, SendingStatus]:
            self._sending = till.sending
            return self._sending.step(), self._sending.status()

        return step

    def _done(self, found: tuple[int, SendingStatus]) -> None:
        wait_ms, status = found
        self._told(status)
        if status.heard > self._heard:
            self._session.heard()
        self._heard = status.heard
        if status.goods > self._goods:
            self._session.goods_changed()
        self._goods = status.goods
        alone = status.sending == "alone"
        self._after(ALONE_MS if alone else min(wait_ms, TURN_MS))

    def _failed(self, _fault: Exception) -> None:
        """The book was busy or the disk full: whoever writes to it next says so."""
        self._after(ALONE_MS)
