"""`step = "return_by_receipt"` and `"return_without_receipt"`: goods whose sale nobody looked up.

step = "return_by_receipt"    # the code on the paper is scanned
of = "first"
lines = ["CAKE"]              # at today's price, or "CAKE @ 5.00"

step = "return_without_receipt"
member = "wang"
lines = ["CAKE"]

With a receipt whose sale this till holds, its own lines come back. Without one, the newest sale of
a member in which an article was bought is looked for first; what is found nowhere goes back up to
the programme's floor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.engine.refund_unknown import UnknownGoods
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding
from posloyalty.scenario.block import Block
from posloyalty.scenario.coming_back import ComingBack, read_coming_back, read_goods_alone
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine
from posloyalty.scenario.step import Outcome, step
from posloyalty.scenario.steps.give_back import GiveBack, refunded
from posloyalty.services.ports import BoughtLine
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.returning.refund_unknown import ProvenSale, receipt_returns


@dataclass(frozen=True, slots=True)
class ByReceipt:
    """The goods of a sale whose receipt is shown."""

    goods: ComingBack

    @property
    def member(self) -> str:
        """The sale's."""
        return self.goods.member

    def run(self, scene: Scene) -> Outcome:
        """Scan the code, and take back what it leads to."""
        code = scene.receipt_code(scene.sale(self.goods.of).id)
        proven = scene.till.refunds_unknown.prove_returnable(code)
        if proven.sale_id is not None:
            return GiveBack(self.goods).run(scene)
        return _take_back(scene, self.goods, self.member, proven)


@dataclass(frozen=True, slots=True)
class WithoutReceipt:
    """The goods, and who brings them."""

    goods: ComingBack
    member: str

    def run(self, scene: Scene) -> Outcome:
        """Look for the member's newest sale of the article first."""
        for line in self.goods.lines if self.member else ():
            product = _one(scene, line).product
            for bought in scene.till.refunds.bought(scene.member_id(self.member), product.id):
                if bought.quantity_milli - bought.returned_milli >= line.quantity_milli:
                    return self._of_sale(scene, bought)
        return _take_back(scene, self.goods, self.member, None)

    def _of_sale(self, scene: Scene, bought: BoughtLine) -> Outcome:
        """One article of a sale that was found."""
        refunds = scene.till.refunds
        (line,) = self.goods.lines
        wish = refunds.wish((bought.line, line.quantity_milli))
        wish = replace(wish, cause=self.goods.cause, faulty=self.goods.faulty)
        quote = refunds.quote(bought.sale_id, wish)
        approver = scene.somebody(self.goods.approver)
        refund = refunds.complete(bought.sale_id, wish, quote, scene.operator, approver=approver)
        return refunded(scene, quote, refund)


def _take_back(scene: Scene, goods: ComingBack, member: str, proven: ProvenSale | None) -> Outcome:
    unknown = scene.till.refunds_unknown
    wish = unknown.wish(
        *(_one(scene, line) for line in goods.lines),
        receipt=proven,
        member_id=scene.member_id(member) if member else None,
        cause=goods.cause,
        faulty=goods.faulty,
    )
    quote = unknown.quote(wish)
    scene.world.reserve_receipt(scene.placed, wish.refund_id, receipt_returns(wish))
    approver = scene.somebody(goods.approver)
    refund = unknown.complete(wish, quote, scene.operator, approver=approver)
    return refunded(scene, quote, refund)


def _one(scene: Scene, line: SoldLine) -> UnknownGoods:
    with scene.till.book.read() as reader:
        product = reader.catalogue.by_sku(line.sku)
    price = line.price_minor
    if product is not None and price is None:
        price = product.price_minor
    if product is None or price is None:
        raise ServiceRefusal("UNKNOWN_PRODUCT")
    return UnknownGoods(
        product=product,
        quantity_milli=line.quantity_milli,
        amount_minor=price_times_quantity(price, line.quantity_milli, Rounding.HALF_UP),
    )


@step("return_by_receipt", gives=(RefundQuote, Refund, Consequences, Printed))
def read_by_receipt(block: Block) -> ByReceipt:
    """Read whose receipt it is, and what comes back."""
    return ByReceipt(read_coming_back(block, RefundKind.RETURN))


@step("return_without_receipt", gives=(RefundQuote, Refund, Consequences, Printed))
def read_without_receipt(block: Block) -> WithoutReceipt:
    """Read what comes back, and from whom. With a member it is one article at a time."""
    goods = read_goods_alone(block)
    member = block.refer("member", "member", "")
    if member and len(goods.lines) > 1:
        block.found("lines", "TOO_MANY_OF", most=1)
    return WithoutReceipt(goods, member)
