"""Whether the database lately had no room for what was to be written.

Shape: `ran_out()` notes that it had none; `lately` holds for as long as a till waits at most before
it sends again, since between two of its tries nothing may be written that would say so.
"""

from __future__ import annotations

from posloyalty.services.ports import Clock
from posloyalty.sync.push_session import WAIT_MS_MAX


class RoomLeft:
    """What `/health` goes by."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ran_out_ms: int | None = None

    def ran_out(self) -> None:
        """There was no room just now."""
        self._ran_out_ms = self._clock.monotonic_ms()

    @property
    def lately(self) -> bool:
        """Whether that was within the last five minutes."""
        ran_out_ms = self._ran_out_ms
        return ran_out_ms is not None and self._clock.monotonic_ms() - ran_out_ms < WAIT_MS_MAX
