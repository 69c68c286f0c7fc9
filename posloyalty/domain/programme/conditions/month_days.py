"""`month_days = ["8", "18", "last"]`: days of the month in the store, every month."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section

KNOWN = (*(str(day) for day in range(1, 32)), "last")


@dataclass(frozen=True, slots=True)
class MonthDays:
    """Days of the month, from "1" to "31" or "last"."""

    days: tuple[str, ...]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """OTHER_DAY, with the days."""
        day = facts.day
        ends = day.day == monthrange(day.year, day.month)[1]
        if str(day.day) in self.days or (ends and "last" in self.days):
            return ()
        return (reason("OTHER_DAY", days=", ".join(self.days)),)


@condition("month_days")
def read_month_days(section: Section, key: str) -> Condition:
    """Read the days."""
    words = section.words(key)
    for word in words:
        if word and word not in KNOWN:
            section.found(key, "NOT_CHOICE", given=word, known=", ".join(KNOWN))
    return MonthDays(words)
