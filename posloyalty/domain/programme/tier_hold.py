"""Holds: through which day a level that was met is held, and the grace after it.

`hold = { kind = "months", months = 12 }`, or in short `hold_months = 12`: through that day of a
later month. `{ kind = "periods", periods = 1 }`: to the end of the period after the one in which it
was met. `{ kind = "day", month = 2, day = 29, years = 2 }`: through a day of a later year, so that
what is met in 2026 is held through the end of February 2028. `{ kind = "for_ever" }`.

`grace = { days = 30 }` or `{ months = 2 }`: so much longer a level that ran out is still held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.tier_window import MONTHS_MAX, ONE_DAY, TierWindow
from posloyalty.domain.values.calendar import (
    LEAP_YEAR,
    LotStyle,
    add_months,
    birthday_in,
    lot_last_day,
    month_end,
)

FOREVER: Final = date.max
"""The last day of what never ends."""
PERIODS_MAX: Final = 20
YEARS_MAX: Final = 20
GRACE_DAYS_MAX: Final = 400
GRACE_MONTHS_MAX: Final = 24


class Hold(Protocol):
    """A rule for the last day of a level."""

    @property
    def by_period(self) -> bool:
        """Whether the last day follows from the period in which the level was met."""
        ...

    def through(self, met_on: date, window: TierWindow, joined_on: date) -> date:
        """The last day of a level that was met on a day; FOREVER when it has none."""
        ...

    def reaches_back(self, day: date, window: TierWindow) -> date:
        """No level that was met before this day can still be held on `day`."""
        ...


@dataclass(frozen=True, slots=True)
class HoldMonths:
    """A number of months from the day on which it was met."""

    months: int
    style: LotStyle

    @property
    def by_period(self) -> bool:
        """It goes by the day."""
        return False

    def through(self, met_on: date, window: TierWindow, joined_on: date) -> date:
        """The day by the style, clamped to the month's end."""
        return lot_last_day(met_on, self.months, self.style)

    def reaches_back(self, day: date, window: TierWindow) -> date:
        """A month more than it holds, for the styles that round up."""
        return add_months(day, -self.months - 1)


@dataclass(frozen=True, slots=True)
class HoldPeriods:
    """To the end of a later period of the window; 0 is the end of the running one."""

    periods: int

    @property
    def by_period(self) -> bool:
        """It goes by the period."""
        return True

    def through(self, met_on: date, window: TierWindow, joined_on: date) -> date:
        """The last day of the period so many after the one in which it was met."""
        day = met_on
        for _ in range(self.periods):
            day = _last_of(window, day, joined_on) + ONE_DAY
        return _last_of(window, day, joined_on)

    def reaches_back(self, day: date, window: TierWindow) -> date:
        """The beginning of the period so many before."""
        for _ in range(self.periods):
            day = (window.reaches_back(day) or day) - ONE_DAY
        return window.reaches_back(day) or date.min


@dataclass(frozen=True, slots=True)
class HoldUntilDay:
    """Through a day of a later year; 29 February is the end of February in a common year."""

    month: int
    day: int
    years: int

    @property
    def by_period(self) -> bool:
        """It goes by the year."""
        return True

    def through(self, met_on: date, window: TierWindow, joined_on: date) -> date:
        """That day, so many years later."""
        return birthday_in(met_on.year + self.years, self.month, self.day, "feb28")

    def reaches_back(self, day: date, window: TierWindow) -> date:
        """The first day of the year so many years ago."""
        return date(day.year - self.years, 1, 1)


@dataclass(frozen=True, slots=True)
class HoldForEver:
    """What was met once is kept."""

    @property
    def by_period(self) -> bool:
        """It never ends, whatever the period."""
        return True

    def through(self, met_on: date, window: TierWindow, joined_on: date) -> date:
        """There is no end."""
        return FOREVER

    def reaches_back(self, day: date, window: TierWindow) -> date:
        """Whatever was met, ever."""
        return date.min


@dataclass(frozen=True, slots=True)
class Grace:
    """How much longer a level that ran out is still held."""

    months: int = 0
    days: int = 0

    def end(self, through: date) -> date:
        """The last day with the grace; FOREVER stays."""
        if through == FOREVER:
            return FOREVER
        return add_months(through, self.months) + timedelta(days=self.days)


def read_hold(section: Section) -> Hold:
    """The hold of a scheme: `hold`, or `hold_months`."""
    if "hold" not in section:
        months = section.whole("hold_months", least=1, most=MONTHS_MAX)
        return HoldMonths(months, LotStyle.ANNIVERSARY_INCLUSIVE)
    table = section.section("hold")
    return HoldForEver() if table is None else table.of_kind(_KINDS, HoldForEver())


def read_grace(section: Section) -> Grace:
    """The grace of a scheme; none without the key."""
    if "grace" not in section:
        return Grace()
    table = section.section("grace")
    if table is None:
        return Grace()
    read = Grace(
        months=table.whole("months", 0, most=GRACE_MONTHS_MAX),
        days=table.whole("days", 0, most=GRACE_DAYS_MAX),
    )
    table.close()
    return read


def _last_of(window: TierWindow, day: date, joined_on: date) -> date:
    period = window.period(day, joined_on)
    # A scheme whose window has no periods is refused with a hold by periods.
    return day if period is None else period[1]


def _months(table: Section) -> Hold:
    months = table.whole("months", least=1, most=MONTHS_MAX)
    return HoldMonths(months, table.choice("style", LotStyle, LotStyle.ANNIVERSARY_INCLUSIVE))


def _periods(table: Section) -> Hold:
    return HoldPeriods(table.whole("periods", 1, least=0, most=PERIODS_MAX))


def _day(table: Section) -> Hold:
    month = table.whole("month", least=1, most=12)
    day = table.whole("day", least=1, most=31)
    last = month_end(date(LEAP_YEAR, month, 1)).day
    if day > last:
        table.found("day", "NO_SUCH_DAY", month=month, day=day, last=last)
        day = 1
    return HoldUntilDay(month, day, table.whole("years", 1, least=1, most=YEARS_MAX))


def _for_ever(table: Section) -> Hold:
    return HoldForEver()


_KINDS: Final[dict[str, Callable[[Section], Hold]]] = {
    "months": _months,
    "periods": _periods,
    "day": _day,
    "for_ever": _for_ever,
}
