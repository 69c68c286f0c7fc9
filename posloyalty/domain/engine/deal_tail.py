"""The last offers, each one total on everything that offers may lower: searched on one number.

What the parts before them left is all that they see. Less of it never leaves more to pay, unless an
offer has a threshold or a cliff: then the outcomes of the parts are tried from the lowest sum on,
until what could be paid at best, with every threshold met, is no better than what was found. Where
deals that cost the same differ, outcomes that only come to the same are tried as well: a minor unit
more may be rounded away, and a voucher saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.deal_branch import Branch
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import whole_discount

OUTCOMES_MAX = 2000
TIES_MAX = 64
NO_PLAN: Plan = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some head leaves: of the goods that may be lowered, and of the measured spend."""

    room: int
    spend: int
    plan: Plan


class Tail:
    """The offers at the end of a search. With `ties` all that costs the same is asked for."""

    def __init__(
        self, table: Table, places: Sequence[int], effort: Effort, *, ties: bool = False
    ) -> None:
        self._table = table
        self._ties = ties
        self._places = tuple(places)
        self._head = range(len(table.candidates) - len(self._places))
        self._effort = effort
        goods = table.goods
        self._room = sum([goods.gross[place] for place in goods.discountable])
        found = [table.candidates[place] for place in places]
        self._thresholds = any(table.measures(one) for one in found)
        self._starts = {amount for one in found for amount in one.ready.minimums}
        self._cliffs = any(not one.even for one in found)

    def join(
        self, heads: Sequence[Plan], taken_off: int, parts: Callable[[], list[Branch]] | None
    ) -> list[Plan] | None:
        """The best whole plans that begin with one of some equally good heads, or with others where
        a threshold or a cliff makes more of less. `taken_off` is what each head takes off. None
        where others have to be looked at and `parts`, which would tell them, is None.
        """
        if not self._places:
            return list(heads)
        table = self._table
        # Fees are in no room and in no spend: parts about them are not among the heads.
        lowers = all(table.lower(place) or table.candidates[place].fee for place in self._head)
        if lowers:
            room, spend = self._room - taken_off, table.gross - taken_off
            first = Outcome(room, spend, heads[0])
        else:
            first = self._outcome(heads[0])
        best, ends = self._search(first.room, first.spend, strict=True)
        plans = [(*head, *end) for end in ends for head in heads]
        plans = sorted(plans, key=table.owned_in)[:TIES_MAX] if self._ties else plans
        level = self._level(first.room, best)
        if not (self._thresholds or self._cliffs or level):
            return plans
        if not (self._cliffs or level) and lowers:
            return self._by_thresholds(first, best, plans, parts)
        if not level and best <= self._relaxed(first.room):
            return plans
        if parts is None:
            return None
        return self._by_outcomes(first.room, best, plans, parts, level)

    def _level(self, room: int, best: int) -> bool:
        """Whether a higher outcome of the parts could come to the same, where that matters."""
        return self._ties and room < self._room and self._relaxed(room + 1) <= best

    def _by_outcomes(
        self,
        room: int,
        best: int,
        plans: list[Plan],
        parts: Callable[[], list[Branch]],
        level: bool,
    ) -> list[Plan]:
        """Other outcomes of the parts, from the lowest room on, as long as one of them could be
        better; `level`: or as good.
        """
        highest = self._highest(room, best + level)
        for one in self._outcomes(_searched(parts()), room, highest):
            if self._effort.spent or self._relaxed(one.room) >= best + level:
                break
            price, ends = self._search(one.room, one.spend, strict=True)
            if price < best:
                best, plans = price, []
            if price == best and (level or not plans):
                plans += [(*one.plan, *end) for end in ends]
        return sorted(dict.fromkeys(plans), key=self._table.owned_in)[:TIES_MAX]

    def _by_thresholds(
        self,
        first: Outcome,
        best: int,
        plans: list[Plan],
        parts: Callable[[], list[Branch]] | None,
    ) -> list[Plan] | None:
        """Where the spend follows the room, less to pay begins only where a threshold is met.

        Between two thresholds less room is never worse, so that at each of them the lowest room
        that the parts can leave is all that has to be tried.
        """
        apart = first.spend - first.room
        starts = sorted({spend - apart for spend in self._starts if spend - apart > first.room})
        hopeful = [
            room
            for room in starts
            if room <= self._room and self._search(room, room + apart, strict=True)[0] < best
        ]
        if not hopeful or self._effort.spent:
            return plans
        if parts is None:
            return None
        sums = _Sums(_searched(parts()), self._highest(first.room, best) - first.room)
        for room in hopeful:
            found = sums.lowest(room - first.room)
            if found is None or self._effort.spent:
                continue
            more, head = found
            left = first.room + more
            price, ends = self._search(left, left + apart, strict=True)
            if price < best:
                best, plans = price, [(*head, *end) for end in ends]
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
            lists.append(
                sorted((left, -spend, plan) for (left, spend), own in every.items() for plan in own)
            )
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

    def _search(self, room: int, spend: int, *, strict: bool) -> tuple[int, Sequence[Plan]]:
        """The least that is left of a room, and how. Not `strict`: as if every threshold that the
        basket can meet were met, and every cliff climbed.
        """
        table, ties = self._table, self._ties and strict
        totals = _Totals(table, self._places, self._effort, spend, self._room, strict, ties)
        return totals.run(room)


def _searched(branches: list[Branch]) -> list[Branch]:
    """Branches that know their best."""
    for branch in branches:
        branch.run()
    return branches


class _Sums:
    """What parts can leave together, above the least: sums of one outcome of each (bit n for n)."""

    def __init__(self, branches: Sequence[Branch], most: int) -> None:
        self._mask = (1 << most + 1) - 1
        self._options: list[dict[int, Plan]] = []
        self._reached = [1]
        for branch in branches:
            every = branch.every(branch.best_price + most)
            options = {left - branch.best_price: own[0] for (left, _), own in every.items()}
            reached = 0
            for more in options:
                reached |= self._reached[-1] << more if more >= 0 else 0
            self._options.append(options)
            self._reached.append(reached & self._mask)

    def lowest(self, least: int) -> tuple[int, Plan] | None:
        """The lowest sum that is not below a bound, with a plan of it; None where there is none."""
        above = self._reached[-1] >> least << least
        if not above:
            return None
        found = (above & -above).bit_length() - 1
        left = found
        steps: list[tuple[int, int]] = []
        for place in range(len(self._options) - 1, -1, -1):
            for more, plan in self._options[place].items():
                if 0 <= more <= left and self._reached[place] >> left - more & 1:
                    left -= more
                    steps += plan
                    break
        return found, tuple(sorted(steps))


class _Totals:
    """Branch and bound on one number; with `ties` every plan that leaves the least."""

    def __init__(
        self,
        table: Table,
        places: Sequence[int],
        effort: Effort,
        spend: int,
        most_room: int,
        strict: bool,
        ties: bool,
    ) -> None:
        self._table = table
        self._ties = ties
        self._places = places
        self._effort = effort
        self._strict = strict
        self._most_room = most_room
        self._even = all(_settled(table.candidates[p], strict) for p in places)
        self._holds = [self._met(table.candidates[p], spend) for p in places]
        self._best = 0
        self._plans: list[Plan] = []

    def run(self, room: int) -> tuple[int, Sequence[Plan]]:
        """Search from a room."""
        self._best = room
        self._walk(0, room, room, 0, NO_PLAN)
        return self._best, self._plans or [NO_PLAN]

    def _met(self, found: Candidate, spend: int) -> bool:
        table = self._table
        if not found.on_spend:
            return True
        if not table.measures(found):
            return table.met(found, table.gross)
        if self._strict:
            return table.met(found, spend)
        # A bound of what any spend between nothing and the goods' prices could let in.
        return True

    def _walk(self, at: int, room: int, start: int, blocked: int, taken: Plan) -> None:
        table = self._table
        if at == len(self._places):
            if room < self._best or not self._plans:
                self._best, self._plans = room, [taken]
            elif room == self._best and self._ties:
                self._table.keep_tie(self._plans, taken, TIES_MAX)
            return
        place = self._places[at]
        if not at or table.stages[place] != table.stages[self._places[at - 1]]:
            start = room
        end = self._run_end(at)
        best_at, best_off = at, 0
        for number in range(at, end):
            self._effort.left -= 1
            other = self._places[number]
            if not self._holds[number] or blocked >> other & 1:
                continue
            if table.affordable(other, taken):
                off = self._off(table.candidates[other], room, start)
                if off > best_off:
                    best_at, best_off = number, off
        if best_off:
            chosen = self._places[best_at]
            after = blocked | table.masks[chosen]
            self._walk(end, room - best_off, start, after, (*taken, (chosen, 1)))
        if not self._cut(end, room, start, blocked):
            self._walk(end, room, start, blocked, taken)

    def _run_end(self, at: int) -> int:
        """The end of a run of candidates that exclude one another and the same others, all even
        from here on: of them the one that takes most off is the best, whatever follows.
        """
        table, places = self._table, self._places
        if not self._even:
            return at + 1
        whole = table.masks[places[at]] | 1 << places[at]
        end = at + 1
        while (
            end < len(places)
            and table.masks[places[end]] | 1 << places[end] == whole
            and whole != 1 << places[at]
            and table.stages[places[end]] == table.stages[places[at]]
        ):
            end += 1
        return end

    def _off(self, found: Candidate, room: int, start: int) -> int:
        base = start if found.initial else room
        if self._strict:
            return whole_discount(found, room, base)
        return _climbed(found, base, self._most_room, room)

    def _cut(self, at: int, room: int, start: int, blocked: int) -> bool:
        """All that follow together, as if they all could join: nothing below goes under it.

        A cliff is climbed as from the room that is there now: less of what follows may be taken.
        """
        most, top = 0, room
        by_group: dict[str, int] = {}
        for place, holds in zip(self._places[at:], self._holds[at:], strict=True):
            if not holds or blocked >> place & 1:
                continue
            found = self._table.candidates[place]
            alone = found.even and not self._table.masks[place]
            off = self._off(found, room, start)
            if not (found.even or found.initial):
                off = max(off, _climbed(found, room, top))
            if alone:
                room -= off
            elif found.offer.group:
                group = found.offer.group
                by_group[group] = max(by_group.get(group, 0), off)
            else:
                most += off
        bound = room - most - sum(by_group.values())
        return bound > self._best or (bound == self._best and bool(self._plans) and not self._ties)


def _climbed(found: Candidate, base: int, top: int, most: int | None = None) -> int:
    """What a candidate takes at most off a base that came to `top` before, and of no more."""
    assert found.whole is not None
    off = found.whole.most_total(base, found.quantity_milli, top)
    off = min(off, base if most is None else most)
    return off if found.most_minor is None else min(off, found.most_minor)


def _settled(found: Candidate, strict: bool) -> bool:
    """Whether less before a candidate never leaves more after it, in the way it is asked."""
    return found.even or not (strict or found.initial)
