"""`per_piece = { points = 5 }`: points for every piece, or kilogram, of goods that earn."""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.programme.earn_rule import Earning, EarnLines, earning
from posloyalty.domain.programme.section import Section
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.domain.values.ratio import Ratio


@dataclass(frozen=True, slots=True)
class PerPiece:
    """A fixed number per piece, which multipliers leave alone. What one offer makes free earns
    nothing, where another spreads as much over all.
    """

    points: Ratio
    multiplied: bool = False
    even: bool = False

    def rate(self) -> Ratio:
        """Points per thousandth of a piece."""
        return self.points * Ratio(1, ONE_MILLI)

    def weights(self, lines: EarnLines) -> tuple[int, ...]:
        """Quantities; a line that came to nothing earns nothing."""
        pairs = zip(lines.quantities, lines.bases, strict=True)
        return tuple([quantity if base > 0 else 0 for quantity, base in pairs])


@earning("per_piece")
def read_per_piece(section: Section, key: str, scale: int) -> Earning:
    """Read the points."""
    table = section.section(key)
    if table is None:
        return PerPiece(Ratio(0))
    points = table.ratio("points") * 10**scale
    table.close()
    return PerPiece(points)
