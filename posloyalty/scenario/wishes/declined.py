"""`declined = ["welcome"]`: offers that the cashier removes from the sale."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("declined")
def read_declined(block: Block, key: str) -> Wish:
    """Read the offers' ids."""
    offers = block.words(key)

    def wish(basket: Basket, _scene: Scene) -> Basket:
        for offer in offers:
            basket = basket.declining(offer, declined=True)
        return basket

    return wish
