"""Whether what a member owns is used without asking: vouchers, rewards, points.

auto_use = "expiring"         # never (the default), always
auto_use_days = 3             # "expiring": the last good day is at most so many days ahead
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.programme.section import Section

AUTO_DAYS_MOST: Final = 366


class AutoUse(StrEnum):
    """Whether one is used without asking."""

    NEVER = "never"
    ALWAYS = "always"
    EXPIRING = "expiring"  # when it ends within so many days


@dataclass(frozen=True, slots=True)
class Using:
    """`days` are asked for by EXPIRING alone."""

    when: AutoUse = AutoUse.NEVER
    days: int = 0

    def last(self, day: date) -> date:
        """The last good day, at most, of what EXPIRING uses on a day."""
        return day + timedelta(days=self.days)


def read_auto_use(section: Section) -> Using:
    """The two keys of a table."""
    when = section.choice("auto_use", AutoUse, AutoUse.NEVER)
    expiring = when is AutoUse.EXPIRING
    days = section.whole("auto_use_days", least=0, most=AUTO_DAYS_MOST) if expiring else 0
    return Using(when, days)
