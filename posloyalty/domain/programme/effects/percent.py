"""`percent = "10%"`: a share of the goods' price."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.offer import Effect, Scope, effect
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding


@dataclass(frozen=True, slots=True)
class Percent:
    """A rate from 0 to 1."""

    rate: Ratio

    def total(self, amount_minor: int) -> int | None:
        """The share of all goods together, rounded once, half-up."""
        return self.rate.apply(amount_minor, Rounding.HALF_UP)

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The share of one line alone."""
        return self.rate.apply(amount_minor, Rounding.HALF_UP)

    def explanation(self) -> Reason:
        """OFF_PERCENT."""
        return reason("OFF_PERCENT", percent=self.rate * 100)


@effect("percent")
def read_percent(section: Section, key: str, scope: Scope) -> Effect:
    """Read the rate, at most 100 %."""
    return Percent(section.ratio(key, most=Ratio(1)))
