"""Spans that rules look back over: this day, week, month, quarter or year, the last days, ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.section import Section

DAYS_MAX = 3660


class Per(StrEnum):
    """A span; those of the calendar begin with Monday, the 1st, the quarter, January."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"  # the last `days` days, today included
    LIFETIME = "lifetime"


class CalendarSpan(StrEnum):
    """A whole number of months by the calendar, `months` of them."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How long it is."""
        return _MONTHS[self]

    def first(self, day: date) -> date:
        """The first day of the one that a day lies in."""
        months = _MONTHS[self]
        return date(day.year, day.month - (day.month - 1) % months, 1)


_MONTHS: Final = {CalendarSpan.MONTH: 1, CalendarSpan.QUARTER: 3, CalendarSpan.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A span; `days` is its length for DAYS."""

    per: Per
    days: int = 0

    def since(self, day: date) -> date | None:
        """The first day that counts on a day; None from the beginning."""
        match self.per:
            case Per.WEEK:
                return day - timedelta(days=day.weekday())
            case Per.MONTH:
                return day.replace(day=1)
            case Per.QUARTER:
                return day.replace(month=day.month - (day.month - 1) % 3, day=1)
            case Per.YEAR:
                return day.replace(month=1, day=1)
            case Per.DAYS:
                return date.fromordinal(max(day.toordinal() - self.days + 1, 1))
            case Per.LIFETIME:
                return None
            case _:
                return day


def read_period(section: Section) -> Period:
    """`per`, and `days` where it is days."""
    per = section.choice("per", Per)
    days = section.whole("days", least=1, most=DAYS_MAX) if per is Per.DAYS else 0
    return Period(per, days)
