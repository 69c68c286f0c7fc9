"""What is left to the next level, and the challenges that run, as screens show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.programme.tier_need import Criterion, Measure, Metric, Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """One figure that a level needs: how much there is, and how much is asked for.

    `of` is the wallet whose points or units are meant, or the meter of a COUNTED figure.
    """

    metric: Metric
    of: str
    have: int
    need: int

    @property
    def left(self) -> int:
        """How much is missing."""
        return max(0, self.need - self.have)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeState:
    """A challenge that runs: the level it leads to, its last day, and what is missing."""

    id: str
    name: str
    level_name: str
    last_day: date
    missing: tuple[Missing, ...]
    any_of: bool


def missing(need: Need, values: Mapping[Measure, int]) -> tuple[Missing, ...]:
    """Every figure of a need, the reached ones too."""
    return tuple(_missing(one, values) for one in need.criteria)


def decisive(need: Need, found: tuple[Missing, ...]) -> Missing | None:
    """The figure that a progress bar shows: the farthest of those that all must be reached, the
    nearest of those of which one will do; of equal ones the first.
    """
    best: Missing | None = None
    for one in found:
        if best is None:
            best = one
            continue
        # one.have / one.need against best.have / best.need, without dividing
        ahead = one.have * best.need - best.have * one.need
        if (ahead < 0) if need.every else (ahead > 0):
            best = one
    return best


def _missing(one: Criterion, values: Mapping[Measure, int]) -> Missing:
    measure = one.measure
    return Missing(
        metric=measure.metric, of=measure.of, have=values.get(measure, 0), need=one.least
    )
