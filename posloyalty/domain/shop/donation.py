"""Money given at the counter: an amount added to what is paid, on a line of its own.

Shape: a `Donation` is the customer's wish, a round-up or an amount for a cause. In a quote and in a
sale it is a line whose product is made for it: no article of the catalogue, in no tax class, never
lowered, paid with points or earned on. Being a line, it is paid, journalled and printed like one;
goods that come back leave it alone, and only a void gives it back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.shop.product import Product
from posloyalty.domain.values.identifiers import derive_id

UNTAXED: Final = ""
"""The tax class of what no tax is about; no class of a shop has an empty code."""
_SKU: Final = "cause/"


@dataclass(frozen=True, slots=True)
class Donation:
    """What the customer gives to a cause; `amount_minor` None rounds the sale up."""

    cause: str
    amount_minor: int | None = None


def donation_product(cause_id: str, name: str) -> Product:
    """What the line of a donation is of."""
    return Product(
        id=derive_id("donation", cause_id),
        sku=_SKU + cause_id,
        name=name,
        price_minor=None,
        tax_class=UNTAXED,
        earns=False,
        discountable=False,
        fee=True,
    )


def cause_of(sku: str, tax_class: str) -> str | None:
    """The cause that a line gives to, from what a sold line says; None for goods."""
    return sku.removeprefix(_SKU) if tax_class == UNTAXED and sku.startswith(_SKU) else None
