"""`step = "claim"`: a member brings the receipt of an earlier sale, whose code is scanned.

step = "claim"
of = "first"                  # the step of the sale that nobody was attached to
member = "wang"
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.doings.programme_acts import Acted
from posloyalty.services.members.claims import ClaimView


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """Whose receipt of which sale."""

    of: str
    member: str

    def run(self, scene: Scene) -> Outcome:
        """Read the code off the paper, and claim it."""
        code = scene.receipt_code(scene.sale(self.of).id)
        member = scene.member_id(self.member)
        view = scene.till.claims.claim(code, member, scene.operator)
        return Outcome((view, view.acted, view.acted.does))


@step("claim", gives=(ClaimView, Acted, Consequences))
def read_claim(block: Block) -> ClaimStep:
    """Read the sale, and who claims it."""
    of, _ = block.step_before("of")
    return ClaimStep(of, block.refer("member", "member"))
