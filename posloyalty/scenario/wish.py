"""Wishes: what customer and cashier want of a sale, such as points to redeem, and their registry.

A wish is a key of the steps `sale` and `quote`, read by a reader registered with `wishes`; it
changes the basket as the counter would, before the goods are quoted.

    @wishes("redeem")
    def read_redeem(block: Block, key: str) -> Wish: ...
"""

from __future__ import annotations

from collections.abc import Callable

from posloyalty.domain.shop.basket import Basket
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene

Wish = Callable[[Basket, Scene], Basket]
WishReader = Callable[[Block, str], Wish]
WISHES: dict[str, WishReader] = {}


def wishes(key: str) -> Callable[[WishReader], WishReader]:
    """Register a reader under the key that files use."""

    def register(reader: WishReader) -> WishReader:
        WISHES[key] = reader
        return reader

    return register
