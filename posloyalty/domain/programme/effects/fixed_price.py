"""`fixed_price = "9.90"`: a piece (or kilogram) costs so much, when it is not cheaper already."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.offer import Effect, Scope, effect
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """The price of one piece."""

    price_minor: int

    def total(self, amount_minor: int) -> int | None:
        """Never for goods together: each line has a price of its own."""
        return None

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The difference to the fixed price."""
        price = price_times_quantity(self.price_minor, quantity_milli, Rounding.HALF_UP)
        return max(0, amount_minor - price)

    def explanation(self) -> Reason:
        """FIXED_PRICE."""
        return reason("FIXED_PRICE", price_minor=self.price_minor)


@effect("fixed_price")
def read_fixed_price(section: Section, key: str, scope: Scope) -> Effect:
    """Read the price; it makes sense for lines only."""
    if scope is not Scope.LINE:
        section.found(key, "LINE_ONLY")
    return FixedPrice(section.money(key, least=0))
