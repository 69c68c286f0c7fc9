"""`redeem = 500`: points that the customer wants to pay with; as many as are of use are taken."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes


@wishes("redeem")
def read_redeem(block: Block, key: str) -> Wish:
    """Read the points, by wallet where there are several."""
    wanted = block.by_wallet(key)

    def wish(basket: Basket, _scene: Scene) -> Basket:
        for wallet, points in wanted.items():
            basket = basket.redeeming(Redemption(wallet=wallet, points=points), wallet=wallet)
        return basket

    return wish
