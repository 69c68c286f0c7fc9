"""Tax on what is left of a sale's lines: rounded once per class, spread over the class's lines.

An inclusive class finds its tax inside the price, amount x rate / (1 + rate); an exclusive class
adds amount x rate. Half-up, in minor units. Rounding per class and not per line keeps the receipt's
tax table equal to what the rate says of its base; the lines' shares add up to it (I5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.allocation import Orderable, allocate
from posloyalty.domain.values.rounding import Rounding, divide

Key = TypeVar("Key", bound=Orderable)


class UnknownTaxClass(KeyError):
    """A product names a tax class that the shop does not have."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class ClassTax:
    """The tax of one class: on `base_minor` (without tax) comes `tax_minor`."""

    tax_class: TaxClass
    base_minor: int
    tax_minor: int

    @property
    def added_minor(self) -> int:
        """What the class adds to the shown prices."""
        return self.tax_minor if self.tax_class.mode is TaxMode.EXCLUSIVE else 0


@dataclass(frozen=True, slots=True)
class Taxes:
    """All classes of a sale, by code, and each line's tax in the order of the lines."""

    classes: tuple[ClassTax, ...]
    shares: tuple[int, ...]


def tax_of(amount_minor: int, tax_class: TaxClass) -> int:
    """The tax in (inclusive) or on (exclusive) an amount, rounded half-up."""
    rate = tax_class.rate
    if tax_class.mode is TaxMode.INCLUSIVE:
        denominator = rate.denominator + rate.numerator
        return divide(amount_minor * rate.numerator, denominator, Rounding.HALF_UP)
    return rate.apply(amount_minor, Rounding.HALF_UP)


def tax_lines(
    amounts: Sequence[int],
    codes: Sequence[str],
    keys: Sequence[Key],
    tax_classes: Mapping[str, TaxClass],
) -> Taxes:
    """Tax lines of shown amounts by their class codes; raises `UnknownTaxClass`."""
    places: dict[str, list[int]] = {}
    for place, code in enumerate(codes):
        places.setdefault(code, []).append(place)
    shares = [0] * len(amounts)
    classes = []
    for code in sorted(places):
        tax_class = tax_classes.get(code)
        if tax_class is None:
            raise UnknownTaxClass(code)
        own = [amounts[place] for place in places[code]]
        whole = sum(own)
        tax = tax_of(whole, tax_class)
        base = whole if tax_class.mode is TaxMode.EXCLUSIVE else whole - tax
        classes.append(ClassTax(tax_class, base, tax))
        if tax:
            parts = allocate(tax, own, [keys[place] for place in places[code]])
            for place, part in zip(places[code], parts, strict=True):
                shares[place] = part
    return Taxes(tuple(classes), tuple(shares))
