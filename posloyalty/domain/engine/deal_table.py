"""What the search for the best deal knows before it starts: candidates, conflicts, thresholds.

Shape: a `Table` holds the candidates that may stand together, in the order in which they apply, and
answers for each whether it may join what was taken, what it takes off, and at most could.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import attrgetter

from posloyalty.domain.engine.candidates import Candidate, Stage
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.discount import (
    Off,
    Pile,
    apply,
    first_pile,
    most_times,
)
from posloyalty.domain.engine.goods import Goods, mask_of
from posloyalty.domain.engine.stacking import conflicts
from posloyalty.domain.programme.definition import MinimumOn

# Members of an enumeration are looked up in Python each time they are named.
GIFT = Stage.GIFT
ORDER = Stage.ORDER
GROSS = MinimumOn.GROSS
NET_OF_ALL = MinimumOn.NET_OF_ALL

Plan = tuple[tuple[int, int], ...]
"""What is taken: (the candidate's place in the table, how many groups), in order."""

EFFORT_MAX = 6_000
"""How many single discounts one search may reckon before it settles for the best so far."""


class Effort:
    """What is left of the bound on a search; `cut` says that a part of it, searched before under
    another bound, was cut short.
    """

    __slots__ = ("cut", "left")

    def __init__(self, left: int) -> None:
        self.left = left
        self.cut = False

    @property
    def spent(self) -> bool:
        """Whether the bound was met."""
        return self.left < 0

    @property
    def complete(self) -> bool:
        """Whether everything was looked at."""
        return not (self.spent or self.cut)


class Table:
    """The candidates of one search, in order.

    Lists run alike: `masks` are whom each excludes, bit n for the candidate at place n. `once` are
    those that make no groups of pieces, `plain` those of them of which less before them never
    leaves more; `fewer` are those of which fewer groups than could be may take off as much, or
    leave more to others; `spends` are those that ask for a minimum spend. `goods` are those that
    candidates are about, the whole basket where none are named. `gifts` says that some are gifts,
    `owned` that some are the customer's own.
    """

    def __init__(
        self,
        context: Context,
        candidates: Sequence[Candidate],
        budget: Mapping[str, int],
        goods: Goods | None = None,
    ) -> None:
        self.context = context
        self.goods = context.goods if goods is None else goods
        policies = context.programme.policies
        self.order_first = policies.order_first
        self.minimum = policies.minimum_on
        self.most_offers = policies.offers_most
        self.budget = budget
        by_order = self.order if self.order_first else attrgetter("order")
        self.candidates = tuple(sorted(candidates, key=by_order))
        self.masks = conflicts(self.candidates)
        self.owned = False
        self.gifts = pieces = False
        for found in self.candidates:
            self.owned = self.owned or found.owned is not None
            pieces = pieces or found.pieces
            self.gifts = self.gifts or found.gift
        self.first = first_pile(self.goods, pieces=pieces)
        self.gross = self.goods.measured_gross
        self.stages: list[int] = (
            [self.stage(found) for found in self.candidates]
            if self.order_first
            else [found.stage for found in self.candidates]
        )
        self.once = [found.group is None for found in self.candidates]
        self.plain = [found.even and found.group is None for found in self.candidates]
        self.fewer = [_better_fewer(found) for found in self.candidates]
        self.spends = [found.on_spend for found in self.candidates]
        self.most_times = [one.times for one in self.candidates]
        self.worth = [one.worth for one in self.candidates]

    @cached_property
    def pieces(self) -> list[int]:
        """The lines whose pieces each groups, as bits."""
        return [mask_of(*one.parts) if one.parts else 0 for one in self.candidates]

    @cached_property
    def reach(self) -> list[int]:
        """All lines that each looks at, as bits."""
        pairs = zip(self.candidates, self.pieces, strict=True)
        return [one.reach | pieces for one, pieces in pairs]

    def owned_in(self, plan: Plan) -> int:
        """How many of the customer's own things a plan uses."""
        return sum([self.candidates[place].owned is not None for place, _ in plan])

    def keep_tie(self, plans: list[Plan], plan: Plan, most: int) -> None:
        """Keep one more of the plans that cost the same; where there are too many, those that use
        fewer of the customer's own things, of which the first stand before.
        """
        if len(plans) < most:
            plans.append(plan)
            return
        uses, dearest = self.owned_in(plan), max(map(self.owned_in, plans))
        if uses < dearest:
            last = max(n for n, one in enumerate(plans) if self.owned_in(one) == dearest)
            del plans[last]
            plans.append(plan)

    def order(self, found: Candidate) -> tuple[int, int, str]:
        """The place of a candidate: by stage, priority, id."""
        return (self.stage(found), *found.order[1:]) if self.order_first else found.order

    def stage(self, found: Candidate) -> int:
        """The stage of a candidate, where order offers may come first."""
        if self.order_first and found.stage in (GIFT, ORDER):
            return found.stage - GIFT
        return found.stage

    def lower(self, place: int) -> bool:
        """Whether it lowers what a minimum spend of order offers is measured on."""
        found = self.candidates[place]
        if found.fee:
            return False
        if self.minimum is GROSS:
            return found.gift
        return found.stage < ORDER

    def measures(self, found: Candidate) -> bool:
        """Whether it depends on the other offers whether this one's minimum spend is met."""
        if not found.on_spend or found.stage < GIFT:
            return False
        return self.gifts or self.minimum is not GROSS

    def off(self, place: int, pile: Pile, start: Sequence[int], times: int) -> Off:
        """What a candidate takes off."""
        found = self.candidates[place]
        if found.alone is not None and pile is self.first and times == found.times:
            return found.alone
        return apply(found, pile, start, times)

    def times(self, place: int, pile: Pile) -> int:
        """How many groups of pieces are left for it; 1 for what is not about pieces."""
        found = self.candidates[place]
        return most_times(found, pile) if found.pieces else 1

    def holds(self, place: int, spend: int, off: Off) -> bool:
        """Whether its minimum spend is met by what lower stages left."""
        found = self.candidates[place]
        if not found.on_spend or self.minimum is NET_OF_ALL:
            return True
        measured = spend if self.measures(found) else self.gross
        if found.gift:
            measured -= off.total
        return self.met(found, measured)

    def met(self, found: Candidate, measured: int) -> bool:
        """Whether its conditions hold at a measured spend."""
        least = found.ready.least
        if least is not None:
            return measured >= least
        facts = self.context.facts_for(found.offer.by_business_day)
        return not found.offer.when.failures(facts, measured)

    def affordable(self, place: int, taken: Sequence[tuple[int, int]]) -> bool:
        """Whether its points are there beside those of what is taken."""
        cost = self.candidates[place].cost
        if cost is None:
            return True
        due = cost[1]
        for other, _ in taken:
            spent = self.candidates[other].cost
            if spent is not None and spent[0] == cost[0]:
                due += spent[1]
        return due <= self.budget.get(cost[0], 0)


def _better_fewer(found: Candidate) -> bool:
    """Whether a group less may be better: a bound that is met takes off no more with one more, only
    off other goods.
    """
    if found.group is None:
        return False
    bound = found.most_minor is not None and found.worth >= found.most_minor
    return bound or found.whole_or_nothing or not found.group.nested
