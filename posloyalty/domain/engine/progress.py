"""What counts towards the levels of a scheme, read from meters.

Shape: `ProgressReader(programme, scheme)` knows which meters hold which figures; its `tally` of
some entries gives the figures of any span of days. A return is a negative entry on the day of its
sale, so that every window it was counted in forgets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posloyalty.domain.engine.meters import (
    PURCHASES,
    SPEND,
    bonus_meter,
    earned_meter,
    released_meter,
)
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.tier_need import Measure, Metric
from posloyalty.domain.programme.tier_scheme import TierScheme

Shift = Callable[[date], date | None]


class Counting(Protocol):
    """What says how figures are counted: a tier scheme, a challenge, a board."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that are asked for."""
        ...

    @property
    def count_bonus(self) -> bool:
        """Whether points count that were given beside what a sale earned."""
        ...

    @property
    def pending_counts(self) -> bool:
        """Whether points count before they can be used."""
        ...


@dataclass(frozen=True, slots=True)
class _Source:
    """A figure, by its place, that a meter adds to; `shift` gives the day from which it counts."""

    place: int
    shift: Shift | None


class ProgressReader:
    """Reads a scheme's figures from meters."""

    def __init__(self, programme: Programme, scheme: Counting) -> None:
        self._measures = scheme.measures
        self._sources: dict[str, list[_Source]] = {}
        for place, measure in enumerate(self._measures):
            for meter, shift in _meters(programme, scheme, measure):
                self._sources.setdefault(meter, []).append(_Source(place, shift))

    def counts(self, entry: MeterEntry) -> bool:
        """Whether an entry matters to the scheme; every purchase does, whatever it came to."""
        return entry.meter in self._sources or entry.meter == PURCHASES

    def tally(self, entries: Iterable[MeterEntry] = ()) -> Tally:
        """The figures of some entries, day by day; more may be added."""
        tally = Tally(self._measures, self._sources)
        tally.add(entries)
        return tally


class Tally:
    """Figures by day, so that the sum of a window need not read every entry again."""

    def __init__(self, measures: tuple[Measure, ...], sources: Mapping[str, list[_Source]]) -> None:
        self._measures = measures
        self._sources = sources
        self._days: list[dict[date, int]] = [{} for _ in measures]

    def add(self, entries: Iterable[MeterEntry]) -> None:
        """Add what entries count."""
        for entry in entries:
            for source in self._sources.get(entry.meter, ()):
                day = entry.day if source.shift is None else source.shift(entry.day)
                if day is not None:
                    days = self._days[source.place]
                    days[day] = days.get(day, 0) + entry.amount

    def values(self, since: date | None, day: date) -> dict[Measure, int]:
        """The figures from `since` through a day, both included; `since` None from the first."""
        first = date.min if since is None else since
        found = {}
        for measure, days in zip(self._measures, self._days, strict=True):
            inside = (amount for on, amount in days.items() if first <= on <= day)
            if measure.metric is Metric.VISIT_DAYS:
                inside = (int(amount > 0) for amount in inside)
            found[measure] = sum(inside)
        return found


def progress(
    programme: Programme,
    scheme: TierScheme,
    entries: Iterable[MeterEntry],
    day: date,
    joined_on: date,
) -> Mapping[Measure, int]:
    """The figures of a scheme in the window of a day."""
    since = scheme.window.first_day(day, joined_on)
    return ProgressReader(programme, scheme).tally(entries).values(since, day)


def reached(scheme: TierScheme, values: Mapping[Measure, int]) -> int:
    """The highest rank whose need is met; a level may be met that leaves a lower one unmet."""
    met = [rank for rank, level in enumerate(scheme.levels, 1) if level.need.met(values)]
    return max(met, default=0)


def _meters(
    programme: Programme, scheme: Counting, measure: Measure
) -> list[tuple[str, Shift | None]]:
    """The meters that a figure is read from, each with the day from which its entries count."""
    match measure.metric:
        case Metric.VISITS | Metric.VISIT_DAYS:
            return [(PURCHASES, None)]
        case Metric.SPEND:
            return [(SPEND, None)]
        case Metric.COUNTED:
            return [(programme.meter(measure.of), None)]
    ledger, pending = programme.ledger(measure.of), programme.wallet(measure.of).pending
    # Units are counted whoever gave them: a night that a promotion gives is a night.
    bonus = scheme.count_bonus or measure.metric is Metric.UNITS
    meters = [earned_meter(ledger), *([bonus_meter(ledger)] if bonus else [])]
    if scheme.pending_counts:
        return [(meter, None) for meter in meters]
    if pending.event:
        return [(released_meter(ledger), None)]
    return [(meter, pending.usable_from) for meter in meters]
