"""The lines of a quote: what every line bears of each offer, of points, of tax and of earning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.quote import AppliedOffer, Earning, QuoteLine
from posloyalty.domain.engine.redemption import RedemptionOutcome
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxes

# Members of an enumeration are looked up in Python each time they are named.
EXCLUSIVE = TaxMode.EXCLUSIVE


def quote_lines(
    goods: Goods,
    basket: Basket,
    applied: Sequence[AppliedOffer],
    points: RedemptionOutcome,
    taxes: Taxes,
    earnings: Iterable[Earning],
    classes: Sequence[TaxClass],
) -> tuple[QuoteLine, ...]:
    """The lines with their allocations, in the basket's order; `classes` are the lines' own."""
    offers = _by_line((one.offer_id, one.shares) for one in applied)
    costs = _by_line((one.offer_id, one.shop_cost) for one in applied if one.shop_cost)
    earned = _by_line((one.wallet, one.shares) for one in earnings)
    lines: dict[int, QuoteLine] = {}
    places = zip(goods.lines, points.amounts, points.redeemed, taxes.shares, classes, strict=True)
    for line, amount, redeemed, tax, tax_class in places:
        number, mode = line.number, tax_class.mode
        lines[number] = QuoteLine(
            line,
            tuple(offers[number]) if number in offers else (),
            redeemed,
            amount + tax if mode is EXCLUSIVE else amount,
            tax,
            tax_class.code,
            tax_class.rate,
            mode,
            tuple(earned[number]) if number in earned else (),
            tax_class.fixed_minor,
            tuple(costs[number]) if number in costs else (),
        )
    return tuple([lines[line.number] for line in basket.lines])


def _by_line(
    given: Iterable[tuple[str, tuple[tuple[int, int], ...]]],
) -> dict[int, list[tuple[str, int]]]:
    """The shares of each line by its number, in the order of what gave them."""
    found: dict[int, list[tuple[str, int]]] = {}
    for name, shares in given:
        for number, share in shares:
            if number in found:
                found[number].append((name, share))
            else:
                found[number] = [(name, share)]
    return found
