"""Goods of the basket that may not be sold to this customer now, and who is served first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.kinds.club import Priority, Restricted
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.shop.basket import BasketLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked:
    """A line that may not be sold: by which rule, why, and what the customer could do."""

    number: int
    product: str
    rule_id: str
    name: str
    reasons: tuple[Reason, ...]
    prompt: str


def blocked(
    programme: Programme, lines: Sequence[BasketLine], facts: Facts, business_facts: Facts
) -> tuple[Blocked, ...]:
    """Every line that a restriction forbids, by line and rule."""
    if not programme.of(Restricted):
        return ()
    found = []
    for rule in sorted(programme.of(Restricted), key=lambda one: one.id):
        seen = business_facts if rule.by_business_day else facts
        missing = rule.when.failures(seen, 0)
        for line in lines if missing else ():
            if rule.goods.matches(line.product):
                found.append(
                    Blocked(
                        number=line.number,
                        product=line.product.name,
                        rule_id=rule.id,
                        name=rule.names.in_language(facts.language),
                        reasons=missing,
                        prompt=rule.prompt.in_language(facts.language),
                    )
                )
    return tuple(sorted(found, key=lambda one: (one.number, one.rule_id)))


def served_first(programme: Programme, facts: Facts, business_facts: Facts) -> Priority | None:
    """The lowest ticket that is the member's, None where they have none."""
    own = [
        rule
        for rule in programme.of(Priority)
        if not rule.when.failures(business_facts if rule.by_business_day else facts, 0)
    ]
    return min(own, key=lambda one: (one.ticket, one.id), default=None)
