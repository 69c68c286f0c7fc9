"""Rules that are good and do nothing, or not always what they seem to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Any

from posloyalty.domain.programme.earn_rule import EARNINGS
from posloyalty.domain.programme.effect import EFFECTS
from posloyalty.domain.programme.toml_file import Found
from posloyalty.domain.values.ratio import BadRatio, Ratio
from posloyalty.insight.draft.draft import Draft
from posloyalty.insight.draft.warnings.warning import found, warns

_MOSTS = frozenset(("most", "most_points", "most_money", "budget", "capacity"))
_NOTHING = Ratio(0)
_GIVING: Mapping[str, Iterable[str]] = {"offer": EFFECTS, "earn": EARNINGS}
_DAYS_AHEAD = 366


@warns
def _limit_of_nothing(draft: Draft) -> Iterator[Found]:
    """LIMIT_ZERO: a limit or a budget that leaves nothing to give."""
    for path, table in draft.tables:
        for key in _MOSTS & table.keys() if path else ():
            if _is_nothing(table[key]):
                yield found((*path, key), "LIMIT_ZERO", key=key)


@warns
def _gives_nothing(draft: Draft) -> Iterator[Found]:
    """GIVES_NOTHING: an effect or an earning of zero."""
    for rule in draft.rules:
        for key in _GIVING.get(str(rule.path[0]), ()):
            value = rule.table.get(key)
            inner = value.get("points") if isinstance(value, Mapping) else value
            if _number(inner) == _NOTHING and key != "fixed_price":
                yield found((*rule.path, key), "GIVES_NOTHING", id=rule.id)


@warns
def _times_one(draft: Draft) -> Iterator[Found]:
    for rule in draft.rules:
        if rule.path[0] == "multiplier" and _number(rule.table.get("times")) == Ratio(1):
            yield found((*rule.path, "times"), "TIMES_ONE", id=rule.id)


@warns
def _leap_day(draft: Draft) -> Iterator[Found]:
    """FEB_28: a day of every year that is the last of February in common years alone."""
    for path, table in draft.tables:
        if table.get("month") == 2 and table.get("day") == 28:
            yield found((*path, "day"), "FEB_28")


@warns
def _hours(draft: Draft) -> Iterator[Found]:
    """HOURS_ALL_DAY where both ends are the same; HOURS_SKIPPED where the clock jumps over them."""
    for path, table in draft.tables:
        hours = table.get("hours")
        if not isinstance(hours, Mapping):
            continue
        start, end = _hour(hours.get("from")), _hour(hours.get("to"))
        if start == end:
            yield found((*path, "hours"), "HOURS_ALL_DAY")
        elif start < end:
            day = _skipped(draft.programme.zone, draft.first_day, start, end)
            if day is not None:
                yield found((*path, "hours"), "HOURS_SKIPPED", day=day)


def _skipped(zone: tzinfo, first: date, start: time, end: time) -> date | None:
    """The first day on which the clock is put forward over all of some hours."""
    for day in _days_of_change(zone, first):
        last = (datetime.combine(day, end) - timedelta(minutes=1)).time()
        if not any(_is_shown(zone, day, hour) for hour in (start, last)):
            return day
    return None


@lru_cache(maxsize=8)
def _days_of_change(zone: tzinfo, first: date) -> tuple[date, ...]:
    """The days of the coming year on which the clock is put forward or back."""
    days = min(_DAYS_AHEAD, (date.max - first).days)
    midnights = [datetime.combine(first + timedelta(days=n), time(0), zone) for n in range(days)]
    return tuple(
        one.date() for one, after in pairwise(midnights) if one.utcoffset() != after.utcoffset()
    )


def _is_shown(zone: tzinfo, day: date, hour: time) -> bool:
    """Whether a clock in the zone ever shows this time on this day."""
    local = datetime.combine(day, hour, zone)
    return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None)


def _hour(value: object) -> time:
    if isinstance(value, time):
        return value
    return time.fromisoformat(value) if isinstance(value, str) else time(0)


def _is_nothing(most: Any) -> bool:
    """Whether a bound is zero, or a table of bounds has one that is."""
    bounds = most.values() if isinstance(most, Mapping) else (most,)
    return any(_number(bound) == _NOTHING for bound in bounds)


def _number(value: Any) -> Ratio | None:
    """A number however it is written; None for everything else."""
    if type(value) is int:
        return Ratio(value)
    try:
        return Ratio.parse(value) if isinstance(value, str) else None
    except BadRatio:
        return None
