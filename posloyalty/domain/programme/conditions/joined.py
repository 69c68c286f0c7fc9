"""How long somebody has been a member, and the day on which they joined, year after year.

`joined = { within_days = 30 }`: on the day of joining and the 29 after it; `{ days_least = 365 }`:
from so many days after it on. `anniversary = { days_before = 3, days_after = 3, feb29 = "feb28" }`:
around that day of each later year, both ends included. The day of joining is the programme's, the
day of the sale the rule's clock's.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.conditions.birthday import DAYS_MAX
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.calendar import BirthdayRule, DayWindow, birthday_in

JOINED_DAYS_MAX = 36_600


@dataclass(frozen=True, slots=True)
class JoinedFor:
    """From `least` days after joining on, and for the first `within` days; 0 is without a bound."""

    within: int
    least: int
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, JOINED_BEFORE with the days in which it held, or JOINED_LATELY with those
        that are missing.
        """
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        days = (facts.day - facts.member.joined_on).days
        if self.within and days >= self.within:
            return (reason("JOINED_BEFORE", days=self.within),)
        if days < self.least:
            return (reason("JOINED_LATELY", short_by=self.least - days),)
        return ()


@dataclass(frozen=True, slots=True)
class NearAnniversary:
    """Days before and after an anniversary of joining that still count."""

    days_before: int
    days_after: int
    feb29: BirthdayRule
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or NOT_ANNIVERSARY with the span of days around it."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        joined = facts.member.joined_on
        # A window around New Year belongs to a day of the year before or after.
        for year in (facts.day.year - 1, facts.day.year, facts.day.year + 1):
            day = birthday_in(year, joined.month, joined.day, self.feb29)
            window = DayWindow.around(day, days_before=self.days_before, days_after=self.days_after)
            if year > joined.year and window.contains(facts.day):
                return ()
        return (
            reason("NOT_ANNIVERSARY", before_days=self.days_before, after_days=self.days_after),
        )


@condition("joined")
def read_joined(section: Section, key: str) -> Condition:
    """Read the bounds; one of them must be there."""
    table = section.section(key)
    if table is None:
        return JoinedFor(0, 0)
    bounds = ("within_days", "days_least")
    within, least = (
        table.whole(name, least=1, most=JOINED_DAYS_MAX) if name in table else 0 for name in bounds
    )
    if not within and not least:
        table.found("within_days", "MISSING_KEY")
    table.close(bounds)
    return JoinedFor(within, least)


@condition("anniversary")
def read_anniversary(section: Section, key: str) -> Condition:
    """Read the window."""
    table = section.section(key)
    if table is None:
        return NearAnniversary(0, 0, BirthdayRule.FEB28)
    read = NearAnniversary(
        table.whole("days_before", 0, most=DAYS_MAX),
        table.whole("days_after", 0, most=DAYS_MAX),
        table.choice("feb29", BirthdayRule, BirthdayRule.FEB28),
    )
    table.close()
    return read
