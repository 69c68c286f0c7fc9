"""`member = true`: a member is attached who may earn; `member = false`: nobody is."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class IsMember:
    """Whether somebody must be attached."""

    wanted: bool
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY or GUESTS_ONLY."""
        if (facts.member is not None) is self.wanted:
            return ()
        return (Reason("MEMBERS_ONLY" if self.wanted else "GUESTS_ONLY"),)


@condition("member")
def read_member(section: Section, key: str) -> Condition:
    """Read the flag."""
    return IsMember(section.flag(key, default=True))
