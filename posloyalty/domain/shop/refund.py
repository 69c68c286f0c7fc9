"""Goods taken back: a refund of part of a sale, or a sale voided, as it is journalled and printed.

Shape: like a sale, with positive amounts: each line is a sold line, by its number, with the
quantity and the shares that go back. What is not given back in money stands in `withheld`, each
amount with its reason: net of the lines - withheld = total; the tenders add up to the total.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from posloyalty.domain.shop.sale import SaleLine, SaleOffer, SalePoints, SaleTax
from posloyalty.domain.shop.tender import Tender


class RefundKind(StrEnum):
    """Whether goods came back, or the sale should never have been."""

    RETURN = "return"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Withheld:
    """Money kept back: a wording code such as POINTS_SPENT, the amount, and what it is about."""

    code: str
    amount_minor: int
    what: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund. `sale_id` and `of_number` name the sale, `number` is the refund's own receipt.

    `faulty` goods are never charged for broken thresholds, gifts or points already spent.
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
