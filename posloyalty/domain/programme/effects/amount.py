"""`amount = "5.00"`: money off; once per sale in an order offer, per piece in a line offer, with
`pieces = 1` for so many pieces only.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.effect import EachEffect, Effect, Scope, TotalEffect, effect
from posloyalty.domain.programme.effects.items import read_items
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Amount(TotalEffect):
    """Once for all goods together, never more than what they cost."""

    amount_minor: int

    @property
    def most_minor(self) -> int:
        """The amount."""
        return self.amount_minor

    def total(self, amount_minor: int, quantity_milli: int) -> int:
        """The amount, or all there is."""
        return min(self.amount_minor, amount_minor)

    def explanation(self) -> Reason:
        """OFF_AMOUNT."""
        return reason("OFF_AMOUNT", amount_minor=self.amount_minor)


@dataclass(frozen=True, slots=True)
class AmountEach(EachEffect):
    """For every piece (or kilogram) of a line."""

    amount_minor: int
    rounding: Rounding = Rounding.HALF_UP

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """Never more than the line costs."""
        off = price_times_quantity(self.amount_minor, quantity_milli, self.rounding)
        return min(off, amount_minor)

    def explanation(self) -> Reason:
        """OFF_EACH."""
        return reason("OFF_EACH", amount_minor=self.amount_minor)


@effect("amount")
def read_amount(section: Section, key: str, scope: Scope) -> Effect:
    """Read the amount."""
    minor, rounding = section.money(key), section.reading.rounding
    whole: Effect = AmountEach(minor, rounding) if scope is Scope.LINE else Amount(minor)
    reduction = Reduction(By.AMOUNT, minor=minor, rounding=rounding)
    return read_items(section, scope, whole, reduction)
