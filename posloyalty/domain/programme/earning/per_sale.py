"""`per_sale = { points = 50 }`: points for a sale in which the goods have an earn base at all."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.earn_rule import Earning, EarnLines, earning
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.ratio import Ratio


@dataclass(frozen=True, slots=True)
class PerSale:
    """A fixed number per sale, spread over the lines by their earn base."""

    points: int
    multiplied: bool = False
    even: bool = True

    def rate(self) -> Ratio:
        """One point per point."""
        return Ratio(1)

    def weights(self, lines: EarnLines) -> tuple[int, ...]:
        """The points spread over the lines; nothing when nothing was paid."""
        if not any(lines.bases):
            return (0,) * len(lines.bases)
        keys = list(zip(lines.bases, lines.quantities, strict=True))
        return allocate(self.points, lines.bases, keys)


@earning("per_sale")
def read_per_sale(section: Section, key: str, scale: int) -> Earning:
    """Read the points."""
    table = section.section(key)
    if table is None:
        return PerSale(0)
    points = table.ratio("points") * 10**scale
    if points.denominator != 1:
        table.found("points", "TOO_FINE", scale=scale)
    table.close()
    return PerSale(points.numerator // points.denominator)
