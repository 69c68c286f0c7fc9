"""Every legal deal of a small basket: what may stand together, in which order, on which spend.

Nothing here uses the engine's search; what a deal takes off is priced by `naive`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from posloyalty.domain.engine.context import Context
from posloyalty.domain.programme.definition import MinimumOn
from posloyalty.domain.programme.effects.gift import Gift
from posloyalty.domain.programme.offer import Offer, Scope
from tests.domain.engine.naive import (
    PIECED,
    Counter,
    counter,
    groups_of,
    most_times,
    on_fees,
    take,
)

STAGE = {Scope.LINE: 1, Scope.BUNDLE: 2, Scope.ORDER: 4}
GIVEN, OWNED = 3, 5
# What goes on comes before what has ended.
AFTER_ALL = (9, 0, "", 0)


@dataclass(frozen=True)
class Thing:
    """Something that may apply: a public offer, or what the customer owns, with its points."""

    name: str
    offer: Offer
    owned: bool = False
    cost: int = 0

    def stage(self, order_first: bool) -> int:
        """Gifts before order offers, both before all else where the programme says so."""
        if self.owned:
            return OWNED
        stage = GIVEN if isinstance(self.offer.effect, Gift) else STAGE[self.offer.scope]
        return stage - 10 if order_first and stage >= GIVEN else stage


@dataclass(frozen=True)
class Played:
    """A legal deal: what is left to pay, what was taken how often, how many things of theirs, what
    each took off, what is left of each line, and its rank among equals, the lowest first.
    """

    payable: int
    taken: tuple[tuple[str, int], ...] = ()
    owned: int = 0
    off: tuple[tuple[str, int], ...] = ()
    lines: tuple[int, ...] = ()
    rank: tuple[tuple[int, int, str, int], ...] = ()


def may_stand(chosen: tuple[Offer, ...]) -> bool:
    """Groups, classes, lists of what combines, and what stands alone."""
    if len(chosen) > 1 and any(one.exclusive for one in chosen):
        return False
    for first, second in combinations(chosen, 2):
        if first.group and first.group == second.group:
            return False
        alone = first.alone_in_class or second.alone_in_class
        if alone and first.kind and first.kind == second.kind:
            return False
        for one, other in ((first, second), (second, first)):
            if one.combines_with is not None and not (
                one.combines_with & {other.id, other.group, other.kind}
            ):
                return False
    return True


def public(context: Context) -> list[Thing]:
    return [Thing(offer.id, offer) for offer in context.programme.offers]


def every_deal(context: Context, things: list[Thing], points: int = 0) -> Iterator[Played]:
    """Every legal deal; `points` may be spent on what costs some."""
    policies = context.programme.policies
    ordered = sorted(
        things, key=lambda one: (one.stage(policies.order_first), one.offer.priority, one.name)
    )
    yield nothing(context)
    for size in range(1, len(ordered) + 1):
        for chosen in combinations(ordered, size):
            many = policies.offers_most and size > policies.offers_most
            dear = sum(one.cost for one in chosen) > points
            if not many and not dear and may_stand(tuple(one.offer for one in chosen)):
                yield from Play(context, chosen).deals()


def nothing(context: Context) -> Played:
    """The deal of no offer at all."""
    lines = tuple(context.goods.gross)
    return Played(sum(lines), lines=lines, rank=(AFTER_ALL,))


def every_price(context: Context) -> Iterator[tuple[int, tuple[tuple[str, int], ...]]]:
    """What is left to pay in every legal deal of the public offers, with the deal."""
    for one in every_deal(context, public(context)):
        yield one.payable, one.taken


def by_priority(context: Context, things: list[Thing], points: int = 0) -> Played:
    """Every thing in its order, as often as it can, if it may still join."""
    policies = context.programme.policies
    best = nothing(context)
    chosen: tuple[Thing, ...] = ()
    for one in sorted(
        things, key=lambda one: (one.stage(policies.order_first), one.offer.priority, one.name)
    ):
        joined = (*chosen, one)
        many = policies.offers_most and len(joined) > policies.offers_most
        dear = sum(each.cost for each in joined) > points
        if many or dear or not may_stand(tuple(each.offer for each in joined)):
            continue
        kept = [deal for deal in Play(context, joined).deals() if deal.taken[:-1] == best.taken]
        if kept:
            chosen, best = joined, max(kept, key=lambda deal: deal.taken[-1][1])
    return best


class Play:
    """Some things applied one after the other, each in every number of groups."""

    def __init__(self, context: Context, chosen: tuple[Thing, ...]) -> None:
        self._context = context
        self._chosen = chosen
        self._policies = context.programme.policies
        self._measured = context.goods.measured

    def deals(self) -> Iterator[Played]:
        """Those that are legal."""
        yield from self._on(counter(self._context), 0, None, 0, 0, (), ())

    def _on(
        self,
        at: Counter,
        number: int,
        stage: int | None,
        lowered: int,
        given: int,
        taken: tuple[tuple[str, int], ...],
        lost: tuple[tuple[str, int], ...],
    ) -> Iterator[Played]:
        """`lowered` is what line and bundle offers took off, `given` what gifts did."""
        if number == len(self._chosen):
            if self._policies.minimum_on is not MinimumOn.NET_OF_ALL or self._met_at_the_end(at):
                owned = sum(1 for one in self._chosen if one.owned)
                left = tuple(line.amount for line in at.lines)
                yield Played(sum(left), taken, owned, lost, left, self._rank(taken))
            return
        thing = self._chosen[number]
        now = thing.stage(self._policies.order_first)
        if now != stage:
            # When all gifts are given, each must be met by what is paid for then.
            gifts = [one for one in self._chosen[:number] if _is_gift(one)]
            done = number and _is_gift(self._chosen[number - 1])
            if done and not all(self._met(one, lowered, given) for one in gifts):
                return
            at.start = [line.amount for line in at.lines]
        if not _is_gift(thing) and not self._met(thing, lowered, given):
            return
        counts: Iterable[int] = (1,)
        if isinstance(thing.offer.effect, PIECED):
            counts = range(1, min(groups_of(at, thing.offer), most_times(thing.offer)) + 1)
        for times in counts:
            after = at.copy()
            off = take(after, thing.offer, times)
            if not off:
                continue
            lowers = 0 < now < GIVEN and not on_fees(thing.offer)
            less, free = (0, off) if _is_gift(thing) else (off if lowers else 0, 0)
            last = number + 1 == len(self._chosen)
            if last and _is_gift(thing):
                gifts = [one for one in self._chosen if _is_gift(one)]
                if not all(self._met(one, lowered, given + free) for one in gifts):
                    continue
            yield from self._on(
                after,
                number + 1,
                now,
                lowered + less,
                given + free,
                (*taken, (thing.name, times)),
                (*lost, (thing.name, off)),
            )

    def _rank(self, taken: tuple[tuple[str, int], ...]) -> tuple[tuple[int, int, str, int], ...]:
        """The earlier things first, in the order in which they apply, and more of each first."""
        first = self._policies.order_first
        named = zip(self._chosen, taken, strict=True)
        own = [(one.stage(first), one.offer.priority, one.name, -n) for one, (_, n) in named]
        return (*own, AFTER_ALL)

    def _met(self, thing: Thing, lowered: int, given: int) -> bool:
        """A minimum spend, where it is not measured at the end."""
        gross = self._context.goods.measured_gross
        if thing.stage(order_first=False) < GIVEN:
            measured = gross
        elif self._policies.minimum_on is MinimumOn.NET_OF_ALL:
            return True
        elif self._policies.minimum_on is MinimumOn.GROSS:
            measured = gross - given
        else:
            measured = gross - lowered - given
        return not thing.offer.when.failures(self._context.facts, measured)

    def _met_at_the_end(self, at: Counter) -> bool:
        paid = sum(at.lines[place].amount for place in self._measured)
        return all(
            not one.offer.when.failures(self._context.facts, paid)
            for one in self._chosen
            if one.stage(order_first=False) >= GIVEN
        )


def _is_gift(thing: Thing) -> bool:
    return not thing.owned and isinstance(thing.offer.effect, Gift)
