"""Whether the machine's clock was set while this process runs.

The clock that is never set back says how much time passed. Where the wall clock shows more than ten
minutes more or less than that, it stepped, and it is not known which of the two is right: what
cannot be taken back waits (nonces are kept, no claim runs out), what tills dated is held against
the later of both times, and `/health`, `/metrics` and the log say by how much. It is over when the
clock is back, when the server starts again, by which a person says that the clock is right, or when
nobody set it back for a day: what waits is kept for so long and no longer.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from posloyalty.headoffice.running.logs import tell
from posloyalty.services.ports import Clock

STEP_MIN: Final = timedelta(minutes=10)
"""Less is a clock that is being put right, and followed: requests are good for as long."""
FOLLOWED_AFTER: Final = timedelta(days=1)
"""A clock that stays where it was set for so long is right: nonces may not gather for ever."""


class ClockSteps:
    """Looks at a clock; from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._at, self._ms = clock.now().astimezone(UTC), clock.monotonic_ms()
        self._told = timedelta(0)
        self._set_ms: int | None = None

    def by(self) -> timedelta:
        """How far the clock is from where it would be had nobody set it: more than ten minutes, or
        nothing.
        """
        with self._lock:
            at, ms = self._clock.now().astimezone(UTC), self._clock.monotonic_ms()
            off = at - self._at - timedelta(milliseconds=ms - self._ms)
            if abs(off) > STEP_MIN:
                if self._set_ms is None:
                    self._set_ms = ms
                if timedelta(milliseconds=ms - self._set_ms) < FOLLOWED_AFTER:
                    return off
            self._at, self._ms, self._set_ms = at, ms, None
            return timedelta(0)

    def latest(self) -> datetime:
        """The time that it may be at most, whichever of the two is right."""
        return self._clock.now() + max(-self.by(), timedelta(0))

    def look(self) -> int:
        """Say in the log what changed; there is never more to do."""
        by = self.by()
        if abs(by - self._told) > STEP_MIN:
            self._told = by
            level = logging.WARNING if by else logging.INFO
            tell("clock_stepped" if by else "clock_back", level=level, by_s=whole_s(by))
        return 0


def whole_s(by: timedelta) -> int:
    """In whole seconds, towards nothing."""
    return int(by.total_seconds())
