"""Picking pieces: the dearest or the cheapest of some lines, and filling slots that share goods.

Everything counts in pieces by line, never piece by piece, so that ten thousand of a thing cost no
more than one. Ties of price go by the lines' canonical order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from posloyalty.domain.programme.effect import Stock


class Take(StrEnum):
    """Which pieces cost less."""

    CHEAPEST = "cheapest"
    DEAREST = "dearest"


# Members of an enumeration are looked up in Python each time they are named.
DEAREST = Take.DEAREST


def ordered(stock: Sequence[Stock], take: Take) -> list[Stock]:
    """The lines with the pieces that are picked first in front."""
    if len(stock) < 2:
        return list(stock)
    if take is DEAREST:
        return sorted(stock, key=lambda one: (-one.price, one.place))
    return sorted(stock, key=lambda one: (one.price, one.place))


def first(stock: Sequence[Stock], count: int) -> dict[int, int]:
    """The first so many pieces of lines in their order, by line."""
    picked: dict[int, int] = {}
    for one in stock:
        if count <= 0:
            break
        part = min(one.pieces, count)
        if part:
            picked[one.place] = part
            count -= part
    return picked


def pieces_in(stock: Iterable[Stock]) -> int:
    """How many pieces lines have."""
    return sum([one.pieces for one in stock])


def less(stock: Iterable[Stock], gone: Mapping[int, int]) -> list[Stock]:
    """The lines without some of their pieces."""
    return [one._replace(pieces=one.pieces - gone.get(one.place, 0)) for one in stock]


def joined(parts: Iterable[Iterable[Stock]]) -> list[Stock]:
    """The lines of several parts, each once."""
    return list({one.place: one for part in parts for one in part}.values())


class Slots:
    """Pieces for slots whose goods may overlap: as many as fit, the dearest first.

    A piece that finds its slots full moves others aside where they fit elsewhere (augmenting
    paths), so that the dearest set that can be placed is found exactly.
    """

    def __init__(self, parts: Sequence[Sequence[Stock]], needs: Sequence[int]) -> None:
        self._needs = list(needs)
        self._fits: dict[int, list[int]] = {}
        for slot, part in enumerate(parts):
            for one in part:
                self._fits.setdefault(one.place, []).append(slot)
        self._held: list[dict[int, int]] = [{} for _ in needs]
        for one in ordered(joined(parts), DEAREST):
            self._place(one)

    @property
    def full(self) -> bool:
        """Whether every slot has what it needs."""
        return not any(self._needs)

    def picked(self) -> dict[int, int]:
        """The pieces by line."""
        found: dict[int, int] = {}
        for held in self._held:
            for place, count in held.items():
                found[place] = found.get(place, 0) + count
        return found

    def _place(self, one: Stock) -> None:
        left = one.pieces
        while left:
            path = self._path(one.place)
            if path is None:
                return
            left -= self._move(one.place, path, left)

    def _path(self, place: int) -> list[tuple[int, int]] | None:
        """Slots to a free one: (slot, the line that moves on from it); the last has room."""
        seen: set[int] = set()
        queue: list[list[tuple[int, int]]] = [[(slot, -1)] for slot in self._fits[place]]
        while queue:
            path = queue.pop(0)
            slot = path[-1][0]
            if slot in seen:
                continue
            seen.add(slot)
            if self._needs[slot]:
                return path
            for other in self._held[slot]:
                queue += [
                    [*path[:-1], (slot, other), (to, -1)]
                    for to in self._fits[other]
                    if to not in seen
                ]
        return None

    def _move(self, place: int, path: list[tuple[int, int]], most: int) -> int:
        count = min(most, self._needs[path[-1][0]])
        for slot, moved in path[:-1]:
            count = min(count, self._held[slot][moved])
        arriving = place
        for slot, moved in path:
            held = self._held[slot]
            held[arriving] = held.get(arriving, 0) + count
            if moved >= 0:
                held[moved] -= count
                if not held[moved]:
                    del held[moved]
                arriving = moved
            else:
                self._needs[slot] -= count
        return count
