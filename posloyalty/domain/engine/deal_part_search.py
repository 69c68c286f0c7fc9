"""The search of one part of a table: at sight where nothing is to be chosen, else by what it is.

A part whose candidates exclude one another in whole sets is searched by sets (`deal_rivals.py`),
whatever is entangled otherwise candidate by candidate (`deal_branch.py`).

Shape: `at_sight(part)` gives a `Searched`, or None where the part has to be searched; `anew(part)`
searches it; `outcomes(part)` is the search that can also tell every outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from posloyalty.domain.engine.deal_begin import NOWHERE, Begin
from posloyalty.domain.engine.deal_branch import DEPTH_MAX, Branch
from posloyalty.domain.engine.deal_memo import Searched
from posloyalty.domain.engine.deal_parts import Part
from posloyalty.domain.engine.deal_rivals import PIECES_COST, Rivals
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Off, Pile

NOBODY = (-1, 0)


class PartSearch:
    """Searches of the parts of one table, which draw on one bound on effort. `uniform` says that
    the same price earns the same.
    """

    def __init__(
        self, table: Table, effort: Effort, *, uniform: bool, begin: Begin = NOWHERE
    ) -> None:
        self._table = table
        self._effort = effort
        self._uniform = uniform
        self._begin = begin

    def at_sight(self, part: Part) -> Searched | None:
        """The plan of a part of one public candidate that is the better the more it applies, or of
        some that all exclude one another, with what it takes off.
        """
        table, places = self._table, part.places
        for place in places:
            if table.spends[place]:
                return None
        return self._one_of(part) if len(places) > 1 else self._only(places[0])

    def anew(self, part: Part) -> Searched:
        """The best plans of a part, by searching it."""
        search = self._search(part)
        plans = search.run()
        offs = search.offs if isinstance(search, Rivals) else {}
        off_minor = search.first_minor - search.best_price
        return Searched(plans, off_minor, self._effort.spent, offs)

    def outcomes(self, part: Part) -> Branch:
        """The search that can also tell every outcome of a part."""
        lines = part.lines
        return Branch(
            self._table,
            part.places,
            lines,
            self._effort,
            price=_sum_of(lines),
            ties=self.ties_in(part.places),
            begin=self._begin,
        )

    def ties_in(self, places: Sequence[int]) -> bool:
        """Whether plans of a part that cost the same differ in more than their order."""
        if not self._uniform:
            return True
        candidates = self._table.candidates
        return self._table.owned and any(candidates[at].owned is not None for at in places)

    def _search(self, part: Part) -> Branch | Rivals:
        if part.rivals is None or len(part.rivals) > DEPTH_MAX:
            return self.outcomes(part)
        ties = self.ties_in(part.places)
        return Rivals(
            self._table, part.rivals, part.lines, self._effort, ties=ties, begin=self._begin
        )

    def _only(self, place: int) -> Searched | None:
        table = self._table
        found = table.candidates[place]
        if not found.grows or (table.fewer[place] and not self._uniform):
            return None
        self._effort.left -= 1
        if found.group is None:
            # Of what makes no groups the worth is exactly what it takes off the untouched goods.
            return Searched([((place, 1),)], found.worth, cut=False)
        first, times = table.first, found.times
        off = table.off(place, first, first.amounts, times) if times else None
        if off is None or not off.total:
            return Searched([()], 0, cut=False)
        plan = ((place, times),)
        return Searched([plan], off.total, cut=False, offs={plan: off})

    def _one_of(self, part: Part) -> Searched | None:
        """The first of those that take most off, where only one can apply: the most worthy are
        tried first, until what is left is worth less than what was found.
        """
        table, places = self._table, part.places
        if part.rivals is None or len(part.rivals) > 1 or self.ties_in(places):
            return None
        candidates, worth = table.candidates, table.worth
        if not all(candidates[place].grows for place in places):
            return None
        first, effort = table.first, self._effort
        best, most = NOBODY, 0
        offs: dict[Plan, Off] = {}
        for place in sorted(places, key=lambda place: (-worth[place], place)):
            total, times = worth[place], 1
            if total < most:
                break
            effort.left -= 1
            if not table.once[place]:
                effort.left -= PIECES_COST
                times = candidates[place].times
                off = table.off(place, first, first.amounts, times)
                offs[(place, times),] = off
                total = off.total
            # Of what makes no groups the worth is exactly what it takes off the untouched goods.
            if total > most or (total == most and total and place < best[0]):
                best, most = (place, times), total
        plans: list[Plan] = [()] if best == NOBODY else [(best,)]
        return Searched(plans, most, cut=False, offs=offs)


def _sum_of(lines: Sequence[int]) -> Callable[[Pile], int]:
    return lambda pile: sum([pile.amounts[place] for place in lines])
