"""`cheapest_free = { of = 3 }`: of every three pieces the cheapest is free.

    cheapest_free = { of = 3, free = 1, from = "groups", percent = "50%" }

`from = "groups"`, the default, makes the groups from the dearest pieces down; `"basket"` frees the
cheapest pieces of the whole basket. `free` pieces of each group cost less, by all of their price
or by `percent`, `amount` or `price`; `most` groups count in a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.programme.effect import Effect, Picked, PieceEffect, Scope, Stock, effect
from posloyalty.domain.programme.effects.items import PIECES_MAX
from posloyalty.domain.programme.effects.picking import Take, first, less, ordered, pieces_in
from posloyalty.domain.programme.line_filter import LineFilter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import REDUCTION_KEYS, Reduction, read_reduction
from posloyalty.domain.programme.section import Section


class From(StrEnum):
    """Where the pieces that cost less are looked for."""

    GROUPS = "groups"
    BASKET = "basket"


# Members of an enumeration are looked up in Python each time they are named.
CHEAPEST = Take.CHEAPEST
DEAREST = Take.DEAREST
GROUPS = From.GROUPS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheapestFree(PieceEffect):
    """Groups of `of` pieces, `free` of which cost less; `most` in a sale, 0 without bound."""

    of: int
    free: int
    source: From
    less: Reduction
    most: int

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
        return self.free

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """As many whole groups as there are."""
        times = pieces_in(parts[0]) // self.of
        return min(times, self.most) if self.most else times

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The groups from the dearest down, or the cheapest pieces and the dearest beside them."""
        if self.source is GROUPS:
            return self._by_groups(parts[0], times)
        lowered = first(ordered(parts[0], CHEAPEST), self.free * times)
        beside = less(ordered(parts[0], DEAREST), lowered)
        used = first(beside, (self.of - self.free) * times)
        for place, count in lowered.items():
            used[place] = used.get(place, 0) + count
        return Picked(used, lowered)

    def _by_groups(self, stock: Sequence[Stock], times: int) -> Picked:
        """Pieces numbered from the dearest: the last `free` of each `of` are the free ones."""
        picked = Picked()
        start, last = 0, times * self.of
        for one in ordered(stock, DEAREST):
            end = min(start + one.pieces, last)
            if end > start:
                picked.used[one.place] = end - start
                count = self._free_before(end) - self._free_before(start)
                if count:
                    picked.lowered[one.place] = count
            start = end
        return picked

    def _free_before(self, number: int) -> int:
        groups, rest = divmod(number, self.of)
        return groups * self.free + max(0, rest - (self.of - self.free))

    def explanation(self) -> Reason:
        """CHEAPEST_FREE, CHEAPEST_PERCENT, CHEAPEST_AMOUNT or CHEAPEST_PRICE."""
        return self.less.told("cheapest", of=self.of, pieces=self.free)


@effect("cheapest_free", Scope.BUNDLE)
def read_cheapest_free(section: Section, key: str, scope: Scope) -> Effect:
    """Read the group."""
    table = section.section(key)
    if table is None:
        table = Section({"of": 2}, section.path, section.reading)
    of = table.whole("of", least=2, most=PIECES_MAX)
    free = table.whole("free", 1, least=1, most=PIECES_MAX)
    if free >= of:
        table.found("free", "NOT_BELOW", other="of")
    read = CheapestFree(
        of=of,
        free=free,
        source=table.choice("from", From, GROUPS),
        less=read_reduction(table),
        most=table.whole("most", least=1, most=PIECES_MAX) if "most" in table else 0,
    )
    table.close(("most", *REDUCTION_KEYS))
    return read
