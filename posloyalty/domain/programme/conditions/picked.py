"""`picked = "latte-off"`: this offer, named by its id, is among those that were picked for the
member and are shown now.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class Picked:
    """An offer's id."""

    offer: str
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or NOT_PICKED."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        return () if self.offer in facts.member.picks else (Reason("NOT_PICKED"),)


@condition("picked")
def read_picked(section: Section, key: str) -> Condition:
    """Read the offer's id."""
    return Picked(section.refer(key, "offer"))
