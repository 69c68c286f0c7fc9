"""The goods and baskets of an attack, made from what the draft names.

There are goods for every stock number, category and tag, and some that nobody named. Prices are the
amounts of the file, which are where something begins to be given, and plain ones; a basket is one
price, or a dear thing beside a cheap one, or as many pieces as a number of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from posloyalty.domain.programme.line_filter import category_id
from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.money import BadAmount, Currency, parse_amount
from posloyalty.insight.draft.attack.dice import Dice
from posloyalty.insight.draft.attack.moves import Buy, Piece, Ware
from posloyalty.insight.draft.draft import leaves
from posloyalty.insight.draft.situations import goods_named

PRODUCT_IDS: Final = 1 << 64
AMOUNTS_MAX: Final = 12
PIECES_MAX: Final = 24
LINES_MAX: Final = 4
UNTAXED: Final = "none"


def wares(table: Mapping[str, Any]) -> tuple[Ware, ...]:
    """The goods, first some that nobody named."""
    named = goods_named(_of_goods(table))
    keys = {
        category_id(value): value
        for key, value in leaves(table)
        if key == "category" and isinstance(value, str)
    }
    plain = Product(id=b"", sku="PLAIN", name="", price_minor=None, tax_class=UNTAXED)
    found = []
    skus: set[str] = set()
    for place, one in enumerate((plain, *named)):
        sku = one.sku or f"GOODS-{place}"
        if sku in skus:
            sku = f"{sku}-{place}"
        skus.add(sku)
        product = replace(
            one,
            id=(PRODUCT_IDS + place).to_bytes(16, "big"),
            sku=sku,
            name=sku,
            price_minor=None,
            tax_class=UNTAXED,
        )
        found.append(Ware(product, keys.get(one.category_id or b"", "")))
    return tuple(found)


def _of_goods(value: object) -> object:
    """A draft without what it says of fees: nobody keeps one, and to be let off it is no hole."""
    if isinstance(value, dict):
        if value.get("fee") is True:
            return {}
        return {key: _of_goods(inner) for key, inner in value.items()}
    return [_of_goods(one) for one in value] if isinstance(value, list) else value


class Shelf:
    """Baskets without end, in an order that a seed makes."""

    def __init__(self, table: Mapping[str, Any], currency: Currency) -> None:
        self.wares = wares(table)
        self._unit: int = 10**currency.exponent
        self._prices = _prices(table, currency)
        self._counts = _counts(table)

    def openings(self) -> Iterator[Buy]:
        """The baskets that are looked at in any case: each ware at each price, and beside a cheap
        thing.
        """
        for ware in self.wares:
            for price in self._prices:
                yield Buy((Piece(ware, 1, price),))
        for ware in self.wares:
            for price in self._prices:
                if price > self._unit:
                    rest = Piece(ware, 1, price - self._unit)
                    yield Buy((rest, Piece(ware, 1, self._unit)))
            for count in self._counts:
                yield Buy((Piece(ware, count, 10 * self._unit),))
        yield Buy(tuple(Piece(ware, 1, 10 * self._unit) for ware in self.wares[:LINES_MAX]))

    def any(self, chance: Dice, *, redeem: bool) -> Buy:
        """Any basket."""
        lines = [
            Piece(
                chance.choice(self.wares),
                chance.choice((1, 1, 1, *self._counts)),
                self._price(chance),
            )
            for _ in range(1 + chance.below(LINES_MAX))
        ]
        return Buy(tuple(lines), redeem)

    def _price(self, chance: Dice) -> int:
        price = chance.choice(self._prices)
        # What is just enough, just too little, or a part of it.
        tried = chance.choice((price, price, price - 1, price - self._unit, price // 2))
        return max(tried, self._unit // 10, 1)


def _prices(table: Mapping[str, Any], currency: Currency) -> tuple[int, ...]:
    unit = 10**currency.exponent
    found = {unit, 10 * unit, 100 * unit}
    for _, value in leaves(table):
        if isinstance(value, str) and value[:1].isdigit() and not value.endswith("%"):
            try:
                amount = parse_amount(value, currency)
            except BadAmount:
                continue
            if amount > 0:
                found.add(amount)
    return tuple(sorted(found)[:AMOUNTS_MAX])


def _counts(table: Mapping[str, Any]) -> tuple[int, ...]:
    found = {2, 3}
    for _, value in leaves(table):
        if type(value) is int and 1 < value <= PIECES_MAX:
            found |= {value, value + 1}
    return tuple(sorted(found)[:AMOUNTS_MAX])
