"""The goods of a sale as a file writes them: `"COFFEE"`, `"2 CAKE"`, `"0.437 kg APPLES"`.

A price that the cashier keys in follows an @: `"BAG @ 5.00"`. What does not fit into a text is a
table: `{ sku = "APPLES", quantity = "0.437", amount = "17.00" }`, where `amount` is what a scale
label says; `{ sku = "CARD", price = "50.00", card = "1001" }` sells or fills a gift card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.basket import QUANTITY_ONE, Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.services.refusal import ServiceRefusal

_TEXT: Final = re.compile(
    r"(?:(?P<quantity>[\d.,]+)\s*(?:x|kg)?\s+)?(?P<sku>\S+)(?:\s+@\s+(?P<price>\S+))?"
)
LINES_MOST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class SoldLine:
    """What is scanned: a product, how much of it, and a price or amount of its own."""

    sku: str
    quantity_milli: int = QUANTITY_ONE
    price_minor: int | None = None
    amount_minor: int | None = None
    card: str = ""


def read_lines(block: Block, key: str = "lines") -> tuple[SoldLine, ...]:
    """The lines under a key, in the order of scanning."""
    value = block.value(key)
    if not isinstance(value, list) or not 0 < len(value) <= LINES_MOST:
        block.found(key, "NOT_LINES", given=str(value)[:60])
        return ()
    return tuple(_line(block, key, place, item) for place, item in enumerate(value))


def scan(line: SoldLine, basket: Basket, scene: Scene) -> Basket:
    """The basket with the line rung; refuses as the counter does."""
    with scene.till.book.read() as reader:
        product = reader.catalogue.by_sku(line.sku)
    if product is None:
        raise ServiceRefusal("UNKNOWN_PRODUCT")
    return basket.add(
        product,
        quantity_milli=line.quantity_milli,
        unit_price_minor=line.price_minor,
        gross_minor=line.amount_minor,
        card=line.card,
    )


def _line(block: Block, key: str, place: int, item: object) -> SoldLine:
    path = (*block.path, key, place)
    if isinstance(item, dict):
        table = Block(item, path, block.reading)
    else:
        match = _TEXT.fullmatch(item.strip()) if isinstance(item, str) else None
        if match is None:
            block.reading.found(path, "NOT_A_LINE", given=str(item)[:60])
            return SoldLine(sku="")
        told = {name: text for name, text in match.groupdict().items() if text is not None}
        table = Block(told, path, block.reading)
    line = SoldLine(
        sku=table.refer("sku", "product"),
        quantity_milli=table.quantity("quantity", QUANTITY_ONE),
        price_minor=table.money("price", least=0) if "price" in table else None,
        amount_minor=table.money("amount", least=0) if "amount" in table else None,
        card=table.text("card") if "card" in table else "",
    )
    table.close(("price", "amount", "card"))
    return line
