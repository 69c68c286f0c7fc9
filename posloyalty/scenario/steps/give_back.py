"""`step = "return"`: goods of an earlier sale come back. `step = "void"`: all of it is undone.

`of` names the step that rang the sale. Without `lines` everything that is left of it comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.scenario.block import Block
from posloyalty.scenario.coming_back import ComingBack, read_coming_back
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Which goods of which sale, and how."""

    goods: ComingBack

    @property
    def member(self) -> str:
        """The sale's."""
        return self.goods.member

    def run(self, scene: Scene) -> Outcome:
        """Find the sale, quote what comes back, and complete it."""
        refunds = scene.till.refunds
        sale, wish = self.goods.wish(scene)
        quote = refunds.quote(sale.id, wish)
        scene.world.reserve_return(scene.placed, sale.id, wish)
        refund = refunds.complete(
            sale.id, wish, quote, scene.operator, approver=scene.somebody(self.goods.approver)
        )
        return refunded(scene, quote, refund)


def refunded(scene: Scene, quote: RefundQuote, refund: Refund) -> Outcome:
    """What a refund leaves to look at."""
    with scene.till.book.read() as reader:
        does = reader.ledger.done_by(refund.id)
    printed = Printed(partial(scene.till.receipts.receipt, refund.id, copy=False))
    return Outcome((quote, refund, does, printed))


@step("return", gives=(RefundQuote, Refund, Consequences, Printed))
def read_return(block: Block) -> GiveBack:
    """Read which goods come back."""
    return GiveBack(read_coming_back(block, RefundKind.RETURN))


@step("void", gives=(RefundQuote, Refund, Consequences, Printed))
def read_void(block: Block) -> GiveBack:
    """Read which sale should never have been."""
    return GiveBack(read_coming_back(block, RefundKind.VOID))
