"""Birthdays as people type them at a counter: 08-15, 8/15, 0815, 8月15日, 1990-08-15.

The year is optional and kept when it was told; a day that no year has is refused.
"""

from __future__ import annotations

import re
from typing import Final

from posloyalty.domain.members.member import Birthday
from posloyalty.domain.values.fixed_point import narrow

_SEPARATED: Final = re.compile(r"(?:(\d{4})\D{1,2})?(\d{1,2})\D{1,2}(\d{1,2})\D?", re.ASCII)
_RUN_TOGETHER: Final = re.compile(r"(\d{4})?(\d{2})(\d{2})", re.ASCII)
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_YEAR_LEAST: Final = 1900


class BadBirthday(ValueError):
    """A text that is no month and day."""


def parse_birthday(text: str) -> Birthday | None:
    """Read a birthday; None for an empty text. Raises `BadBirthday`."""
    plain = narrow(text[:40]).strip()
    if not plain:
        return None
    match = _RUN_TOGETHER.fullmatch(plain) or _SEPARATED.fullmatch(plain)
    if match is None:
        raise BadBirthday
    year = None if match[1] is None else int(match[1])
    month, day = int(match[2]), int(match[3])
    if not 1 <= month <= 12 or not 1 <= day <= _DAYS[month - 1]:
        raise BadBirthday
    if year is not None and year < _YEAR_LEAST:
        raise BadBirthday
    return Birthday(month, day, year)


def birthday_text(birthday: Birthday) -> str:
    """Month and day as they are typed, such as "08-15"; the year is nobody's business here."""
    return f"{birthday.month:02d}-{birthday.day:02d}"
