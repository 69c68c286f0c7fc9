"""`step = "wait"`: nothing happens but time; `member` is whom the expectations are about."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    member: str

    def run(self, scene: Scene) -> Outcome:
        """Nothing: the world's time is where the step says."""
        return NOTHING_SEEN


@step("wait")
def read_wait(block: Block) -> Wait:
    """Read whom to look at."""
    return Wait(block.refer("member", "member", ""))
