"""What a scan turned out to be, which decides what the screen does with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from posloyalty.domain.members.member import Identifier
from posloyalty.domain.shop.basket import Chosen
from posloyalty.domain.shop.product import Product

PROOF_CARD: Final = "card"
PROOF_CODE: Final = "code"
PROOF_FOREIGN: Final = "foreign"
"""By what a member was identified: `ScannedMember.proof`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedProduct:
    """An article; a scale label also says how much (thousandths) and what it costs (minor). With
    `unknown` it stands for an article that the shop does not know by that code.
    """

    product: Product
    unknown: str = ""
    quantity_milli: int | None = None
    gross_minor: int | None = None


@dataclass(frozen=True, slots=True)
class UnknownProduct:
    """A code that could be an article of a shop, but not of this one. `withdrawn` is the name of
    the article that has it and is sold no more.
    """

    code: str
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class ScannedMember:
    """A member and by what they were identified. `asks` is the card or phone code of which head
    office may know more, empty for none; `unproven` is a wording key of area "scan" that says why
    it proves no more than a typed code, empty where it does.
    """

    member_id: bytes
    proof: str
    asks: str = field(default="", repr=False)
    unproven: str = ""


@dataclass(frozen=True, slots=True)
class ScannedVoucher:
    """A voucher's code: what the basket is to hold for it. Whether it applies, the quote says."""

    chosen: Chosen


@dataclass(frozen=True, slots=True)
class ScannedGiftCard:
    """A gift card's code, which is as good as its money: kept out of what is printed of it."""

    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScannedReceipt:
    """A receipt. `sale_number` is there when the sale is in this till's book."""

    sale_number: str | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ScanRefused:
    """Why a scan is nothing: a wording key of area "scan" and its facts. `asks` is the card or
    phone code of which head office may know more, empty for none; `whom` is by what it may know
    the member.
    """

    reason: str
    facts: tuple[tuple[str, object], ...] = ()
    asks: str = field(default="", repr=False)
    whom: Identifier | None = None


Scanned = (
    ScannedProduct
    | UnknownProduct
    | ScannedMember
    | ScannedVoucher
    | ScannedGiftCard
    | ScannedReceipt
    | ScanRefused
)
