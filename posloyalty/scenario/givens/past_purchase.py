"""A purchase before the scenario begins, rung on a till that had no programme yet.

So it counts as a purchase and as spend, and earns nothing: what it earned is given as a lot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.tender import CashRounding, TenderKind, take_cash
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.placed_till import PlacedTill

SKU: Final = "PAST"
EXACT: Final = CashRounding()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPurchase:
    """Who bought for how much, when and where."""

    member: bytes
    at: datetime
    spend_minor: int
    till: str

    def do(self, till: PlacedTill) -> None:
        """Ring it."""
        check_out = till.till.check_out
        tax = till.till.catalogue.tax_classes()[0].code
        article = Product(
            id=derive_id("product", SKU), sku=SKU, name=SKU, price_minor=None, tax_class=tax
        )
        basket = check_out.open_basket().add(article, unit_price_minor=self.spend_minor)
        basket = basket.for_member(self.member).paid_by((TenderKind.CASH,))
        quote = check_out.quote(basket)
        due = quote.payable_minor
        tenders = (take_cash(due, (), given_minor=due, rounding=EXACT),) if due else ()
        check_out.complete(basket, quote, tenders, till.manager)
