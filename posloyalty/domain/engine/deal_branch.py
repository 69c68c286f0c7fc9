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

from posloyalty.domain.engine.deal_table import Effort, Plan, Table
from posloyalty.domain.engine.discount import Pile, apply, most_off

TIES_MAX = 32
DEPTH_MAX = 400
GREEDY_LEAST = 5
Price = Callable[[Pile], int]
Check = Callable[[Plan, Pile], bool]


class Branch:
    """One search. `places` are the candidates' in the table, `lines` the lines that are counted.

    `price` is asked at the end of every branch and is never below the sum of the lines.
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
    ) -> None:
        self._table = table
        self._places = tuple(places)
        self._lines = tuple(lines)
        self._effort = effort
        self._price = price
        self._check = check
        self._ties = ties
        # What is about pieces takes some times as long to reckon.
        self._weight = 3 if any(table.candidates[p].group is not None for p in places) else 1
        self._group_of = [table.candidates[place].offer.group for place in places]
        self._own = 0
        for place in places:
            self._own |= 1 << place
        self._thresholds = any(table.measures(table.candidates[p]) for p in places)
        self._cliffs = any(not table.candidates[p].even for p in places)
        self._slack = self._slack_from()
        self._contested = self._contested_pieces()
        self._sure = [self._is_sure(at) for at in range(len(self._places))]
        self._ahead, self._groups = self._worth_ahead()
        self.best_price = price(table.first)
        self.plans: list[Plan] = [()]
        self._found = False
        self._greedy: Plan = ()
        self._every: dict[tuple[int, int], Plan] | None = None
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
        return self.plans

    def every(self, most_left: int) -> dict[tuple[int, int], Plan]:
        """The first plan by what is left of the lines, up to a bound, and of the spend."""
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
            and not self._hopeless(at, pile)
            and table.affordable(place, taken)
        ):
            for times in self._times(at, pile):
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

    def _hopeless(self, at: int, pile: Pile) -> bool:
        """Whether taking a candidate cannot lead to a best deal, by what all are worth at most."""
        if self._every is not None:
            return False
        amounts = pile.amounts
        room = sum([amounts[line] for line in self._lines])
        ahead = self._ahead[at + 1]
        group = self._groups[at]
        if group is not None:
            ahead -= group[at + 1]
        bound = room - self._table.worth[self._places[at]] - ahead
        if bound > self.best_price:
            return True
        return bound == self.best_price and self._found and not self._ties

    def _worth_ahead(self) -> tuple[list[int], list[list[int] | None]]:
        """For every place, what all from there on are worth at most, of a group the best; and for
        every candidate in a group, the same of its group alone.
        """
        count = len(self._places)
        ahead = [0] * (count + 1)
        best: dict[str, list[int]] = {}
        groups: list[list[int] | None] = [None] * count
        for at in range(count - 1, -1, -1):
            worth = self._table.worth[self._places[at]]
            group = self._table.candidates[self._places[at]].offer.group
            ahead[at] = ahead[at + 1]
            if not group:
                ahead[at] += worth
                continue
            own = best.setdefault(group, [0] * (count + 1))
            before = own[at + 1]
            own[at] = max(before, worth)
            for earlier in range(at):
                own[earlier] = own[at]
            ahead[at] += own[at] - before
            groups[at] = own
        return ahead, groups

    def _times(self, at: int, pile: Pile) -> Sequence[int]:
        """How often to try it: less than it could be only where that may leave more to others."""
        place = self._places[at]
        found = self._table.candidates[place]
        if found.group is None:
            return (1,)
        most = self._table.times(place, pile)
        uneven = self._thresholds or self._cliffs or self._every is not None
        if uneven or self._contested[at] or not found.group.nested or found.whole_or_nothing:
            return range(most, 0, -1)
        return (most,) if most else ()

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
                left = apply(found, left, left.amounts, table.shown).pile
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
            self._every.setdefault((left, spend), taken)
            return
        price = self._price(pile)
        if price < self.best_price or (price == self.best_price and not self._found):
            self.best_price, self.plans, self._found = price, [taken], True
        elif price == self.best_price and self._ties and len(self.plans) < TIES_MAX:
            self.plans.append(taken)

    def _start_greedily(self) -> None:
        """A first price to beat: of what excludes one another, the one that takes most off."""
        table, first = self._table, self._table.first
        wanted, blocked = 0, 0
        for place in sorted(self._places, key=lambda p: (-table.worth[p], p)):
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
            times = table.times(place, pile)
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

    def _slack_from(self) -> list[int]:
        """For every place, by how much spreading may shift what candidates from there on take."""
        slack = [0] * (len(self._places) + 1)
        if len(self._lines) == 1:
            return slack
        targets = [set(self._table.candidates[p].targets) for p in self._places]
        for at in range(len(self._places) - 1, -1, -1):
            found = self._table.candidates[self._places[at]]
            spreads = len(targets[at]) > 1 and (
                found.whole is not None or found.most_minor is not None
            )
            uneven = spreads and any(
                targets[at] & later and not targets[at] <= later for later in targets[at + 1 :]
            )
            slack[at] = slack[at + 1] + (1 if uneven else 0)
        return slack

    def _is_sure(self, at: int) -> bool:
        """Whether a candidate is part of a best deal wherever it has an effect: it excludes
        nothing, and what it leaves to pay is never better for being more.
        """
        if self._thresholds or self._cliffs or self._ties or self._slack[at + 1]:
            return False
        if self._check is not None:
            return False
        place = self._places[at]
        found = self._table.candidates[place]
        if self._table.masks[place] & self._own or found.owned is not None:
            return False
        if found.group is not None:
            return found.group.nested and not self._contested[at]
        return True

    def _contested_pieces(self) -> list[bool]:
        """Whether pieces that a candidate uses are of use to a later one."""
        if not any(self._table.candidates[place].parts for place in self._places):
            return [False] * len(self._places)
        reach = [
            {p for part in self._table.candidates[place].parts for p in part}
            for place in self._places
        ]
        return [
            any(reach[at] & later for later in reach[at + 1 :]) for at in range(len(self._places))
        ]
