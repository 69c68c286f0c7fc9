"""`step = "level"`: a level is given by hand, or what was given so ends.

step = "level"
member = "wang"
act = "grant"                 # or "withdraw"
what = "level/gold"
through = 2026-12-31          # for "grant"; as long as a level met that day when left out
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.happenings import granting, withdrawing
from posloyalty.services.doings.programme_acts import Acted


class LevelAct(StrEnum):
    """What somebody does about a level."""

    GRANT = "grant"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class ByHand:
    """Whose level, as `scheme/level`, and through which day; None: as if it had been met."""

    member: str
    act: LevelAct
    level: str
    through: date | None

    def run(self, scene: Scene) -> Outcome:
        """Record it as the till does."""
        member_id = scene.member_id(self.member)
        if self.act is LevelAct.GRANT:
            happening = granting(member_id, self.level, self.through)
        else:
            happening = withdrawing(member_id, self.level)
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))


@step("level", gives=(Acted, Consequences))
def read_level(block: Block) -> ByHand:
    """Read whose level, which, and until when."""
    member, act = block.refer("member", "member"), block.choice("act", LevelAct)
    through = block.day("through") if act is LevelAct.GRANT else None
    return ByHand(member, act, block.text("what"), through)
