"""`donate = { trees = "round_up" }`: what the customer gives to causes: a round-up or an amount."""

from __future__ import annotations

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.donation import Donation
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.wish import Wish, wishes

ROUND_UP = "round_up"


@wishes("donate")
def read_donate(block: Block, key: str) -> Wish:
    """Read what goes to which cause."""
    table = block.section(key)
    wanted = [] if table is None else [_donation(table, cause) for cause in table.untaken]

    def wish(basket: Basket, _scene: Scene) -> Basket:
        for donation in wanted:
            basket = basket.donating(donation.cause, donation)
        return basket

    return wish


def _donation(table: Block, cause: str) -> Donation:
    if table.written(cause) == ROUND_UP:
        return Donation(cause)
    return Donation(cause, table.amount(cause))
