"""The birthdays that somebody unnamed may have, as far as a programme's rules tell them apart.

Shape: `birthdays_around(programme, day)` gives days of the year, few of them, such that whoever
may use a programme's birthday benefits on a day may use just those that one of them may use.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.programme.conditions.birthday import NearBirthday
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.yearly import YearlyWindow


def birthdays_around(programme: Programme, day: date) -> tuple[Birthday, ...]:
    """The day itself and the ends of every window around it, the nearest first.

    Each window holds the day of the birthday, so which of them hold a sale's day changes only
    behind an end, and the ends stand for every day between them.
    """
    known: tuple[int, ...] | None = programme.reckoned.get(birthdays_around)
    if known is None:
        ends = {0}
        for window in _windows(programme):
            ends |= {window.days_before, -window.days_after}
        known = programme.reckoned[birthdays_around] = tuple(sorted(ends, key=abs))
    days = (day + timedelta(days=end) for end in known)
    return tuple(Birthday(one.month, one.day) for one in days)


def _windows(part: Any) -> Iterator[YearlyWindow]:
    """That of every birthday condition in a value, however deep it lies."""
    if isinstance(part, NearBirthday):
        yield part.window
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from _windows(one)
    elif isinstance(part, (tuple, list)):
        for one in part:
            yield from _windows(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if field.compare:
                yield from _windows(getattr(part, field.name))
