"""Price lists: what goods cost for some days, in some stores, for everybody or for some members.

Shape: a `PriceList` names its own price of some products, and a `rate` of the shelf price for all
others. Lists are values and know no members: the engine says whose list it is (`list_prices`).

The policy, in two steps. What everybody pays is the shelf price, or, where lists for everybody
price the product, the lowest of theirs, which may be above the shelf's (a kiosk's prices). From
there a member's lists may only lower it: the lowest of them counts. A rate for everybody is one of
the shelf price, a rate for members one of what everybody pays. Equal prices go to the list whose
code comes first. What comes out is the line's unit price, and offers, discounts by hand, points and
tax begin with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

WHOLE: Final = Ratio(1)


class Buyers(StrEnum):
    """Whose list it is: everybody's, every member's, a tier's and those above, a segment's."""

    EVERYBODY = "everybody"
    MEMBERS = "members"
    TIER = "tier"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """A list. `code` is its short name, once in a shop; `name` is what receipts say.

    `stores` are store codes, none for all of them; `first_day` and `last_day` are business days,
    both included, None for no bound. `buyers_of` names the level (`scheme/level`, or the level
    alone) or the segment. `prices` are minor units for a piece or a kilogram by product id; `rate`
    is for all other products, None where only `prices` count.
    """

    id: bytes
    code: str
    name: str
    stores: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    buyers: Buyers = Buyers.EVERYBODY
    buyers_of: str = ""
    rate: Ratio | None = None
    prices: Mapping[bytes, int] = field(default_factory=dict, hash=False)
    active: bool = True

    @property
    def for_members(self) -> bool:
        """Whether somebody has to be identified for it."""
        return self.buyers is not Buyers.EVERYBODY

    def in_force(self, store: str, day: date) -> bool:
        """Whether it counts in a store on a business day."""
        here = not self.stores or store in self.stores
        begun = self.first_day is None or self.first_day <= day
        return self.active and here and begun and (self.last_day is None or day <= self.last_day)

    def price_of(self, product: Product, base_minor: int) -> int | None:
        """What it asks for a product; None where it says nothing. A rate is one of `base_minor`.

        A rate is rounded half-up to the minor unit, once a piece or kilogram. It leaves alone what
        no offer may lower, and money in another form; a price that is named counts for anything.
        """
        named = self.prices.get(product.id)
        if named is not None or self.rate is None:
            return named
        if not (product.goods and product.discountable):
            return None
        return self.rate.apply(base_minor, Rounding.HALF_UP)


@dataclass(frozen=True, slots=True)
class ListPrice:
    """Which list a line's price is from, as printed, and what the shelf says instead."""

    code: str
    name: str
    shelf_minor: int


def lowest(found: Mapping[str, int]) -> str:
    """The code of the lowest price; of equal ones the first by code."""
    return min(found, key=lambda code: (found[code], code))
