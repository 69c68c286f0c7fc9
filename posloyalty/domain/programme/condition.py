"""Conditions: a tree of questions, and the registry by which a file's keys find their kind.

A table of conditions holds when every key of it holds; `any` and `all` take lists of tables, `not`
takes one. A kind is one small file in `conditions/`: a class with `failures`, and a reader that is
registered under the key that programme files use.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.in_campaign import InCampaign
from posloyalty.domain.programme.period import Period
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section


class Condition(Protocol):
    """`failures` is empty when the condition holds, else it says what is missing.

    `spend_minor` is what a minimum spend is measured on: goods net of line offers, before order
    offers. `measures_spend` says whether the answer depends on it.
    """

    @property
    def measures_spend(self) -> bool:
        """Whether a different `spend_minor` may change the answer."""
        ...

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """What is missing, for the cashier to read."""
        ...


ConditionReader = Callable[[Section, str], Condition]
CONDITIONS: dict[str, ConditionReader] = {}


def condition(key: str) -> Callable[[ConditionReader], ConditionReader]:
    """Register a kind under the key that files use."""

    def register(reader: ConditionReader) -> ConditionReader:
        CONDITIONS[key] = reader
        return reader

    return register


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds when every part does."""

    parts: tuple[Condition, ...] = ()

    @property
    def measures_spend(self) -> bool:
        """Whether a part depends on the spend."""
        return bool(self.parts) and any(part.measures_spend for part in self.parts)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The spans of the member's past that its parts look at."""
        return tuple(period for part in self.parts for period in periods_of(part))

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """What is missing of every part."""
        missing: tuple[Reason, ...] = ()
        for part in self.parts:
            missing += part.failures(facts, spend_minor)
        return missing


ALWAYS = AllOf()


def periods_of(part: Condition) -> tuple[Period, ...]:
    """The spans of the past that a condition looks at: its `period`, or its `periods`."""
    own = getattr(part, "period", None)
    if isinstance(own, Period):
        return (own,)
    inner: tuple[Period, ...] = getattr(part, "periods", ())
    return inner


def read_when(section: Section, key: str = "when", *, campaign: bool = False) -> AllOf:
    """The conditions under a key; none when the key is not there.

    With `campaign`, the rule may name one beside them, and gives only while it does.
    """
    named = section.refer("campaign", "campaign", "") if campaign else ""
    table = section.section(key) if key in section else None
    read = ALWAYS if table is None else read_conditions(table)
    return AllOf((*read.parts, InCampaign(named))) if named else read


def read_conditions(table: Section) -> AllOf:
    """All the conditions of one table."""
    table = table.shared("conditions", read_conditions)
    parts = tuple(CONDITIONS[key](table, key) for key in table.present(CONDITIONS))
    table.close(CONDITIONS)
    return AllOf(parts)
