"""`marks = ["own-cup"]`: activities that belong to the sale."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("marks")
def read_marks(block: Block, key: str) -> Wish:
    """Read the activities' ids."""
    marks = block.words(key)

    def wish(basket: Basket, _scene: Scene) -> Basket:
        for mark in marks:
            basket = basket.marking(mark, marked=True)
        return basket

    return wish
