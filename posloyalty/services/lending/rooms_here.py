"""What a till may hand out of each of a member's wallets, as it stands: leases, and beyond them
what the merchant risks and what a supervisor may add.

Shape: `rooms_here(stands, ...)` gives a `RoomHere` for every wallet that sales spend from.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.redemption import CARD_PROOF
from posloyalty.domain.engine.spend_room import spent_at_sales
from posloyalty.domain.ledger.meter import entries_of
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Role
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.lending.held_leases import leases_among
from posloyalty.services.lending.lent_takes import points_asset
from posloyalty.services.lending.risked import places, risked_on
from posloyalty.services.lending.room_here import RoomHere, worth_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync.leases import RISK_FLOOR, RISK_OVERRIDE, AssetKind
from posloyalty.sync.risk_policy import (
    DAY_USED_UP,
    Request,
    RiskPolicy,
    Situation,
    room_beyond,
)


@dataclass(frozen=True, slots=True)
class Stands:
    """How a till of a chain stands: its policy, when head office was last heard of, whether it is
    in reach, and whether the book was neither put back nor copied.
    """

    policy: RiskPolicy
    reached: datetime | None
    online: bool
    sound: bool


def rooms_here(
    stands: Stands,
    reader: Reader | UnitOfWork,
    programme: Programme,
    state: MemberState,
    basket: Basket,
    at: datetime,
) -> Iterator[RoomHere]:
    """The room in every wallet, for the member of a basket."""
    day, approver = store_day(at, programme.zone), basket.approver
    situation = _situation(stands, reader, programme, state, basket, at)
    asked = Request(kind=AssetKind.POINTS, worth_minor=0)
    floor, why = room_beyond(stands.policy, asked, situation)
    word = room_beyond(stands.policy, asked, replace(situation, supervisor=True))
    beyond = floor
    approved = approver is not None and approver.is_at_least(Role.SUPERVISOR)
    if approved or word == (floor, DAY_USED_UP):
        beyond, why = word
    for wallet in spent_at_sales(programme):
        asset = points_asset(programme, state, wallet.id)
        own = asset.owner == state.member_id
        held = state.rights if own else reader.ledger.rights_of(asset.owner)
        yield RoomHere(
            wallet=wallet.id,
            asset=asset,
            worth=worth_of(programme, wallet),
            leases=leases_among(held if stands.sound else (), asset, day),
            floor_minor=floor,
            beyond_minor=beyond,
            word_minor=word[0],
            why=why,
        )


def _situation(
    stands: Stands,
    reader: Reader | UnitOfWork,
    programme: Programme,
    state: MemberState,
    basket: Basket,
    at: datetime,
) -> Situation:
    reached = stands.reached
    till_id, store_id = places(reader)
    since = at if reached is None else reached
    floors = reader.ledger.meters(state.member_id, store_day(since, programme.zone))
    return Situation(
        online=stands.online,
        sound=stands.sound,
        stale_for=timedelta() if reached is None else max(timedelta(), at - reached),
        proven=basket.proof == CARD_PROOF,
        floor_used_minor=sum(
            e.amount for e in entries_of(floors, RISK_FLOOR) if reached is None or e.at > since
        ),
        till_used_minor=risked_on(reader, till_id, programme, at),
        store_used_minor=risked_on(reader, store_id, programme, at),
        override_used_minor=risked_on(reader, till_id, programme, at, meter=RISK_OVERRIDE),
    )
