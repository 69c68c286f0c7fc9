"""`step = "take_up"`: a member takes up a challenge that has to be; one for a level by its scheme.

what = "seven-in-a-week"      # or "level/fast-track"
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.works.challenge import taking_up
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class TakeUp:
    """Who takes up which challenge."""

    member: str
    challenge: str

    def run(self, scene: Scene) -> Outcome:
        """Record it as the till does."""
        happening = taking_up(scene.member_id(self.member), self.challenge)
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))


@step("take_up", gives=(Acted, Consequences))
def read_take_up(block: Block) -> TakeUp:
    """Read the challenge's id."""
    return TakeUp(block.refer("member", "member"), block.text("what"))
