"""What gifts and rewards cost the shop, by offer, of a sale or of what a return takes back.

    shop_cost = { mug = "9.50" }

What is not stated must have no cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from posloyalty.domain.engine.quote import Quote, QuoteLine
from posloyalty.domain.programme.section import SHOP_COST
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import SaleLine
from posloyalty.scenario.block import Block
from posloyalty.scenario.expectation import amounts_check, expects
from posloyalty.scenario.seen import Check


@expects(SHOP_COST, of=Quote)
def read_shop_cost(block: Block, key: str) -> Check:
    """Read what they cost."""
    return amounts_check(block, key, Quote, lambda quote: _costs(quote.lines))


@expects(SHOP_COST, of=Refund)
def read_shop_cost_back(block: Block, key: str) -> Check:
    """Read what of their cost the goods take back with them."""
    return amounts_check(block, key, Refund, lambda refund: _costs(refund.lines))


def _costs(lines: Iterable[QuoteLine | SaleLine]) -> Iterator[tuple[str, int]]:
    return (pair for line in lines for pair in line.shop_cost)
