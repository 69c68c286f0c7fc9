"""The machine under the tills of a scenario: time that is set, ids that are counted, seeded chance.

The same file so gives the same books, byte for byte, wherever it runs.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from hashlib import sha256

STEP_MS = timedelta(milliseconds=1)


class WorldClock:
    """The true time of a scenario, in UTC: moved from step to step, never back."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.passed_ms = 0

    def move_to(self, at: datetime) -> None:
        """Let time pass until an instant."""
        if at < self.at:
            raise ValueError(f"the world's time does not go back, from {self.at} to {at}")
        self.passed_ms += (at - self.at) // STEP_MS
        self.at = at


class WallClock:
    """What one till's machine shows: the world's time, unless somebody set the clock wrong."""

    def __init__(self, world: WorldClock, zone: tzinfo) -> None:
        self._world = world
        self._zone = zone
        self.wrong_by = timedelta()

    def now(self) -> datetime:
        """The wall clock, aware, in the till's zone."""
        return (self._world.at + self.wrong_by).astimezone(self._zone)

    def monotonic_ms(self) -> int:
        """Milliseconds that have passed, whatever the wall shows."""
        return self._world.passed_ms


class CountedIds:
    """Ids 1, 2, 3, ... of 16 bytes; `source` tells those of several tills apart."""

    def __init__(self, source: int) -> None:
        self._source = source
        self._made = 0

    def new_id(self) -> bytes:
        """The next id, greater than those before it."""
        self._made += 1
        return self._source.to_bytes(8, "big") + self._made.to_bytes(8, "big")


class SeededChance:
    """Bytes that look drawn, and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        """The next bytes."""
        data = b""
        while len(data) < count:
            self._drawn += 1
            data += sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return data[:count]
