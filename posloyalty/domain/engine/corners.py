"""Corners of a basket: some of its goods, and all offers that are about these and no others.

Most offers of a shop are about few goods: prices of a product, offers on a shelf. What the best
deal of a corner takes off follows from the corner's goods and from its offers with what limits
leave of them, and from nothing else in the sale. So it is kept, and the next scan of a sale, or the
next sale of the same goods, neither judges nor searches these offers again. A new corner is
searched as if it were a basket by itself, in places of its own.

An offer is `cornered` (`prepared.py`) where all that it looks at are its own goods. Shape:
`Corners(...).head(fitting)` gives what all corners of a basket take off together, a `Head`; or None
where the whole basket has to be searched at once, which any search may say that met its bound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.candidates import Bounds, Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_known import Corner, CornerKey, Step, known_of
from posloyalty.domain.engine.deal_part_search import PartSearch
from posloyalty.domain.engine.deal_parts import parts_of
from posloyalty.domain.engine.deal_reckoned import discounts_of
from posloyalty.domain.engine.deal_table import Effort, Table
from posloyalty.domain.engine.discount import Pile, apply, first_pile, shown_prices
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.offer_index import Fitting, Strand
from posloyalty.domain.engine.offer_reasons import Judge, in_corner
from posloyalty.domain.engine.prepared import NOTHING_ASKED, Prepared
from posloyalty.domain.engine.taken import Head, Taken


class Place(NamedTuple):
    """Where a corner is in the basket: its lines, with the conditions that hold of those that
    offers on them ask, as bits, and such offers as have bounds, each with them.
    """

    lines: tuple[int, ...]
    held: int
    bounded: frozenset[tuple[int, Bounds]]


class Thread(NamedTuple):
    """A line as the offers on it tie it to others: their sets of rivals as bits, all that look at
    the line and those that may lower it, and the conditions and bounds as of a `Place`.
    """

    touches: int
    lowers: int
    held: int
    bounded: frozenset[tuple[int, Bounds]]


NO_BOUNDS: frozenset[tuple[int, Bounds]] = frozenset()


class Corners:
    """The corners of one basket."""

    def __init__(self, context: Context, judge: Judge) -> None:
        self._context = context
        self._goods = context.goods
        self._known = known_of(context.programme)
        self._judge = judge
        self._bounds: dict[int, Bounds | None] = {}

    def head(self, fitting: Fitting) -> Head | None:
        """What the corners of the offers that may be about the basket take off."""
        places = self.places(fitting)
        found: list[Corner] = []
        left = deal_table.EFFORT_MAX
        for place in places:
            key = self._key(place, fitting)
            corner = self._known.corner(key)
            if corner is None:
                corner = self._searched(place.lines, fitting, Effort(left))
                if corner is None:
                    return None
                self._known.keep_corner(key, corner)
            left -= corner.spent
            if left < 0:
                return None
            found.append(corner)
        return self._together(places, found, deal_table.EFFORT_MAX - left)

    def _together(self, places: Sequence[Place], found: Sequence[Corner], spent: int) -> Head:
        """All corners as one."""
        amounts = list(self._goods.gross)
        taken: list[Taken] = []
        for place, corner in zip(places, found, strict=True):
            lines = place.lines
            for one, times, shares, before_minor in corner.steps:
                targets = tuple([lines[at] for at in one.targets])
                taken.append(Taken(one, targets, times, shares, before_minor))
            for line, off in zip(lines, corner.off, strict=True):
                amounts[line] -= off
        taken.sort(key=lambda one: one.found.order)
        return Head(tuple(taken), tuple(amounts), spent)

    def _key(self, place: Place, fitting: Fitting) -> CornerKey:
        keys, meanings = self._goods.keys, fitting.meanings
        lines = tuple([(meanings[line].number, keys[line]) for line in place.lines])
        return place.held, place.bounded, lines

    def _searched(self, lines: Sequence[int], fitting: Fitting, effort: Effort) -> Corner | None:
        """What a new corner takes off; None where the search met its bound."""
        goods = self._goods.at(lines)
        pile = first_pile(goods, pieces=True)
        candidates = []
        for ready in fitting.cornered(goods, lines):
            bounds = self._judge.bounds(ready)
            found = None if bounds is None else in_corner(ready, bounds, goods, pile)
            if found is not None:
                candidates.append(found)
        if not candidates:
            return Corner((), (0,) * len(lines), 0)
        if len(candidates) == 1 and candidates[0].grows:
            return _of_one(candidates[0], goods, pile)
        return best_of_corner(Table(self._context, candidates, {}, goods), effort)

    def places(self, fitting: Fitting) -> list[Place]:
        """The corners, of the offers whose conditions hold. Offers of one group, and offers that
        look at one line, belong together.
        """
        threads = [self._thread(one.strands, one.bounded) for one in fitting.meanings]
        live = 0
        for one in threads:
            live |= one.lowers
        corners: list[tuple[int, list[int]]] = []
        reached = 0
        for line, one in enumerate(threads):
            touches, lines = one.touches & live, [line]
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
        return [_place(sorted(lines), threads) for _, lines in corners]

    def _thread(self, strands: Iterable[Strand], bounded: Iterable[Strand]) -> Thread:
        judge = self._judge
        touches = lowers = held = 0
        for ready, touched, lowered in strands:
            if judge.holds(ready):
                touches |= touched
                lowers |= lowered
                if ready.asks != NOTHING_ASKED:
                    held |= 1 << ready.asks
        if not bounded:
            return Thread(touches, lowers, held, NO_BOUNDS)
        own = []
        for ready, touched, lowered in bounded:
            bounds = self._bounds_of(ready)
            if bounds is not None:
                touches |= touched
                lowers |= lowered
                own.append((ready.number, bounds))
        return Thread(touches, lowers, held, frozenset(own))

    def _bounds_of(self, ready: Prepared) -> Bounds | None:
        """What limits leave of an offer, looked at once, however many lines it is about."""
        number = ready.number
        if number not in self._bounds:
            self._bounds[number] = self._judge.bounds(ready)
        return self._bounds[number]


def _place(lines: Sequence[int], threads: Sequence[Thread]) -> Place:
    own = [threads[line] for line in lines]
    held = 0
    for one in own:
        held |= one.held
    return Place(tuple(lines), held, NO_BOUNDS.union(*[one.bounded for one in own]))


def _of_one(found: Candidate, goods: Goods, pile: Pile) -> Corner:
    """What a candidate takes off that has its corner for itself and grows."""
    gross = pile.amounts
    shown = () if found.group is None else shown_prices(goods)
    off = apply(found, pile, gross, shown, found.times)
    if not off.total:
        return Corner((), (0,) * len(gross), 1)
    before_minor = sum([gross[target] for target in found.targets])
    off_lines = tuple([was - now for was, now in zip(gross, off.pile.amounts, strict=True)])
    return Corner((Step(found, found.times, off.shares, before_minor),), off_lines, 1)


def best_of_corner(table: Table, effort: Effort) -> Corner | None:
    """The best deal of the candidates of a corner; None where the search met its bound."""
    search, before = PartSearch(table, effort, uniform=True), effort.left
    amounts = list(table.first.amounts)
    steps = []
    for part in parts_of(table, range(len(table.candidates))):
        found = search.at_sight(part)
        if found is None:
            found = search.anew(part)
        plan = found.plans[0]
        for (place, times), off in zip(plan, discounts_of(table, plan, found.offs), strict=True):
            one = table.candidates[place]
            before_minor = sum([amounts[target] for target in one.targets])
            for target, share in zip(one.targets, off.shares, strict=True):
                amounts[target] -= share
            steps.append(Step(one, times, off.shares, before_minor))
    if effort.spent:
        return None
    gross = table.first.amounts
    off_lines = tuple([was - now for was, now in zip(gross, amounts, strict=True)])
    return Corner(tuple(steps), off_lines, before - effort.left)
