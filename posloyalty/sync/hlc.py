"""The hybrid logical clock: causal order that a wrong wall clock cannot turn round (SYNC 3).

Shape: `Hlc(ms, counter)`, ordered; `ms` are milliseconds since 1970 UTC of the latest clock seen,
`counter` tells events of one millisecond apart. It never decides money. A stamp from elsewhere
that is more than five minutes ahead of our wall clock is refused and not absorbed.
After Kulkarni et al., "Logical Physical Clocks", 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

AHEAD_MAX_MS = 5 * 60 * 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class StampTooFarAhead(ValueError):
    """A remote stamp lies further in the future than two honest clocks can."""

    def __init__(self, ahead_ms: int) -> None:
        super().__init__(f"{ahead_ms} ms ahead")
        self.ahead_ms = ahead_ms


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """One stamp."""

    ms: int
    counter: int = 0

    def __post_init__(self) -> None:
        if self.ms < 0 or self.counter < 0:
            raise ValueError("a stamp is not negative")


def tick(last: Hlc, wall_ms: int) -> Hlc:
    """The stamp of the next local event: after `last` even when the wall clock is behind it."""
    if wall_ms > last.ms:
        return Hlc(wall_ms, 0)
    return Hlc(last.ms, last.counter + 1)


def absorb(last: Hlc, remote: Hlc, wall_ms: int) -> Hlc:
    """The stamp after hearing of a remote one; raises `StampTooFarAhead`."""
    if remote.ms - wall_ms > AHEAD_MAX_MS:
        raise StampTooFarAhead(remote.ms - wall_ms)
    latest = max(last, remote)
    if wall_ms > latest.ms:
        return Hlc(wall_ms, 0)
    return Hlc(latest.ms, latest.counter + 1)


def wall_ms(at: datetime) -> int:
    """An aware instant as whole milliseconds since 1970 UTC."""
    return (at - _EPOCH) // _MILLISECOND


def instant(ms: int) -> datetime:
    """The UTC instant of milliseconds since 1970."""
    return _EPOCH + ms * _MILLISECOND
