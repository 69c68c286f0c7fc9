"""`step = "deliver"`: head office gets a sale's event, once more or for the first time.

What comes before it in the till's journal comes with it: a journal is taken in its order only.

`of` names the step whose sale it is. A network that loses an answer makes a till send again what
had arrived; the second arrival must change nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.refusal import ServiceRefusal

TIMES_MOST = 100


@dataclass(frozen=True, slots=True)
class Deliver:
    """Which sale, and how often."""

    of: str
    times: int
    member: str

    def run(self, scene: Scene) -> Outcome:
        """Hand the event over. Refuses NO_SUCH_SALE where this till did not sell it."""
        event = scene.placed.event(scene.sale(self.of).id)
        if event is None:
            raise ServiceRefusal("NO_SUCH_SALE")
        office, till_id = scene.world.head_office, scene.till.facts.till_id
        until = [one for one in scene.placed.unsent() if one.seq < event.seq]
        for _ in range(self.times):
            office.receive(till_id, (*until, event))
        return NOTHING_SEEN


@step("deliver")
def read_deliver(block: Block) -> Deliver:
    """Read the sale and how often it arrives."""
    of, member = block.step_before("of")
    return Deliver(of, block.whole("times", 1, least=1, most=TIMES_MOST), member)
