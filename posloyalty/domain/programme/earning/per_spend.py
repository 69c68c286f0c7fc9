"""`per_spend = { points = 1, money = "1.00" }`: points for every so much of the earn base."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.earn_rule import Earning, EarnLines, earning
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.ratio import Ratio


@dataclass(frozen=True, slots=True)
class PerSpend:
    """Exact points per minor unit of money; rounded once per sale, not per line."""

    per_minor: Ratio
    multiplied: bool = True
    even: bool = True

    def rate(self) -> Ratio:
        """Points per minor unit of money."""
        return self.per_minor

    def weights(self, lines: EarnLines) -> tuple[int, ...]:
        """Each line's earn base."""
        return lines.bases


@earning("per_spend")
def read_per_spend(section: Section, key: str, scale: int) -> Earning:
    """Read points and money."""
    table = section.section(key)
    if table is None:
        return PerSpend(Ratio(0))
    rate = table.ratio("points") * Ratio(10**scale, table.money("money"))
    table.close()
    return PerSpend(rate)
