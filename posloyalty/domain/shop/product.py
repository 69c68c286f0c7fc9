"""What a shop sells: products, their prices, tax classes and categories.

Shape: a `Product` holds one price in minor units of the shop's currency, or None when the cashier
keys the price in. Products are values: a change of price is a new `Product` with the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from posloyalty.domain.values.ratio import Ratio

ProductName = tuple[str, str | bytes]
"""What rules may call a product by: "product" and its SKU, "category" and its id, "tag" and one."""


class TaxMode(StrEnum):
    """Whether a shown price already holds the tax."""

    INCLUSIVE = "inclusive"
    EXCLUSIVE = "exclusive"


@dataclass(frozen=True, slots=True)
class TaxClass:
    """A named tax rate, such as 13 % included in the price.

    `rate` is exact: 13 % is Ratio(13, 100). `fixed_minor` is a tax of so much for every piece or
    kilogram, such as a levy on bags, beside the rate or without one.
    """

    code: str
    name: str
    rate: Ratio
    mode: TaxMode
    fixed_minor: int = 0


class Unit(StrEnum):
    """What a quantity of 1000 thousandths means."""

    EACH = "each"
    KILOGRAM = "kg"


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop: one tab of quick keys. `colour` is a palette name, never a hex value."""

    id: bytes
    name: str
    colour: str
    position: int


class _ProductFacts:
    """What follows from a product and is no part of it: never stored, sent or compared."""

    __slots__ = ("earning", "facts", "goods", "names", "usual")
    earning: bool
    facts: tuple[object, ...]
    goods: bool
    usual: bool
    names: tuple[ProductName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(_ProductFacts):
    """An article with its price and the flags that tax, offers and earning look at.

    `codes` are canonical scan codes: GTINs of 14 digits, or a price look-up number (PLU) as typed.
    `price_minor` None is an open price. `earns` False keeps a product out of every earn base;
    `discountable` False out of every offer. Gift cards, deposits and fees never earn, whatever
    `earns` says. `tags` are free words that programmes may condition on.

    What every quote asks of every line is reckoned once, with the product: `goods` is whether it is
    neither money in another form nor a fee, `earning` whether it counts for the earn base at all,
    `usual` whether it is both and offers may lower it, `names` what rules may call it by, and
    `facts` all that offers look at: who has the same is the same to them.
    """

    id: bytes
    sku: str
    name: str
    price_minor: int | None
    tax_class: str
    unit: Unit = Unit.EACH
    category_id: bytes | None = None
    codes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    picture: str | None = None
    earns: bool = True
    discountable: bool = True
    gift_card: bool = False
    deposit: bool = False
    fee: bool = False
    active: bool = True

    def __post_init__(self) -> None:
        goods = not (self.gift_card or self.deposit or self.fee)
        names: list[ProductName] = [("product", self.sku)]
        if self.category_id is not None:
            names.append(("category", self.category_id))
        names += [("tag", tag) for tag in dict.fromkeys(self.tags)]
        object.__setattr__(self, "goods", goods)
        object.__setattr__(self, "earning", goods and self.earns)
        object.__setattr__(self, "usual", goods and self.earns and self.discountable)
        object.__setattr__(self, "names", tuple(names))
        facts = _one((self.names, goods, self.fee, self.discountable, self.weighed))
        object.__setattr__(self, "facts", facts)

    @property
    def weighed(self) -> bool:
        """Whether a quantity comes from a scale or the cashier, in thousandths of a kilogram."""
        return self.unit is Unit.KILOGRAM


# An article is read anew with every scan: what is the same object is compared at sight.
@lru_cache(maxsize=20_000)
def _one(facts: tuple[object, ...]) -> tuple[object, ...]:
    """The first facts of all that are equal to some."""
    return facts
