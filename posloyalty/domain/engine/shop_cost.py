"""What gifts and rewards of a sale cost the shop, by line: a return takes back its part.

A gift costs so much a piece, wherever its pieces are; a voucher or reward so much a use, spread
over the lines by what it takes off them. What nobody has said a cost of has none here: it costs
what it takes off.
"""

from __future__ import annotations

from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.taken import Taken
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.values.allocation import allocate

Costs = tuple[tuple[int, int], ...]
"""Line numbers, each with an amount in minor units."""


def shop_cost_of(taken: Taken, shares: Costs, goods: Goods) -> Costs | None:
    """What something that applies costs the shop; None where its rules do not say.

    `shares` are what it takes off by line number.
    """
    found = taken.found
    if isinstance(found.effect, Gift):
        each = found.effect.shop_cost_minor
        if each is None:
            return None
        return tuple(sorted((goods.numbers[place], each * n) for place, n in taken.given))
    cost = found.offer.shop_cost_minor
    if cost is None:
        return None
    if not shares:  # rounded to nothing, before tax: it was used all the same
        return ((goods.numbers[taken.targets[0]], cost),)
    keys = dict(zip(goods.numbers, goods.keys, strict=True))
    parts = allocate(cost, [share for _, share in shares], [keys[number] for number, _ in shares])
    spread = zip(shares, parts, strict=True)
    # That something costs nothing is said too: it is not the same as nobody having said.
    return tuple((number, part) for (number, _), part in spread if part or not cost)
