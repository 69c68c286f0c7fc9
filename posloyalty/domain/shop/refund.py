"""Goods taken back: a refund of part of a sale, or a sale voided, as it is journalled and printed.

Shape: like a sale, with positive amounts: each line is a sold line, by its number, with the
quantity and the shares that go back. What is not given back in money stands in `withheld`, each
amount with its reason: net of the lines - withheld = total; the tenders add up to the total, by the
numbers of the sale's tenders. A negative amount there is released: an earlier refund kept it back,
and what came back since has settled it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from posloyalty.domain.shop.sale import SaleLine, SaleOffer, SalePoints, SaleTax, Told
from posloyalty.domain.shop.tender import Tender

# Why money is kept back: codes of area "withheld".
POINTS_SPENT: Final = "POINTS_SPENT"
THRESHOLD_MISSED: Final = "THRESHOLD_MISSED"
GIFT_KEPT: Final = "GIFT_KEPT"
VALUE_USED: Final = "VALUE_USED"
WAIVED: Final = "_WAIVED"  # behind one of these: so much of it is let go, with authority

GIFT_TERMS: Final = "GIFT_TERMS"
"""What a sale's receipt says of a gift, as told code: facts `offer`, `line` and `price_minor`, the
price that is kept back when the gift stays and the goods that earned it do not. A gift of which
the receipt did not say so costs nothing."""


class RefundKind(StrEnum):
    """Whether goods came back, or the sale should never have been."""

    RETURN = "return"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Withheld:
    """Money kept back: a wording code such as POINTS_SPENT, the amount, and what it is about.

    Below zero it is money that an earlier refund kept back and that is given back now.
    """

    code: str
    amount_minor: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund. `sale_id` and `of_number` name the sale, `number` is the refund's own receipt.

    `faulty` goods are never charged for broken thresholds, gifts or points already spent.
    `receipt` is the signed code that proves a sale of another journal, empty for one of this book.
    `approved_by` is the operator who let it through where the one at the till might not; `seen` the
    kind of document that was shown, where a gift card came back.
    """

    id: bytes
    number: str
    at: datetime
    day: date
    currency: str
    operator_id: bytes
    member_id: bytes | None
    sale_id: bytes
    of_number: str
    kind: RefundKind
    cause: str
    faulty: bool
    programme_id: str
    programme_version: int
    programme_hash: bytes
    lines: tuple[SaleLine, ...]
    offers: tuple[SaleOffer, ...]
    taxes: tuple[SaleTax, ...]
    withheld: tuple[Withheld, ...]
    tenders: tuple[Tender, ...]
    points: tuple[SalePoints, ...]
    gross_minor: int
    offers_minor: int
    redeemed_minor: int
    tax_minor: int
    total_minor: int
    rounding_minor: int
    told: tuple[Told, ...] = ()
    approved_by: bytes | None = None
    receipt: str = ""
    seen: str = ""
