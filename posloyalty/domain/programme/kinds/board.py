"""`[[board]]`: who has done most, among those who want to be seen.

    [[board]]
    id = "spring"
    name = "Spring board"
    metric = "earned_points"      # as for a level: units, spend, visits, visit_days, counted
    within = { from = 2026-03-01, through = 2026-03-31 }      # or { per = "month" }
    ties = "competition"          # 1, 1, 3; "dense": 1, 1, 2; "earliest": who was there first
    late_hours = 72
    prize = [
      { place = 1, gives = { points = 500 } },
      { place = 2, through = 3, gives = { points = 100 } },
    ]

Nobody is on a board who has not joined it, under a nickname. `reach = 50` makes it a race: whoever
comes to so much first is first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.kinds.challenge import (
    EachPeriod,
    TheseDays,
    Within,
    read_within,
)
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.tier_need import Measure, Metric
from posloyalty.domain.values.identifiers import derive_id

BOARD: Final = "board"
PERIOD: Final = "period"
PLACES_MOST: Final = 1000
LATE_HOURS: Final = 72
LATE_MOST: Final = 24 * 31
TARGET_MOST: Final = 10**12


class Ties(StrEnum):
    """Which places those have who did the same."""

    COMPETITION = "competition"  # 1, 1, 3
    DENSE = "dense"  # 1, 1, 2
    EARLIEST = "earliest"  # whoever came to it first


class Joins(StrEnum):
    """Until when one may join."""

    ANY_TIME = "any_time"
    BEFORE_START = "before_start"


@dataclass(frozen=True, slots=True)
class Prize:
    """What the places from `place` through `through` are given."""

    place: int
    through: int
    gives: Gives


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A board. `reach` is in minor units of the figure, None where the most counts."""

    id: str
    names: Names
    measure: Measure
    within: Within
    ties: Ties
    late_hours: int
    joins: Joins
    reach: int | None
    shows: int
    prizes: tuple[Prize, ...]
    count_bonus: bool

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figure that is compared."""
        return (self.measure,)

    @property
    def pending_counts(self) -> bool:
        """Points count when they are earned."""
        return True

    def code(self, programme_id: str) -> str:
        """The code under which everybody who has joined is found."""
        return derive_id(BOARD, programme_id, self.id).hex()

    def days(self, day: date) -> tuple[date, date]:
        """The first and last day of what a day belongs to."""
        if isinstance(self.within, EachPeriod):
            return self.within.per.first(day), self.within.per.last(day)
        assert isinstance(self.within, TheseDays)  # the reader refuses anything else
        return self.within.first, self.within.last

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """Everybody's places on it."""
        return (self.code(programme_id),) if what == self.id else ()

    def counts_since(self, what: str, evidence: Mapping[str, str]) -> date | None:
        """From when what they did is looked at."""
        first = _day(evidence.get(PERIOD, ""))
        return self.days(first or date.max)[0] if what == self.id and PERIOD in evidence else None


@declares(BOARD, Board, until=Until.ITS_OWN_END)
def read_board(section: Section) -> Board:
    """One `[[board]]`."""
    board_id = section.text("id")
    measure = _measure(section)
    within = read_within(section) if "within" in section else _missing(section)
    if not isinstance(within, EachPeriod | TheseDays):
        section.found("within", "BOARD_HAS_AN_END")
        within = TheseDays(date.min, date.max)
    read = Board(
        id=board_id,
        names=section.names("name", board_id),
        measure=measure,
        within=within,
        ties=section.choice("ties", Ties, Ties.COMPETITION),
        late_hours=section.whole("late_hours", LATE_HOURS, most=LATE_MOST),
        joins=section.choice("joins", Joins, Joins.ANY_TIME),
        reach=_reach(section, measure),
        shows=section.whole("shows", 10, least=1, most=PLACES_MOST),
        prizes=tuple(_prize(table) for table in section.sections("prize")),
        count_bonus=section.flag("count_bonus", default=False),
    )
    _check_places(section, read.prizes)
    section.close(("wallet", "meter", "reach", "within"))
    return read


def _missing(section: Section) -> Within:
    section.section("within")
    return TheseDays(date.min, date.max)


def _measure(section: Section) -> Measure:
    metric = section.choice("metric", Metric, Metric.EARNED_POINTS)
    if metric in (Metric.EARNED_POINTS, Metric.UNITS):
        return Measure(metric, section.wallet())
    return Measure(metric, section.text("meter") if metric is Metric.COUNTED else "")


def _reach(section: Section, measure: Measure) -> int | None:
    if "reach" not in section:
        return None
    if measure.metric in (Metric.EARNED_POINTS, Metric.UNITS):
        return section.points("reach", measure.of)
    if measure.metric is Metric.SPEND:
        return section.money("reach")
    return section.whole("reach", least=1, most=TARGET_MOST)


def _prize(table: Section) -> Prize:
    place = table.whole("place", least=1, most=PLACES_MOST)
    through = table.whole("through", place, least=1, most=PLACES_MOST)
    if through < place:
        table.found("through", "ENDS_BEFORE_START")
    read = Prize(place, through, read_gives(table))
    table.close()
    return read


def _check_places(section: Section, prizes: tuple[Prize, ...]) -> None:
    """No place has two prizes."""
    taken: set[int] = set()
    for prize in prizes:
        places = set(range(prize.place, prize.through + 1))
        if places & taken:
            section.found("prize", "NAMED_TWICE")
        taken |= places


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
