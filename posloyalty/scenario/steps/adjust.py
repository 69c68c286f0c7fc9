"""`step = "adjust"`: somebody gives or takes points by hand. `step = "risk"`: they put right what a
programme suspects: `act` "staff" (with `is` an operator), "not_staff", "verify" or "release".
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.risk import ACT, OPERATOR
from posloyalty.domain.programme.kinds.risk import RISK
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.members.adjust_points import adjust_points


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """How many points of which wallet, and why."""

    member: str
    wallet: str
    points: int
    cause: str

    def run(self, scene: Scene) -> Outcome:
        """Adjust as the till does."""
        acted = adjust_points(
            scene.till.acts,
            scene.member_id(self.member),
            self.wallet,
            self.points,
            self.cause,
            scene.operator,
        )
        return Outcome((acted, acted.does))


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRight:
    """What is said of whom; `operator` is the name of one in the file."""

    member: str
    act: str
    operator: str

    def run(self, scene: Scene) -> Outcome:
        """Record it."""
        evidence = [(ACT, self.act)]
        if self.operator:
            evidence.append((OPERATOR, scene.placed.operators[self.operator].id.hex()))
        happening = Happening(
            trigger=Trigger.ACTIVITY,
            recorded=Recorded(what=RISK, evidence=tuple(evidence)),
            member_id=scene.member_id(self.member),
        )
        acted = scene.till.acts.record(happening, scene.operator)
        return Outcome((acted, acted.does))


@step("adjust", gives=(Acted, Consequences))
def read_adjust(block: Block) -> Adjust:
    """Read the points, below zero to take them, and the cause."""
    wallet = block.wallet()
    return Adjust(
        member=block.refer("member", "member"),
        wallet=wallet,
        points=block.count("points", wallet),
        cause=block.text("cause", "goodwill"),
    )


@step("risk", gives=(Acted, Consequences))
def read_risk(block: Block) -> PutRight:
    """Read what is said of whom."""
    return PutRight(
        member=block.refer("member", "member"),
        act=block.text("act"),
        operator=block.refer("is", "operator", ""),
    )
