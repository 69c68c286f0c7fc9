"""What a shop settles about codes: labels, foreign member codes, payment codes, known numbers.

All of it is data, checked when it is built; the resolver has no shop's rule in its code.
"""

from collections.abc import Container
from dataclasses import dataclass
from enum import StrEnum

_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")


class ScanScreen(StrEnum):
    """Where the code was scanned; only `PAYMENT` changes what a code can be."""

    SALE = "sale"
    PAYMENT = "payment"
    MEMBER = "member"
    REFUND = "refund"
    SIGN_IN = "sign_in"
    SETTINGS = "settings"


class EmbedKind(StrEnum):
    """What the value of a scale label is."""

    PRICE = "price"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedRule:
    """One layout of scale label: prefix, item, [verifier digit], value, [weight], check digit.

    `decimals` are those of the value on the label: of the price in the shop's currency, or of the
    weight in kilograms. Chinese scales also print 18 digits with the price and then the weight in
    `weight_digits`. The value takes what digits are left, and the last digit is GS1 modulo 10.
    """

    prefix: str
    item_digits: int
    kind: EmbedKind
    decimals: int
    inner_check_digit: bool = False
    length: int = 13
    weight_digits: int = 0
    weight_decimals: int = 3

    def __post_init__(self) -> None:
        if not self.prefix or not _DIGITS.issuperset(self.prefix):
            raise ValueError("a label's prefix is digits")
        if self.item_digits < 1 or self.value_digits < 1 or self.weight_digits < 0:
            raise ValueError("the label has no room for item and value")
        if self.inner_check_digit and self.value_digits not in (4, 5):
            raise ValueError("a verifier digit covers four or five digits")
        if self.weight_digits and self.kind is EmbedKind.WEIGHT:
            raise ValueError("a label's second value follows a price")
        if not (0 <= self.decimals <= 6 and 0 <= self.weight_decimals <= 6):
            raise ValueError("a label has at most six decimals")

    @property
    def value_digits(self) -> int:
        """How many digits the value has."""
        taken = len(self.prefix) + self.item_digits + self.inner_check_digit + self.weight_digits
        return self.length - taken - 1


class Charset(StrEnum):
    """The characters that a foreign member code is made of."""

    DIGITS = "digits"
    HEX = "hex"
    UPPER_ALPHANUMERIC = "upper_alphanumeric"
    ALPHANUMERIC = "alphanumeric"
    URL_SAFE = "url_safe"

    @property
    def characters(self) -> frozenset[str]:
        """All characters of the set."""
        return _CHARACTERS[self]


_CHARACTERS = {
    Charset.DIGITS: _DIGITS,
    Charset.HEX: _DIGITS | frozenset("abcdefABCDEF"),
    Charset.UPPER_ALPHANUMERIC: _DIGITS | _UPPER,
    Charset.ALPHANUMERIC: _DIGITS | _UPPER | _LOWER,
    Charset.URL_SAFE: _DIGITS | _UPPER | _LOWER | frozenset("-_.~"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRule:
    """Whose code begins with `prefix` and then has so many characters of a set.

    The value of the code is what follows the prefix.
    """

    scheme: str
    prefix: str
    length_min: int
    length_max: int
    charset: Charset

    def __post_init__(self) -> None:
        if not 1 <= self.length_min <= self.length_max:
            raise ValueError("a foreign code has at least one character")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRange:
    """Bare digits that are someone's wallet: a span of lengths and of two leading digits."""

    scheme: str
    length_min: int
    length_max: int
    lead_min: int
    lead_max: int


# WeChat Pay, Alipay and UnionPay payment codes of the Chinese market.
CHINA_PAYMENT_RANGES = (
    PaymentRange(scheme="wechat", length_min=18, length_max=18, lead_min=10, lead_max=15),
    PaymentRange(scheme="alipay", length_min=16, length_max=24, lead_min=25, lead_max=30),
    PaymentRange(scheme="unionpay", length_min=19, length_max=19, lead_min=62, lead_max=62),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRules:
    """Everything that the resolver is told.

    `known_codes` answers whether a PLU, SKU or canonical GTIN is in the shop's range; it decides
    between readings and lets through in-house numbers that break a standard's check digit. A
    payment code is never looked up in it. `century_year` is the year to which two-digit years of
    GS1 dates are nearest: the present one.
    """

    embeds: tuple[EmbedRule, ...] = ()
    foreign: tuple[ForeignRule, ...] = ()
    payments: tuple[PaymentRange, ...] = CHINA_PAYMENT_RANGES
    known_codes: Container[str] = frozenset()
    currency_exponent: int = 2
    century_year: int = 2026
