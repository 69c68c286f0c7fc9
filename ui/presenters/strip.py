"""The status strip: where we are, who sells, what the devices say, the time.

Shape: `StripState` of plain texts. The printer's state is asked on the look-up lane now and
then; trouble comes with words that say what and how many wait. How sending to head
office stands is told by whoever sends; being offline is quiet and normal, unless a person can put
its cause right, such as a wrong clock. A till without a head
office says that its sales are saved here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from posloyalty.wording.office_reasons import brief_reason
from ui.presenters.base import Presenter
from ui.presenters.ports import Cancel
from ui.presenters.session import Change, Session
from ui.presenters.strip_state import LampState, StripState

if TYPE_CHECKING:
    from posloyalty.services.office.send_journal import SendingStatus
    from posloyalty.services.papers.print_receipts import PrinterStatus

TICK_MS: Final = 5_000
ALONE: Final = "alone"
UP_TO_DATE: Final = "up_to_date"
STOPPED: Final = "stopped"
CLONE: Final = "clone"
"""Frozen as a copy of another till's book: then sending is stopped, and says why."""
SENDING_ICONS: Final = {
    UP_TO_DATE: "cloud",
    "waiting": "sync",
    "offline": "cloud-off",
    STOPPED: "cloud-off",
}


def is_restored(status: SendingStatus) -> bool:
    """Whether points wait because the book was put back from a copy, and nothing else keeps head
    office from agreeing: what somebody has to look at comes first.
    """
    return bool(status.frozen) and status.frozen != CLONE and status.sending != STOPPED


class StripPresenter(Presenter[StripState]):
    """Asks the clock and the printer every few seconds."""

    def __init__(self, session: Session, now: Callable[[], datetime]) -> None:
        super().__init__(StripState())
        self._session = session
        self._now = now
        self._printer: PrinterStatus | None = None
        self._sending: SendingStatus | None = None
        self._asking = False
        self._cancel: Cancel | None = None
        session.subscribe(self._changed)
        self._tell()

    def start(self) -> None:
        """Begin to look at the clock."""
        self._tick()

    def stop(self) -> None:
        """Look no more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def refresh(self) -> None:
        """Ask the printer again: something was printed, or paper was put in."""
        if self._asking or not self._session.till_open:
            return
        till = self._session.till
        self._asking = True
        self._session.lanes.look_up(till.receipts.status, self._told, self._unknown)

    def sent(self, status: SendingStatus) -> None:
        """How sending to head office stands now."""
        if status != self._sending:
            self._sending = status
            self._tell()

    def told(self, lamp: str) -> str:
        """What a tapped state says in a whole sentence."""
        words, status = self._session.words, self._sending
        if lamp != "sync" or status is None or status.sending == ALONE:
            return words(f"app.lamp_{lamp}")
        said = self._worded("app", status)
        if status.sending != "offline" or not status.reason:
            return said
        return words("app.sending_because", said=said, reason=brief_reason(words, status.reason))

    def _worded(self, area: str, status: SendingStatus) -> str:
        """How sending stands, with how many wait where some do."""
        words, code = self._session.words, f"{area}.sending_{status.sending}"
        if is_restored(status):
            return words(
                f"{area}.sending_frozen" if area == "strip" else "app.sending_frozen_brief"
            )
        since, reason = self._since(status.since), brief_reason(words, status.reason)
        if not status.waiting or status.sending == UP_TO_DATE:
            return words(code, since=since, reason=reason)
        return words.counted(f"{code}_n", status.waiting, since=since, reason=reason)

    def _since(self, text: str) -> str:
        """The time of day, with the day where it is another one."""
        if not text:
            return ""
        since, now = datetime.fromisoformat(text), self._now()
        today = since.date() == now.date()
        return since.strftime("%H:%M" if today else "%Y-%m-%d %H:%M")

    def _tick(self) -> None:
        self.refresh()
        self._tell()
        self._cancel = self._session.timer.after(TICK_MS, self._tick)

    def _changed(self, change: Change) -> None:
        if change is Change.TILL:
            self.refresh()
        self._tell()

    def _told(self, status: PrinterStatus) -> None:
        self._asking = False
        self._printer = status
        self._tell()

    def _unknown(self, _fault: Exception) -> None:
        """The printer could not be asked: unknown, never "ready"."""
        self._asking = False
        self._printer = None
        self._tell()

    def _tell(self) -> None:
        session, words = self._session, self._session.words
        shop, operator = session.shop, session.operator
        names = [shop.name, shop.store_name] if shop is not None else []
        who = [words("strip.till", till=shop.till_code)] if shop is not None else []
        if operator is not None:
            who.append(operator.name)
        self._show(
            StripState(
                shop=" · ".join(name for name in names if name),
                till=" · ".join(who),
                time=self._now().strftime("%H:%M"),
                lamps=self._lamps() if session.till_open else (),
            )
        )

    def _lamps(self) -> tuple[LampState, ...]:
        words = self._session.words
        return (
            self._sync_lamp(),
            *self._printer_lamp(),
            LampState(id="scanner", icon="scan", words=words("strip.scanner")),
        )

    def _sync_lamp(self) -> LampState:
        words, status = self._session.words, self._sending
        if status is None or status.sending == ALONE:
            return LampState(id="sync", icon="saved", words=words("strip.saved_here"))
        state = str(status.sending)
        return LampState(
            id="sync",
            icon=SENDING_ICONS[state],
            words=self._worded("strip", status),
            trouble=state == STOPPED or bool(status.frozen or status.reason),
            strong=state == "offline",
        )

    def _printer_lamp(self) -> tuple[LampState, ...]:
        words, status = self._session.words, self._printer
        state = "unknown" if status is None else str(status.state)
        waiting = 0 if status is None else status.waiting
        if state == "none":
            return (LampState(id="printer", icon="printer", words=words("strip.printer_none")),)
        trouble = state in ("off", "paper_out", "slow")
        code = f"strip.printer_{state}"
        text = words(code)
        if trouble and waiting:
            text = words.counted(f"{code}_waiting", waiting)
        elif waiting:
            text = words.counted("strip.printer_waiting", waiting)
        return (LampState(id="printer", icon="printer", words=text, trouble=trouble),)
