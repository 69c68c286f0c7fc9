"""`buy_get`: buy so many of some goods, get so many of some goods for less.

    buy_get = { buy = 2, get = 1 }                                  # of the offer's goods, free
    buy_get = { buy = 2, buy_on = { tag = ["tea"] }, get = 1, get_on = { tag = ["cup"] } }
    buy_get = { buy = 2, get = 1, percent = "61%" }                 # or amount, or price, of each

The pieces that are got may be of the goods that are bought: no piece is both. `take` says which
of them are got, the cheapest or the dearest; `most` how often in a sale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from posloyalty.domain.programme.effect import Effect, Picked, PieceEffect, Scope, Stock, effect
from posloyalty.domain.programme.effects.items import PIECES_MAX
from posloyalty.domain.programme.effects.picking import (
    Take,
    first,
    joined,
    less,
    ordered,
    pieces_in,
)
from posloyalty.domain.programme.line_filter import LineFilter, read_filter
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.programme.reduction import REDUCTION_KEYS, Reduction, read_reduction
from posloyalty.domain.programme.section import Section

# Members of an enumeration are looked up in Python each time they are named.
CHEAPEST = Take.CHEAPEST


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyGet(PieceEffect):
    """A group is `buy` pieces of the first part and `get` of the second, `most` groups in a sale.

    A part that is None is of the offer's own goods; `most` 0 is without bound.
    """

    buy: int
    get: int
    buy_on: LineFilter | None
    get_on: LineFilter | None
    less: Reduction
    take: Take
    most: int

    @property
    def parts(self) -> tuple[LineFilter | None, ...]:
        """What is bought, what is got."""
        return (self.buy_on, self.get_on)

    @property
    def lowers(self) -> tuple[int, ...]:
        """What is got."""
        return (1,)

    @property
    def nested(self) -> bool:
        """With the dearest first a further group may push a got piece among the bought ones."""
        return self.take is CHEAPEST

    @property
    def reduction(self) -> Reduction:
        """By what they cost less."""
        return self.less

    @property
    def lowered_per_group(self) -> int:
        """How many of a group."""
        return self.get

    def most_times(self, parts: Sequence[Sequence[Stock]]) -> int:
        """As many disjoint groups as there are pieces for (Hall's condition)."""
        bought, got = parts
        every = pieces_in(joined(parts)) // (self.buy + self.get)
        times = min(pieces_in(bought) // self.buy, pieces_in(got) // self.get, every)
        return min(times, self.most) if self.most else times

    def pick(self, parts: Sequence[Sequence[Stock]], times: int) -> Picked:
        """The got pieces first, leaving enough to be bought; then those that only can be bought."""
        bought, got = parts
        both = {one.place for one in bought}
        spare = pieces_in(bought) - self.buy * times
        lowered: dict[int, int] = {}
        left = self.get * times
        for one in ordered(got, self.take):
            part = min(one.pieces, left, spare) if one.place in both else min(one.pieces, left)
            if part > 0:
                lowered[one.place] = part
                left -= part
                spare -= part if one.place in both else 0
        gettable = {one.place for one in got}
        order = sorted(ordered(bought, CHEAPEST), key=lambda one: one.place in gettable)
        used = first(less(order, lowered), self.buy * times)
        for place, count in lowered.items():
            used[place] = used.get(place, 0) + count
        return Picked(used, lowered)

    def explanation(self) -> Reason:
        """BUY_GET_FREE, BUY_GET_PERCENT, BUY_GET_AMOUNT or BUY_GET_PRICE."""
        return self.less.told("buy_get", buy=self.buy, get=self.get)


@effect("buy_get", Scope.BUNDLE)
def read_buy_get(section: Section, key: str, scope: Scope) -> Effect:
    """Read the group."""
    table = section.section(key)
    if table is None:
        table = Section({"buy": 1, "get": 1}, section.path, section.reading)
    read = BuyGet(
        buy=table.whole("buy", least=1, most=PIECES_MAX),
        get=table.whole("get", 1, least=1, most=PIECES_MAX),
        buy_on=read_filter(table, "buy_on") if "buy_on" in table else None,
        get_on=read_filter(table, "get_on") if "get_on" in table else None,
        less=read_reduction(table),
        take=table.choice("take", Take, CHEAPEST),
        most=table.whole("most", least=1, most=PIECES_MAX) if "most" in table else 0,
    )
    table.close(("buy_on", "get_on", "most", *REDUCTION_KEYS))
    return read
