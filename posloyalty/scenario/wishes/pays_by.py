"""`pays_by = "card"`, or a list: what the customer says of how they pay, before anything is paid.

A sale that is paid is quoted for the kinds of its `pay`, as the pay screen does; this is for a
basket that is only quoted, and for a customer who then pays otherwise.
"""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("pays_by")
def read_pays_by(block: Block, key: str) -> Wish:
    """Read the kinds."""
    kinds = block.choices(key, TenderKind)

    def wish(basket: Basket, _scene: Scene) -> Basket:
        return basket.paid_by(kinds)

    return wish
