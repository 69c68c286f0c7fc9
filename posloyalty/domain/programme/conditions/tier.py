"""`tier = { scheme = "level", at_least = "gold" }`: the member's level before this sale."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.condition import Condition, condition
from posloyalty.domain.programme.facts import Facts
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.programme.section import Section


@dataclass(frozen=True, slots=True)
class AtLeastTier:
    """A rank of a scheme, 1 is the lowest level."""

    scheme: str
    level: Names
    rank: int
    measures_spend: bool = False

    def failures(self, facts: Facts, spend_minor: int) -> tuple[Reason, ...]:
        """MEMBERS_ONLY, or BELOW_TIER with the level that is needed."""
        if facts.member is None:
            return (Reason("MEMBERS_ONLY"),)
        if facts.member.ranks.get(self.scheme, 0) >= self.rank:
            return ()
        return (reason("BELOW_TIER", level=self.level.in_language(facts.language)),)


@condition("tier")
def read_tier(section: Section, key: str) -> Condition:
    """Read scheme and level; both must be in the same file."""
    table = section.section(key)
    if table is None:
        return AtLeastTier("", Names(""), 1)
    levels = section.reading.levels
    scheme = table.text("scheme", next(iter(levels)) if len(levels) == 1 else None)
    level = table.text("at_least")
    table.close()
    known = levels.get(scheme, {})
    if scheme and not known:
        table.found("scheme", "NOT_DECLARED", given=scheme, known=", ".join(levels))
    elif known and level not in known:
        table.found("at_least", "NOT_DECLARED", given=level, known=", ".join(known))
    rank = [*known, level].index(level) + 1
    return AtLeastTier(scheme, known.get(level, Names(level)), rank)
