"""Vouchers where several tills share their members: which of them this till may honour (case 45).

A voucher is one use of one thing, so two tills that cannot ask must not both have it. It is
honoured where it was lent to this till, in reach of head office unless another till holds it, where
it came to be here and nobody else can know of it yet, and where it is worth no more than the
merchant risks. A public code is nobody's and is honoured everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.effects.amount import Amount
from posloyalty.domain.programme.kinds.voucher import VOUCHER, Voucher
from posloyalty.domain.programme.reason import Reason
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync import events
from posloyalty.sync.leases import LEASE, Asset, AssetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the till stands: `elsewhere` are the rights that other tills hold, as far as it heard;
    `reached` when it last exchanged, `face_minor` what a voucher may be worth at the merchant's
    risk; `sound` that its book was neither put back nor copied.
    """

    online: bool
    elsewhere: frozenset[bytes]
    reached: datetime | None
    face_minor: int
    sound: bool = True


def right_asset(right: Right) -> Asset:
    """A right as something that is lent."""
    return Asset(AssetKind.RIGHT, right.id.hex(), right.owner)


def held_back(
    reader: Reader | UnitOfWork,
    programme: Programme,
    rights: Iterable[Right],
    reach: Reach,
    day: date,
) -> dict[bytes, Reason]:
    """The vouchers among some rights that this till may not honour now, and why."""
    kinds = {voucher.id: voucher for voucher in programme.of(Voucher)}
    found = {}
    for right in rights:
        if right.kind != VOUCHER or right.of not in kinds or not right.good_on(day):
            continue
        if not reach.sound:
            found[right.id] = Reason("TILL_NOT_SOUND")
            continue
        if any(_leases(reader, right, day)):
            continue
        if reach.online:
            if right.id in reach.elsewhere:
                found[right.id] = Reason("HELD_ELSEWHERE")
        elif not _own_and_untold(reader, right, reach.reached):
            worth = _worth(kinds[right.of])
            if worth is None or worth > reach.face_minor:
                found[right.id] = Reason("RIGHT_NOT_LENT")
    return found


def right_uses(
    reader: Reader | UnitOfWork, does: Consequences, day: date, event_id: bytes
) -> Iterator[RightChange]:
    """The uses of leases by the vouchers that a sale uses."""
    for change in does.rights:
        if change.move is not RightMove.USE:
            continue
        right = reader.ledger.right(change.right_id)
        for lease in () if right is None or right.kind != VOUCHER else _leases(reader, right, day):
            yield RightChange(
                id=derive_id("lease_use", event_id, lease.id),
                right_id=lease.id,
                move=RightMove.USE,
                event_id=event_id,
                amount=min(change.amount, lease.left or 0),
            )
            break


def _leases(reader: Reader | UnitOfWork, right: Right, day: date) -> Iterator[Right]:
    of = right_asset(right).text
    for one in reader.ledger.rights_of(right.owner) if right.owner else ():
        if one.kind == LEASE and one.of == of and one.good_on(day):
            yield one


def _own_and_untold(reader: Reader | UnitOfWork, right: Right, reached: datetime | None) -> bool:
    """Whether it came to be at this till since it last spoke with head office."""
    stored = reader.journal.by_event_id(right.origin)
    if stored is None or stored.kind == events.kind_of(events.Heard):
        return False
    return reached is None or parse_instant(stored.at) > reached


def _worth(voucher: Voucher) -> int | None:
    """The most that a voucher takes off; None where it depends on the goods."""
    offer = voucher.offer
    if offer.most_minor is not None:
        return offer.most_minor
    return offer.effect.amount_minor if isinstance(offer.effect, Amount) else None
