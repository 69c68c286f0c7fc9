"""`contains = { tag = ["bakery"] }`: the basket holds some of these goods."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class Contains:
    """At least one line that the filter matches."""

    goods: LineFilter
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """GOODS_MISSING."""
        if any(self.goods.matches(line.product) for line in facts.lines):
            return ()
        return (Reason("GOODS_MISSING"),)


@condition("contains")
def read_contains(section: Section, key: str) -> Condition:
    """Read the filter."""
    return Contains(read_filter(section, key))
