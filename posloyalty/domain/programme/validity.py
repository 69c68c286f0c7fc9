"""How long something that was handed out is good: `valid = { days = 30, from = "next_day" }`.

Lengths count from the first good day. `days = 7` are seven days, the first one included; `months`
and `style` are as for points: `eve` (the default: from 1 March 1 month is through 31 March),
`anniversary_inclusive` (through 1 April) or `end_of_month_after`. `through` names the last day;
together with a length the earlier one counts. Without `valid` it never ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import LotStyle, lot_last_day

DAYS_MOST: Final = 3660
MONTHS_MOST: Final = 600


class GoodFrom(StrEnum):
    """The first good day."""

    NOW = "now"
    NEXT_DAY = "next_day"
    NEXT_MONTH = "next_month"  # the first day of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """A length in days or months, a last day, both or neither."""

    start: GoodFrom = GoodFrom.NOW
    days: int | None = None
    months: int | None = None
    style: LotStyle = LotStyle.EVE
    through: date | None = None

    def first_day(self, day: date) -> date:
        """The first good day of what is handed out on a day."""
        match self.start:
            case GoodFrom.NOW:
                return day
            case GoodFrom.NEXT_DAY:
                return day + timedelta(days=1)
            case GoodFrom.NEXT_MONTH:
                return (day.replace(day=1) + timedelta(days=31)).replace(day=1)

    def last_day(self, day: date) -> date | None:
        """The last good day; None for what never ends."""
        first = self.first_day(day)
        ends = [] if self.through is None else [self.through]
        if self.days is not None:
            ends.append(first + timedelta(days=self.days - 1))
        if self.months is not None:
            ends.append(lot_last_day(first, self.months, self.style))
        return min(ends, default=None)

    def over(self, day: date) -> bool:
        """Whether what is handed out on a day would have no good day at all."""
        last = self.last_day(day)
        return last is not None and last < self.first_day(day)


ALWAYS_VALID: Final = Validity()


def read_validity(section: Section, key: str = "valid") -> Validity:
    """The validity under a key; without one it never ends."""
    table = section.section(key) if key in section else None
    if table is None:
        return ALWAYS_VALID
    read = Validity(
        start=table.choice("from", GoodFrom, GoodFrom.NOW),
        days=table.whole("days", least=1, most=DAYS_MOST) if "days" in table else None,
        months=table.whole("months", least=1, most=MONTHS_MOST) if "months" in table else None,
        style=table.choice("style", LotStyle, LotStyle.EVE),
        through=table.day("through"),
    )
    if read.days is not None and read.months is not None:
        table.found("months", "DAYS_OR_MONTHS")
    table.close(("days", "months", "through"))
    return read
