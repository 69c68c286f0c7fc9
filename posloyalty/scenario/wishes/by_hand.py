"""`by_hand = [{ line = 2, percent = "10%" }]`: what the cashier takes off, or another price.

`line` is the line as scanned, 1 for the first; without it the discount is the basket's. One of
`percent`, `amount` and `price`; `reason` is a word, `approved_by` who stands by where the cashier
alone may not.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.shop.authority import WHOLE
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.by_hand import WHOLE_BASKET, DiscountByHand, PriceByHand
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes

LINE_MOST = 500
WAYS = ("percent", "amount", "price")
KNOWN = (*WAYS, "line", "reason", "approved_by")


@dataclass(frozen=True, slots=True)
class ByHand:
    """One entry of the list; the place of a line from 1, 0 for the basket."""

    place: int
    hundredths: int
    amount_minor: int
    price_minor: int | None
    reason: str
    approver: str | None


@wishes("by_hand")
def read_by_hand(block: Block, key: str) -> Wish:
    """Read what is taken off."""
    wanted = tuple(_read(table) for table in block.sections(key))

    def wish(basket: Basket, scene: Scene) -> Basket:
        for one in wanted:
            basket = _done(one, basket, scene)
        return basket

    return wish


def _read(table: Block) -> ByHand:
    given = table.present(WAYS)
    place = table.whole("line", least=1, most=LINE_MOST) if "line" in table else WHOLE_BASKET
    ways = WAYS[:2] if place == WHOLE_BASKET else WAYS
    if len(given) != 1 or given[0] not in ways:
        code = "KIND_TWICE" if len(given) > 1 else "KIND_MISSING"
        table.reading.found(table.path, code, known=", ".join(ways))
    rate = table.ratio("percent", most=Ratio(1)) if "percent" in table else Ratio(0)
    read = ByHand(
        place=place,
        hundredths=rate.apply(WHOLE, Rounding.HALF_UP),
        amount_minor=table.amount("amount") if "amount" in table else 0,
        price_minor=table.amount("price") if "price" in table else None,
        reason=table.text("reason") if "reason" in table else "",
        approver=table.refer("approved_by", "operator") if "approved_by" in table else None,
    )
    table.close(KNOWN)
    return read


def _done(one: ByHand, basket: Basket, scene: Scene) -> Basket:
    approver = None if one.approver is None else scene.placed.operators[one.approver].id
    number = one.place and basket.lines[one.place - 1].number
    if one.price_minor is not None:
        line = basket.line(number)
        shelf = line.product.price_minor
        hand = PriceByHand(
            shelf_minor=line.unit_price_minor if shelf is None else shelf,
            reason=one.reason,
            approved_by=approver,
        )
        return basket.with_price(number, one.price_minor, hand)
    discount = DiscountByHand(
        line=number,
        hundredths=one.hundredths,
        amount_minor=one.amount_minor,
        name=one.reason or "by hand",
        reason=one.reason,
        approved_by=approver,
    )
    return basket.discounting(number, discount)
