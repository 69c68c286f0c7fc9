"""How long points last: `expiry = { kind = "rolling_months", months = 12 }`.

Kinds: `never`; `rolling_months`, counted from the day of earning, whose `style` says which day is
the last good one; `calendar`, all points of a year ending on one day of a later year;
`inactivity`, whose last day every qualifying activity moves on; `by_tier`, another kind for members
of a level.

A lot is stamped with its last day when it opens, and an activity is counted on the last good day
that it promises: a later version of the programme takes back neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import (
    LEAP_YEAR,
    LotStyle,
    birthday_in,
    lot_last_day,
    month_end,
)

MONTHS_MAX: Final = 600
WARN_DAYS_MAX: Final = 400


class Expiry(Protocol):
    """A rule that gives a lot its last good day."""

    def last_day(self, earned_on: date) -> date | None:
        """The last good day of points earned on a day; None when they never run out."""
        ...


class Activity(StrEnum):
    """What keeps points alive."""

    BUY = "buy"
    REDEEM = "redeem"
    RELOAD = "reload"  # stored value bought
    ACTIVITY = "activity"  # an activity recorded at the till


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


@dataclass(frozen=True, slots=True)
class Inactivity:
    """Points that last so many months after the last of some activities."""

    months: int
    style: LotStyle
    activities: frozenset[Activity]

    def last_day(self, earned_on: date) -> date | None:
        """The last good day when nothing follows; the same from an activity of that day."""
        return lot_last_day(earned_on, self.months, self.style)


@dataclass(frozen=True, slots=True)
class ByTier:
    """A rule for members of no listed level, and others from some levels up.

    `levels` are (level id, rule), from the lowest.
    """

    scheme: str
    base: Expiry
    levels: tuple[tuple[str, Expiry], ...]

    def last_day(self, earned_on: date) -> date | None:
        """By the rule below the listed levels."""
        return self.base.last_day(earned_on)

    def at(self, rank: int, rank_of: Callable[[str], int]) -> Expiry:
        """The rule of a rank: that of the highest listed level not above it."""
        listed = [(rank_of(level), rule) for level, rule in self.levels]
        held = [(at, rule) for at, rule in listed if 0 < at <= rank]
        return max(held, key=lambda one: one[0])[1] if held else self.base


def read_expiry(section: Section, key: str = "expiry") -> Expiry:
    """The expiry of a wallet; without the key points never run out."""
    if key not in section:
        return Never()
    table = section.section(key)
    return Never() if table is None else table.of_kind(_KINDS, Never())


def read_warn_days(section: Section) -> int:
    """How many days before points end the member is told: `warn_days = 30`; 0 never."""
    return section.whole("warn_days", 0, most=WARN_DAYS_MAX)


def _never(table: Section) -> Expiry:
    return Never()


def _rolling(table: Section) -> Expiry:
    months = table.whole("months", least=1, most=MONTHS_MAX)
    return RollingMonths(months, table.choice("style", LotStyle, LotStyle.ANNIVERSARY_INCLUSIVE))


def _calendar(table: Section) -> Expiry:
    month = table.whole("month", 12, least=1, most=12)
    day = table.whole("day", 31, least=1, most=31)
    last = month_end(date(LEAP_YEAR, month, 1)).day
    if day > last:
        table.found("day", "NO_SUCH_DAY", month=month, day=day, last=last)
        day = 1
    return CalendarYear(month, day, table.whole("years", 1, least=0, most=10))


def _inactivity(table: Section) -> Expiry:
    months = table.whole("months", least=1, most=MONTHS_MAX)
    style = table.choice("style", LotStyle, LotStyle.ANNIVERSARY_INCLUSIVE)
    words = table.words("kept_by") if "kept_by" in table else [one.value for one in Activity]
    known = {one.value for one in Activity}
    for word in words:
        if word not in known:
            table.found("kept_by", "NOT_CHOICE", given=word, known=", ".join(sorted(known)))
    return Inactivity(months, style, frozenset(Activity(w) for w in words if w in known))


def _by_tier(table: Section) -> Expiry:
    scheme = table.refer("scheme", "tier_scheme")
    base = table.section("base")
    levels = []
    for one in table.sections("levels", some=True):
        level = one.text("level")
        if level:
            path = (*one.path, "level")
            one.reading.references.append((path, "level", f"{scheme}/{level}"))
        levels.append((level, one.of_kind(_PLAIN, Never())))
    return ByTier(scheme, Never() if base is None else base.of_kind(_PLAIN, Never()), tuple(levels))


_PLAIN: Final[dict[str, Callable[[Section], Expiry]]] = {
    "never": _never,
    "rolling_months": _rolling,
    "calendar": _calendar,
    "inactivity": _inactivity,
}
_KINDS: Final = {**_PLAIN, "by_tier": _by_tier}
