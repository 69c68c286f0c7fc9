"""Works off the print queue on the print lane: now, after every job, and every second.

The queue lies in the book; the service rests by itself while a printer is off. A job that fails to
start is asked for again at the next turn, so a receipt prints when the printer is back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ui.presenters.ports import Cancel
from ui.presenters.session import Change, Session

TURN_MS: Final = 1_000


class PrintPump:
    """Runs from the opening of the book until `stop`. `printed` is called after every job."""

    def __init__(self, session: Session, printed: Callable[[], None]) -> None:
        self._session = session
        self._printed = printed
        self._running = False
        self._stopped = False
        self._looked = False
        self._cancel: Cancel | None = None
        session.subscribe(self._changed)

    def stop(self) -> None:
        """No further jobs."""
        self._stopped = True
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def turn(self) -> None:
        """Print what waits, one job after another."""
        if self._stopped or self._running or not self._session.till_open:
            return
        self._running = True
        till = self._session.till
        self._session.lanes.printing(till.receipts.run_next, self._done, self._failed)

    def _changed(self, change: Change) -> None:
        if change is Change.TILL:
            self._rest_then_turn()
            self.turn()

    def _done(self, state: object) -> None:
        self._running = False
        if state is not None:
            self._printed()
            self.turn()
        elif not self._looked:
            # The first turn has seen how the printer is.
            self._looked = True
            self._printed()

    def _failed(self, _fault: Exception) -> None:
        """The service keeps the job; the strip shows the printer's state."""
        self._running = False
        self._printed()

    def _rest_then_turn(self) -> None:
        if self._stopped:
            return
        if self._cancel is not None:
            self._cancel()

        def again() -> None:
            self.turn()
            self._rest_then_turn()

        self._cancel = self._session.timer.after(TURN_MS, again)
