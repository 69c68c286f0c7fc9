"""How long points last: `expiry = { kind = "rolling_months", months = 12 }`.

Kinds: `never`; `rolling_months`, counted from the day of earning, whose `style` says which day is
the last good one (LOYALTY 1); `calendar`, all points of a year ending on one day of a later year.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import LotStyle, birthday_in, lot_last_day

MONTHS_MAX = 600


class Expiry(Protocol):
    """A rule that gives a lot its last good day."""

    def last_day(self, earned_on: date) -> date | None:
        """The last good day of points earned on a day; None when they never run out."""
        ...


@dataclass(frozen=True, slots=True)
class Never:
    """Points that stay."""

    def last_day(self, earned_on: date) -> date | None:
        """There is none."""
        return None


@dataclass(frozen=True, slots=True)
class RollingMonths:
    """Points that last a number of months."""

    months: int
    style: LotStyle

    def last_day(self, earned_on: date) -> date | None:
        """The day by the style, clamped to the month's end."""
        return lot_last_day(earned_on, self.months, self.style)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """Points of a year that all end on `month`/`day`, `years` years later."""

    month: int
    day: int
    years: int

    def last_day(self, earned_on: date) -> date | None:
        """The common last day of the year's points."""
        return birthday_in(earned_on.year + self.years, self.month, self.day, "feb28")


def read_expiry(section: Section) -> Expiry:
    """The expiry of a wallet; without the key points never run out."""
    if "expiry" not in section:
        return Never()
    table = section.section("expiry")
    if table is None:
        return Never()
    kind = table.text("kind")
    reader = _KINDS.get(kind)
    if reader is None:
        # Its other keys are not judged: what they mean is not known here.
        table.found("kind", "KIND_UNKNOWN", given=kind, known=", ".join(sorted(_KINDS)))
        return Never()
    read = reader(table)
    table.close()
    return read


def _never(table: Section) -> Expiry:
    return Never()


def _rolling(table: Section) -> Expiry:
    months = table.whole("months", least=1, most=MONTHS_MAX)
    return RollingMonths(months, table.choice("style", LotStyle, LotStyle.ANNIVERSARY_INCLUSIVE))


def _calendar(table: Section) -> Expiry:
    month = table.whole("month", 12, least=1, most=12)
    day = table.whole("day", 31, least=1, most=31)
    try:
        date(2024, month, day)
    except ValueError:
        table.found("day", "NO_SUCH_DAY", month=month, day=day)
        day = 1
    return CalendarYear(month, day, table.whole("years", 1, least=0, most=10))


_KINDS: dict[str, Callable[[Section], Expiry]] = {
    "never": _never,
    "rolling_months": _rolling,
    "calendar": _calendar,
}
