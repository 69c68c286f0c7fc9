"""`weekdays = ["sat", "sun"]`: the day of the week in the store."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Days of the week, 0 is Monday."""

    days: frozenset[int]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """ONLY_MON to ONLY_SUN, WEEKENDS_ONLY, WORKDAYS_ONLY, or OTHER_WEEKDAY for other sets."""
        if facts.day.weekday() in self.days:
            return ()
        if len(self.days) == 1:
            return (Reason(f"ONLY_{DAYS[min(self.days)].upper()}"),)
        return (Reason(_SETS.get(self.days, "OTHER_WEEKDAY")),)


_SETS = {frozenset((5, 6)): "WEEKENDS_ONLY", frozenset(range(5)): "WORKDAYS_ONLY"}


@condition("weekdays")
def read_weekdays(section: Section, key: str) -> Condition:
    """Read the days."""
    words = section.words(key)
    for word in words:
        if word and word not in DAYS:
            section.found(key, "NOT_CHOICE", given=word, known=", ".join(DAYS))
    return Weekdays(frozenset(DAYS.index(word) for word in words if word in DAYS))
