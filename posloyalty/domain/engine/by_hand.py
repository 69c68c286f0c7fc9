"""Discounts by hand, after the best deal and before points: shares by line like an offer's.

The programme has no say in them and its offers do not see them: thresholds are measured as if they
were not there, and the search for the best deal stays what it is. First the lines' own, then the
basket's, each on what is left, over goods that may be discounted; earning, points and tax go by
what remains.
"""

from __future__ import annotations

from posloyalty.domain.engine.discount import spread
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.quote import AppliedOffer
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.by_hand import WHOLE_BASKET, DiscountByHand

Amounts = tuple[int, ...]


def take_off_by_hand(
    goods: Goods, basket: Basket, amounts: Amounts
) -> tuple[tuple[AppliedOffer, ...], Amounts]:
    """The discounts that take something off, and what is left of each line after them."""
    applied = []
    in_order = sorted(basket.discounts, key=lambda one: (one.line == WHOLE_BASKET, one.line))
    for discount in in_order:
        one, amounts = _taken(goods, discount, amounts)
        if one is not None:
            applied.append(one)
    return tuple(applied), amounts


def _taken(
    goods: Goods, discount: DiscountByHand, amounts: Amounts
) -> tuple[AppliedOffer | None, Amounts]:
    whole = discount.line == WHOLE_BASKET
    places = [
        place
        for place, line in enumerate(goods.lines)
        if line.discountable and (whole or line.number == discount.line)
    ]
    left = [amounts[place] for place in places]
    total = discount.off(sum(left))
    if not total:
        return None, amounts
    shares = spread(total, left, left, [goods.keys[place] for place in places])
    after = list(amounts)
    for place, share in zip(places, shares, strict=True):
        after[place] -= share
    applied = AppliedOffer(
        offer_id=discount.offer_id,
        name=discount.name,
        amount_minor=total,
        shares=tuple(
            (goods.lines[place].number, share)
            for place, share in zip(places, shares, strict=True)
            if share
        ),
        reasons=(reason("BY_HAND", off_minor=total),),
        whole_order=whole,
        by_hand=True,
    )
    return applied, tuple(after)
