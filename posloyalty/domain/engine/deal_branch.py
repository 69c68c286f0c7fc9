"""Branch and bound over some candidates of a table: each is taken, so many times, or left.

Candidates are tried in the order in which they apply, taken before left, with exact prices at every
step. The bound of a branch is what would be paid if all that is still ahead could join: whatever is
plain is applied, and of whatever else is ahead the most that it could take off is taken off, of one
group the best. Offers never take more off less, so nothing below a branch goes under its bound;
what is spread over lines may move a minor unit from one to another, which `slack` allows for.

Of deals that cost the same the one that takes the earlier candidates wins, unless `ties` asks for
all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from posloyalty.domain.engine.deal_begin import MOST, NOWHERE, Begin
from posloyalty.domain.engine.deal_sure import contested_pieces, slack_ahead, sure_of_effect
from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Pile, apply, most_off

TIES_MAX = 32
DEPTH_MAX = 400
GREEDY_LEAST = 5
Price = Callable[[Pile], int]
Check = Callable[[Plan, Pile], bool]


class Branch:
    """One search. `places` are the candidates' in the table, `lines` the lines that are counted.

    `price` is asked at the end of every branch and is never below the sum of the lines. With
    `mixed` tax, added at several rates, a group more may cost more: what spreading moves by a minor
    unit from one rate to another can be rounded up.
    """

    def __init__(
        self,
        table: Table,
        places: Sequence[int],
        lines: Sequence[int],
        effort: Effort,
        *,
        price: Price,
        check: Check | None = None,
        ties: bool = False,
        mixed: bool = False,
        begin: Begin = NOWHERE,
    ) -> None:
        self._table = table
        self._places = tuple(places)
        self._lines = tuple(lines)
        self._effort = effort
        self._price = price
        self._check = check
        self._ties = ties
        self._mixed = mixed
        self._begin = begin
        # What is about pieces takes some times as long to reckon.
        self._weight = 3 if any(table.candidates[p].group is not None for p in places) else 1
        self._group_of = [table.candidates[place].offer.group for place in places]
        self._own = 0
        for place in places:
            self._own |= 1 << place
        self._thresholds = any(table.measures(table.candidates[p]) for p in places)
        self._slack = slack_ahead(table, self._places, self._lines)
        contested = contested_pieces(table, self._places)
        sure = sure_of_effect(table, self._places, self._slack, contested)
        settled = not (self._thresholds or ties or check is not None)
        self._sure = [
            settled and certain and not table.masks[place] & self._own
            for place, certain in zip(self._places, sure, strict=True)
        ]
        self._ahead = self._worth_ahead()
        self.best_price = price(table.first)
        self.plans: list[Plan] = [()]
        self._found = False
        self._greedy: Plan = ()
        self._every: dict[tuple[int, int], list[Plan]] | None = None
        self._most_left = 0
        self.first_minor = sum(table.first.amounts[place] for place in lines)

    def run(self) -> list[Plan]:
        """The best plan, the first one that the order of the candidates gives; all with `ties`."""
        if len(self._places) >= GREEDY_LEAST:
            self._start_greedily()
        if len(self._places) > DEPTH_MAX:
            self._effort.left = -1
            return [self._greedy]
        self._walk(0, self._table.first, self._table.first.amounts, self._table.gross, 0, ())
        if not self._found:
            return [self._greedy]
        return sorted(self.plans, key=self._table.owned_in) if self._ties else self.plans

    def every(self, most_left: int) -> dict[tuple[int, int], list[Plan]]:
        """The first plan by what is left of the lines, up to a bound, and of the spend; all of them
        with `ties`.
        """
        self._every, self._most_left = {}, most_left
        self._walk(0, self._table.first, self._table.first.amounts, self._table.gross, 0, ())
        return self._every

    def _walk(
        self,
        at: int,
        pile: Pile,
        start: tuple[int, ...],
        spend: int,
        blocked: int,
        taken: Plan,
    ) -> None:
        table = self._table
        if self._effort.spent:
            return
        if at == len(self._places):
            self._effort.left -= 1
            self._note(pile, spend, taken)
            return
        place = self._places[at]
        if at and table.stages[place] != table.stages[self._places[at - 1]]:
            start = pile.amounts
        if (
            not blocked >> place & 1
            and not self._hopeless(at, pile, blocked)
            and table.affordable(place, taken)
        ):
            for times in self._times(at, pile, blocked | table.masks[place]):
                off = table.off(place, pile, start, times)
                self._effort.left -= self._weight
                if not off.total or not table.holds(place, spend, off):
                    continue
                less = spend - off.total if table.lower(place) else spend
                self._walk(
                    at + 1,
                    off.pile,
                    start,
                    less,
                    blocked | table.masks[place],
                    (*taken, (place, times)),
                )
                if self._sure[at] and self._every is None:
                    return
        if not self._cut(at + 1, pile, start, blocked):
            self._walk(at + 1, pile, start, spend, blocked, taken)

    def _hopeless(self, at: int, pile: Pile, blocked: int) -> bool:
        """Whether taking a candidate cannot lead to a best deal, by what all are worth at most."""
        if self._every is not None:
            return False
        amounts = pile.amounts
        room = sum([amounts[line] for line in self._lines])
        place = self._places[at]
        room -= self._table.worth[place]
        least = self.best_price + (1 if self._ties or not self._found else 0)
        if room - self._ahead[at + 1] >= least:
            return True
        return room - self._open_worth(at + 1, blocked | self._table.masks[place]) >= least

    def _worth_ahead(self) -> list[int]:
        """For every place, what all from there on are worth at most, of a group the best."""
        ahead = [0] * (len(self._places) + 1)
        best: dict[str, int] = {}
        for at in range(len(self._places) - 1, -1, -1):
            worth, group = self._table.worth[self._places[at]], self._group_of[at]
            before = best.get(group, 0) if group else 0
            ahead[at] = ahead[at + 1] + max(0, worth - before)
            if group:
                best[group] = max(before, worth)
        return ahead

    def _times(self, at: int, pile: Pile, blocked: int) -> Sequence[int]:
        """How often to try it: less than it could be only where that may leave more to others, of
        which `blocked` are those that cannot join it.
        """
        place = self._places[at]
        if self._table.once[place]:
            return (1,)
        most = self._table.times(place, pile)
        uneven = self._thresholds or self._mixed or self._every is not None
        if uneven or self._table.fewer[place] or self._leaves_to_others(at, blocked):
            return range(most, 0, -1)
        return (most,) if most else ()

    def _leaves_to_others(self, at: int, blocked: int) -> bool:
        """Whether those after a place have a use for its pieces, or for more that is left; where
        deals that cost the same differ, also whether they may round away what is left more.
        """
        table = self._table
        used = table.reach if self._ties else table.pieces
        own = used[self._places[at]]
        return any(
            used[place] & own or not table.candidates[place].even
            for place in self._places[at + 1 :]
            if not blocked >> place & 1
        )

    def _cut(self, at: int, pile: Pile, start: tuple[int, ...], blocked: int) -> bool:
        most = self.best_price if self._every is None else self._most_left
        amounts = pile.amounts
        room = sum([amounts[line] for line in self._lines])
        if room - self._ahead[at] > most or room - self._open_worth(at, blocked) > most:
            return True
        bound = self._bound(at, pile, start, blocked)
        if self._every is not None:
            return bound > self._most_left
        if bound > self.best_price:
            return True
        return bound == self.best_price and self._found and not self._ties

    def _open_worth(self, at: int, blocked: int) -> int:
        """What those from a place on that nothing excludes are worth at most."""
        worth, groups = self._table.worth, self._group_of
        most = 0
        by_group: dict[str, int] = {}
        for number in range(at, len(self._places)):
            place = self._places[number]
            if blocked >> place & 1:
                continue
            group = groups[number]
            if not group:
                most += worth[place]
            elif worth[place] > by_group.get(group, 0):
                by_group[group] = worth[place]
        return most + sum(by_group.values())

    def _bound(self, at: int, pile: Pile, start: tuple[int, ...], blocked: int) -> int:
        table = self._table
        left = pile
        most = 0
        by_group: dict[str, int] = {}
        self._effort.left -= (len(self._places) - at) * self._weight
        for place in self._places[at:]:
            if blocked >> place & 1:
                continue
            found = table.candidates[place]
            if table.plain[place] and not table.masks[place] & self._own:
                left = apply(found, left, left.amounts).pile
                continue
            group = found.offer.group
            if group and table.worth[place] <= by_group.get(group, 0):
                continue
            off = most_off(found, pile, start, table.most_times[place])
            if group:
                by_group[group] = max(by_group.get(group, 0), off)
            else:
                most += off
        amounts = left.amounts
        room = sum([amounts[place] for place in self._lines])
        return room - most - sum(by_group.values()) - self._slack[at]

    def _note(self, pile: Pile, spend: int, taken: Plan) -> None:
        if self._check is not None and not self._check(taken, pile):
            return
        if self._every is not None:
            left = sum(pile.amounts[place] for place in self._lines)
            plans = self._every.setdefault((left, spend), [])
            if not plans:
                plans.append(taken)
            elif self._ties:
                self._table.keep_tie(plans, taken, TIES_MAX)
            return
        price = self._price(pile)
        if price < self.best_price or (price == self.best_price and not self._found):
            self.best_price, self.plans, self._found = price, [taken], True
        elif price == self.best_price and self._ties:
            self._table.keep_tie(self.plans, taken, TIES_MAX)

    def _start_greedily(self) -> None:
        """A first price to beat: of what excludes one another, the one that takes most off; and
        what a known deal has, where there is one.
        """
        by_worth = sorted(self._places, key=lambda p: (-self._table.worth[p], p))
        self._try_first(by_worth, NOWHERE)
        if self._begin:
            places = {self._table.candidates[place].id: place for place in self._places}
            self._try_first([places[one] for one in self._begin if one in places], self._begin)

    def _try_first(self, places: Sequence[int], most: Begin) -> None:
        """As many of some candidates as go together, the first of them first, each with at most so
        many groups.
        """
        table, first = self._table, self._table.first
        wanted, blocked = 0, 0
        for place in places:
            if not blocked >> place & 1:
                wanted |= 1 << place
                blocked |= table.masks[place]
        taken: Plan = ()
        pile, start, spend, stage = first, first.amounts, table.gross, -1
        for place in self._places:
            if table.stages[place] != stage:
                stage, start = table.stages[place], pile.amounts
            if not wanted >> place & 1 or not table.affordable(place, taken):
                continue
            times = min(table.times(place, pile), most.get(table.candidates[place].id, MOST))
            if not times:
                continue
            off = table.off(place, pile, start, times)
            if off.total and table.holds(place, spend, off):
                taken = (*taken, (place, times))
                pile = off.pile
                spend -= off.total if table.lower(place) else 0
        if self._check is None or self._check(taken, pile):
            price = self._price(pile)
            if price <= self.best_price:
                self.best_price, self._greedy = price, taken
