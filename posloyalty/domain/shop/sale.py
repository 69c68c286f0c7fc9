"""A completed sale, as it is journalled, stored and printed: nothing in it is computed later.

Shape: header, lines with their allocations, taxes, tenders, the transfers it posts and the tier
levels it meets. It is made once, from a quote and its tenders, and never changes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from posloyalty.domain.shop.donation import cause_of
from posloyalty.domain.shop.price_list import ListPrice
from posloyalty.domain.shop.product import TaxClass, TaxMode, Unit
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

PUBLIC: Final = "offer"
"""The source of what an offer to everybody took off."""
BY_HAND: Final = "by_hand"
"""The source of what a cashier took off by hand. Any other source is a kind of what members own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """One sold line; `offers` and `earned` are (offer or wallet id, share) pairs.

    net = gross - offers - redeemed (+ tax where the class adds it). `paid` says what each tender
    paid of it, (tender number, share); they add up to the net. `listed` is the price list
    that the unit price is from, with the shelf price. `tax_fixed_minor` is the tax of so much a
    piece or kilogram, which `tax_minor` holds beside that by the rate. `shop_cost` is what gifts
    and rewards on the line cost the shop, (offer id, amount); the customer never reads it.
    """

    number: int
    product_id: bytes
    sku: str
    name: str
    unit: Unit
    quantity_milli: int
    unit_price_minor: int
    gross_minor: int
    offers: tuple[tuple[str, int], ...]
    redeemed: tuple[tuple[str, int, int], ...]
    net_minor: int
    tax_class: str
    tax_rate: Ratio
    tax_mode: TaxMode
    tax_minor: int
    earned: tuple[tuple[str, int], ...]
    paid: tuple[tuple[int, int], ...] = ()
    listed: ListPrice | None = None
    tax_fixed_minor: int = 0
    shop_cost: tuple[tuple[str, int], ...] = ()

    @property
    def taxed_as(self) -> TaxClass:
        """The class as the sale had it, whatever the shop's is today."""
        return TaxClass(
            self.tax_class, self.tax_class, self.tax_rate, self.tax_mode, self.tax_fixed_minor
        )

    @property
    def fixed_minor(self) -> int:
        """What of its tax is the fixed one, which is borne before the rate's."""
        fixed = price_times_quantity(self.tax_fixed_minor, self.quantity_milli, Rounding.HALF_UP)
        return min(fixed, self.tax_minor)

    @property
    def donation(self) -> bool:
        """Whether it is money given to a cause: no goods, which only a void gives back."""
        return cause_of(self.sku, self.tax_class) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleOffer:
    """An offer that the sale used, by the name that is printed.

    `source` says where it came from: the shop's public offers, the cashier's hand, or what the
    member owned, by its kind, such as "voucher". `right_id` is the right that it used up, `cost`
    the (wallet, points) that it took.
    """

    offer_id: str
    name: str
    amount_minor: int
    source: str = PUBLIC
    right_id: bytes | None = None
    cost: tuple[str, int] | None = None

    @property
    def owned(self) -> bool:
        """Whether the customer owned what lowered the sale, or it was there for them to take."""
        return self.source not in (PUBLIC, BY_HAND)


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the receipt tells the member: a wording code and its facts."""

    code: str
    facts: tuple[tuple[str, int | str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleTax:
    """The sale's tax of one class; `fixed_minor` is what of it is the class's fixed tax."""

    tax_class: str
    rate: Ratio
    mode: TaxMode
    base_minor: int
    tax_minor: int
    fixed_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SalePoints:
    """What the sale did in one wallet: earned, redeemed for `redeemed_minor`, and the state after.

    `balance_after` and `pending_after` are as of the sale's instant.
    """

    wallet: str
    wallet_name: str
    scale: int
    earned: int
    redeemed: int
    redeemed_minor: int
    balance_after: int
    pending_after: int


def shown_reference(tender: Tender, points: Iterable[SalePoints]) -> str:
    """What a payment is told apart by: its reference, or the name of the member's wallet, whose
    reference is the programme's id for it; empty where there is neither.
    """
    if tender.kind is TenderKind.WALLET:
        return next((one.wallet_name for one in points if one.wallet == tender.reference), "")
    return tender.reference or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A paid sale. `number` is the receipt number store-till-epoch-seq.

    `day` is the business day. `at` carries the store's UTC offset. Amounts are in minor units of
    `currency` (an ISO 4217 code). `approved_by` let through what the cashier alone might not.
    `again` is the number of the receipt from which a lost sale was keyed in again, `receipt` the
    signed code that proved it, `again_till` the first half of the id of the till that had sold it
    where that is another one; all are empty otherwise.
    """

    id: bytes
    number: str
    at: datetime
    day: date
    currency: str
    operator_id: bytes
    member_id: bytes | None
    proof: str | None
    programme_id: str
    programme_version: int
    programme_hash: bytes
    lines: tuple[SaleLine, ...]
    offers: tuple[SaleOffer, ...]
    taxes: tuple[SaleTax, ...]
    tenders: tuple[Tender, ...]
    points: tuple[SalePoints, ...]
    gross_minor: int
    offers_minor: int
    redeemed_minor: int
    tax_minor: int
    payable_minor: int
    rounding_minor: int
    told: tuple[Told, ...] = ()
    approved_by: bytes | None = None
    again: str = ""
    receipt: str = ""
    again_till: bytes = b""

    @property
    def change_minor(self) -> int:
        """Cash given back, in minor units."""
        return sum(tender.change_minor for tender in self.tenders)

    @property
    def paid_by(self) -> frozenset[TenderKind]:
        """The kinds of payment that paid it."""
        return frozenset(tender.kind for tender in self.tenders)
