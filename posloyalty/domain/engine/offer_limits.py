"""Limits of offers: how often and for how much money they may still apply, and what is counted.

What was given before is read from the meters `<programme>/use/<offer>/count` and `.../money` of
whom a limit is about; a sale adds to them for those limits alone.
"""

from __future__ import annotations

from posloyalty.domain.engine.candidates import UNBOUND, Bounds
from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.limits import limit_owner
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.limit import Limit, LimitMode, LimitPer, LimitUnit, use_meter
from posloyalty.domain.programme.offer import Offer

# Members of an enumeration are looked up in Python each time they are named.
COUNT = LimitUnit.COUNT
MONEY = LimitUnit.MONEY
PER_SALE = LimitPer.SALE
Count = tuple[str, bytes, int]
"""What a sale adds: (meter, owner, amount)."""


class OfferLimits:
    """What the limits of offers leave in one sale. What was given before is sorted by its meter
    once, for all the offers that ask.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._given: dict[str, list[MeterEntry]] | None = None

    def bounds(self, offer: Offer) -> Bounds:
        """What is left of an offer now: of the tightest limit of its uses, and of its money."""
        if not offer.limits:
            return UNBOUND
        times: int | None = None
        money: tuple[int, str] | None = None
        for limit in offer.limits:
            left = max(0, limit.most - self._used(offer, limit))
            if limit.unit is COUNT:
                times = left if times is None else min(times, left)
            elif limit.unit is MONEY:
                mine = left, limit.mode.value
                money = mine if money is None else min(money, mine)
        if money is None:
            return Bounds(None, times)
        return Bounds(money[0], times, money[1] == LimitMode.REJECT.value)

    def _used(self, offer: Offer, limit: Limit) -> int:
        """What the offer gave within a limit's span before now; nothing where nobody is counted."""
        context = self._context
        if limit.per is PER_SALE:
            return 0
        programme = context.programme
        entries = self._by_meter().get(programme.meter(use_meter(offer.id, limit.unit)))
        if entries is None:
            return 0
        owner = limit_owner(programme, offer.id, limit.of, context.active, context.store)
        if not owner:
            return 0
        since = limit.since(context.day)
        return sum(
            [
                entry.amount
                for entry in entries
                if entry.owner == owner and (since is None or entry.day >= since)
            ]
        )

    def _by_meter(self) -> dict[str, list[MeterEntry]]:
        if self._given is None:
            state, self._given = self._context.active, {}
            for entry in (*(() if state is None else state.meters), *self._context.store.counts):
                self._given.setdefault(entry.meter, []).append(entry)
        return self._given


def counts_of(context: Context, offer: Offer, times: int, amount: int) -> tuple[Count, ...]:
    """What a sale that uses an offer adds to the meters that its limits look at."""
    found: list[Count] = []
    programme = context.programme
    for limit in offer.limits:
        owner = limit_owner(programme, offer.id, limit.of, context.active, context.store)
        if limit.per is PER_SALE or not owner:
            continue
        added = times if limit.unit is COUNT else amount
        found.append((programme.meter(use_meter(offer.id, limit.unit)), owner, added))
    return tuple(dict.fromkeys(found))
