"""`birthday = { days_before = 3, days_after = 3, feb29 = "feb28" }`: around the member's birthday.

Store days, by the rules of `YearlyWindow`.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.yearly import YearlyWindow, read_yearly


@dataclass(frozen=True, slots=True)
class NearBirthday:
    """Days around it that count."""

    window: YearlyWindow
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, NO_BIRTHDAY, or NOT_BIRTHDAY with the span of days around it."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        born, window = facts.member.birthday, self.window
        if born is None:
            return (Reason("NO_BIRTHDAY"),)
        if window.around(born.month, born.day, facts.day) is not None:
            return ()
        return (
            reason("NOT_BIRTHDAY", before_days=window.days_before, after_days=window.days_after),
        )


@condition("birthday")
def read_birthday(section: Section, key: str) -> Condition:
    """Read the window."""
    table = section.section(key)
    if table is None:
        return NearBirthday(YearlyWindow())
    read = NearBirthday(read_yearly(table))
    table.close()
    return read
