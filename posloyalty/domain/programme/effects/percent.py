"""`percent = "10%"`: a share of the goods' price; with `pieces = 1` of so many pieces only."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.effect import Effect, Scope, TotalEffect, effect
from posloyalty.domain.programme.effects.items import read_items
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Percent(TotalEffect):
    """A rate from 0 to 1."""

    rate: Ratio
    rounding: Rounding = Rounding.HALF_UP

    def total(self, amount_minor: int, quantity_milli: int) -> int:
        """The share of all goods together, rounded once."""
        return self.rate.apply(amount_minor, self.rounding)

    def explanation(self) -> Reason:
        """OFF_PERCENT."""
        return reason("OFF_PERCENT", percent=self.rate * 100)


@effect("percent")
def read_percent(section: Section, key: str, scope: Scope) -> Effect:
    """Read the rate, at most 100 %."""
    whole = Percent(section.ratio(key, most=Ratio(1)), section.reading.rounding)
    reduction = Reduction(By.PERCENT, whole.rate, rounding=whole.rounding)
    return read_items(section, scope, whole, reduction)
