"""Money: an integer count of a currency's minor unit.

`Money(minor=1230, currency=currency("CNY"))` is 12.30 yuan. Two currencies never mix in one sum.
Exponents are those of ISO 4217 (CNY 2, JPY 0, KWD 3); no amount is ever rounded here.
"""

from dataclasses import dataclass

from posloyalty.domain.values.currencies import (
    CURRENCIES,
    WRITTEN_WHOLE,
    Currency,
    UnknownCurrency,
    currency,
)
from posloyalty.domain.values.fixed_point import (
    TEXT_LENGTH_MAX,
    BadNumber,
    NumberFault,
    format_fixed,
    narrow,
    parse_fixed,
)

__all__ = [
    "CURRENCIES",
    "WRITTEN_WHOLE",
    "BadAmount",
    "Currency",
    "CurrencyMismatch",
    "Money",
    "UnknownCurrency",
    "currency",
    "format_amount",
    "parse_amount",
]


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met in one sum or comparison."""

    def __init__(self, left: Currency, right: Currency) -> None:
        super().__init__(f"{left.code} does not mix with {right.code}")
        self.left = left
        self.right = right


class BadAmount(BadNumber):
    """A typed amount that cannot be read; see `reason` and `decimals_max`."""


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency, in its minor unit."""

    minor: int
    currency: Currency

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def __str__(self) -> str:
        return f"{self.currency.code} {format_amount(self.minor, self.currency)}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def parse_amount(text: str, currency: Currency) -> int:
    """Read a typed amount into minor units, exactly; raises `BadAmount`.

    A leading currency symbol is accepted, so that what `format_amount` wrote can be read back.
    """
    if len(text) > TEXT_LENGTH_MAX:
        raise BadAmount(NumberFault.TOO_LARGE, text=text, decimals_max=currency.exponent)
    body = narrow(text).strip()
    sign = ""
    if body[:1] in ("+", "-"):
        sign, body = body[0], body[1:]
    body = body.removeprefix(narrow(currency.symbol))
    if sign and body[:1] in ("+", "-"):
        sign = sign + "+"  # two signs: left in place for the parser to refuse
    try:
        return parse_fixed(sign + body.lstrip(" "), decimals=currency.exponent)
    except BadNumber as fault:
        raise BadAmount(fault.reason, text=text, decimals_max=currency.exponent) from None


def format_amount(
    minor: int, currency: Currency, *, symbol: bool = False, grouping: bool = True
) -> str:
    """Write an amount with a true minus (U+2212).

    For people, that is with `grouping`, it has the decimals that shops write: none for a whole
    amount of a currency in `WRITTEN_WHOLE`. Without, for files, links and entries, it has exactly
    the currency's.
    """
    decimals = currency.exponent
    if grouping and currency.code in WRITTEN_WHOLE and minor % 10**decimals == 0:
        minor, decimals = minor // 10**decimals, 0
    text = format_fixed(abs(minor), decimals=decimals, grouping=grouping)
    if symbol:
        text = currency.symbol + text
    return "\N{MINUS SIGN}" + text if minor < 0 else text
