"""`step = "claim"`: a member brings the receipt of an earlier sale, whose code is scanned.

step = "claim"
of = "first"                  # the step of the sale that nobody was attached to
member = "wang"
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.claims import ClaimView
from posloyalty.services.programme_acts import Acted
from posloyalty.services.receipt_code import receipt_code
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """Whose receipt of which sale."""

    of: str
    member: str

    def run(self, scene: Scene) -> Outcome:
        """Read the code off the paper, and claim it."""
        sale_id = scene.sale(self.of).id
        code = next((code for code in _codes(scene, sale_id) if code), None)
        if code is None:
            raise ServiceRefusal("NO_SUCH_SALE")
        member = scene.member_id(self.member)
        view = scene.till.claims.claim(code, member, scene.operator)
        return Outcome((view, view.acted, view.acted.does))


def _codes(scene: Scene, sale_id: bytes) -> Iterator[str | None]:
    """What the till that sold the goods printed."""
    for placed in scene.world.tills.values():
        with placed.till.book.read() as reader:
            stored = reader.sales.by_id(sale_id)
            if stored is not None:
                yield receipt_code(reader, stored)


@step("claim", gives=(ClaimView, Acted, Consequences))
def read_claim(block: Block) -> ClaimStep:
    """Read the sale, and who claims it."""
    of, _ = block.step_before("of")
    return ClaimStep(of, block.refer("member", "member"))
