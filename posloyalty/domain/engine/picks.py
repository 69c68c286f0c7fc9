"""Which pieces the groups of a candidate take of those that are free: looked for once.

A search tries the same groups over and over, after other offers lowered other lines: what is picked
depends on the free pieces of the candidate's own lines and on shown prices, and on nothing else.

Shape: `picks.most_times(free)` is how many groups there are, `picks.of(free, times)` what so many
of them take, a `Pick`. `free` runs along the lines of the basket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from posloyalty.domain.engine.goods import Goods, Places
from posloyalty.domain.programme.effect import Picked, PieceEffect, Stock
from posloyalty.domain.shop.basket import LineKey
from posloyalty.domain.values.ratio import common_denominator


class Pick(NamedTuple):
    """The pieces of some groups. `used` are (place, pieces, how many were free) of all that take
    part; of those that cost less `lowered` are the places, `at` which targets these are, `counts`
    the pieces, and `keys` the lines'. `factors` over `denominator` is what share of each line's
    free pieces that is.
    """

    used: tuple[tuple[int, int, int], ...]
    lowered: Places
    at: tuple[int, ...]
    counts: tuple[int, ...]
    keys: tuple[LineKey, ...]
    factors: tuple[int, ...]
    denominator: int


class _Held:
    """What is known of some free pieces: the stock that they are, how many groups it makes, and
    what so many of them take.
    """

    __slots__ = ("groups", "picks", "stock")

    def __init__(self, stock: list[list[Stock]], groups: int) -> None:
        self.stock = stock
        self.groups = groups
        self.picks: dict[int, Pick] = {}


class Picks:
    """The picks of one candidate in one basket. `targets` are the lines that it may lower."""

    __slots__ = ("_effect", "_goods", "_known", "_parts", "_places", "_targets")

    def __init__(
        self, effect: PieceEffect, goods: Goods, parts: tuple[Places, ...], targets: Places
    ) -> None:
        self._effect = effect
        self._goods = goods
        self._parts = parts
        self._targets = targets
        one = len(parts) == 1
        self._places = parts[0] if one else tuple({place for part in parts for place in part})
        self._known: dict[tuple[int, ...], _Held] = {}

    def most_times(self, free: Sequence[int]) -> int:
        """How many groups of its pieces are left, within what the effect allows."""
        return self._held(free).groups

    def of(self, free: Sequence[int], times: int) -> Pick:
        """The pieces of so many groups."""
        held = self._held(free)
        found = held.picks.get(times)
        if found is None:
            found = held.picks[times] = self._pick(self._effect.pick(held.stock, times), free)
        return found

    def _held(self, free: Sequence[int]) -> _Held:
        key = tuple([free[place] for place in self._places])
        found = self._known.get(key)
        if found is None:
            stock = self._stock(free)
            found = self._known[key] = _Held(stock, self._effect.most_times(stock))
        return found

    def _stock(self, free: Sequence[int]) -> list[list[Stock]]:
        shown = self._goods.shown
        return [
            [Stock(place, free[place], shown[place]) for place in part if free[place]]
            for part in self._parts
        ]

    def _pick(self, picked: Picked, free: Sequence[int]) -> Pick:
        lowered, keys = picked.lowered, self._goods.keys
        meant = [(at, place) for at, place in enumerate(self._targets) if place in lowered]
        places = tuple([place for _, place in meant])
        denominator = common_denominator([free[place] for place in places])
        return Pick(
            tuple([(place, count, free[place]) for place, count in picked.used.items()]),
            places,
            tuple([at for at, _ in meant]),
            tuple([lowered[place] for place in places]),
            tuple([keys[place] for place in places]),
            tuple([lowered[place] * (denominator // free[place]) for place in places]),
            denominator,
        )
