"""`step = "exchange"`: goods of an earlier sale come back and others are bought for their money.

`of` names the step that rang the sale, `back` which of its goods come back, `lines` what is bought;
`pay` pays the difference, in cash to the coin when left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.shop.refund import Refund, RefundKind
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.coming_back import ComingBack, read_coming_back
from posloyalty.scenario.payment import Paying, kinds_of, read_payments, tendered
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.rung import Rung, read_rung
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import Outcome, step
from posloyalty.scenario.steps.sale import sold
from posloyalty.services.returning.exchange_sale import ExchangeQuote
from posloyalty.services.selling.sale_wishes import Spending

BACK: Final = "back"


@dataclass(frozen=True, slots=True)
class Exchange:
    """What comes back, what is bought, and how the difference is paid."""

    goods: ComingBack
    rung: Rung
    payments: tuple[Paying, ...]

    @property
    def member(self) -> str:
        """The earlier sale's."""
        return self.goods.member

    def run(self, scene: Scene) -> Outcome:
        """Quote both halves, and complete them in one transaction."""
        exchange, approver = scene.till.exchange, scene.somebody(self.goods.approver)
        before, wish = self.goods.wish(scene)
        opened = scene.till.check_out.open_basket()
        if before.member_id is not None:
            opened = opened.for_member(before.member_id, proof=self.rung.proof)
        basket = self.rung.basket(opened.paid_by(kinds_of(self.payments)), scene)
        scene.world.reserve_return(scene.placed, before.id, wish)
        scene.world.reserve(scene.placed, Spending(basket=basket))
        quote = exchange.quote(before.id, wish, basket, scene.operator)
        paying = replace(scene, rung=(basket, quote.sale))
        tenders = tendered(quote.sale.payable_minor, self.payments, paying, quote.begins)
        spending = Spending(basket=basket, quote=quote.sale, tenders=tenders)
        scene.world.reserve(scene.placed, spending)
        refund, sale = exchange.complete(
            before.id, wish, quote, basket, tenders, scene.operator, approver=approver
        )
        return Outcome((quote, quote.sale, quote.refund, refund, *sold(scene, sale)))


@step("exchange", gives=(ExchangeQuote, Quote, RefundQuote, Refund, Sale, Consequences, Printed))
def read_exchange(block: Block) -> Exchange:
    """Read what comes back and what is bought instead."""
    return Exchange(
        read_coming_back(block, RefundKind.RETURN, lines=BACK),
        read_rung(block),
        read_payments(block),
    )
