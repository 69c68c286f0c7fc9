"""The last offers, each one total on everything that offers may lower: searched on one number.

What the parts before them left is all that they see. Less of it never leaves more to pay, unless an
offer has a threshold or a cliff: then the outcomes of the parts are tried from the lowest sum on,
until what could be paid at best, with every threshold met, is no better than what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.deal_branch import Branch
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import whole_discount
from posloyalty.domain.programme.effect import TotalEffect

OUTCOMES_MAX = 2000
NO_PLAN: Plan = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some head leaves: of the goods that may be lowered, and of the measured spend."""

    room: int
    spend: int
    plan: Plan


class Tail:
    """The offers at the end of a search."""

    def __init__(self, table: Table, places: Sequence[int], effort: Effort) -> None:
        self._table = table
        self._places = tuple(places)
        self._effort = effort
        goods = table.goods
        self._room = sum(goods.gross[place] for place in goods.discountable)
        found = [table.candidates[place] for place in places]
        self._thresholds = any(table.measures(one) for one in found)
        self._cliffs = any(not table.even(place) for place in places)

    def join(self, heads: Sequence[Plan], branches: Sequence[Branch]) -> list[Plan]:
        """The best whole plans that begin with one of some equally good heads, or with others where
        a threshold or a cliff makes more of less.
        """
        first = self._outcome(heads[0])
        best, plan = self._search(first.room, first.spend, strict=True)
        plans = [(*head, *plan) for head in heads]
        if not (self._thresholds or self._cliffs):
            return plans
        if best <= self._relaxed(first.room):
            return plans
        for one in self._outcomes(branches, first.room, self._highest(first.room, best)):
            if self._effort.spent or self._relaxed(one.room) >= best:
                break
            price, plan = self._search(one.room, one.spend, strict=True)
            if price < best:
                best, plans = price, [(*one.plan, *plan)]
        return plans

    def _relaxed(self, room: int) -> int:
        return self._search(room, self._table.gross, strict=False)[0]

    def _highest(self, room: int, best: int) -> int:
        """The highest room at which there could be less to pay."""
        low, high = room, self._room
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._relaxed(middle) < best else (low, middle - 1)
        return low

    def _outcome(self, plan: Plan) -> Outcome:
        """What a head leaves, by applying it."""
        table = self._table
        pile, start, spend, stage = table.first, table.first.amounts, table.gross, -1
        for place, times in plan:
            if table.stages[place] != stage:
                stage, start = table.stages[place], pile.amounts
            off = table.off(place, pile, start, times)
            pile = off.pile
            spend -= off.total if table.lower(place) else 0
        return Outcome(sum(pile.amounts[p] for p in table.goods.discountable), spend, plan)

    def _outcomes(self, branches: Sequence[Branch], least: int, highest: int) -> Iterator[Outcome]:
        """The outcomes of all parts together, the lowest rooms first (a heap over sorted lists)."""
        lists = []
        for branch in branches:
            every = branch.every(branch.best_price + highest - least)
            lists.append(sorted((left, -spend, plan) for (left, spend), plan in every.items()))
        if self._effort.spent or any(not one for one in lists):
            self._effort.left = min(self._effort.left, -1)
            return
        fixed = self._room - sum(branch.first_minor for branch in branches)
        gross = self._table.gross
        start = (0,) * len(lists)
        heap = [(sum(one[0][0] for one in lists), start)]
        seen = {start}
        for _ in range(OUTCOMES_MAX):
            if not heap:
                return
            left, at = heappop(heap)
            chosen = [one[n] for one, n in zip(lists, at, strict=True)]
            spend = gross - sum(gross + one[1] for one in chosen)
            plan = tuple(sorted(step for one in chosen for step in one[2]))
            yield Outcome(fixed + left, spend, plan)
            self._effort.left -= 1
            for place, one in enumerate(lists):
                if at[place] + 1 < len(one):
                    after = (*at[:place], at[place] + 1, *at[place + 1 :])
                    if after not in seen:
                        seen.add(after)
                        more = one[at[place] + 1][0] - one[at[place]][0]
                        heappush(heap, (left + more, after))
        self._effort.left = min(self._effort.left, -1)

    def _search(self, room: int, spend: int, *, strict: bool) -> tuple[int, Plan]:
        """The least that is left of a room, and how. Not `strict`: as if every threshold that the
        basket can meet were met, and every cliff climbed.
        """
        return _Totals(self._table, self._places, self._effort, spend, self._room, strict).run(room)


class _Totals:
    """Branch and bound on one number."""

    def __init__(
        self,
        table: Table,
        places: Sequence[int],
        effort: Effort,
        spend: int,
        most_room: int,
        strict: bool,
    ) -> None:
        self._table = table
        self._places = places
        self._effort = effort
        self._strict = strict
        self._most_room = most_room
        self._holds = [self._met(table.candidates[p], spend) for p in places]
        self._best = 0
        self._plan: Plan | None = None

    def run(self, room: int) -> tuple[int, Plan]:
        """Search from a room."""
        self._best = room
        self._walk(0, room, room, 0, NO_PLAN)
        return self._best, self._plan or NO_PLAN

    def _met(self, found: Candidate, spend: int) -> bool:
        table = self._table
        if not table.measures(found):
            return True
        if self._strict:
            return table.met(found, spend)
        # A bound of what any spend between nothing and the goods' prices could let in.
        return True

    def _walk(self, at: int, room: int, start: int, blocked: int, taken: Plan) -> None:
        table = self._table
        if at == len(self._places):
            if room < self._best or self._plan is None:
                self._best, self._plan = room, taken
            return
        self._effort.left -= 1
        place = self._places[at]
        if not at or table.stages[place] != table.stages[self._places[at - 1]]:
            start = room
        joins = self._holds[at] and not blocked >> place & 1
        if joins and table.affordable(place, taken):
            off = self._off(table.candidates[place], room, start)
            if off:
                self._walk(
                    at + 1, room - off, start, blocked | table.masks[place], (*taken, (place, 1))
                )
        if not self._cut(at + 1, room, start, blocked):
            self._walk(at + 1, room, start, blocked, taken)

    def _off(self, found: Candidate, room: int, start: int) -> int:
        base = start if found.initial else room
        if self._strict:
            return whole_discount(found, room, base)
        effect = found.effect
        assert isinstance(effect, TotalEffect)
        off = effect.most_total(base, found.quantity_milli, self._most_room)
        return min(off, room) if found.most_minor is None else min(off, room, found.most_minor)

    def _cut(self, at: int, room: int, start: int, blocked: int) -> bool:
        """All that follow together, as if they all could join: nothing below goes under it."""
        most = 0
        by_group: dict[str, int] = {}
        for place, holds in zip(self._places[at:], self._holds[at:], strict=True):
            if not holds or blocked >> place & 1:
                continue
            found = self._table.candidates[place]
            alone = self._table.even(place) and not self._table.masks[place]
            off = self._off(found, room, start)
            if alone:
                room -= off
            elif found.offer.group:
                group = found.offer.group
                by_group[group] = max(by_group.get(group, 0), off)
            else:
                most += off
        bound = room - most - sum(by_group.values())
        return bound > self._best or (bound == self._best and self._plan is not None)
