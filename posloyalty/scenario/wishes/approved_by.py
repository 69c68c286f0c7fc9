"""`approved_by = "boss"`: somebody with more authority stands by and approves."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("approved_by")
def read_approved_by(block: Block, key: str) -> Wish:
    """Read who."""
    name = block.refer(key, "operator")

    def wish(basket: Basket, scene: Scene) -> Basket:
        return basket.approved_by(scene.placed.operators[name])

    return wish
