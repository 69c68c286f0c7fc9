"""Time, ids and chance that a test sets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class SetClock:
    """A clock that stands still until it is moved; wall and monotonic time move apart at will."""

    def __init__(self, at: datetime = datetime(2026, 11, 22, 14, 6, tzinfo=SHANGHAI)) -> None:
        self.at = at
        self.ms = 1_000_000

    def now(self) -> datetime:
        return self.at

    def monotonic_ms(self) -> int:
        return self.ms

    def pass_time(self, span: timedelta) -> None:
        """Time passes for both clocks."""
        self.at = (self.at.astimezone(UTC) + span).astimezone(self.at.tzinfo)
        self.ms += span // timedelta(milliseconds=1)

    def set_wall(self, span: timedelta) -> None:
        """Somebody sets the wall clock."""
        self.at = (self.at.astimezone(UTC) + span).astimezone(self.at.tzinfo)


class CountedIds:
    """Ids 1, 2, 3, ... of 16 bytes, told apart from another source's by the seed."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._made = 0

    def new_id(self) -> bytes:
        self._made += 1
        return self._seed.to_bytes(8, "big") + self._made.to_bytes(8, "big")


class SeededChance:
    """The same bytes from the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._drawn = 0

    def token_bytes(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            self._drawn += 1
            data += sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return data[:count]
