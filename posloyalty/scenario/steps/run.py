"""`step = "run"`: head office's clock lets something that the programme declares be reckoned.

`what` is its id, such as a cause's, `period` what it is reckoned for, `amount` the figure that the
books do not hold, such as a profit; below zero it is a loss. A rule that waits for a run is run for
every member, or for `member` alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences, joined
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted

PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Run:
    """What is reckoned, maybe for a member."""

    member: str
    recorded: Recorded

    def run(self, scene: Scene) -> Outcome:
        """Record it as head office does."""
        if not self.member and any(r.id == self.recorded.what for r in scene.till.runs.rules()):
            return self._every_member(scene)
        happening = Happening(
            trigger=Trigger.RUN,
            recorded=self.recorded,
            member_id=scene.member_id(self.member) if self.member else None,
        )
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))

    def _every_member(self, scene: Scene) -> Outcome:
        """All that the run gave, as one."""
        given = [one.acted for one in scene.till.runs.run(scene.operator, self.recorded.what)]
        does = joined(one.does for one in given)
        awards = tuple(award for one in given for award in one.awards)
        told = tuple(word for one in given for word in one.told)
        return Outcome((Acted(event_id=b"", awards=awards, told=told, does=does), does))


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
