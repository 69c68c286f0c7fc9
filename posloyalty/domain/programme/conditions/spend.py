"""`spend = { at_least = "50.00", on = { tag = ["tea"] } }`: what some goods cost before offers."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.line_filter import ALL_GOODS, LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class SpendOn:
    """Goods that a filter means come to at least `least_minor` before offers."""

    least_minor: int
    goods: LineFilter
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """BELOW_MINIMUM, by how much."""
        held = sum(line.gross_minor for line in facts.lines if self.goods.matches(line.product))
        short = self.least_minor - held
        if short <= 0:
            return ()
        return (reason("BELOW_MINIMUM", short_by_minor=short, minimum_minor=self.least_minor),)


@condition("spend")
def read_spend(section: Section, key: str) -> Condition:
    """Read the amount and the filter."""
    table = section.section(key)
    if table is None:
        return SpendOn(0, ALL_GOODS)
    read = SpendOn(table.money("at_least"), read_filter(table))
    table.close(("on",))
    return read
