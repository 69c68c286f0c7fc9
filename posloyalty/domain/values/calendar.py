"""Store-local days, month arithmetic and half-open windows of days.

Every instant is an aware `datetime`; a naive one raises `NaiveInstant`. Instants are compared as
points of the world's time, never as wall-clock readings, because Python compares two datetimes of
one zone by their wall clock and so errs in the hour that a time change repeats. A day belongs to a
zone and begins at its midnight (or cut-off); it may have 23, 24 or 25 hours.

A zone is any `tzinfo`, in practice a `zoneinfo.ZoneInfo` that the caller loaded.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache

MIDNIGHT = time(0)
_ONE_DAY = timedelta(days=1)


class NaiveInstant(ValueError):
    """A datetime without a zone was used as an instant."""


class BadInstant(ValueError):
    """A text that is not an instant as `format_instant` writes it."""


LEAP_YEAR = 2024
"""A year that has every day that any year has."""


class LotStyle(StrEnum):
    """Which day is the last good one of something that lasts a number of months."""

    ANNIVERSARY_INCLUSIVE = "anniversary_inclusive"  # earned 1 Mar, 12 months: through 1 Mar
    EVE = "eve"  # sold 1 Mar, 12 months: through 28 Feb
    END_OF_MONTH_AFTER = "end_of_month_after"  # earned 15 Jan, 6 months: through 31 Jul


class BirthdayRule(StrEnum):
    """When a person born on 29 February has a birthday in a common year."""

    FEB28 = "feb28"
    MAR1 = "mar1"


def store_day(at: datetime, zone: tzinfo, cutoff: time = MIDNIGHT) -> date:
    """The day of `zone` that an instant falls in; with a cut-off, the business day."""
    instant = _utc(at)
    day = instant.astimezone(zone).date()
    start, end = _span(day, zone, cutoff)
    if instant < start:
        return day - _ONE_DAY
    # A clock set back across midnight shows yesterday's date again; the day has begun all the same.
    if instant >= end:
        return day + _ONE_DAY
    return day


def hour_shown(at: datetime, zone: tzinfo) -> time:
    """What a clock on the wall of `zone` shows: an hour that the clock skips is the one after."""
    return _utc(at).astimezone(zone).time()


# A till asks for the same few days all day long.
@lru_cache(maxsize=1024)
def _span(day: date, zone: tzinfo, cutoff: time) -> tuple[datetime, datetime]:
    """The instants at which a day begins and is over."""
    return _utc(day_start(day, zone, cutoff)), _utc(day_start(day + _ONE_DAY, zone, cutoff))


def day_start(day: date, zone: tzinfo, cutoff: time = MIDNIGHT) -> datetime:
    """The instant at which a day begins in a zone.

    Where a time change skips that reading of the clock, it is the moment of the change; where it
    comes twice, the first.
    """
    wall = datetime.combine(day, cutoff.replace(tzinfo=None, fold=0), tzinfo=zone)
    return wall.astimezone(UTC).astimezone(zone)


def day_end(day: date, zone: tzinfo, cutoff: time = MIDNIGHT) -> datetime:
    """The instant at which a day is over: the start of the next one."""
    return day_start(day + _ONE_DAY, zone, cutoff)


def add_months(day: date, months: int) -> date:
    """The same day of another month, clamped to that month's end: 31 Jan + 1 is 28 Feb."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The day `months` earlier, clamped to the month's end."""
    return add_months(day, -months)


def month_end(day: date) -> date:
    """The last day of the month that `day` lies in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


# All points of a day end on one day.
@lru_cache(maxsize=256)
def lot_last_day(day: date, months: int, style: LotStyle | str) -> date:
    """The last good day of what began on `day` and lasts `months`; gone at the next midnight.

    An eve whose anniversary does not exist (29 Feb + 12 months) is the clamped month's end: the
    holder never loses a day to the clamping.
    """
    style = LotStyle(style)
    anniversary = add_months(day, months)
    if style is LotStyle.END_OF_MONTH_AFTER:
        return month_end(anniversary)
    if style is LotStyle.EVE and anniversary.day == day.day:
        return anniversary - _ONE_DAY
    return anniversary


def birthday_in(year: int, month: int, day: int, rule: BirthdayRule | str) -> date:
    """The birthday that someone born on `month`/`day` has in `year`."""
    if (month, day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 2, 28) if BirthdayRule(rule) is BirthdayRule.FEB28 else date(year, 3, 1)
    return date(year, month, day)


@dataclass(frozen=True, slots=True)
class DayWindow:
    """A half-open span of days [start, end); None is without limit on that side."""

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("a window ends before it starts")

    @staticmethod
    def through(first: date | None, last: date | None) -> "DayWindow":
        """The window that people write as "1 March through 31 March"."""
        return DayWindow(first, None if last is None else last + _ONE_DAY)

    @staticmethod
    def around(day: date, *, days_before: int, days_after: int) -> "DayWindow":
        """A day with some days before and after it, as for a birthday reward."""
        first = day - timedelta(days=days_before)
        return DayWindow.through(first, day + timedelta(days=days_after))

    @property
    def last(self) -> date | None:
        """The last day inside, as people say it."""
        return None if self.end is None else self.end - _ONE_DAY

    def contains(self, day: date) -> bool:
        """Whether a day lies in the window; the end itself does not."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


def format_instant(at: datetime) -> str:
    """An instant with its offset, to the millisecond: "2026-11-22T14:06:05.123+08:00"."""
    offset = _offset(at)
    if offset.seconds % 60 or offset.microseconds:
        at = at.astimezone(UTC)  # an offset before standard time, which the form cannot hold
    return at.isoformat(timespec="milliseconds")


# An event says its instant more than once, and whoever reads it asks each time.
@lru_cache(maxsize=256)
def parse_instant(text: str) -> datetime:
    """Read exactly what `format_instant` writes; raises `BadInstant`."""
    try:
        at = datetime.fromisoformat(text)
        same = at.tzinfo is not None and format_instant(at) == text
    except (ValueError, OverflowError):
        same = False
    if not same:
        raise BadInstant(f"not an instant: {text[:40]!r}")
    return at


def _utc(at: datetime) -> datetime:
    _offset(at)
    return at.astimezone(UTC)


def _offset(at: datetime) -> timedelta:
    offset = at.utcoffset()
    if offset is None:
        raise NaiveInstant(f"{at!r} has no zone")
    return offset
