"""`amount = "5.00"`: money off; once per sale in an order offer, per piece in a line offer."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.offer import Effect, Scope, effect
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import price_times_quantity
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, never more than what the goods cost."""

    amount_minor: int
    per_piece: bool

    def total(self, amount_minor: int) -> int | None:
        """Once for all goods together."""
        return None if self.per_piece else min(self.amount_minor, amount_minor)

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """For every piece (or kilogram) of a line."""
        off = price_times_quantity(self.amount_minor, quantity_milli, Rounding.HALF_UP)
        return min(off, amount_minor)

    def explanation(self) -> Reason:
        """OFF_AMOUNT or OFF_EACH."""
        code = "OFF_EACH" if self.per_piece else "OFF_AMOUNT"
        return reason(code, amount_minor=self.amount_minor)


@effect("amount")
def read_amount(section: Section, key: str, scope: Scope) -> Effect:
    """Read the amount."""
    return Amount(section.money(key), per_piece=scope is Scope.LINE)
