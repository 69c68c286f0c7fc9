"""`gifts = { mug = ["MUG"] }`: gifts that are added, by the offer that the till shows them for."""

from __future__ import annotations

from posloyalty.domain.engine.offer_reasons import GIFT
from posloyalty.domain.shop.basket import Basket, Chosen
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.sold_line import SoldLine, scan
from posloyalty.scenario.wish import Wish, wishes


@wishes("gifts")
def read_gifts(block: Block, key: str) -> Wish:
    """Read which goods are added for which offer."""
    table = block.section(key)
    wanted = [] if table is None else [(one, table.words(one)) for one in table.untaken]

    def wish(basket: Basket, scene: Scene) -> Basket:
        for offer_id, goods in wanted:
            for sku in goods:
                basket = scan(SoldLine(sku=sku), basket, scene)
                added = basket.lines[-1].number
                basket = basket.choosing(Chosen(kind=GIFT, of=offer_id, line=added))
        return basket

    return wish
