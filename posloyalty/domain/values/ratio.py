"""Exact ratios: multipliers, percentages, tax rates, the value of a point.

`Ratio(numerator, denominator)` is kept in lowest terms with a positive denominator, so equal
ratios are equal values. A ratio meets an amount only through `apply`, which names its rounding.
Floats are refused everywhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import gcd, lcm

from posloyalty.domain.values.fixed_point import narrow
from posloyalty.domain.values.rounding import Rounding, divide

TEXT_LENGTH_MAX = 64


class BadRatio(ValueError):
    """A text that is no ratio: neither "1.2" nor "3/2" nor "12.5%"."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a ratio: {text[:TEXT_LENGTH_MAX]!r}")
        self.text = text[:TEXT_LENGTH_MAX]


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact fraction in lowest terms; the sign is the numerator's."""

    numerator: int
    denominator: int = 1

    def __post_init__(self) -> None:
        # `type() is int` also refuses bool: True as a rate is a mistake, not 1.
        if type(self.numerator) is not int or type(self.denominator) is not int:
            raise TypeError("a ratio is made of two integers")
        if self.denominator == 0:
            raise ZeroDivisionError("a ratio's denominator is zero")
        divisor = gcd(self.numerator, self.denominator)
        if self.denominator < 0:
            divisor = -divisor
        if divisor != 1:
            object.__setattr__(self, "numerator", self.numerator // divisor)
            object.__setattr__(self, "denominator", self.denominator // divisor)

    @staticmethod
    def parse(text: str) -> "Ratio":
        """Read "1.2", "3/2" or "12.5%" exactly; raises `BadRatio`."""
        plain = narrow(text[: TEXT_LENGTH_MAX + 1]).strip()
        if len(text) > TEXT_LENGTH_MAX:
            raise BadRatio(text)
        if plain.endswith("%"):
            return _parse_decimal(plain[:-1].rstrip(), text) * Ratio(1, 100)
        upper, slash, lower = plain.partition("/")
        if not slash:
            return _parse_decimal(plain, text)
        if not _is_digits(upper.strip().removeprefix("-")) or not _is_digits(lower.strip()):
            raise BadRatio(text)
        if int(lower) == 0:
            raise BadRatio(text)
        return Ratio(int(upper), int(lower))

    def apply(self, amount: int, rounding: Rounding) -> int:
        """Multiply an integer amount by this ratio and round once, as named."""
        if type(amount) is not int:
            raise TypeError("a ratio applies to an integer amount")
        return divide(amount * self.numerator, self.denominator, rounding)

    def inverse(self) -> "Ratio":
        """One over this ratio; raises `ZeroDivisionError` for zero."""
        return Ratio(self.denominator, self.numerator)

    def __mul__(self, other: "Ratio | int") -> "Ratio":
        right = _ratio(other)
        return Ratio(self.numerator * right.numerator, self.denominator * right.denominator)

    def __add__(self, other: "Ratio | int") -> "Ratio":
        right = _ratio(other)
        numerator = self.numerator * right.denominator + right.numerator * self.denominator
        return Ratio(numerator, self.denominator * right.denominator)

    def __sub__(self, other: "Ratio | int") -> "Ratio":
        return self + -_ratio(other)

    def __rsub__(self, other: int) -> "Ratio":
        return _ratio(other) - self

    __rmul__ = __mul__
    __radd__ = __add__

    def __neg__(self) -> "Ratio":
        return Ratio(-self.numerator, self.denominator)

    def __bool__(self) -> bool:
        return self.numerator != 0

    def __lt__(self, other: "Ratio | int") -> bool:
        return self._difference(other) < 0

    def __le__(self, other: "Ratio | int") -> bool:
        return self._difference(other) <= 0

    def __gt__(self, other: "Ratio | int") -> bool:
        return self._difference(other) > 0

    def __ge__(self, other: "Ratio | int") -> bool:
        return self._difference(other) >= 0

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    def _difference(self, other: "Ratio | int") -> int:
        right = _ratio(other)
        return self.numerator * right.denominator - right.numerator * self.denominator


def common_denominator(denominators: Iterable[int]) -> int:
    """The least denominator over which fractions of these denominators add up; 1 for none."""
    return lcm(*denominators)


def _ratio(value: Ratio | int) -> Ratio:
    return value if isinstance(value, Ratio) else Ratio(value)


def _parse_decimal(plain: str, text: str) -> Ratio:
    unsigned = plain.removeprefix("-")
    whole, point, fraction = unsigned.partition(".")
    if not _is_digits(whole) or (point and not _is_digits(fraction)):
        raise BadRatio(text)
    value = Ratio(int(whole + fraction), 10 ** len(fraction))
    return -value if plain != unsigned else value


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
