"""What a scanned or typed code can turn out to be, and why one is refused.

`Recognised` is one of the frozen classes here; `Refused` has a reason and numbers, never the code
itself: a payment code is bearer money and must not reach a log, a screen or a journal. Codes that
give access or value do not show in a `repr` either.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class ProductCode:
    """A trade item number in its one canonical form: a GTIN of 14 digits, zeros in front.

    EAN-13 and UPC-A of one article are therefore equal. `addon` holds the two or five digits that
    magazines and books carry beside the code.
    """

    gtin: str
    addon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedCode:
    """A label that a scale printed: a PLU with a price in minor units, a weight, or both."""

    plu: str
    price_minor: int | None = None
    quantity_milli: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gs1Elements:
    """A GS1 element string taken apart.

    `elements` keeps every (application identifier, value) in order; the fields are those that a
    sale looks at. `quantity_milli` is in thousandths of `unit` ("kg", "lb" or "each");
    `price_digits` is scaled by `price_decimals`, in the ISO 4217 numeric `price_currency` when the
    code names one.
    """

    elements: tuple[tuple[str, str], ...]
    gtin: str | None = None
    batch: str | None = None
    serial: str | None = None
    best_before: date | None = None
    expiry: date | None = None
    quantity_milli: int | None = None
    unit: str | None = None
    price_digits: int | None = None
    price_decimals: int = 0
    price_currency: str | None = None


@dataclass(frozen=True, slots=True)
class MemberTokenCode:
    """The text of a member token, canonical; `members.card_token.verify` decides about it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MemberPhoneCode:
    """The text of a phone code, canonical; head office decides about it."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MemberShortCode:
    """A member's short human code, canonical, its check character right."""

    code: str


@dataclass(frozen=True, slots=True)
class VoucherCode:
    """The payload of one of our vouchers."""

    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GiftCardCode:
    """The payload of one of our gift cards."""

    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceiptCode:
    """The payload of the signed sale digest on a receipt; `sync` reads and checks it."""

    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OperatorBadge:
    """The payload of an operator's badge."""

    payload: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ForeignMemberCode:
    """A member code of another scheme, such as a mini-program's, by the shop's rule table."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class PlainCode:
    """Anything short and readable: a SKU, an in-house number, digits that someone typed."""

    text: str


Recognised = (
    ProductCode
    | EmbeddedCode
    | Gs1Elements
    | MemberTokenCode
    | MemberPhoneCode
    | MemberShortCode
    | VoucherCode
    | GiftCardCode
    | ReceiptCode
    | OperatorBadge
    | ForeignMemberCode
    | PlainCode
)


class ScanReason(StrEnum):
    """Why a code is refused."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"  # a character that no code has, at `position`
    INCOMPLETE = "incomplete"  # half a scan: `length` of `length_expected` characters
    TWO_SCANS = "two_scans"  # two codes run together; the second begins at `position`
    WRONG_LENGTH = "wrong_length"
    BAD_CHECK_DIGIT = "bad_check_digit"  # at `position`; `expected` is the right one
    UNKNOWN_PREFIX = "unknown_prefix"
    UNKNOWN_ELEMENT = "unknown_element"  # a GS1 application identifier that is not in our table
    BAD_ELEMENT = "bad_element"  # the value of GS1 element `element` cannot be read
    PAYMENT_CODE = "payment_code"  # a customer's wallet: take it on the shop's terminal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a code was not recognised, with numbers and places in the text as it was cleaned.

    `scheme` names the wallet of a payment code; of the code itself nothing is kept.
    """

    reason: ScanReason
    position: int | None = None
    expected: str | None = None
    length: int | None = None
    length_expected: int | None = None
    element: str | None = None
    scheme: str | None = None
