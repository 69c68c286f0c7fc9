"""`club = "runners"`: the member belongs to this club."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class InClub:
    """A club's id."""

    club: str
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """NOT_IN_CLUB; who is nobody is in none."""
        if facts.member is not None and self.club in facts.member.clubs:
            return ()
        return (reason("NOT_IN_CLUB", club=self.club),)


@condition("club")
def read_club(section: Section, key: str) -> Condition:
    """Read the club's id."""
    return InClub(section.refer(key, "club"))
