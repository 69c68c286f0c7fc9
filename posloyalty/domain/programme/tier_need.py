"""What a level asks for: one figure, or several of which all or any must be reached.

`from = 500` asks for so much of the scheme's `metric`. `need` asks for more than one figure:

    need = { all = [{ units = 100, wallet = "nights" }, { spend = "23000.00" }] }
    need = { any = [{ spend = "1000.00" }, { visits = 12 }] }

Figures are integers: points and units in minor units of their wallet, spend in minor units of the
currency, visits and the like in ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.section import Section

COUNT_MAX: Final = 1_000_000


class Metric(StrEnum):
    """What counts towards a level."""

    EARNED_POINTS = "earned_points"  # what was earned in a wallet, spent or not
    UNITS = "units"  # the same for a wallet of nights, kilometres, segments
    SPEND = "spend"  # paid for goods that earn
    VISITS = "visits"  # purchases
    VISIT_DAYS = "visit_days"  # days with a purchase
    COUNTED = "counted"  # a meter of the programme, such as that of an activity


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure that is counted: `of` is the wallet's id, or the name of the meter for COUNTED."""

    metric: Metric
    of: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A figure and how much of it is asked for."""

    measure: Measure
    least: int

    def left(self, values: Mapping[Measure, int]) -> int:
        """How much is missing."""
        return max(0, self.least - values.get(self.measure, 0))


@dataclass(frozen=True, slots=True)
class Need:
    """Criteria of which every one must be reached, or any one."""

    criteria: tuple[Criterion, ...]
    every: bool = True

    def met(self, values: Mapping[Measure, int]) -> bool:
        """Whether figures reach it."""
        reached = (not one.left(values) for one in self.criteria)
        return all(reached) if self.every else any(reached)

    @property
    def single(self) -> Criterion | None:
        """The only criterion; None when there are several."""
        return self.criteria[0] if len(self.criteria) == 1 else None


def rises(lower: Need, higher: Need) -> bool:
    """Whether the higher level asks for no less of anything, and is not the same."""
    before = {one.measure: one.least for one in lower.criteria}
    shared = [one for one in higher.criteria if one.measure in before]
    if any(one.least < before[one.measure] for one in shared):
        return False
    same = len(shared) == len(higher.criteria) == len(before) and lower.every == higher.every
    return not same or any(one.least > before[one.measure] for one in shared)


def read_from(section: Section, measure: Measure) -> Need:
    """`from = 500`: so much of one figure."""
    return Need((Criterion(measure, _LEAST[measure.metric](section, "from", measure.of)),))


def read_need(section: Section, wallet: str) -> Need:
    """`need = { ... }`; `wallet` is meant where a criterion names none."""
    table = section.section("need")
    if table is None:
        return Need(())
    for key, every in (("all", True), ("any", False)):
        if key in table:
            criteria = tuple(_criterion(one, wallet) for one in table.sections(key, some=True))
            table.close(_KEYS)
            measures = [one.measure for one in criteria]
            if len(set(measures)) < len(measures):
                table.found(key, "NAMED_TWICE")
            return Need(criteria, every)
    return Need((_criterion(table, wallet),))


def _criterion(table: Section, wallet: str) -> Criterion:
    read = table.one_of({key: _reader(metric, wallet) for key, metric in _KEYS.items()})
    table.close(("wallet", "meter"))
    return read or Criterion(Measure(Metric.VISITS), 1)


def _reader(metric: Metric, wallet: str) -> Callable[[Section, str], Criterion]:
    def read(table: Section, key: str) -> Criterion:
        of = ""
        if metric in (Metric.EARNED_POINTS, Metric.UNITS):
            of = table.refer("wallet", "wallet", wallet)
        elif metric is Metric.COUNTED:
            of = table.text("meter")
        return Criterion(Measure(metric, of), _LEAST[metric](table, key, of))

    return read


def _points(table: Section, key: str, wallet: str) -> int:
    return table.points(key, wallet)


def _money(table: Section, key: str, _of: str) -> int:
    return table.money(key)


def _count(table: Section, key: str, _of: str) -> int:
    return table.whole(key, least=1, most=COUNT_MAX)


_LEAST: Final[dict[Metric, Callable[[Section, str, str], int]]] = {
    Metric.EARNED_POINTS: _points,
    Metric.UNITS: _points,
    Metric.SPEND: _money,
    Metric.VISITS: _count,
    Metric.VISIT_DAYS: _count,
    Metric.COUNTED: _count,
}
_KEYS: Final = {
    "points": Metric.EARNED_POINTS,
    "units": Metric.UNITS,
    "spend": Metric.SPEND,
    "visits": Metric.VISITS,
    "visit_days": Metric.VISIT_DAYS,
    "counted": Metric.COUNTED,
}
