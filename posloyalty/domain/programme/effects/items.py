"""`pieces = 1`: a discount on so many pieces of a sale, the dearest or, with `take`, the cheapest.

percent = "100%"
pieces = 1                    # one piece free
take = "cheapest"             # or "dearest", the default
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.effect import Effect, Picked, PieceEffect, Scope, Stock
from posloyalty.domain.programme.effects.picking import Take, first, ordered, pieces_in
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import By, Reduction
from posloyalty.domain.programme.section import Section

PIECES_MAX = 10_000
MILLI = 1000
LAST = 10**18


@dataclass(frozen=True, slots=True)
class Items(PieceEffect):
    """Every piece is a group of its own, `most` of them in a sale."""

    less: Reduction
    most: int
    take: Take
    code: str = "items"

    @property
    def parts(self) -> tuple[LineFilter | None, ...]:
        """The offer's own goods."""
        return (None,)

    @property
    def lowers(self) -> tuple[int, ...]:
        """All of them."""
        return (0,)

    @property
    def reduction(self) -> Reduction:
        """By what they cost less."""
        return self.less

    @property
    def lowered_per_group(self) -> int:
        """How many of a group."""
        return 1

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """As many pieces as there are, within the bound."""
        return min(self.most, pieces_in(parts[0]))

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The first of them."""
        picked = first(ordered(self._dearer(parts[0]), self.take), times)
        return Picked(picked, picked)

    def explanation(self) -> Reason:
        """ITEMS_FREE, ITEMS_PERCENT, ITEMS_AMOUNT or ITEMS_PRICE; UPGRADE_PRICE."""
        return self.less.told(self.code, pieces=self.most)

    def _dearer(self, stock: Sequence[Stock]) -> Sequence[Stock]:
        """What costs no more than the fixed price already comes last."""
        if self.less.by is not By.PRICE or self.take is Take.DEAREST:
            return stock
        stated = self.less.minor * MILLI
        return [
            one._replace(price=one.price + LAST) if one.price <= stated else one for one in stock
        ]


def read_items(section: Section, scope: Scope, whole: Effect, reduction: Reduction) -> Effect:
    """The effect on so many pieces where the table says so, else on all goods."""
    if "pieces" not in section:
        return whole
    if scope is Scope.ORDER:
        section.found("pieces", "LINE_ONLY")
    most = section.whole("pieces", least=1, most=PIECES_MAX)
    return Items(reduction, most, section.choice("take", Take, Take.DEAREST))
