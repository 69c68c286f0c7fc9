"""`[[club]]`: something that members join, and `[[restricted]]`: goods that not everybody may buy.

[[club]]
id = "runners"
name = "Runners' club"
days = 365                    # how long one belongs to it; for good when left out
notice = "Saturday's run starts at 8"   # on the receipts of its members

[[restricted]]
id = "club-goods"
on = { tag = ["club"] }
when = { club = "runners" }   # any conditions: a level, hours, a segment
prompt = "Join the runners' club at the counter, it is free"

[[priority]]
id = "gold-first"
name = "Gold first"
ticket = 1                    # the lower, the sooner
when = { tier = { at_least = "gold" } }
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.earn_rule import read_clock
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section

CLUB: Final = "club"
DAYS_MOST: Final = 3660
TICKET_MOST: Final = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Club:
    """A club; `notice` may be empty, `days` None is for good."""

    id: str
    names: Names
    days: int | None
    notice: Names

    def last_day(self, joined: date) -> date | None:
        """The last day of who joins on a day."""
        return None if self.days is None else joined + timedelta(days=self.days - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricted:
    """Goods that are sold only where the conditions hold; `prompt` says how they could."""

    id: str
    names: Names
    goods: LineFilter
    when: AllOf
    by_business_day: bool
    prompt: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """Who is served before others: the lowest ticket of those whose conditions hold."""

    id: str
    names: Names
    ticket: int
    when: AllOf
    by_business_day: bool


@declares(CLUB, Club, until=Until.ITS_OWN_END)
def read_club(section: Section) -> Club:
    """One `[[club]]`."""
    club_id = section.text("id")
    read = Club(
        id=club_id,
        names=section.names("name", club_id),
        days=section.whole("days", least=1, most=DAYS_MOST) if "days" in section else None,
        notice=section.names("notice", ""),
    )
    section.close(("days",))
    return read


@declares("restricted", Restricted, until=Until.ITS_OWN_END)
def read_restricted(section: Section) -> Restricted:
    """One `[[restricted]]`."""
    restricted_id = section.text("id")
    read = Restricted(
        id=restricted_id,
        names=section.names("name", restricted_id),
        goods=read_filter(section),
        when=read_when(section),
        by_business_day=read_clock(section),
        prompt=section.names("prompt", ""),
    )
    if not read.when.parts:
        section.found("when", "MISSING_KEY")
    section.close(("on", "when"))
    return read


@declares("priority", Priority, until=Until.ITS_OWN_END)
def read_priority(section: Section) -> Priority:
    """One `[[priority]]`."""
    priority_id = section.text("id")
    read = Priority(
        id=priority_id,
        names=section.names("name", priority_id),
        ticket=section.whole("ticket", 1, least=1, most=TICKET_MOST),
        when=read_when(section),
        by_business_day=read_clock(section),
    )
    section.close(("when",))
    return read
