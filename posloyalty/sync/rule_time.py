"""The time that a till's rules go by: never before what it knows to have happened.

Shape: `rule_ms` is the latest of the wall clock, the journal's last stamp, and head office's time
as it was heard last with what has passed since. So a till whose clock is behind dates what it does
behind what it heard, and what it spends behind the points that it was lent. Milliseconds since 1970
UTC; `monotonic_ms` only go forward, and only within one program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AHEAD_MOST_MS: Final = 7 * 24 * 60 * 60 * 1000
"""A head office that is further ahead is not followed: what is dated once cannot be taken back, so
people have to look whose clock is wrong."""
AHEAD_MOST: Final = timedelta(milliseconds=AHEAD_MOST_MS)
"""So far a till may be ahead of head office and is lent for its own day all the same."""


@dataclass(frozen=True, slots=True)
class HeardTime:
    """Head office's time `ms`, heard when the till's program had run for `monotonic_ms`."""

    ms: int
    monotonic_ms: int

    def now_ms(self, monotonic_ms: int) -> int:
        """Head office's time with what has passed since."""
        return self.ms + max(0, monotonic_ms - self.monotonic_ms)


def rule_ms(*, wall_ms: int, floor_ms: int, heard: HeardTime | None, monotonic_ms: int) -> int:
    """The time that rules go by."""
    office_ms = 0 if heard is None else heard.now_ms(monotonic_ms)
    return max(wall_ms, floor_ms, office_ms)


def after_hearing(
    heard: HeardTime | None, office_ms: int, *, now_ms: int, monotonic_ms: int
) -> HeardTime | None:
    """What is known of head office's time after an answer; the time never goes back by it."""
    if office_ms - now_ms > AHEAD_MOST_MS:
        return heard
    if heard is not None and heard.now_ms(monotonic_ms) >= office_ms:
        return heard
    return HeardTime(office_ms, monotonic_ms)


def lent_through(today: date, tills: date) -> date | None:
    """Through which day head office, where it is `today`, lends what a sale wants at a till where
    it is `tills` day: never for less than both. None where the till is further ahead than is
    followed: its lease would be held aside for who knows how long.
    """
    return None if tills - today > AHEAD_MOST else max(today, tills)
