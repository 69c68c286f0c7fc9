"""Which pieces the groups of a candidate take of those that are free: looked for once.

A search tries the same groups over and over, after other offers lowered other lines: what is picked
depends on the free pieces of the candidate's own lines and on shown prices, and on nothing else.

Shape: `picks.most_times(free)` is how many groups there are, `picks.of(free, shown, times)` what so
many of them take, a `Pick`. `free` and `shown` run along the lines of the basket.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from posloyalty.domain.engine.goods import Places
from posloyalty.domain.programme.effect import Picked, PieceEffect, Stock
from posloyalty.domain.shop.basket import LineKey
from posloyalty.domain.values.ratio import common_denominator


class Pick(NamedTuple):
    """The pieces of some groups. `used` are (place, pieces, how many were free) of all that take
    part; of those that cost less `lowered` are the places, `counts` the pieces, and `keys` the
    lines'. `factors` over `denominator` is what share of each line's free pieces that is.
    """

    used: tuple[tuple[int, int, int], ...]
    lowered: Places
    counts: tuple[int, ...]
    keys: tuple[LineKey, ...]
    factors: tuple[int, ...]
    denominator: int


class Picks:
    """The picks of one candidate in one basket. `targets` are the lines that it may lower."""

    __slots__ = ("_effect", "_groups", "_keys", "_known", "_parts", "_places", "_targets")

    def __init__(
        self,
        effect: PieceEffect,
        parts: tuple[Places, ...],
        targets: Places,
        keys: tuple[LineKey, ...],
    ) -> None:
        self._effect = effect
        self._parts = parts
        self._targets = targets
        self._keys = keys
        one = len(parts) == 1
        self._places = parts[0] if one else tuple({place for part in parts for place in part})
        self._groups: dict[tuple[int, ...], int] = {}
        self._known: dict[tuple[int, tuple[int, ...]], Pick] = {}

    def most_times(self, free: Sequence[int]) -> int:
        """How many groups of its pieces are left, within what the effect allows."""
        held = tuple([free[place] for place in self._places])
        found = self._groups.get(held)
        if found is None:
            found = self._groups[held] = self._effect.most_times(self._stock(free, free))
        return found

    def of(self, free: Sequence[int], shown: Sequence[int], times: int) -> Pick:
        """The pieces of so many groups."""
        held = (times, tuple([free[place] for place in self._places]))
        found = self._known.get(held)
        if found is None:
            picked = self._effect.pick(self._stock(free, shown), times)
            found = self._known[held] = self._pick(picked, free)
        return found

    def _stock(self, free: Sequence[int], shown: Sequence[int]) -> list[list[Stock]]:
        return [
            [Stock(place, free[place], shown[place]) for place in part if free[place]]
            for part in self._parts
        ]

    def _pick(self, picked: Picked, free: Sequence[int]) -> Pick:
        lowered = picked.lowered
        pairs = zip(self._targets, self._keys, strict=True)
        meant = [(place, key) for place, key in pairs if place in lowered]
        places = tuple([place for place, _ in meant])
        denominator = common_denominator([free[place] for place in places])
        return Pick(
            tuple([(place, count, free[place]) for place, count in picked.used.items()]),
            places,
            tuple([lowered[place] for place in places]),
            tuple([key for _, key in meant]),
            tuple([lowered[place] * (denominator // free[place]) for place in places]),
            denominator,
        )
