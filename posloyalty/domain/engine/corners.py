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

from collections.abc import Callable, Iterable, Sequence
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

Searcher = Callable[[Sequence[Candidate]], tuple[Deal, int]]
"""Searches candidates alone: their best deal, and what that has spent."""


class Bound(NamedTuple):
    """An offer that could apply, with what limits leave of it."""

    ready: Prepared
    bounds: Bounds


class Corners:
    """The corners of one basket."""

    def __init__(self, context: Context, judge: Judge, search: Searcher) -> None:
        self._goods: Goods = context.goods
        self._known = known_of(context.programme)
        self._lines = self._known.lines(context.goods)
        self._judge = judge
        self._search = search

    def head(self, fitting: Fitting) -> Head | None:
        """What the corners of the offers that may be about the basket take off."""
        amounts = list(self._goods.gross)
        taken: list[Taken] = []
        spent = 0
        for own, places in self._gathered(fitting):
            found = self._corner(own, places)
            if found is None:
                return None
            spent += found.spent
            by_number = {one.ready.number: one for one in own}
            for step in found.steps:
                one = by_number[step.number]
                located = self._judge.located(one.ready, one.bounds)
                taken.append(Taken(located, step.times, step.shares, step.before_minor))
            for place, off in zip(places, found.off, strict=True):
                amounts[place] -= off
        if spent > deal_table.EFFORT_MAX:
            return None
        taken.sort(key=lambda one: one.found.order)
        return Head(tuple(taken), tuple(amounts), spent)

    def _corner(self, own: list[Bound], places: Sequence[int]) -> Corner | None:
        """What a corner takes off; None where the search of it met its bound."""
        lines = tuple([self._lines[place] for place in places])
        key: CornerKey = (tuple([_name(one) for one in own]), lines)
        found = self._known.corner(key)
        if found is None:
            found = self._searched(own, places)
            if found is not None:
                self._known.keep_corner(key, found)
        return found

    def _searched(self, own: Sequence[Bound], places: Sequence[int]) -> Corner | None:
        judged = [self._judge.prepared(one.ready).found for one in own]
        deal, spent = self._search([found for found in judged if found is not None])
        if not deal.complete:
            return None
        numbers = {one.ready.offer.id: one.ready.number for one in own}
        steps = [
            Step(numbers[one.found.id], one.times, one.shares, one.before_minor)
            for one in deal.taken
        ]
        gross = self._goods.gross
        return Corner(
            tuple(steps), tuple([gross[place] - deal.amounts[place] for place in places]), spent
        )

    def _gathered(self, fitting: Fitting) -> list[tuple[list[Bound], list[int]]]:
        """The offers of each corner whose conditions hold, in the programme's order, and its
        places. Offers of one group, and offers that look at one line, belong together.
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
        return [
            (sorted(own, key=_number), bits(lines)) for lines, own in _joined(by_group.values())
        ]


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
