"""`quantity = { at_least = 3, on = {...} }`: how many pieces, or kilograms, of some goods."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import ONE_MILLI


@dataclass(frozen=True, slots=True)
class Quantity:
    """At least so many thousandths of the goods, added up over the basket."""

    least_milli: int
    goods: LineFilter
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """TOO_FEW, by how many."""
        held = sum(line.quantity_milli for line in facts.lines if self.goods.matches(line.product))
        short = self.least_milli - held
        return () if short <= 0 else (reason("TOO_FEW", short_by_milli=short),)


@condition("quantity")
def read_quantity(section: Section, key: str) -> Condition:
    """Read the number and the filter."""
    table = section.section(key)
    if table is None:
        return Quantity(0, ALL_GOODS)
    least_milli = table.whole("at_least", least=1, most=10_000) * ONE_MILLI
    read = Quantity(least_milli, read_filter(table))
    table.close(("on",))
    return read
