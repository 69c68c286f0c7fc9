"""Limits of offers: how often and for how much money they may still apply, and what is counted.

What was given before is read from the meters `<programme>/use/<offer>/count` and `.../money` of
whom a limit is about; a sale adds to them for those limits alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.limits import Room, limit_owner, usage_of
from posloyalty.domain.programme.limit import LimitMode, LimitPer, LimitUnit, use_meter
from posloyalty.domain.programme.offer import Offer

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
    used = usage_of(
        context.programme,
        offer.id,
        offer.limits,
        state=context.active,
        store=context.store,
        day=context.day,
    )
    return OfferRoom(
        used.room(offer.limits, offer.id, LimitUnit.COUNT),
        used.room(offer.limits, offer.id, LimitUnit.MONEY),
    )


def counts_of(context: Context, offer: Offer, times: int, amount: int) -> tuple[Count, ...]:
    """What a sale that uses an offer adds to the meters that its limits look at."""
    found: list[Count] = []
    programme = context.programme
    for limit in offer.limits:
        owner = limit_owner(programme, offer.id, limit.of, context.active, context.store)
        if limit.per is LimitPer.SALE or not owner:
            continue
        added = times if limit.unit is LimitUnit.COUNT else amount
        found.append((programme.meter(use_meter(offer.id, limit.unit)), owner, added))
    return tuple(dict.fromkeys(found))


def whole(room: Room | None) -> bool:
    """Whether a limit lets all of it in or nothing."""
    return room is not None and room.limit.mode is LimitMode.REJECT
