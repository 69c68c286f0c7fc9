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
from operator import attrgetter

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.candidates import UNBOUND, Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.corner_places import Gathering, Place
from posloyalty.domain.engine.deal_known import Corner, CornerKey, Step, known_of
from posloyalty.domain.engine.deal_part_search import PartSearch
from posloyalty.domain.engine.deal_parts import Part, parts_of
from posloyalty.domain.engine.deal_reckoned import discounts_of
from posloyalty.domain.engine.deal_table import Effort, Table
from posloyalty.domain.engine.discount import Off, Pile, apply, first_pile, most_off
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.offer_index import Fitting
from posloyalty.domain.engine.offer_reasons import Judge, in_corner
from posloyalty.domain.engine.prepared import NO_NUMBER, Prepared
from posloyalty.domain.engine.taken import Head, Taken, reasons_of

ORDER = attrgetter("order")


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
        candidates = self._candidates(fitting.cornered(goods, lines), goods, pile)
        if not candidates:
            return Corner((), (0,) * len(lines), 0)
        if len(candidates) == 1 and candidates[0].grows:
            return _of_one(candidates[0], pile)
        _weigh(candidates, pile)
        worthy = [found for found in candidates if found.worth]
        return best_of_corner(Table(self._context, worthy, {}, goods), effort)

    def _candidates(self, offers: Sequence[Prepared], goods: Goods, pile: Pile) -> list[Candidate]:
        """Those of some offers that could apply, in their order. Of rivals that do the same without
        bounds, and have none but rivals between them, the first wins wherever another would.
        """
        candidates: list[Candidate] = []
        group, seen = "", set[int]()
        for ready in sorted(offers, key=ORDER):
            same = ready.offer.group and ready.offer.group == group
            bounds = self._judge.bounds(ready)
            if bounds is None or (same and bounds is UNBOUND and ready.alike in seen):
                continue
            found = in_corner(ready, bounds, goods, pile)
            if found is None:
                continue
            candidates.append(found)
            if not same:
                group, seen = ready.offer.group, set()
            if bounds is UNBOUND and ready.alike != NO_NUMBER:
                seen.add(ready.alike)
        return candidates


def _weigh(candidates: Sequence[Candidate], pile: Pile) -> None:
    """What each could take off at most. Where all that group pieces are rivals, nobody takes pieces
    from anybody, and none takes more off what others left than off all.
    """
    grouping = {found.offer.group or found.id for found in candidates if found.pieces}
    for found in candidates:
        if found.pieces and len(grouping) == 1 and found.grows and found.most_minor is None:
            found.alone = apply(found, pile, pile.amounts, found.times)
            found.worth = found.alone.total
        else:
            found.worth = most_off(found, pile, pile.amounts, found.times)


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
    found.picks = found.alone = None  # nobody asks it again, and many corners are kept
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
