"""Tax on what is left of a sale's lines: rounded once per class, spread over the class's lines.

An inclusive class finds its tax inside the price, amount x rate / (1 + rate); an exclusive class
adds amount x rate. Half-up, in minor units. Rounding per class and not per line keeps the receipt's
tax table equal to what the rate says of its base; the lines' shares add up to it (I5).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.allocation import Orderable, allocate
from posloyalty.domain.values.rounding import Rounding, divide


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


def without_tax(shown_minor: int, tax_class: TaxClass) -> int:
    """A shown amount less the tax in it; all of it where tax is added."""
    inside = tax_class.mode is TaxMode.INCLUSIVE
    return shown_minor - tax_of(shown_minor, tax_class) if inside else shown_minor


class Taxing:
    """How a sale's lines are taxed: which belong together, found out once for all that is asked
    while offers and points lower them. Raises `UnknownTaxClass`.
    """

    def __init__(
        self,
        codes: Sequence[str],
        keys: Sequence[Orderable],
        tax_classes: Mapping[str, TaxClass],
    ) -> None:
        places: dict[str, list[int]] = {}
        for place, code in enumerate(codes):
            places.setdefault(code, []).append(place)
        for code in places:
            if code not in tax_classes:
                raise UnknownTaxClass(code)
        self._count = len(codes)
        self._classes = [
            (tax_classes[code], places[code], [keys[place] for place in places[code]])
            for code in sorted(places)
        ]

    def of(self, amounts: Sequence[int]) -> Taxes:
        """The taxes of lines at shown amounts."""
        shares = [0] * self._count
        classes = []
        for tax_class, places, keys in self._classes:
            own = [amounts[place] for place in places]
            whole = sum(own)
            tax = tax_of(whole, tax_class)
            base = whole if tax_class.mode is TaxMode.EXCLUSIVE else whole - tax
            classes.append(ClassTax(tax_class, base, tax))
            if tax:
                for place, part in zip(places, allocate(tax, own, keys), strict=True):
                    shares[place] = part
        return Taxes(tuple(classes), tuple(shares))


def tax_lines(
    amounts: Sequence[int],
    codes: Sequence[str],
    keys: Sequence[Orderable],
    tax_classes: Mapping[str, TaxClass],
) -> Taxes:
    """Tax lines of shown amounts by their class codes; raises `UnknownTaxClass`."""
    return Taxing(codes, keys, tax_classes).of(amounts)
