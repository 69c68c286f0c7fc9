"""Works off the print queue on the print lane: now, after every job, and every second.

The queue lies in the book; the service rests by itself while a printer is off. A job that fails to
start is asked for again at the next turn, so a receipt prints when the printer is back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ui.lane_pump import LanePump
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.till import Till

TURN_MS: Final = 1_000


class PrintPump(LanePump[object]):
    """Runs from the opening of the book until `stop`. `printed` is called after every job."""

    def __init__(self, session: Session, printed: Callable[[], None]) -> None:
        super().__init__(session, session.lanes.printing)
        self._printed = printed
        self._looked = False

    def _opened(self) -> None:
        self._woken()

    def _woken(self) -> None:
        self._after(TURN_MS)
        self.turn()

    def _job(self, till: Till) -> Callable[[], object]:
        return till.receipts.run_next

    def _done(self, state: object) -> None:
        if state is not None:
            self._printed()
            self.turn()
        elif not self._looked:
            # The first turn has seen how the printer is.
            self._looked = True
            self._printed()

    def _failed(self, _fault: Exception) -> None:
        """The service keeps the job; the strip shows the printer's state."""
        self._printed()
