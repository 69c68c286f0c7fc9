"""`[[event]]`: something to come to, with so many places.

[[event]]
id = "launch"
name = "Launch evening"
on = 2026-05-20
capacity = 30
guests = 1                    # whom a member may bring
waiting = 10                  # people on the waiting list at most
until = 2026-05-19            # the last day to accept or cancel; the event's own without it
gives = { points = 50 }       # to who comes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.identifiers import derive_id

EVENT: Final = "event"
SEAT: Final = "seat"
CAPACITY_MOST: Final = 100_000
GUESTS_MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of one day, `on`; `capacity` and `waiting` are people, guests among them."""

    id: str
    names: Names
    on: date
    until: date
    capacity: int
    guests: int
    waiting: int
    when: AllOf
    gives: Gives

    def code(self, programme_id: str) -> str:
        """The code under which every place is found."""
        return derive_id(EVENT, programme_id, self.id).hex()

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """Everybody's places."""
        return (self.code(programme_id),) if what == self.id else ()

    def giving_nothing(self) -> Event:
        """The same where nobody earns any more."""
        return replace(self, gives=Gives())


@declares(EVENT, Event, until=Until.ITS_OWN_END)
def read_event(section: Section) -> Event:
    """One `[[event]]`."""
    event_id = section.text("id")
    on = section.day("on")
    if "on" not in section:
        section.text("on")
    on = on or date.min
    until = section.day("until") or on
    if until > on:
        section.found("until", "ENDS_BEFORE_START")
    read = Event(
        id=event_id,
        names=section.names("name", event_id),
        on=on,
        until=until,
        capacity=section.whole("capacity", least=1, most=CAPACITY_MOST),
        guests=section.whole("guests", 0, most=GUESTS_MOST),
        waiting=section.whole("waiting", 0, most=CAPACITY_MOST),
        when=read_when(section),
        gives=read_gives(section) if "gives" in section else Gives(),
    )
    section.close(("until", "when", "gives"))
    return read
