"""`step = "undo"`: an activity that was recorded by mistake is undone; `of` is its step."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.refusal import ServiceRefusal

CAUSE = "recorded by mistake"


@dataclass(frozen=True, slots=True)
class Undo:
    """Which activity is undone."""

    of: str
    member: str
    cause: str

    def run(self, scene: Scene) -> Outcome:
        """Undo it as the till does."""
        seen = scene.world.seen.get(self.of)
        acted = None if seen is None else seen.of(Acted)
        if acted is None:
            raise ServiceRefusal("NO_SUCH_ACT")
        undone = scene.till.doings.undo_act.undo(acted.event_id, scene.operator, cause=self.cause)
        return Outcome((undone, undone.does))


@step("undo", gives=(Acted, Consequences))
def read_undo(block: Block) -> Undo:
    """Read which step is undone, and why."""
    of, member = block.step_before("of")
    return Undo(of, member, block.text("cause", CAUSE))
