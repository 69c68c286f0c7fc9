"""`tender = "card"`, or a list of which every payment must be one: how the sale is paid.

It holds where nothing else pays any part of the sale, so that one cent by card buys no discount.
While nobody has said how the sale is paid, it does not hold; the quote then says what it would
bring. `not = { tender = "cash" }` holds where no payment is in cash, and is not held before that.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.section import Section
from posloyalty.domain.shop.tender import TenderKind


@dataclass(frozen=True, slots=True)
class PaidBy:
    """The kinds of payment that will do."""

    kinds: frozenset[TenderKind]
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """ONLY_BY_CARD and its like for one kind, PAYS_OTHERWISE for several."""
        if facts.tenders and facts.tenders <= self.kinds:
            return ()
        if len(self.kinds) == 1:
            return (Reason(f"ONLY_BY_{min(self.kinds).upper()}"),)
        return (Reason("PAYS_OTHERWISE"),)


def looks_at_tenders(when: object) -> bool:
    """Whether the answer of a tree of conditions may hang on how the sale is paid."""
    if isinstance(when, PaidBy):
        return True
    inner = (*getattr(when, "parts", ()), *filter(None, (getattr(when, "part", None),)))
    return any(looks_at_tenders(part) for part in inner)


@condition("tender")
def read_tender(section: Section, key: str) -> Condition:
    """Read the kinds."""
    section.reading.looks_at_tenders = True
    return PaidBy(frozenset(section.choices(key, TenderKind)))
