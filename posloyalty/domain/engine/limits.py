"""How often, and how much, something may still be given or used, and counting that it was.

Shape: `usage_of(...)` gathers what meters say was given before, by the member, the till, the store
and campaigns; its `room(limits, key, unit)` is the smallest rest, None without a limit of that
unit. `room(...)` does both, `uses_left(...)` does it for a quote, `allowed(...)` for an event that
has already counted some of it, and `count_use(...)` adds to the meters of whomever limits are
about. The meters are `use/<key>/<unit>`; the key is that of `Programme.limited`, such as
"activity:recycling". A limit per sale counts what the running event has given; at a quote it is
the caller who counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from posloyalty.domain.engine.context import Context, StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import (
    Limit,
    LimitMode,
    LimitOf,
    LimitPer,
    LimitUnit,
    use_meter,
)
from posloyalty.domain.values.identifiers import derive_id

if TYPE_CHECKING:
    from posloyalty.domain.engine.awards import Awards  # its caps are limits, too


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the tightest limit: `left` of `most`, and what happens beyond it."""

    left: int
    limit: Limit

    def fits(self, wanted: int) -> int:
        """How much of what is wanted may be given."""
        if wanted <= self.left:
            return wanted
        return self.left if self.limit.mode is LimitMode.TRIM else 0


@dataclass(frozen=True, slots=True)
class Usage:
    """What was given before, by owner: the member, their household, this till, store, campaigns.

    `owners` says whose id is meant by each kind; without one (nobody attached) such a limit has
    nothing to count and leaves its whole bound. `entries` are by the meter's name without its
    programme; `event` is what the running event has given, for limits per sale.
    """

    day: date
    owners: Mapping[LimitOf, bytes] = field(default_factory=dict)
    entries: Mapping[str, tuple[MeterEntry, ...]] = field(default_factory=dict)
    event: Mapping[str, tuple[MeterEntry, ...]] = field(default_factory=dict)

    def used(self, limit: Limit, rule_id: str) -> int:
        """What a rule has given within a limit's span before now."""
        owner = self.owners.get(limit.of)
        if owner is None:
            return 0
        meter = use_meter(rule_id, limit.unit)
        if limit.per is LimitPer.SALE:
            return counted(self.event.get(meter, ()), owner)
        return counted(self.entries.get(meter, ()), owner, since=limit.since(self.day))

    def room(self, limits: Iterable[Limit], rule_id: str, unit: LimitUnit) -> Room | None:
        """The tightest limit of a unit; None when there is none."""
        rooms = [
            Room(max(0, limit.most - self.used(limit, rule_id)), limit)
            for limit in limits
            if limit.unit is unit
        ]
        return min(rooms, key=lambda room: (room.left, room.limit.mode.value), default=None)


def usage_of(
    programme: Programme,
    key: str,
    limits: Iterable[Limit],
    *,
    state: MemberState | None,
    store: StoreContext,
    day: date,
    event: Iterable[MeterEntry] = (),
) -> Usage:
    """What was given before of the thing under a key.

    `state` is the member as the running event has left them, and `event` all that it counted: what
    it counted for the till, the store and campaigns is in no state.
    """
    limits, event = tuple(limits), tuple(event)
    owners = {
        of: owner
        for of in {limit.of for limit in limits}
        if (owner := limit_owner(programme, key, of, state, store))
    }
    own = () if state is None else (state.member_id, state.household_id)
    meters = () if state is None else state.meters
    known = (*meters, *store.counts, *(one for one in event if one.owner not in own))
    names = {use_meter(key, limit.unit) for limit in limits}
    by_name = {name: programme.meter(name) for name in names}
    return Usage(
        day,
        owners,
        {name: tuple(one for one in known if one.meter == by_name[name]) for name in names},
        {name: tuple(one for one in event if one.meter == by_name[name]) for name in names},
    )


def room(
    programme: Programme,
    key: str,
    limits: Iterable[Limit],
    unit: LimitUnit,
    *,
    state: MemberState | None,
    store: StoreContext,
    day: date,
) -> Room | None:
    """The tightest limit of a unit; None when there is none."""
    limits = tuple(limits)
    used = usage_of(programme, key, limits, state=state, store=store, day=day)
    return used.room(limits, key, unit)


def uses_left(context: Context, key: str, limits: Iterable[Limit]) -> int | None:
    """How often it may be used in the sale that is quoted; None without a limit."""
    left = room(
        context.programme,
        key,
        limits,
        LimitUnit.COUNT,
        state=context.state,
        store=context.store,
        day=context.day,
    )
    return None if left is None else left.left


def allowed(awards: Awards, key: str, limits: Iterable[Limit], times: int) -> int:
    """How many times of those wanted the limits leave at this moment."""
    limits, moment = tuple(limits), awards.moment
    used = usage_of(
        awards.programme,
        key,
        limits,
        state=awards.state,
        store=moment.store,
        day=moment.day,
        event=awards.plan.counted,
    )
    for limit in limits:
        times = Room(max(0, limit.most - used.used(limit, key)), limit).fits(times)
    return times


def count_use(
    awards: Awards,
    key: str,
    limits: Iterable[Limit],
    amount: int,
    *,
    unit: LimitUnit = LimitUnit.COUNT,
    day: date | None = None,
) -> None:
    """Count what was given, under the member and whomever else its limits are about."""
    state, store = awards.moment.state, awards.moment.store
    owners = {limit_owner(awards.programme, key, limit.of, state, store) for limit in limits}
    if state is not None:
        owners.add(state.member_id)
    for owner in sorted(owners - {b""}):
        awards.count(use_meter(key, unit), amount, owner=owner, day=day)


def counted(entries: Iterable[MeterEntry], owner: bytes, *, since: date | None = None) -> int:
    """What entries come to for an owner, from a day or from the beginning."""
    return sum(
        one.amount for one in entries if one.owner == owner and (since is None or one.day >= since)
    )


def limit_owner(
    programme: Programme, key: str, of: LimitOf, state: MemberState | None, store: StoreContext
) -> bytes:
    """Whose count a limit of the thing under `key` looks at; empty where there is nobody."""
    match of:
        case LimitOf.TILL:
            return store.till_id
        case LimitOf.STORE:
            return store.store_id
        case LimitOf.CAMPAIGN:
            return derive_id("campaign", programme.id, key)
        case LimitOf.HOUSEHOLD if state is not None:
            return state.household_id or state.member_id
        case LimitOf.MEMBER if state is not None:
            return state.member_id
    return b""


def counting_owners(programme: Programme, store: StoreContext) -> tuple[bytes, ...]:
    """The till, store and campaigns whose counts the programme's limits look at."""
    owners = (
        limit_owner(programme, key, limit.of, None, store)
        for key, limits in programme.limited
        for limit in limits
    )
    return tuple(dict.fromkeys(owner for owner in owners if owner))
