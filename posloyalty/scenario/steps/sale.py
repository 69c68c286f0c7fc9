"""`step = "sale"`: goods rung, quoted and paid. `step = "quote"`: rung and quoted, then left alone.

`every_order = true` quotes the goods in every order in which they may be scanned and expects the
same of each (I9); the sale itself is then rung in the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import permutations
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.block import Block, money_text, points_text
from posloyalty.scenario.face import face
from posloyalty.scenario.payment import Paying, kinds_of, read_payments, tendered
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.seen import NOTHING, Difference
from posloyalty.scenario.sold_line import SoldLine, read_lines, scan
from posloyalty.scenario.step import Outcome, step
from posloyalty.scenario.wish import WISHES, Wish

CARD: Final = "card"
# 7! = 5,040 orders are quoted in a few seconds.
ORDERED_MOST: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleStep:
    """What is bought, by whom, and how it is paid; `paid` False only asks what it would come to."""

    lines: tuple[SoldLine, ...]
    member: str
    proof: str
    every_order: bool
    wishes: tuple[Wish, ...]
    payments: tuple[Paying, ...]
    paid: bool

    def run(self, scene: Scene) -> Outcome:
        """Quote, and complete the sale."""
        opened = scene.till.check_out.open_basket()
        basket = self._basket(opened, self.lines, scene)
        scene.world.reserve(scene.placed, basket)
        quote = scene.till.check_out.quote(basket, operator=scene.operator)
        differences = tuple(self._other_orders(opened, quote, scene)) if self.every_order else ()
        if not self.paid:
            return Outcome((quote,), differences)
        paying = replace(scene, rung=(basket, quote))
        tenders = tendered(quote.payable_minor, self.payments, paying)
        sale = scene.till.check_out.complete(basket, quote, tenders, scene.operator)
        with scene.till.book.read() as reader:
            does = reader.ledger.done_by(sale.id)
        printed = Printed(partial(scene.till.receipts.receipt, sale.id, copy=False))
        return Outcome((quote, sale, does, printed), differences)

    def _basket(self, opened: Basket, lines: tuple[SoldLine, ...], scene: Scene) -> Basket:
        basket = opened.paid_by(kinds_of(self.payments)) if self.paid else opened
        for line in lines:
            basket = scan(line, basket, scene)
        if self.member:
            basket = basket.for_member(scene.member_id(self.member), proof=self.proof)
        for wish in self.wishes:
            basket = wish(basket, scene)
        return basket

    def _other_orders(self, opened: Basket, quote: Quote, scene: Scene) -> list[Difference]:
        """The first figure that hangs on the order of scanning."""
        wallets = scene.till.check_out.wallets()
        expected = _face(quote, wallets)
        for lines in permutations(self.lines):
            again = scene.till.check_out.quote(self._basket(opened, lines, scene))
            other = _face(again, wallets)
            if other == expected:
                continue
            names = sorted({*expected, *other}, key=lambda name: (name.startswith("lines"), name))
            what = next(name for name in names if expected.get(name) != other.get(name))
            facts = (
                ("order", ", ".join(line.sku for line in lines)),
                ("what", what),
                ("wanted", expected.get(what, NOTHING)),
                ("got", other.get(what, NOTHING)),
            )
            return [Difference((*scene.path, "every_order"), "ORDER_MATTERS", facts)]
        return []


def _face(quote: Quote, wallets: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    return face(
        quote,
        lambda minor: money_text(minor, quote.currency),
        lambda wallet, points: points_text(points, wallets[wallet][1]),
    )


def _read(block: Block, *, paid: bool) -> SaleStep:
    lines = read_lines(block)
    every_order = block.flag("every_order", default=False)
    if every_order and len(lines) > ORDERED_MOST:
        block.found("every_order", "TOO_MANY_OF", most=ORDERED_MOST)
    return SaleStep(
        lines=lines,
        member=block.refer("member", "member", ""),
        proof=block.text("proof", CARD),
        every_order=every_order,
        wishes=tuple(WISHES[key](block, key) for key in WISHES if key in block),
        payments=read_payments(block) if paid else (),
        paid=paid,
    )


@step("sale", gives=(Quote, Sale, Consequences, Printed))
def read_sale(block: Block) -> SaleStep:
    """Read a sale that is paid."""
    return _read(block, paid=True)


@step("quote", gives=(Quote,))
def read_quote(block: Block) -> SaleStep:
    """Read a basket that is only quoted: what the screen shows before anybody pays."""
    return _read(block, paid=False)
