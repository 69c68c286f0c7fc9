"""The best plan of a part whose candidates exclude one another in whole sets of rivals.

So shops write offers: of the prices of a product one applies, of the offers on a shelf one. Here
sets are looked at instead of single candidates: of each one is taken, or none. What candidates are
worth before any other bounds what a choice of them takes off, so that a choice whose worth does not
reach what was found is never reckoned; what choices begin with in common is reckoned once.

Nothing here needs to know how offers work on one another, only that none takes more off less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from posloyalty.domain.engine.deal_begin import MOST, NOWHERE, Begin
from posloyalty.domain.engine.deal_sure import contested_pieces, slack_ahead, sure_of_effect
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Off, Pile

TIES_MAX = 32
END = (1 << 30, 0)
CLIMB_LEAST = 7
PLAIN_COSTS = 1
PIECES_COST = 8
NOBODY = -1
NO_PLAN: Plan = ()
ONCE = (1,)
Choice = tuple[int, ...]
Step = tuple[int, int]
"""A candidate's place and how many groups of pieces it makes at most."""


class Rivals:
    """One search. `sets` are the candidates' places in the table, `lines` those that are counted.
    `offs` is what was reckoned: the discount of the last step of each plan that was tried.

    Of plans that cost the same the one that takes the earlier candidates wins, unless `ties` asks
    for all of them.
    """

    def __init__(
        self,
        table: Table,
        sets: Sequence[Choice],
        lines: Sequence[int],
        effort: Effort,
        *,
        ties: bool,
        begin: Begin = NOWHERE,
    ) -> None:
        self._table = table
        self._lines = lines
        self._effort = effort
        self._ties = ties
        self._begin = begin
        worth = table.worth
        ranked = [sorted(members, key=lambda place: (-worth[place], place)) for members in sets]
        ranked.sort(key=lambda members: -worth[members[0]])
        self._sets = [[(worth[place], place) for place in members] for members in ranked]
        sure = set() if ties else self._sure_places([place for one in ranked for place in one])
        self._leave = [sure.isdisjoint(members) for members in ranked]
        self._ahead = [0] * (len(ranked) + 1)
        for at in range(len(ranked) - 1, -1, -1):
            self._ahead[at] = self._ahead[at + 1] + self._sets[at][0][0]
        self.offs: dict[Plan, Off] = {}
        self._mosts: dict[Plan, int] = {}
        self._found: dict[Plan, None] = {}
        amounts = table.first.amounts
        self.first_minor = sum([amounts[line] for line in lines])
        self.best_price = self.first_minor

    def _sure_places(self, places: Sequence[int]) -> set[int]:
        """Those that are part of a best deal wherever they have an effect and no rival is taken."""
        table = self._table
        if len(self._lines) == 1 and all(table.plain[place] for place in places):
            # One line, and nothing but money off it: nothing is spread, and no piece contested.
            return {place for place in places if table.candidates[place].owned is None}
        every = sorted(places)
        slack = slack_ahead(table, every, self._lines)
        contested = contested_pieces(table, every)
        sure = sure_of_effect(table, every, slack, contested)
        return {place for place, certain in zip(every, sure, strict=True) if certain}

    def run(self) -> list[Plan]:
        """The best plan; with `ties` all of them, those that take earlier candidates first."""
        if len(self._sets) >= CLIMB_LEAST:
            starts = list(self._starts())
            for steps in starts:
                self._cost(steps)  # whatever is spent meanwhile, no worse than each of them
            for steps in starts:
                self._climb(steps)
        self._choose(0, 0, ())
        best = sorted(self._found, key=_rank)
        if self._ties:
            return sorted(best, key=self._table.owned_in)[:TIES_MAX] or [()]
        return best[:1] or [()]

    def _starts(self) -> Iterator[list[Step]]:
        """Where to begin: with what a known deal has of each set; else with the first in order, as
        nothing before lowers what those are about, and with the most worthy.
        """
        if self._begin:
            yield [self._known_of([place for _, place in members]) for members in self._sets]
            return
        yield [(min(place for _, place in members), MOST) for members in self._sets]
        yield [(members[0][1], MOST) for members in self._sets]

    def _known_of(self, members: Sequence[int]) -> Step:
        candidates = self._table.candidates
        by_id = {candidates[place].id: place for place in members}
        known = [(by_id[one], n) for one, n in self._begin.items() if one in by_id]
        return known[0] if known else (NOBODY, MOST)

    def _climb(self, steps: list[Step]) -> None:
        """A good price to begin with, where there is much to choose from: one exchange after the
        other, or fewer groups, as long as that costs less.
        """
        now, better = self._cost(steps), True
        while better and not self._effort.spent:
            better = False
            for at, members in enumerate(self._sets):
                for step in self._instead_of(steps[at], members):
                    tried = [*steps[:at], step, *steps[at + 1 :]]
                    cost = self._cost(tried)
                    if cost < now:
                        steps, now, better = tried, cost, True

    def _instead_of(self, step: Step, members: Sequence[tuple[int, int]]) -> Iterator[Step]:
        """What could stand in the place of a step: others of its set, nothing, or fewer groups."""
        table = self._table
        for place in (*(place for _, place in members), NOBODY):
            if place != step[0]:
                yield place, MOST
            elif place != NOBODY and not table.plain[place]:
                yield from ((place, times) for times in range(1, table.most_times[place]))

    def _cost(self, steps: Sequence[Step]) -> int:
        """What some steps leave to pay, each with at most so many groups; it is noted."""
        table = self._table
        pile, taken, stage, price = table.first, NO_PLAN, -1, self.first_minor
        start = pile.amounts
        for place, most in sorted(steps):
            if place == NOBODY:
                continue
            if table.stages[place] != stage:
                stage, start = table.stages[place], pile.amounts
            times = min(most, self._most(place, pile, taken))
            plan = (*taken, (place, times))
            off = self._off(place, pile, start, plan) if times else None
            if off is not None:
                pile, taken, price = off.pile, plan, price - off.total
        self._note(price, taken)
        return price

    def _choose(self, at: int, worth: int, chosen: Choice) -> None:
        """Choose from the sets from a place on, the most worthy first."""
        if at == len(self._sets):
            first, price = self._table.first, self.first_minor
            self._apply(tuple(sorted(chosen)), 0, worth, first, price, first.amounts, ())
            return
        self._effort.left -= 1
        ahead = worth + self._ahead[at + 1]
        for own, place in self._sets[at]:
            if self._hopeless(ahead + own):
                return  # whatever is left of the set is worth less, and nothing least
            self._choose(at + 1, worth + own, (*chosen, place))
        if self._leave[at] and not self._hopeless(ahead):
            self._choose(at + 1, worth, chosen)

    def _hopeless(self, worth: int) -> bool:
        if not self._found:
            return False
        return self._effort.left < 0 or self.first_minor - worth > self.best_price

    def _apply(
        self,
        chosen: Choice,
        at: int,
        ahead: int,
        pile: Pile,
        price: int,
        start: tuple[int, ...],
        taken: Plan,
    ) -> None:
        """Apply what was chosen from a place on; `ahead` is what that is worth at most, `price`
        what the pile comes to. What takes nothing off is not part of a deal.
        """
        effort = self._effort
        effort.left -= 1
        if at == len(chosen):
            self._note(price, taken)
            return
        if self._found and (effort.left < 0 or price - ahead > self.best_price):
            return
        table, place = self._table, chosen[at]
        if at and table.stages[place] != table.stages[chosen[at - 1]]:
            start = pile.amounts
        ahead -= table.worth[place]
        idle = True
        for times in ONCE if table.once[place] else self._times(chosen, at, pile, taken):
            plan = (*taken, (place, times))
            off = self._off(place, pile, start, plan)
            if off is not None:
                idle = False
                less = price - off.total
                self._apply(chosen, at + 1, ahead, off.pile, less, start, plan)
        if idle:
            self._apply(chosen, at + 1, ahead, pile, price, start, taken)

    def _off(self, place: int, pile: Pile, start: tuple[int, ...], plan: Plan) -> Off | None:
        """What the last step of a plan takes off; None where it may not, or takes nothing."""
        table = self._table
        off = self.offs.get(plan)
        if off is None:
            self._effort.left -= PLAIN_COSTS if table.plain[place] else PIECES_COST
            off = self.offs[plan] = table.off(place, pile, start, plan[-1][1])
        if not off.total or (table.spends[place] and not table.holds(place, table.gross, off)):
            return None
        return off

    def _most(self, place: int, pile: Pile, taken: Plan) -> int:
        """How many groups of pieces are left for a candidate after a plan."""
        if self._table.plain[place]:
            return 1
        key = (*taken, (place, MOST))
        most = self._mosts.get(key)
        if most is None:
            self._effort.left -= PIECES_COST
            most = self._mosts[key] = self._table.times(place, pile)
        return most

    def _times(self, chosen: Choice, at: int, pile: Pile, taken: Plan) -> Sequence[int]:
        """How many groups of one to try: fewer than could be only where that may leave more to
        others.
        """
        table, place = self._table, chosen[at]
        most = self._most(place, pile, taken)
        later = chosen[at + 1 :]
        used = table.reach[place] if self._ties else table.pieces[place]
        looked_at = table.reach if self._ties else table.pieces
        if (
            table.fewer[place]
            or not all(table.candidates[one].even for one in later)
            or any(looked_at[one] & used for one in later)
        ):
            return range(most, 0, -1)
        return (most,) if most else ()

    def _note(self, price: int, taken: Plan) -> None:
        if price > self.best_price:
            return
        if price < self.best_price:
            self.best_price = price
            self._found.clear()
        if self._ties or not self._found or _rank(taken) < _rank(next(iter(self._found))):
            if not self._ties:
                self._found.clear()
            self._found[taken] = None


def _rank(plan: Plan) -> tuple[tuple[int, int], ...]:
    """Earlier candidates first, more groups first; what goes on beats what has ended."""
    return (*((place, -times) for place, times in plan), END)
