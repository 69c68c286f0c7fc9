"""What points cost the shop, as scenario files write it: money for one whole point.

shop_cost = "0.008"           # or "1/300", exactly
"""

from __future__ import annotations

from posloyalty.domain.programme.section import SHOP_COST
from posloyalty.domain.programme.wallet import per_minor
from posloyalty.domain.values.fixed_point import format_fixed
from posloyalty.domain.values.money import Currency
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding
from posloyalty.scenario.block import Block

DECIMALS_MOST = 9


def read_shop_cost(block: Block, wallet: str) -> Ratio | None:
    """The cost of a wallet's points, as a lot keeps it; None where the table does not say."""
    if SHOP_COST not in block:
        return None
    return per_minor(block.ratio(SHOP_COST), _scale(block, wallet), block.reading.currency)


def shop_cost_text(cost: Ratio, scale: int, money: Currency) -> str:
    """The cost of one whole point: with decimals where it has some, else as a fraction."""
    whole: Ratio = cost * per_minor(Ratio(1), scale, money).inverse()
    for decimals in range(DECIMALS_MOST + 1):
        if 10**decimals % whole.denominator == 0:
            units = whole.apply(10**decimals, Rounding.HALF_UP)
            return format_fixed(units, decimals=decimals, grouping=False)
    return str(whole)


def told_shop_cost(cost: Ratio | None, wallet: str, block: Block) -> str:
    """The same for a wallet that a file names; "none" where nobody had said."""
    if cost is None:
        return "none"
    return shop_cost_text(cost, _scale(block, wallet), block.reading.currency)


def _scale(block: Block, wallet: str) -> int:
    return block.reading.scales.get(wallet, 0)
