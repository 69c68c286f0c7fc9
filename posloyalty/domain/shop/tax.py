"""Tax on what is left of a sale's lines: rounded once per class, spread over the class's lines.

An inclusive class finds its tax inside the price, amount x rate / (1 + rate); an exclusive class
adds amount x rate. A fixed tax of so much a piece or kilogram is taken first: inside an inclusive
price, as far as that goes, and the rate is then of the rest; on top of an exclusive one, also of
goods that are given for nothing. Half-up, in minor units. Rounding per class and not per line keeps
the receipt's tax table equal to what the rate says of its base; the lines' shares add up to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from posloyalty.domain.shop.product import TaxClass, TaxMode
from posloyalty.domain.values.allocation import Orderable, allocate
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding, divide

# Members of an enumeration are looked up in Python each time they are named.
INCLUSIVE = TaxMode.INCLUSIVE
EXCLUSIVE = TaxMode.EXCLUSIVE
HALF_UP = Rounding.HALF_UP


class UnknownTaxClass(KeyError):
    """A product names a tax class that the shop does not have."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ClassTax(NamedTuple):
    """The tax of one class: on `base_minor` (without tax) comes `tax_minor`, of which
    `fixed_minor` is its fixed tax.
    """

    tax_class: TaxClass
    base_minor: int
    tax_minor: int
    fixed_minor: int = 0

    @property
    def added_minor(self) -> int:
        """What the class adds to the shown prices."""
        return self.tax_minor if self.tax_class.mode is EXCLUSIVE else 0


class Taxes(NamedTuple):
    """All classes of a sale, by code, and each line's tax in the order of the lines."""

    classes: tuple[ClassTax, ...]
    shares: tuple[int, ...]


def fixed_tax(amount_minor: int, quantity_milli: int, tax_class: TaxClass) -> int:
    """The fixed tax of so much of some goods; inside a price it is never more than that."""
    fixed = price_times_quantity(tax_class.fixed_minor, quantity_milli, HALF_UP)
    return min(fixed, amount_minor) if tax_class.mode is INCLUSIVE else fixed


def tax_of(amount_minor: int, tax_class: TaxClass) -> int:
    """The tax by the rate in (inclusive) or on (exclusive) an amount, rounded half-up."""
    rate = tax_class.rate
    if tax_class.mode is INCLUSIVE:
        denominator = rate.denominator + rate.numerator
        return divide(amount_minor * rate.numerator, denominator, HALF_UP)
    return rate.apply(amount_minor, HALF_UP)


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
        quantities: Sequence[int] = (),
    ) -> None:
        """`quantities` in thousandths, of which fixed taxes are; without them there are none."""
        places: dict[str, list[int]] = {}
        for place, code in enumerate(codes):
            places.setdefault(code, []).append(place)
        for code in places:
            if code not in tax_classes:
                raise UnknownTaxClass(code)
        self._count = len(codes)
        self._quantities = quantities
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
            fixed = self._fixed(tax_class, places, amounts, shares)
            inclusive = tax_class.mode is INCLUSIVE
            tax = tax_of(whole - fixed if inclusive else whole, tax_class)
            base = whole - fixed - tax if inclusive else whole
            classes.append(ClassTax(tax_class, base, fixed + tax, fixed))
            if tax:
                for place, part in zip(places, allocate(tax, own, keys), strict=True):
                    shares[place] += part
        return Taxes(tuple(classes), tuple(shares))

    def _fixed(
        self,
        tax_class: TaxClass,
        places: Sequence[int],
        amounts: Sequence[int],
        shares: list[int],
    ) -> int:
        """The fixed tax of a class, of which every line bears its own."""
        if not tax_class.fixed_minor or not self._quantities:
            return 0
        for place in places:
            shares[place] = fixed_tax(amounts[place], self._quantities[place], tax_class)
        return sum(shares[place] for place in places)


def tax_lines(
    amounts: Sequence[int],
    codes: Sequence[str],
    keys: Sequence[Orderable],
    tax_classes: Mapping[str, TaxClass],
) -> Taxes:
    """Tax lines of shown amounts by their class codes; raises `UnknownTaxClass`."""
    return Taxing(codes, keys, tax_classes).of(amounts)
