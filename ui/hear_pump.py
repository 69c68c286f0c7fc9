"""Keeps somebody waiting at head office for news, on a lane of its own, once all is told.

A wait lasts up to a minute and holds up nothing: sending has another lane and another connection.
What it heard is told to whoever sends, and where there is news that one asks at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ui.lane_pump import LanePump
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.office.listen_office import Listened, ListenOffice
    from posloyalty.services.office.send_journal import SendingStatus
    from posloyalty.services.till import Till

REST_MS: Final = 5_000


class HearPump(LanePump["Listened"]):
    """Begins when all is sent and heard; `ask` has whoever sends look at once."""

    def __init__(self, session: Session, ask: Callable[[], None]) -> None:
        super().__init__(session, session.lanes.hearing)
        self._ask = ask
        self._listening: ListenOffice | None = None

    def sent(self, status: SendingStatus) -> None:
        """How sending stands now."""
        if status.listens and not self._waits:
            self.turn()

    def stop(self) -> None:
        """Nobody waits any more; whoever does is told at once."""
        super().stop()
        if self._listening is not None:
            self._listening.stop()

    def end(self) -> None:
        """Give the connection back, once nothing runs on the lane any more."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _woken(self) -> None:
        """It has rested; whoever sends says when to wait again."""

    def _job(self, till: Till) -> Callable[[], Listened]:
        def listen() -> Listened:
            self._listening = till.listening
            return self._listening.listen()

        return listen

    def _done(self, listened: Listened) -> None:
        if self._stopped:
            return
        self._session.till.sending.told(listened.news)
        if listened.rest_ms:
            self._after(listened.rest_ms)
        self._ask()

    def _failed(self, _fault: Exception) -> None:
        """The book was busy: sending meets the same and says so."""
        self._after(REST_MS)
