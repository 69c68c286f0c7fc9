"""The same offers reckoned bare: no stacking beyond one of a group, no shares, no reasons, no tax.

`Indexed` looks offers up by the goods in the basket, as fast as plain Python can; `every_offer` is
the bare loop over all that exist. Neither looks for a best deal: they are floors, not rivals.
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.effect import EachEffect, PieceEffect, TotalEffect
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.shop.basket import Basket, BasketLine

Off = Callable[[list[BasketLine]], int]
Row = tuple[str, Off, Offer]


class Indexed:
    """Offers by what they name."""

    def __init__(self, programme: Programme) -> None:
        self._rows: dict[str, list[Row]] = {}
        self._always: list[Row] = []
        for offer in programme.offers:
            row = (offer.group or offer.id, _off(offer), offer)
            names = (*offer.goods.products, *offer.goods.tags)
            for name in names:
                self._rows.setdefault(name, []).append(row)
            if not names:
                self._always.append(row)

    def __call__(self, basket: Basket) -> int:
        """What the best of every group takes off, all together."""
        goods: dict[int, list[BasketLine]] = {}
        rows: dict[int, Row] = {}
        for line in basket.lines:
            for name in (line.product.sku, *line.product.tags):
                for row in self._rows.get(name, ()):
                    rows[id(row)] = row
                    goods.setdefault(id(row), []).append(line)
        best: dict[str, int] = {}
        lines = list(basket.lines)
        for key, (group, off, _) in rows.items():
            best[group] = max(best.get(group, 0), off(goods[key]))
        for group, off, _ in self._always:
            best[group] = max(best.get(group, 0), off(lines))
        return sum(best.values())


def every_offer(programme: Programme, basket: Basket) -> int:
    """The same by looking at every offer and every line."""
    best: dict[str, int] = {}
    for offer in programme.offers:
        lines = [line for line in basket.lines if offer.goods.matches(line.product)]
        if lines:
            group = offer.group or offer.id
            best[group] = max(best.get(group, 0), _off(offer)(lines))
    return sum(best.values())


def _off(offer: Offer) -> Off:
    effect = offer.effect
    if isinstance(effect, TotalEffect):
        return lambda lines: effect.total(
            sum([line.gross_minor for line in lines]), sum([line.quantity_milli for line in lines])
        )
    if isinstance(effect, EachEffect):
        return lambda lines: sum(
            [effect.each(line.gross_minor, line.quantity_milli) for line in lines]
        )
    assert isinstance(effect, PieceEffect)
    return _cheapest


def _cheapest(lines: list[BasketLine]) -> int:
    """Something of the kind that a group of pieces takes off: the price of the cheapest."""
    return min([line.unit_price_minor for line in lines]) if len(lines) > 1 else 0
