"""`[[vote]]`: members choose, each once.

    [[vote]]
    id = "next-flavour"
    name = "The next flavour"
    within = { from = 2026-05-01, through = 2026-05-31 }
    option = [{ id = "plum", name = "Plum" }, { id = "yuzu", name = "Yuzu" }]
    gives = { points = 5 }

Ballots are counted by what was cast first, in whatever order they arrive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.declaration import Until, declares
from posloyalty.domain.programme.gives import Gives, read_gives
from posloyalty.domain.programme.kinds.challenge import TheseDays, read_within
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.identifiers import derive_id

VOTE: Final = "vote"
BALLOT: Final = "ballot"
CHOICE: Final = "choice"


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be chosen."""

    id: str
    names: Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """A vote among options on some days."""

    id: str
    names: Names
    days: TheseDays
    options: tuple[Option, ...]
    when: AllOf
    gives: Gives

    def code(self, programme_id: str) -> str:
        """The code under which every ballot is found."""
        return derive_id(VOTE, programme_id, self.id).hex()

    def gathers(self, programme_id: str, what: str, evidence: Mapping[str, str]) -> tuple[str, ...]:
        """Every ballot."""
        return (self.code(programme_id),) if what == self.id else ()

    def giving_nothing(self) -> Vote:
        """The same where nobody earns any more."""
        return replace(self, gives=Gives())


@declares(VOTE, Vote, until=Until.ITS_OWN_END)
def read_vote(section: Section) -> Vote:
    """One `[[vote]]`."""
    vote_id = section.text("id")
    days = read_within(section)
    if not isinstance(days, TheseDays):
        if "within" in section:
            section.found("within", "FIXED_DAYS")
        days = TheseDays(date.min, date.max)
    options = tuple(_option(one) for one in section.sections("option", some=True))
    ids = [one.id for one in options]
    if len(set(ids)) < len(ids):
        section.found("option", "NAMED_TWICE")
    read = Vote(
        id=vote_id,
        names=section.names("name", vote_id),
        days=days,
        options=options,
        when=read_when(section),
        gives=read_gives(section) if "gives" in section else Gives(),
    )
    section.close(("when", "gives"))
    return read


def _option(table: Section) -> Option:
    option_id = table.text("id")
    read = Option(option_id, table.names("name", option_id))
    table.close()
    return read
