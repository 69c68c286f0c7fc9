"""`step = "activity"`: somebody records what a member did outside a sale, such as a survey.

`to` names the other member of an activity that is about two, such as points that are given away.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.sharing import TO
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted


@dataclass(frozen=True, slots=True)
class Activity:
    """What is recorded, for whom; `to` is the other member, "" for nobody."""

    member: str
    to: str
    recorded: Recorded

    def run(self, scene: Scene) -> Outcome:
        """Record it as the till does."""
        happening = Happening(
            trigger=Trigger.ACTIVITY,
            recorded=self._recorded(scene),
            member_id=scene.member_id(self.member) if self.member else None,
        )
        scene.world.reserve_use(scene.placed, happening)
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))

    def _recorded(self, scene: Scene) -> Recorded:
        if not self.to:
            return self.recorded
        other = (TO, scene.member_id(self.to).hex())
        return replace(self.recorded, evidence=(*self.recorded.evidence, other))


@step("activity", gives=(Acted, Consequences))
def read_activity(block: Block) -> Activity:
    """Read the kind of activity, how much of it, the evidence, and the other member."""
    evidence = block.section("evidence") if "evidence" in block else None
    recorded = Recorded(
        what=block.text("what"),
        quantity=block.whole("quantity", 1, least=1),
        amount_minor=block.money("amount", 0, least=0),
        evidence=()
        if evidence is None
        else tuple((key, evidence.text(key)) for key in evidence.untaken),
    )
    return Activity(block.refer("member", "member", ""), block.refer("to", "member", ""), recorded)
