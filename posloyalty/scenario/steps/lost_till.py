"""`step = "lost_till"`: an operator at head office declares the step's till lost.

What it held is the members' again at once; a use that is proved later is the store's loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class LostTill:
    """The till of the step."""

    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Declare it."""
        scene.world.head_office.declare_lost(scene.till.facts.till_id, scene.world.at)
        return NOTHING_SEEN


@step("lost_till")
def read_lost_till(block: Block) -> LostTill:
    """Nothing but the till."""
    return LostTill()
