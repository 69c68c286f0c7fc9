"""`[[challenge]]`: so much done within some days, or some periods in a row.

    [[challenge]]
    id = "five-visits"
    name = "Five visits in two weeks"
    need = { visit_days = 5 }     # figures as for a level
    within = { days = 14 }        # or per = "month", or from and through; without it all of life
    again = true
    gives = [{ badge = "regular" }, { points = 50 }]

    [[challenge]]
    id = "every-week"
    need = { visits = 1 }         # in each of the periods
    in_a_row = { per = "week", times = 4 }
    gives = { badge = "four-weeks" }

What was reached is told from what was counted, so that the order of arrival does not matter;
`late_days` is how long events that arrive late are waited for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme import period
from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.period import Period
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.tier_need import Measure, Metric, Need, read_need
from posloyalty.domain.values.calendar import add_months

CHALLENGE: Final = "challenge"
DAYS_MOST: Final = 3660
TIMES_MOST: Final = 366
LATE_MOST: Final = 366
LATE_DAYS: Final = 30
ONE_DAY: Final = timedelta(days=1)


class Per(StrEnum):
    """A stretch of the calendar; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    def first(self, day: date) -> date:
        """The first day of the period that a day lies in."""
        first = Period(period.Per(self.value)).since(day)
        assert first is not None  # only all of life begins nowhere
        return first

    def last(self, day: date) -> date:
        """The last day of that period."""
        first = self.first(day)
        match self:
            case Per.DAY:
                return first
            case Per.WEEK:
                return first + timedelta(days=6)
        return add_months(first, _MONTHS[self]) - ONE_DAY

    def before(self, day: date, periods: int) -> date:
        """The first day of the period so many periods before that of a day."""
        first = self.first(day)
        for _ in range(periods):
            first = self.first(first - ONE_DAY)
        return first


_MONTHS: Final[Mapping[Per, int]] = {Per.MONTH: 1, Per.QUARTER: 3, Per.YEAR: 12}


@dataclass(frozen=True, slots=True)
class LastDays:
    """Any so many days, the last one included."""

    days: int


@dataclass(frozen=True, slots=True)
class EachPeriod:
    """The periods of the calendar, each by itself."""

    per: Per


@dataclass(frozen=True, slots=True)
class TheseDays:
    """From one day through another."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class AllLife:
    """Everything ever done."""


@dataclass(frozen=True, slots=True)
class InARow:
    """So many periods without a gap."""

    per: Per
    times: int


Within = LastDays | EachPeriod | TheseDays | AllLife | InARow


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What is asked for, within which days, how often, and what it gives.

    `opt_in` counts from the day on which the member takes it up. `rollback` takes back what was
    given when goods come back without which it would not have been made.
    """

    id: str
    names: Names
    need: Need
    within: Within
    again: bool
    opt_in: bool
    rollback: bool
    late_days: int
    when: AllOf
    gives: Gives

    @property
    def count_bonus(self) -> bool:
        """Points are what sales earned; units count whoever gave them."""
        return False

    @property
    def pending_counts(self) -> bool:
        """Points count when they are earned."""
        return True

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The figures that are asked for."""
        return tuple(one.measure for one in self.need.criteria)

    @property
    def counts_whole_life(self) -> bool:
        """Whether it matters what was done, or made, long ago."""
        return isinstance(self.within, AllLife) or not (
            self.again or isinstance(self.within, TheseDays)
        )

    def looks_back_to(self, day: date) -> date:
        """The first day on which something may have been done that is made, or found made, now."""
        late = day - timedelta(days=self.late_days)
        match self.within:
            case LastDays(days):
                return late - timedelta(days=days - 1)
            case EachPeriod(per):
                return per.first(late)
            case TheseDays(first, last):
                return first if late <= last else day
            case InARow(per, times):
                return per.before(late, times - 1)
        return day


@declares(CHALLENGE, Challenge, until=Until.EARNING)
def read_challenge(section: Section) -> Challenge:
    """One `[[challenge]]`."""
    challenge_id = section.text("id")
    scales = section.reading.scales
    need = read_need(section, next(iter(scales)) if len(scales) == 1 else "")
    within = _within(section)
    read = Challenge(
        id=challenge_id,
        names=section.names("name", challenge_id),
        need=need,
        within=within,
        again=section.flag("again", default=False),
        opt_in=section.flag("opt_in", default=False),
        rollback=section.flag("rollback", default=True),
        late_days=section.whole("late_days", LATE_DAYS, most=LATE_MOST),
        when=read_when(section),
        gives=read_gives(section),
    )
    days = any(measure.metric is Metric.VISIT_DAYS for measure in read.measures)
    if days and isinstance(within, AllLife):
        section.found("need", "DAYS_NEED_WITHIN")
    if read.opt_in and not isinstance(within, LastDays):
        section.found("opt_in", "OPT_IN_NEEDS_DAYS")
    section.close(("within", "in_a_row", "when"))
    return read


def _within(section: Section) -> Within:
    days = read_within(section) if "within" in section else AllLife()
    if "in_a_row" not in section:
        return days
    if "within" in section:
        section.found("in_a_row", "WITHIN_OR_IN_A_ROW")
    table = section.section("in_a_row")
    if table is None:
        return days
    read = InARow(table.choice("per", Per), table.whole("times", least=2, most=TIMES_MOST))
    table.close()
    return read


def read_within(section: Section) -> Within:
    """The table `within`: days, a period of the calendar, or from one day through another."""
    table = section.section("within")
    if table is None:
        return AllLife()
    found: Within = AllLife()
    if "days" in table:
        found = LastDays(table.whole("days", least=1, most=DAYS_MOST))
    elif "per" in table:
        found = EachPeriod(table.choice("per", Per))
    else:
        first, last = table.day("from"), table.day("through")
        if first is None or last is None:
            table.found("through" if last is None else "from", "MISSING_KEY")
        elif last < first:
            table.found("through", "ENDS_BEFORE_START")
        else:
            found = TheseDays(first, last)
    table.close(("days", "per", "from", "through"))
    return found
