"""The lines of a quote: what every line bears of each offer, of points, of tax and of earning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.quote import AppliedOffer, Earning, QuoteLine
from posloyalty.domain.engine.redemption import RedemptionOutcome
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.shop.tax import Taxes


def quote_lines(
    goods: Goods,
    basket: Basket,
    applied: Iterable[AppliedOffer],
    points: RedemptionOutcome,
    taxes: Taxes,
    earnings: Iterable[Earning],
    classes: Sequence[TaxClass],
) -> tuple[QuoteLine, ...]:
    """The lines with their allocations, in the basket's order; `classes` are the lines' own."""
    offers = _by_line((one.offer_id, one.shares) for one in applied)
    earned = _by_line((one.wallet, one.shares) for one in earnings)
    lines: dict[int, QuoteLine] = {}
    places = zip(goods.lines, points.amounts, points.redeemed, taxes.shares, classes, strict=True)
    for line, amount, redeemed, tax, tax_class in places:
        number, mode = line.number, tax_class.mode
        lines[number] = QuoteLine(
            line,
            tuple(offers[number]) if number in offers else (),
            redeemed,
            amount + tax if mode is TaxMode.EXCLUSIVE else amount,
            tax,
            tax_class.code,
            tax_class.rate,
            mode,
            tuple(earned[number]) if number in earned else (),
            tax_class.fixed_minor,
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
