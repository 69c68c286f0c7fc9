"""`first_purchase = true`: the member has not bought anything before, as far as this till knows."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class FirstPurchase:
    """Whether this must be the first sale, or must not be."""

    wanted: bool
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, NOT_FIRST_PURCHASE or IS_FIRST_PURCHASE."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        if (facts.member.purchases == 0) is self.wanted:
            return ()
        if self.wanted:
            return (reason("NOT_FIRST_PURCHASE", purchases=facts.member.purchases),)
        return (Reason("IS_FIRST_PURCHASE"),)


@condition("first_purchase")
def read_first_purchase(section: Section, key: str) -> Condition:
    """Read the flag."""
    return FirstPurchase(section.flag(key, default=True))
