"""What a sale uses of leases of points, and what goes beyond them at the merchant's risk.

Shape: `points_used(...)` goes through the wallets that sales spend from and then through the points
that rules take by themselves; it books nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import RightChange
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.lending.lent_points import spent_in
from posloyalty.services.lending.lent_takes import taken_wants
from posloyalty.services.lending.risked import places
from posloyalty.services.lending.room_here import RoomHere
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import RISK_FLOOR, RISK_OVERRIDE


@dataclass(frozen=True, slots=True)
class PointsUsed:
    """Uses of leases, what is counted beyond them, and who approved that."""

    leases: tuple[RightChange, ...]
    meters: tuple[MeterEntry, ...]
    approved_by: bytes | None


def points_used(
    unit: UnitOfWork,
    programme: Programme,
    basket: Basket,
    does: Consequences,
    at: datetime,
    rooms: Iterable[RoomHere],
    member_id: bytes,
) -> PointsUsed:
    """What a sale of a member uses; `rooms` is what may be spent of each wallet.

    Raises `ServiceRefusal` LEASE_SHORT (`wallet`, `most_points`) beyond a room.
    """
    day = store_day(at, programme.zone)
    leases: list[RightChange] = []
    meters: list[MeterEntry] = []
    approved_by = None
    risked_minor = 0  # wallets share what may be risked
    taken = taken_wants(programme, does, day)
    for room in rooms:
        spent = spent_in(does, room.asset)
        most = room.up_to(max(0, room.beyond_minor - risked_minor))
        if spent > most:
            raise ServiceRefusal("LEASE_SHORT", wallet=room.wallet, most_points=most)
        over = max(0, spent - room.leased)
        more = taken.pop(room.asset, 0)
        leases += uses_of(room.leases, spent - over + more, basket.sale_id)[0]
        if not over:
            continue
        minor = room.worth_minor(over)
        risked_minor += minor
        by_word = risked_minor > room.floor_minor
        if by_word and basket.approver is not None:
            approved_by = basket.approver.id
        meter = RISK_OVERRIDE if by_word else RISK_FLOOR
        meters += [
            MeterEntry(
                meter=meter, owner=owner, day=day, at=at, amount=minor, event_id=basket.sale_id
            )
            for owner in (member_id, *places(unit))
        ]
    for asset, points in taken.items():
        leases += uses_of(leases_of(unit, asset, day), points, basket.sale_id)[0]
    return PointsUsed(tuple(leases), tuple(meters), approved_by)
