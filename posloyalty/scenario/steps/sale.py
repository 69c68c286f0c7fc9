"""`step = "sale"`: goods rung, quoted and paid. `step = "quote"`: rung and quoted, then left alone.

`every_order = true` quotes the goods in every order in which they may be scanned and expects the
same of each; the sale itself is then rung in the order of the file. `recalls = "aside"` takes
the basket up again that an earlier step held; more lines may join it.
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
from posloyalty.scenario.rung import Rung, read_rung
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.seen import NOTHING, Difference
from posloyalty.scenario.step import Outcome, step
from posloyalty.services.selling.sale_wishes import Spending

# 7! = 5,040 orders are quoted in a few seconds.
ORDERED_MOST: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleStep:
    """What is bought, by whom, and how it is paid; `paid` False only asks what it would come to.

    `recalls` is the step that held the basket, "" for a new one.
    """

    rung: Rung
    recalls: str
    every_order: bool
    payments: tuple[Paying, ...]
    paid: bool

    @property
    def member(self) -> str:
        """Who buys."""
        return self.rung.member

    def run(self, scene: Scene) -> Outcome:
        """Quote, and complete the sale."""
        opened = self._opened(scene)
        basket = self.rung.basket(opened, scene)
        scene.world.reserve(scene.placed, Spending(basket=basket))
        quote = scene.till.check_out.quote(basket, operator=scene.operator)
        differences = tuple(self._other_orders(opened, quote, scene)) if self.every_order else ()
        if not self.paid:
            return Outcome((quote,), differences)
        paying = replace(scene, rung=(basket, quote))
        tenders = tendered(quote.payable_minor, self.payments, paying)
        scene.world.reserve(scene.placed, Spending(basket=basket, quote=quote, tenders=tenders))
        sale = scene.till.check_out.complete(basket, quote, tenders, scene.operator)
        return Outcome((quote, *sold(scene, sale)), differences)

    def _opened(self, scene: Scene) -> Basket:
        """A new basket, or one that was put aside; how it will be paid is said beforehand."""
        if self.recalls:
            opened = scene.till.hold.recall(scene.held(self.recalls), scene.operator)
        else:
            opened = scene.till.check_out.open_basket()
        return opened.paid_by(kinds_of(self.payments)) if self.paid else opened

    def _other_orders(self, opened: Basket, quote: Quote, scene: Scene) -> list[Difference]:
        """The first figure that hangs on the order of scanning."""
        wallets = scene.till.check_out.wallets()
        expected = _face(quote, wallets)
        for lines in permutations(self.rung.lines):
            again = scene.till.check_out.quote(self.rung.basket(opened, scene, lines))
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


def sold(scene: Scene, sale: Sale) -> tuple[object, ...]:
    """What a sale leaves to look at beside its quote."""
    with scene.till.book.read() as reader:
        does = reader.ledger.done_by(sale.id)
    return (sale, does, Printed(partial(scene.till.receipts.receipt, sale.id, copy=False)))


def _face(quote: Quote, wallets: Mapping[str, tuple[str, int]]) -> dict[str, str]:
    return face(
        quote,
        lambda minor: money_text(minor, quote.currency),
        lambda wallet, points: points_text(points, wallets[wallet][1]),
    )


def _read(block: Block, *, paid: bool) -> SaleStep:
    recalls = block.step_before("recalls")[0] if paid and "recalls" in block else ""
    rung = read_rung(block, some=not recalls)
    every_order = block.flag("every_order", default=False)
    if every_order and len(rung.lines) > ORDERED_MOST:
        block.found("every_order", "TOO_MANY_OF", most=ORDERED_MOST)
    return SaleStep(
        rung=rung,
        recalls=recalls,
        every_order=every_order,
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
