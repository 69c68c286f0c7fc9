"""What a shift comes to, as an X or the Z of its closing leaves it to look at.

Shape: `sums` are the figures; `people` gives the operators by their names in the file as events
name them. The drawer is what it should hold; what was counted is None before the count is locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.shop.shift_sums import Sums
from posloyalty.scenario.placed_till import PlacedTill


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftSeen:
    """A shift's figures; amounts in minor units."""

    day: date
    number: int
    sums: Sums
    drawer_minor: int
    counted_minor: int | None
    people: Mapping[str, str]

    @property
    def difference_minor(self) -> int:
        """Counted less what the drawer should hold; 0 before it is counted."""
        return 0 if self.counted_minor is None else self.counted_minor - self.drawer_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSeen:
    """What whoever counted is told: whether it is near enough, and what comes next."""

    within: bool
    stage: str


def people_of(placed: PlacedTill) -> dict[str, str]:
    """The operators of a till by name, as its events name them."""
    return {name: one.id.hex() for name, one in placed.operators.items()}
