"""`step = "run"`: head office's clock lets something that the programme declares be reckoned.

`what` is its id, such as a cause's, `period` what it is reckoned for, `amount` the figure that the
books do not hold, such as a profit; below zero it is a loss.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.programme_acts import Acted, Happening

PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Run:
    """What is reckoned, maybe for a member."""

    member: str
    recorded: Recorded

    def run(self, scene: Scene) -> Outcome:
        """Record it as head office does."""
        happening = Happening(
            trigger=Trigger.RUN,
            recorded=self.recorded,
            member_id=scene.member_id(self.member) if self.member else None,
        )
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))


@step("run", gives=(Acted, Consequences))
def read_run(block: Block) -> Run:
    """Read what is reckoned."""
    period = block.text(PERIOD) if PERIOD in block else ""
    recorded = Recorded(
        what=block.text("what"),
        amount_minor=block.amount("amount") if "amount" in block else 0,
        evidence=((PERIOD, period),) if period else (),
    )
    return Run(block.refer("member", "member", ""), recorded)
