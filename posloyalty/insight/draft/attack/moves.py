"""What somebody may do who wants more than is meant: buy, give back, convert, exchange, wait.

Moves are values: the same moves on the same draft come to the same, here and on a till.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.shop.product import Product


@dataclass(frozen=True, slots=True)
class Ware:
    """Goods of the attack; `category` is the key by which the file names their category."""

    product: Product
    category: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a basket: so many pieces at a price."""

    ware: Ware
    pieces: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Buy:
    """A sale; with `redeem` everything is used that lowers what is paid."""

    pieces: tuple[Piece, ...]
    redeem: bool = False


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Lines of an earlier sale come back; `sale` counts the sales from 0, no lines are all."""

    sale: int
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Convert:
    """All points of a wallet are given up for those of another."""

    conversion: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A reward that gives by itself is had as often as points buy it."""

    reward: str


@dataclass(frozen=True, slots=True)
class Wait:
    """So many days pass."""

    days: int


Move = Buy | GiveBack | Convert | Exchange | Wait
