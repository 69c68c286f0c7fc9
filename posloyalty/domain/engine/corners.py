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

from collections.abc import Sequence

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.corner_places import Gathering, Place
from posloyalty.domain.engine.deal_known import Corner, CornerKey, Step, known_of
from posloyalty.domain.engine.deal_part_search import PartSearch
from posloyalty.domain.engine.deal_parts import Part, parts_of
from posloyalty.domain.engine.deal_reckoned import discounts_of
from posloyalty.domain.engine.deal_table import Effort, Table
from posloyalty.domain.engine.discount import Off, Pile, apply, first_pile, most_off
from posloyalty.domain.engine.offer_index import Fitting
from posloyalty.domain.engine.offer_reasons import Judge, in_corner
from posloyalty.domain.engine.taken import Head, Taken, reasons_of


class Corners:
    """The corners of one basket."""

    def __init__(self, context: Context, judge: Judge) -> None:
        self._context = context
        self._goods = context.goods
        self._known = known_of(context.programme)
        self._judge = judge

    def head(self, fitting: Fitting) -> Head | None:
        """What the corners of the offers that may be about the basket take off."""
        places = Gathering(self._judge).places(fitting.meanings)
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
            for one, times, shares, before_minor, reasons in corner.steps:
                targets = tuple([lines[at] for at in one.targets])
                taken.append(Taken(one, targets, times, shares, before_minor, (), reasons))
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
            return _of_one(candidates[0], pile)
        for found in candidates:
            found.worth = most_off(found, pile, pile.amounts, found.times)
        worthy = [found for found in candidates if found.worth]
        return best_of_corner(Table(self._context, worthy, {}, goods), effort)


def _of_one(found: Candidate, pile: Pile) -> Corner:
    """What a candidate takes off that has its corner for itself and grows."""
    gross = pile.amounts
    off = apply(found, pile, gross, found.times)
    if not off.total:
        return Corner((), (0,) * len(gross), 1)
    before_minor = sum([gross[target] for target in found.targets])
    off_lines = tuple([was - now for was, now in zip(gross, off.pile.amounts, strict=True)])
    return Corner((_step(found, found.times, off, before_minor),), off_lines, 1)


def _step(found: Candidate, times: int, off: Off, before_minor: int) -> Step:
    reasons = reasons_of(found, times, off.total, before_minor)
    found.picks = None  # nobody asks it for pieces again, and many corners are kept
    return Step(found, times, off.shares, before_minor, reasons)


def _parts(table: Table) -> tuple[Part, ...]:
    """The parts of a corner, which nearly always is one."""
    every = range(len(table.candidates))
    if every and table.masks[0] | 1 == (1 << len(every)) - 1:
        # The groups of cornered offers are all that exclude: these are all of one.
        return (Part(tuple(every), table.goods.every, (tuple(every),)),)
    return parts_of(table, every)


def best_of_corner(table: Table, effort: Effort) -> Corner | None:
    """The best deal of the candidates of a corner; None where the search met its bound."""
    search, before = PartSearch(table, effort, uniform=True), effort.left
    amounts = list(table.first.amounts)
    steps = []
    for part in _parts(table):
        found = search.at_sight(part)
        if found is None:
            found = search.anew(part)
        plan = found.plans[0]
        for (place, times), off in zip(plan, discounts_of(table, plan, found.offs), strict=True):
            one = table.candidates[place]
            before_minor = sum([amounts[target] for target in one.targets])
            for target, share in zip(one.targets, off.shares, strict=True):
                amounts[target] -= share
            steps.append(_step(one, times, off, before_minor))
    if effort.spent:
        return None
    gross = table.first.amounts
    off_lines = tuple([was - now for was, now in zip(gross, amounts, strict=True)])
    return Corner(tuple(steps), off_lines, before - effort.left)
