"""`removed = ["CAKE"]`: goods that were scanned and taken out of the basket again."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("removed")
def read_removed(block: Block, key: str) -> Wish:
    """Read the stock numbers; every line of one goes."""
    skus = block.words(key)
    block.reading.references += [((*block.path, key), "product", sku) for sku in skus]

    def wish(basket: Basket, _scene: Scene) -> Basket:
        for line in basket.lines:
            if line.product.sku in skus:
                basket = basket.without(line.number)
        return basket

    return wish
