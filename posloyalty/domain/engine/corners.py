"""Corners of a basket: some of its goods, and all offers that are about these and no others.

Most offers of a shop are about few goods: prices of a product, offers on a shelf. What the best
deal of a corner takes off follows from the corner's goods and from its offers with what limits
leave of them, and from nothing else in the sale. So it is kept, and the next scan of a sale, or the
next sale of the same goods, neither judges nor searches these offers again.

An offer is `cornered` (`prepared.py`) where all that it looks at are its own goods. Shape:
`Corners(...).head(offers)` gives what all corners of a basket take off together, a `Head`; or None
where the whole basket has to be searched at once, which any search may say that met its bound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.candidates import UNBOUND, Bounds, Candidate
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.deal_known import Corner, CornerKey, Step, known_of
from posloyalty.domain.engine.goods import Goods
from posloyalty.domain.engine.offer_index import Fitting
from posloyalty.domain.engine.offer_reasons import Judge
from posloyalty.domain.engine.prepared import Prepared
from posloyalty.domain.engine.stacking import bits
from posloyalty.domain.engine.taken import Deal, Head, Taken

Searcher = Callable[[Sequence[Candidate]], tuple[Deal, Mapping[tuple[int, ...], int]]]
"""Searches candidates alone: their best deal, and what its parts have spent, by their lines."""


class Bound(NamedTuple):
    """An offer that could apply, with what limits leave of it."""

    ready: Prepared
    bounds: Bounds


class Place(NamedTuple):
    """Where a corner is in the basket: its offers in the programme's order, and its lines."""

    offers: list[Bound]
    lines: list[int]


class Corners:
    """The corners of one basket."""

    def __init__(self, context: Context, judge: Judge, search: Searcher) -> None:
        self._goods: Goods = context.goods
        self._known = known_of(context.programme)
        self._judge = judge
        self._search = search

    def head(self, fitting: Fitting) -> Head | None:
        """What the corners of the offers that may be about the basket take off."""
        places = self._gathered(fitting)
        keys = [self._key(one) for one in places]
        found = [self._known.corner(key) for key in keys]
        if None in found:
            new = [one for one, known in zip(places, found, strict=True) if known is None]
            searched = self._searched(new)
            if searched is None:
                return None
            rest = iter(searched)
            for at, key in enumerate(keys):
                if found[at] is None:
                    found[at] = one = next(rest)
                    self._known.keep_corner(key, one)
        return self._together(places, [one for one in found if one is not None])

    def _together(self, places: Sequence[Place], found: Sequence[Corner]) -> Head | None:
        """All corners as one; None where their searches would have met their bound together."""
        amounts = list(self._goods.gross)
        taken: list[Taken] = []
        for place, corner in zip(places, found, strict=True):
            by_number = {one.ready.number: one for one in place.offers}
            for step in corner.steps:
                one = by_number[step.number]
                located = self._judge.located(one.ready, one.bounds)
                taken.append(Taken(located, step.times, step.shares, step.before_minor))
            for line, off in zip(place.lines, corner.off, strict=True):
                amounts[line] -= off
        spent = sum([corner.spent for corner in found])
        if spent > deal_table.EFFORT_MAX:
            return None
        taken.sort(key=lambda one: one.found.order)
        return Head(tuple(taken), tuple(amounts), spent)

    def _key(self, place: Place) -> CornerKey:
        names = tuple([_name(one) for one in place.offers])
        return names, self._known.lines(self._goods, place.lines)

    def _searched(self, places: Sequence[Place]) -> list[Corner] | None:
        """What some corners take off, searched together, as they have nothing to do with one
        another; None where that met its bound.
        """
        judged = [self._judge.prepared(one.ready).found for place in places for one in place.offers]
        deal, spent = self._search([found for found in judged if found is not None])
        if not deal.complete:
            return None
        gross = self._goods.gross
        corners = []
        for place in places:
            numbers = {one.ready.offer.id: one.ready.number for one in place.offers}
            steps = [
                Step(numbers[one.found.id], one.times, one.shares, one.before_minor)
                for one in deal.taken
                if one.found.id in numbers
            ]
            off = [gross[line] - deal.amounts[line] for line in place.lines]
            own = set(place.lines)
            cost = sum([cost for lines, cost in spent.items() if lines[0] in own])
            corners.append(Corner(tuple(steps), tuple(off), cost))
        return corners

    def _gathered(self, fitting: Fitting) -> list[Place]:
        """The corners, of the offers whose conditions hold. Offers of one group, and offers that
        look at one line, belong together.
        """
        judge, reach = self._judge, fitting.reach
        by_group: dict[object, tuple[int, list[Bound]]] = {}
        for ready in fitting.offers:
            bounds = judge.bounds(ready) if ready.cornered else None
            if bounds is None:
                continue
            lines = 0
            for wanted in ready.filters:
                lines |= reach.get(wanted, 0)
            key = ready.offer.group or ready.number
            before = by_group.get(key)
            if before is None:
                by_group[key] = lines, [Bound(ready, bounds)]
            else:
                before[1].append(Bound(ready, bounds))
                by_group[key] = before[0] | lines, before[1]
        joined = _joined(by_group.values())
        return [Place(sorted(own, key=_number), bits(lines)) for lines, own in joined]


def _joined(groups: Iterable[tuple[int, list[Bound]]]) -> list[tuple[int, list[Bound]]]:
    """Sets of offers with their lines as bits; those that share a line are one."""
    found: list[tuple[int, list[Bound]]] = []
    reached = 0
    for group in groups:
        lines, own = group
        if reached & lines:
            apart = []
            for other in found:
                if other[0] & lines:
                    lines, own = lines | other[0], own + other[1]
                else:
                    apart.append(other)
            found = apart
        reached |= lines
        found.append((lines, own))
    return found


def _number(one: Bound) -> int:
    return one.ready.number


def _name(one: Bound) -> object:
    """An offer by number, with what limits leave of it where there are any."""
    return one.ready.number if one.bounds is UNBOUND else (one.ready.number, one.bounds)
