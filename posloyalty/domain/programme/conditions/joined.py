"""How long somebody has been a member, and the day on which they joined, year after year.

`joined = { within_days = 30 }`: on the day of joining and the 29 after it; `{ days_least = 365 }`:
from so many days after it on. `anniversary = { days_before = 3, days_after = 3, feb29 = "feb28" }`:
around that day of each later year, as `YearlyWindow` has it. The day of joining is the programme's,
the day of the sale the rule's clock's.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.programme.yearly import YearlyWindow, read_yearly

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
    """Days around it that count."""

    window: YearlyWindow
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or NOT_ANNIVERSARY with the span of days around it."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        joined, window = facts.member.joined_on, self.window
        found = window.around(joined.month, joined.day, facts.day)
        if found is not None and found.year > joined.year:
            return ()
        return (
            reason("NOT_ANNIVERSARY", before_days=window.days_before, after_days=window.days_after),
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
    if within and within <= least:
        table.found("within_days", "ENDS_BEFORE_START")
    table.close(bounds)
    return JoinedFor(within, least)


@condition("anniversary")
def read_anniversary(section: Section, key: str) -> Condition:
    """Read the window."""
    table = section.section(key)
    if table is None:
        return NearAnniversary(YearlyWindow())
    read = NearAnniversary(read_yearly(table))
    table.close()
    return read
