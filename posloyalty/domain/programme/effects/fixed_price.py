"""`fixed_price = "9.90"`: a piece (or kilogram) costs so much, when it is not cheaper already; with
`pieces = 1` so many pieces only.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.effect import EachEffect, Effect, Scope, effect
from posloyalty.domain.programme.effects.items import read_items
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class FixedPrice(EachEffect):
    """The price of one piece."""

    price_minor: int
    rounding: Rounding = Rounding.HALF_UP

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The difference to the fixed price."""
        price = price_times_quantity(self.price_minor, quantity_milli, self.rounding)
        return max(0, amount_minor - price)

    def explanation(self) -> Reason:
        """FIXED_PRICE."""
        return reason("FIXED_PRICE", price_minor=self.price_minor)


@effect("fixed_price")
def read_fixed_price(section: Section, key: str, scope: Scope) -> Effect:
    """Read the price; it makes sense for lines only."""
    if scope is Scope.ORDER:
        section.found(key, "LINE_ONLY")
    minor, rounding = section.money(key, least=0), section.reading.rounding
    reduction = Reduction(By.PRICE, minor=minor, rounding=rounding)
    return read_items(section, scope, FixedPrice(minor, rounding), reduction)
