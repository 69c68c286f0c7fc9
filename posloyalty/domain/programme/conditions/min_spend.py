"""`min_spend = "100.00"`: the goods come to at least an amount.

Measured on goods net of line offers, before order offers and points; a line offer is
measured on the goods' prices.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import AllOf, Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class MinSpend:
    """At least `amount_minor`."""

    amount_minor: int
    measures_spend: bool = True

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """BELOW_MINIMUM, by how much."""
        short = self.amount_minor - spend_minor
        if short <= 0:
            return ()
        return (reason("BELOW_MINIMUM", short_by_minor=short, minimum_minor=self.amount_minor),)


def minimums(when: object) -> set[int]:
    """Every minimum in a tree of conditions: where its answer may change with the spend."""
    if isinstance(when, MinSpend):
        return {when.amount_minor}
    inner = (*getattr(when, "parts", ()), *filter(None, (getattr(when, "part", None),)))
    return {amount for part in inner for amount in minimums(part)}


def minimum_alone(when: AllOf) -> int | None:
    """The minimum, where a rule asks for that and for nothing else."""
    if len(when.parts) != 1:
        return None
    asked = when.parts[0]
    return asked.amount_minor if isinstance(asked, MinSpend) else None


@condition("min_spend")
def read_min_spend(section: Section, key: str) -> Condition:
    """Read the amount."""
    return MinSpend(section.money(key))
