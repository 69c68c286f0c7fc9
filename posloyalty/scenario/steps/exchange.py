"""`step = "exchange"`: goods of an earlier sale come back and others are bought for their money.

`of` names the step that rang the sale, `back` which of its goods come back, `lines` what is bought;
`pay` pays the difference, in cash to the coin when left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.engine.refund_quote import RefundQuote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block
from posloyalty.scenario.payment import Paying, kinds_of, read_payments, tendered
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine, read_lines, scan
from posloyalty.scenario.step import Outcome, step
from posloyalty.scenario.steps.give_back import CAUSE, wanted_back
from posloyalty.scenario.steps.sale import CARD
from posloyalty.scenario.wish import WISHES, Wish
from posloyalty.services.exchange_sale import ExchangeQuote

BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What comes back of which sale, what is bought, and how the difference is paid."""

    of: str
    member: str
    back: tuple[SoldLine, ...]
    lines: tuple[SoldLine, ...]
    cause: str
    faulty: bool
    wishes: tuple[Wish, ...]
    payments: tuple[Paying, ...]

    def run(self, scene: Scene) -> Outcome:
        """Quote both halves, and complete them together."""
        till, sold = scene.till, scene.sale(self.of)
        left = till.refunds.find(sold.id).left
        wish = replace(
            till.refunds.wish(*wanted_back(sold, left, self.back)),
            cause=self.cause,
            faulty=self.faulty,
        )
        basket = self._basket(till.check_out.open_basket(), sold, scene)
        quote = till.exchange.quote(sold.id, wish, basket, scene.operator)
        paying = replace(scene, rung=(basket, quote.sale))
        tenders = tendered(quote.sale.payable_minor, self.payments, paying, quote.begins)
        refund, sale = till.exchange.complete(sold.id, wish, quote, basket, tenders, scene.operator)
        with till.book.read() as reader:
            does = reader.ledger.done_by(sale.id)
        printed = Printed(partial(till.receipts.receipt, sale.id, copy=False))
        return Outcome((quote, quote.sale, sale, quote.refund, refund, does, printed))

    def _basket(self, opened: Basket, sold: Sale, scene: Scene) -> Basket:
        basket = opened.paid_by(kinds_of(self.payments))
        for line in self.lines:
            basket = scan(line, basket, scene)
        if sold.member_id is not None:
            basket = basket.for_member(sold.member_id, proof=CARD)
        for wish in self.wishes:
            basket = wish(basket, scene)
        return basket


@step(
    "exchange",
    gives=(ExchangeQuote, Quote, Sale, RefundQuote, Refund, Consequences, Printed),
)
def read_exchange(block: Block) -> Exchange:
    """Read what comes back and what is bought instead."""
    of, member = block.step_before("of")
    return Exchange(
        of=of,
        member=member,
        back=read_lines(block, BACK) if BACK in block else (),
        lines=read_lines(block),
        cause=block.text("cause", CAUSE),
        faulty=block.flag("faulty", default=False),
        wishes=tuple(WISHES[key](block, key) for key in WISHES if key in block),
        payments=read_payments(block),
    )
