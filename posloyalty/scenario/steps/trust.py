"""`step = "trust_till"`: this till believes the receipts of another one, and `"revoke_till"` no
longer.

step = "trust_till"
till = "T2"
other = "T1"
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step


@dataclass(frozen=True, slots=True)
class Trust:
    """Which till, by its code, and whether it is believed from now on."""

    other: str
    trusted: bool
    member: str = ""

    def run(self, scene: Scene) -> Outcome:
        """Read the other till's file, as a manager brings it, or take it back."""
        file, data = scene.world.tills[self.other].till.tills.own()
        tills = scene.till.tills
        if self.trusted:
            tills.trust(data, scene.operator)
        else:
            tills.revoke(file.till_id, scene.operator)
        return NOTHING_SEEN


@step("trust_till")
def read_trust(block: Block) -> Trust:
    """Read which till."""
    return Trust(block.refer("other", "till"), trusted=True)


@step("revoke_till")
def read_revoke(block: Block) -> Trust:
    """Read which till."""
    return Trust(block.refer("other", "till"), trusted=False)
