"""`step = "household"`: members share wallets from now on, or no longer.

step = "household"
member = "chen"
act = "join"                  # or "found", "leave"
with = "wang"                 # somebody who is in it; for "join" alone
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.refusal import ServiceRefusal


class HouseholdAct(StrEnum):
    """What somebody does about a household."""

    FOUND = "found"
    JOIN = "join"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class InHousehold:
    """Who founds, joins or leaves; `beside` is in the household that is joined."""

    member: str
    act: HouseholdAct
    beside: str

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does. Refuses NO_SUCH_HOUSEHOLD where `beside` is in none."""
        households, member_id = scene.till.households, scene.member_id(self.member)
        if self.act is HouseholdAct.FOUND:
            households.found(member_id, scene.operator)
        elif self.act is HouseholdAct.LEAVE:
            households.leave(member_id, scene.operator)
        else:
            theirs = households.of_member(scene.member_id(self.beside))
            if theirs is None:
                raise ServiceRefusal("NO_SUCH_HOUSEHOLD")
            households.join(member_id, theirs, scene.operator)
        return Outcome()


@step("household")
def read_household(block: Block) -> InHousehold:
    """Read who does what, and beside whom."""
    member, act = block.refer("member", "member"), block.choice("act", HouseholdAct)
    beside = block.refer("with", "member") if act is HouseholdAct.JOIN else ""
    return InHousehold(member, act, beside)
