"""Offers: discounts that the programme gives to everybody who meets their conditions.

An offer has one effect out of `effects/` (such as `percent`), goods that it is about (`on`) and
conditions (`when`). Line offers apply before order offers; within each, lower `priority` first,
then by id. Every discount is rounded once per offer and sale, half-up, on the price as shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from posloyalty.domain.programme.condition import AllOf, read_when
from posloyalty.domain.programme.earn_rule import read_clock
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section

PRIORITY_MAX = 1000


class Scope(StrEnum):
    """Which stage an offer belongs to."""

    LINE = "line"
    ORDER = "order"


class PercentBase(StrEnum):
    """What several percentages of a stage are taken of (LOYALTY case 11)."""

    SEQUENTIAL = "sequential"  # of what the offers before it left
    INITIAL = "initial"  # of the amounts at the start of the stage


class Effect(Protocol):
    """What an offer takes off: one total for its goods, or each line's own discount."""

    def total(self, amount_minor: int) -> int | None:
        """The discount on goods that come to an amount, or None when it is reckoned per line."""
        ...

    def each(self, amount_minor: int, quantity_milli: int) -> int:
        """The discount of one line, from 0 to its amount."""
        ...

    def explanation(self) -> Reason:
        """What the customer gets, for the receipt and the cashier."""
        ...


EffectReader = Callable[[Section, str, Scope], Effect]
EFFECTS: dict[str, EffectReader] = {}


def effect(key: str) -> Callable[[EffectReader], EffectReader]:
    """Register a kind of effect under the key that files use."""

    def register(reader: EffectReader) -> EffectReader:
        EFFECTS[key] = reader
        return reader

    return register


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A public offer. `exclusive` stands alone; of one `group` at most one applies."""

    id: str
    names: Names
    scope: Scope
    effect: Effect
    goods: LineFilter
    when: AllOf
    by_business_day: bool
    exclusive: bool
    group: str
    base: PercentBase
    priority: int
    most_minor: int | None


def read_offer(
    section: Section,
    *,
    scope: Scope | None = None,
    effects: Mapping[str, EffectReader] = EFFECTS,
) -> Offer | None:
    """One `[[offer]]`, or the terms of something else with a usual scope and more effects."""
    offer_id = section.text("id")
    scope = section.choice("scope", Scope, scope)
    readers = {key: _with_scope(reader, scope) for key, reader in effects.items()}
    kind = section.one_of(readers)
    names, goods = section.names("name", offer_id), read_filter(section)
    when = read_when(section, campaign=True)
    by_business_day = read_clock(section)
    exclusive = section.flag("exclusive", default=False)
    group = section.text("group") if "group" in section else ""
    base = section.choice("base", PercentBase, PercentBase.SEQUENTIAL)
    priority = section.whole("priority", 0, most=PRIORITY_MAX)
    most_minor = section.money("most") if "most" in section else None
    section.close(("on", "when", "group", "most", *effects))
    if kind is None:
        return None
    return Offer(
        id=offer_id,
        names=names,
        scope=scope,
        effect=kind,
        goods=goods,
        when=when,
        by_business_day=by_business_day,
        exclusive=exclusive,
        group=group,
        base=base,
        priority=priority,
        most_minor=most_minor,
    )


def _with_scope(reader: EffectReader, scope: Scope) -> Callable[[Section, str], Effect]:
    return lambda section, key: reader(section, key, scope)
