"""Lets what is left of a programme that is over end, where no head office does it: in small pieces
on the writer's lane, between the sales.

The service says how much a piece was about. The pump goes on soon while there was anything, and
otherwise looks again every ten minutes, because a till may stay on for days.
"""

from __future__ import annotations

from typing import Final

from ui.presenters.ports import Cancel
from ui.presenters.session import Change, Session

FIRST_MS: Final = 20_000
"""Who signs in and sells at once finds the lanes unhindered."""
PIECE_MS: Final = 200
"""Between two pieces, so that the counter has the writer's lane for most of the time."""
LOOK_MS: Final = 600_000


class EndingPump:
    """Runs from the opening of the book until `stop`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._running = False
        self._stopped = False
        self._cancel: Cancel | None = None
        session.subscribe(self._changed)

    def stop(self) -> None:
        """No further pieces."""
        self._stopped = True
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def turn(self) -> None:
        """Do one piece, if none is under way."""
        if self._stopped or self._running or not self._session.till_open:
            return
        self._running = True
        till = self._session.till

        def step() -> int:
            # The service is made, if nobody asked for it yet, on the lane too.
            return till.winding_up.step()

        self._session.lanes.write(step, self._done, self._failed)

    def _changed(self, change: Change) -> None:
        if change is Change.TILL:
            self._after(FIRST_MS)

    def _done(self, owners: int) -> None:
        self._running = False
        self._after(PIECE_MS if owners else LOOK_MS)

    def _failed(self, _fault: Exception) -> None:
        """The book was busy or the disk full: whoever writes to it next says so."""
        self._running = False
        self._after(LOOK_MS)

    def _after(self, wait_ms: int) -> None:
        if self._stopped:
            return
        if self._cancel is not None:
            self._cancel()
        self._cancel = self._session.timer.after(wait_ms, self.turn)
