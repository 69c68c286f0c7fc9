"""`birthday = { days_before = 3, days_after = 3, feb29 = "feb28" }`: around the member's birthday.

Store days, both ends included. Who was born on 29 February has a birthday on 28 February or 1 March
of a common year, as `feb29` says.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import BirthdayRule, DayWindow, birthday_in

DAYS_MAX = 180


@dataclass(frozen=True, slots=True)
class NearBirthday:
    """Days before and after that still count."""

    days_before: int
    days_after: int
    feb29: BirthdayRule
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, NO_BIRTHDAY, or NOT_BIRTHDAY with the span of days around it."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        born = facts.member.birthday
        if born is None:
            return (Reason("NO_BIRTHDAY"),)
        # A window around New Year belongs to a birthday of the year before or after.
        for year in (facts.day.year - 1, facts.day.year, facts.day.year + 1):
            day = birthday_in(year, born.month, born.day, self.feb29)
            window = DayWindow.around(day, days_before=self.days_before, days_after=self.days_after)
            if window.contains(facts.day):
                return ()
        return (reason("NOT_BIRTHDAY", before_days=self.days_before, after_days=self.days_after),)


@condition("birthday")
def read_birthday(section: Section, key: str) -> Condition:
    """Read the window."""
    table = section.section(key)
    if table is None:
        return NearBirthday(0, 0, BirthdayRule.FEB28)
    read = NearBirthday(
        table.whole("days_before", 0, most=DAYS_MAX),
        table.whole("days_after", 0, most=DAYS_MAX),
        table.choice("feb29", BirthdayRule, BirthdayRule.FEB28),
    )
    table.close()
    return read
