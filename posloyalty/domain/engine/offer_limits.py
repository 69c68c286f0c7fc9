"""Limits of offers: how often and for how much money they may still apply, and what is counted.

What was given before is read from the meters `<programme>/use/<offer>/count` and `.../money` of
whom a limit is about; a sale adds to them for those limits alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posloyalty.domain.engine.context import Context, StoreContext
from posloyalty.domain.engine.limits import Room, Usage
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.limit import LimitMode, LimitOf, LimitPer, LimitUnit, use_meter
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.values.identifiers import derive_id

Count = tuple[str, bytes, int]
"""What a sale adds: (meter, owner, amount)."""


@dataclass(frozen=True, slots=True)
class OfferRoom:
    """What limits leave of an offer; None without a limit of the unit."""

    times: Room | None
    money: Room | None


NO_LIMIT = OfferRoom(None, None)


def room_of(context: Context, offer: Offer) -> OfferRoom:
    """What the limits of an offer leave now."""
    if not offer.limits:
        return NO_LIMIT
    programme, state = context.programme, context.active
    owners = {
        of: owner
        for of in {limit.of for limit in offer.limits}
        if (owner := _owner(programme, offer, of, state, context.store))
    }
    known = (*(() if state is None else state.meters), *context.store.counts)
    entries: dict[str, tuple[MeterEntry, ...]] = {}
    for unit in (LimitUnit.COUNT, LimitUnit.MONEY):
        name = use_meter(offer.id, unit)
        meter = programme.meter(name)
        entries[name] = tuple(entry for entry in known if entry.meter == meter)
    used = Usage(context.day, owners, entries)
    return OfferRoom(
        used.room(offer.limits, offer.id, LimitUnit.COUNT),
        used.room(offer.limits, offer.id, LimitUnit.MONEY),
    )


def counts_of(context: Context, offer: Offer, times: int, amount: int) -> tuple[Count, ...]:
    """What a sale that uses an offer adds to the meters that its limits look at."""
    found: list[Count] = []
    programme = context.programme
    for limit in offer.limits:
        owner = _owner(programme, offer, limit.of, context.active, context.store)
        if limit.per is LimitPer.SALE or not owner:
            continue
        added = times if limit.unit is LimitUnit.COUNT else amount
        found.append((programme.meter(use_meter(offer.id, limit.unit)), owner, added))
    return tuple(dict.fromkeys(found))


def offer_owners(offers: Iterable[Offer], programme: Programme, store: StoreContext) -> list[bytes]:
    """The till, store and campaigns whose counts the limits of offers look at."""
    owners = (
        _owner(programme, offer, limit.of, None, store)
        for offer in offers
        for limit in offer.limits
    )
    return list(dict.fromkeys(owner for owner in owners if owner))


def whole(room: Room | None) -> bool:
    """Whether a limit lets all of it in or nothing."""
    return room is not None and room.limit.mode is LimitMode.REJECT


def _owner(
    programme: Programme,
    offer: Offer,
    of: LimitOf,
    state: MemberState | None,
    store: StoreContext,
) -> bytes:
    match of:
        case LimitOf.TILL:
            return store.till_id
        case LimitOf.STORE:
            return store.store_id
        case LimitOf.CAMPAIGN:
            return derive_id("campaign", programme.id, offer.id)
        case LimitOf.HOUSEHOLD if state is not None:
            return state.household_id or state.member_id
        case LimitOf.MEMBER if state is not None:
            return state.member_id
    return b""
