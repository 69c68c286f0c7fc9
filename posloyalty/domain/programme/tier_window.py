"""Windows: over which days a tier scheme counts.

`window = { kind = "rolling_months", months = 12 }`: on day d, the days after d - 12 months.
`{ kind = "calendar", period = "year" }` (or quarter, month): from the period's first day on.
`{ kind = "anniversary", months = 12 }`: from the last anniversary of joining on.
`{ kind = "lifetime" }`: everything ever counted.

Calendar and anniversary windows have periods, which other keys of a scheme refer to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

from posloyalty.domain.programme.period import CalendarSpan
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import add_months, months_before

MONTHS_MAX: Final = 120
ONE_DAY: Final = timedelta(days=1)


class TierWindow(Protocol):
    """Over which days something counts."""

    def first_day(self, day: date, joined_on: date) -> date | None:
        """The first day that counts on a day; None from the beginning."""
        ...

    def period(self, day: date, joined_on: date) -> tuple[date, date] | None:
        """The first and the last day of the period that a day lies in; None without periods."""
        ...

    def reaches_back(self, day: date) -> date | None:
        """The earliest day that can count on a day, whoever it is; None from the beginning."""
        ...


@dataclass(frozen=True, slots=True)
class RollingMonths:
    """The last months, clamped to the month's end."""

    months: int

    def first_day(self, day: date, joined_on: date) -> date | None:
        """The day after the same day so many months ago."""
        return months_before(day, self.months) + ONE_DAY

    def period(self, day: date, joined_on: date) -> tuple[date, date] | None:
        """There are none."""
        return None

    def reaches_back(self, day: date) -> date | None:
        """The same for everybody."""
        return self.first_day(day, day)


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """A year, a quarter or a month of the calendar: `months` is 12, 3 or 1."""

    months: int

    def first_day(self, day: date, joined_on: date) -> date | None:
        """The period's first day."""
        return self.period(day, joined_on)[0]

    def period(self, day: date, joined_on: date) -> tuple[date, date]:
        """The period by the calendar."""
        first = day.replace(month=day.month - (day.month - 1) % self.months, day=1)
        return first, add_months(first, self.months) - ONE_DAY

    def reaches_back(self, day: date) -> date | None:
        """The same for everybody."""
        return self.first_day(day, day)


@dataclass(frozen=True, slots=True)
class Anniversary:
    """Periods of months that begin on the day of joining, clamped to the month's end."""

    months: int

    def first_day(self, day: date, joined_on: date) -> date | None:
        """The last anniversary."""
        return self.period(day, joined_on)[0]

    def period(self, day: date, joined_on: date) -> tuple[date, date]:
        """From one anniversary to the eve of the next."""
        passed = (day.year - joined_on.year) * 12 + day.month - joined_on.month
        periods = passed // self.months
        if add_months(joined_on, periods * self.months) > day:
            periods -= 1
        first, after = (add_months(joined_on, (periods + n) * self.months) for n in (0, 1))
        return first, after - ONE_DAY

    def reaches_back(self, day: date) -> date | None:
        """A whole period, for who joined on that day of an earlier year."""
        return months_before(day, self.months)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Everything ever counted."""

    def first_day(self, day: date, joined_on: date) -> date | None:
        """There is none."""
        return None

    def period(self, day: date, joined_on: date) -> tuple[date, date] | None:
        """There are none."""
        return None

    def reaches_back(self, day: date) -> date | None:
        """To the beginning."""
        return None


def read_window(section: Section) -> TierWindow:
    """The window of a scheme."""
    table = section.section("window")
    return Lifetime() if table is None else table.of_kind(_KINDS, Lifetime())


def _rolling(table: Section) -> TierWindow:
    return RollingMonths(table.whole("months", least=1, most=MONTHS_MAX))


def _calendar(table: Section) -> TierWindow:
    return CalendarPeriod(table.choice("period", CalendarSpan, CalendarSpan.YEAR).months)


def _anniversary(table: Section) -> TierWindow:
    return Anniversary(table.whole("months", 12, least=1, most=MONTHS_MAX))


def _lifetime(table: Section) -> TierWindow:
    return Lifetime()


_KINDS: Final[dict[str, Callable[[Section], TierWindow]]] = {
    "rolling_months": _rolling,
    "calendar": _calendar,
    "anniversary": _anniversary,
    "lifetime": _lifetime,
}
