"""`[[personal]]`: offers picked for each member beforehand, the best first.

    [[personal]]
    id = "picks"
    show = 3                      # at once
    rest_days = 30                # what a member turned down is not shown for so long
    days = 14                     # how long a list is good; for ever when left out

Head office sends each member a list of offers. An offer with `when = { picked = "latte-off" }`,
its own id, applies while it is among those that are shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

SHOW_MOST: Final = 20
DAYS_MOST: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Personal:
    """How picked offers are shown."""

    id: str
    names: Names
    show: int
    rest_days: int
    days: int | None

    def last_day(self, as_of: date) -> date | None:
        """The last day on which a list is good."""
        return None if self.days is None else as_of + timedelta(days=self.days - 1)

    def rests_since(self, day: date) -> date:
        """What was turned down from this day on is not shown yet."""
        return day - timedelta(days=self.rest_days - 1)

    def looks_back_to(self, day: date) -> date:
        """What was turned down is remembered for so long."""
        return self.rests_since(day)


@declares("personal", Personal, until=Until.ITS_OWN_END)
def read_personal(section: Section) -> Personal:
    """One `[[personal]]`."""
    personal_id = section.text("id")
    read = Personal(
        id=personal_id,
        names=section.names("name", personal_id),
        show=section.whole("show", 3, least=1, most=SHOW_MOST),
        rest_days=section.whole("rest_days", 30, least=1, most=DAYS_MOST),
        days=section.whole("days", least=1, most=DAYS_MOST) if "days" in section else None,
    )
    section.close(("days",))
    return read
