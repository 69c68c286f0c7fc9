"""Lets what is left of a programme that is over end, where no head office does it: in small pieces
on the writer's lane, between the sales.

The service says how much a piece was about. The pump goes on soon while there was anything, and
otherwise looks again every ten minutes, because a till may stay on for days.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ui.lane_pump import LanePump
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.till import Till

FIRST_MS: Final = 20_000
"""Who signs in and sells at once finds the lanes unhindered."""
PIECE_MS: Final = 200
"""Between two pieces, so that the counter has the writer's lane for most of the time."""
LOOK_MS: Final = 600_000


class EndingPump(LanePump[int]):
    """Runs from the opening of the book until `stop`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session, session.lanes.write)

    def _opened(self) -> None:
        self._after(FIRST_MS)

    def _job(self, till: Till) -> Callable[[], int]:
        def step() -> int:
            # The service is made, if nobody asked for it yet, on the lane too.
            return till.winding_up.step()

        return step

    def _done(self, owners: int) -> None:
        self._after(PIECE_MS if owners else LOOK_MS)

    def _failed(self, _fault: Exception) -> None:
        """The book was busy or the disk full: whoever writes to it next says so."""
        self._after(LOOK_MS)
