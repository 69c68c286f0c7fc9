"""`plan = "prime"`, or a list of which one will do: the member has that paid membership today.

On trial and within the grace counts, a pause does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section

PLAN: Final = "plan"


@dataclass(frozen=True, slots=True)
class InPlan:
    """Ids of plans, of which the member must have one."""

    plans: tuple[str, ...]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or NOT_IN_PLAN."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        if any(name in facts.member.plans for name in self.plans):
            return ()
        return (reason("NOT_IN_PLAN", plans=", ".join(self.plans)),)


@condition(PLAN)
def read_plan_asked(section: Section, key: str) -> Condition:
    """Read the ids; each must be declared."""
    plans = section.words(key)
    for name in plans:
        section.reading.references.append(((*section.path, key), PLAN, name))
    return InPlan(plans)
