"""The stamps of a journal: hybrid logical time, which a wall clock set back cannot turn round.

Shape: `Hlc(ms, counter)`, ordered. `ms` are milliseconds since 1970 UTC, the latest that this
journal has seen; `counter` tells events of one millisecond apart. Each stamp comes after the one
before it in its journal. Stamps order events and what was said of a profile; they never decide
money. A journal takes no other journal's stamp over: tills agree by head office's time, which their
clocks follow, so that one wrong clock cannot carry the others away.
After Kulkarni et al., "Logical Physical Clocks", 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


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


def wall_ms(at: datetime) -> int:
    """An aware instant as whole milliseconds since 1970 UTC."""
    return (at - _EPOCH) // _MILLISECOND


def instant(ms: int) -> datetime:
    """The UTC instant of milliseconds since 1970."""
    return _EPOCH + ms * _MILLISECOND
