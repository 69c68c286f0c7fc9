"""What a rule may still give: its limits less what meters say was given before.

Shape: `Usage` holds the meters of everybody whom limits may be about; `room(limits, rule, unit)` is
the smallest rest, None without a limit of that unit. Limits per sale count from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from posloyalty.domain.engine.context import StoreContext
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
    nothing to count and leaves its whole bound.
    """

    day: date
    owners: Mapping[LimitOf, bytes] = field(default_factory=dict)
    entries: Mapping[str, tuple[MeterEntry, ...]] = field(default_factory=dict)

    def used(self, limit: Limit, rule_id: str) -> int:
        """What a rule has given within a limit's span before now."""
        if limit.per is LimitPer.SALE:
            return 0
        owner = self.owners.get(limit.of)
        if owner is None:
            return 0
        since = limit.since(self.day)
        return sum(
            entry.amount
            for entry in self.entries.get(use_meter(rule_id, limit.unit), ())
            if entry.owner == owner and (since is None or entry.day >= since)
        )

    def room(self, limits: Iterable[Limit], rule_id: str, unit: LimitUnit) -> Room | None:
        """The tightest limit of a unit; None when there is none."""
        rooms = [
            Room(max(0, limit.most - self.used(limit, rule_id)), limit)
            for limit in limits
            if limit.unit is unit
        ]
        return min(rooms, key=lambda room: (room.left, room.limit.mode.value), default=None)


NO_USAGE = Usage(date.min)


def usage(day: date, owners: Mapping[LimitOf, bytes], *entries: Iterable[MeterEntry]) -> Usage:
    """The usage of a day from the meters of its owners."""
    by_meter: dict[str, list[MeterEntry]] = {}
    for group in entries:
        for entry in group:
            by_meter.setdefault(entry.meter, []).append(entry)
    return Usage(day, owners, {meter: tuple(found) for meter, found in by_meter.items()})


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
