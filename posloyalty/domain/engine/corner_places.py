"""Where the corners of a basket are: which of its lines offers tie to one another.

Offers of one group belong together, and so do all that look at one line. What ties a line follows
from its product (`offer_index.py`), from the conditions that hold, and from what limits leave; no
offer without limits is looked at by itself.

Shape: `Gathering(judge).places(meanings)` gives a `Place` for each corner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from posloyalty.domain.engine.candidates import Bounds
from posloyalty.domain.engine.offer_index import Meaning, Strand
from posloyalty.domain.engine.offer_reasons import Judge
from posloyalty.domain.engine.prepared import Prepared

Bounded = frozenset[tuple[int, Bounds]]
NO_BOUNDS: Final[Bounded] = frozenset()


class Place(NamedTuple):
    """A corner's lines; the conditions that hold of those that offers on them ask, as bits; and
    such offers as have bounds, by number, each with them.
    """

    lines: tuple[int, ...]
    held: int
    bounded: Bounded


class Gathering:
    """What ties the lines of one basket: by line the sets of rivals that touch it and the
    conditions that they ask and that hold, both as bits, and the offers with bounds. `_live` are
    the sets of which any may lower something.
    """

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._holds = {0: True}
        self._bounds: dict[int, Bounds | None] = {}
        self._touches: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._bounded: dict[int, Bounded] = {}
        self._live = 0

    def places(self, meanings: Sequence[Meaning]) -> list[Place]:
        """The corners of a basket whose lines have these meanings."""
        holds, live = self._holds, 0
        for line, meaning in enumerate(meanings):
            if not meaning.cornered:
                continue
            touches = held = 0
            for ready, asks, touched, lowered in meaning.strands:
                if asks not in holds:
                    holds[asks] = self._judge.holds(ready)
                if holds[asks]:
                    touches |= touched
                    held |= asks
                    live |= lowered
            self._touches[line] = touches
            self._held[line] = held
            if meaning.bounded:
                self._tie_bounded(line, meaning.bounded)
        self._live |= live
        return [self._place(lines) for lines in self._joined()]

    def _tie_bounded(self, line: int, strands: Iterable[Strand]) -> None:
        own = []
        for ready, _, touched, lowered in strands:
            bounds = self._bounds_of(ready)
            if bounds is not None:
                self._touches[line] |= touched
                self._live |= lowered
                own.append((ready.number, bounds))
        self._bounded[line] = frozenset(own)

    def _bounds_of(self, ready: Prepared) -> Bounds | None:
        """What limits leave of an offer, looked at once, however many lines it is about."""
        number = ready.number
        if number not in self._bounds:
            self._bounds[number] = self._judge.bounds(ready)
        return self._bounds[number]

    def _joined(self) -> list[list[int]]:
        """Lines that share a set of rivals are one corner."""
        live, reached = self._live, 0
        corners: list[tuple[int, list[int]]] = []
        for line, touches in self._touches.items():
            touches, lines = touches & live, [line]
            if not touches:
                continue
            if reached & touches:
                apart = []
                for other in corners:
                    if other[0] & touches:
                        touches, lines = touches | other[0], other[1] + lines
                    else:
                        apart.append(other)
                corners = apart
            reached |= touches
            corners.append((touches, lines))
        return [lines for _, lines in corners]

    def _place(self, lines: list[int]) -> Place:
        if len(lines) == 1:
            line = lines[0]
            return Place((line,), self._held[line], self._bounded.get(line, NO_BOUNDS))
        held, bounded = 0, NO_BOUNDS
        for line in lines:
            held |= self._held[line]
            if line in self._bounded:
                bounded |= self._bounded[line]
        return Place(tuple(sorted(lines)), held, bounded)
