"""`weekdays = ["sat", "sun"]`: the day of the week in the store."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, 0 is Monday."""

    days: frozenset[int]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """OTHER_WEEKDAY, with the days on which it holds."""
        if facts.day.weekday() in self.days:
            return ()
        return (reason("OTHER_WEEKDAY", weekdays=" ".join(DAYS[day] for day in sorted(self.days))),)


@condition("weekdays")
def read_weekdays(section: Section, key: str) -> Condition:
    """Read the days."""
    words = section.words(key)
    for word in words:
        if word and word not in DAYS:
            section.found(key, "NOT_CHOICE", given=word, known=", ".join(DAYS))
    return Weekdays(frozenset(DAYS.index(word) for word in words if word in DAYS))
