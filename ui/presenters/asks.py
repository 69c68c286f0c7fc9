"""What still has to be asked of a product before it is in the basket."""

from __future__ import annotations

from dataclasses import dataclass, field

from posloyalty.domain.shop.product import Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A product that waits for its weight or price; `quantity_milli` is what came before it, `card`
    the code of the gift card that it is sold on.
    """

    product: Product
    price: bool
    quantity_milli: int | None = None
    card: str = field(default="", repr=False)
