"""`step = "plan"`: a paid membership is tried out, paused, or cancelled.

    step = "plan"
    member = "wang"
    plan = "prime"
    act = "try"                   # or "pause" with `days = 14`, "cancel" with `cause`

Selling and renewing one is a sale. A cancellation is the return of its latest period.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.shop.refund import Refund
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted

CAUSE = "cancelled"
DAYS_MOST = 400


class PlanAct(StrEnum):
    """What is done."""

    TRY = "try"
    PAUSE = "pause"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStep:
    """Whose plan, and what is done with it."""

    member: str
    plan: str
    act: PlanAct
    days: int
    cause: str

    def run(self, scene: Scene) -> Outcome:
        """Do it as the till does."""
        plans, member = scene.till.plans, scene.member_id(self.member)
        match self.act:
            case PlanAct.TRY:
                acted = plans.try_out(member, self.plan, scene.operator)
            case PlanAct.PAUSE:
                acted = plans.pause(member, self.plan, self.days, scene.operator)
            case PlanAct.CANCEL:
                return self._cancelled(scene, member)
        return Outcome((acted, acted.does))

    def _cancelled(self, scene: Scene, member: bytes) -> Outcome:
        sale_id, wish = scene.till.plans.cancellation(member, self.plan)
        wish = replace(wish, cause=self.cause)
        quote = scene.till.refunds.quote(sale_id, wish)
        refund = scene.till.refunds.complete(sale_id, wish, quote, scene.operator)
        return Outcome((quote, refund, quote.does))


@step("plan", gives=(Acted, Consequences, RefundQuote, Refund))
def read_plan(block: Block) -> PlanStep:
    """Read whose plan, and the act."""
    act = block.choice("act", PlanAct)
    return PlanStep(
        member=block.refer("member", "member"),
        plan=block.text("plan"),
        act=act,
        days=block.whole("days", least=1, most=DAYS_MOST) if act is PlanAct.PAUSE else 0,
        cause=block.text("cause", CAUSE) if act is PlanAct.CANCEL else "",
    )
