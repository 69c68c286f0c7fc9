"""Vouchers, passes, prizes and whatever else is used up use by use, where several tills share their
members: which of them this till may honour. A kind says of its rights that they are `spent`.

A use is one of one thing, so two tills that cannot ask must not both have it. It is honoured where
it was lent to this till, where the thing came to be or came back here and nothing of that was sent
yet, and, out of reach, where it is worth no more than the merchant risks. In reach of head
office whoever uses it asks for it, whoever owns it or shows its code. A public code is nobody's and
is honoured everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import UNBOUNDED, Right, RightChange, RightMove
from posloyalty.domain.programme.declaration import spends
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.reason import Reason
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.leases import Asset, AssetKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How the till stands: `denied` is what head office did not lend for this sale;
    `reached` when it last exchanged, `sent` the last sequence of its journal that may be known
    elsewhere (`sent_through`), `face_minor` what a voucher may be worth at the merchant's risk, 0
    once head office was not heard of for too long; `sound` that its book was neither put back nor
    copied.
    """

    online: bool
    denied: frozenset[Asset]
    reached: datetime | None
    sent: int
    face_minor: int
    sound: bool = True

    @property
    def told_at(self) -> str:
        """When head office was last heard of, as refusals say it."""
        return "—" if self.reached is None else f"{self.reached:%m-%d %H:%M}"


_IN_ACTS: Final = {"TILL_NOT_SOUND": "USE_TILL_NOT_SOUND"}


def is_lent(right: Right) -> bool:
    """Whether the uses of a right are lent: it has so many, and its kind's are spent."""
    return right.uses != UNBOUNDED and bool(right.owner) and spends(right.kind)


def is_sold(right: Right) -> bool:
    """Whether it was paid for, in a line of a sale; what was won or given was not."""
    return bool(right.line or right.paid_minor)


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
    """Those of some rights that this till may not honour now, and why."""
    found = {}
    for right in rights:
        if is_lent(right) and right.good_on(day):
            why = against(reader, programme, right, reach, day)
            if why is not None:
                found[right.id] = why
    return found


def right_uses(
    reader: Reader | UnitOfWork, does: Consequences, reach: Reach, day: date, event_id: bytes
) -> Iterator[RightChange]:
    """The uses of leases by the rights that a sale uses.

    Raises `ServiceRefusal` RIGHT_HELD for one that another till in reach might use as well.
    """
    yield from _uses_of_leases(reader, does, reach, day, event_id, held="RIGHT_HELD")


def act_wants(reader: Reader | UnitOfWork, does: Consequences) -> dict[Asset, int]:
    """The uses that an act makes of what may be lent to one till only."""
    found: dict[Asset, int] = {}
    for right, amount in _used(reader, does):
        asset = right_asset(right)
        found[asset] = found.get(asset, 0) + amount
    return found


def act_uses(
    reader: Reader | UnitOfWork,
    programme: Programme,
    does: Consequences,
    reach: Reach,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by what an act uses: a pass, a prize.

    Raises `ServiceRefusal` USE_HELD in reach of head office, which did not lend it, and out of
    reach what `act_allowed` says.
    """
    act_allowed(reader, programme, does, reach, day)
    yield from _uses_of_leases(reader, does, reach, day, event_id, held="USE_HELD")


def _uses_of_leases(
    reader: Reader | UnitOfWork,
    does: Consequences,
    reach: Reach,
    day: date,
    event_id: bytes,
    *,
    held: str,
) -> Iterator[RightChange]:
    for right, amount in _used(reader, does):
        uses, beyond = uses_of(leases_of(reader, right_asset(right), day), amount, event_id)
        if beyond and reach.online and not own_and_untold(reader, right, reach.sent):
            raise ServiceRefusal(held)
        yield from uses


def act_allowed(
    reader: Reader | UnitOfWork, programme: Programme, does: Consequences, reach: Reach, day: date
) -> None:
    """Raises `ServiceRefusal` USE_NOT_LENT, GIVEN_NOT_LENT or USE_TILL_NOT_SOUND where an act may
    not use something here now; none where head office is in reach and has to be asked.
    """
    for right, _ in _used(reader, does):
        why = _use_refused(reader, programme, right, reach, day)
        if why is not None:
            raise ServiceRefusal(why)


def _use_refused(
    reader: Reader | UnitOfWork, programme: Programme, right: Right, reach: Reach, day: date
) -> str | None:
    """Why a right may not be used here now, as `act_allowed` says it; None where it may."""
    why = against(reader, programme, right, reach, day)
    if why is None:
        return None
    # Whoever paid for a use can be sold one at its price instead; what is handed over for nothing
    # can only wait.
    return _IN_ACTS.get(why.code) or ("USE_NOT_LENT" if is_sold(right) else "GIVEN_NOT_LENT")


def _used(reader: Reader | UnitOfWork, does: Consequences) -> Iterator[tuple[Right, int]]:
    for change in does.rights:
        right = reader.ledger.right(change.right_id) if change.move is RightMove.USE else None
        if right is not None and is_lent(right):
            yield right, change.amount


def own_and_untold(reader: Reader | UnitOfWork, right: Right, sent: int) -> bool:
    """Whether it came to be at this till, or its one use came back here with goods, behind
    everything that was `sent`: to everybody else it is not there, or used.
    """
    if _untold(reader, right.origin, sent):
        return True
    back = reader.ledger.given_back_by(right.id) if right.uses == 1 else None
    return back is not None and _untold(reader, back, sent)


def _untold(reader: Reader | UnitOfWork, event_id: bytes, sent: int) -> bool:
    stored = reader.journal.by_event_id(event_id)
    if stored is None or stored.kind == events.kind_of(events.Heard):
        return False
    return stored.seq > sent


def against(
    reader: Reader | UnitOfWork, programme: Programme, right: Right, reach: Reach, day: date
) -> Reason | None:
    """Why a right may not be used at this till now; None where it may. In reach of head office it
    may as soon as that has lent it.
    """
    if not reach.sound:
        return Reason("TILL_NOT_SOUND")
    asset = right_asset(right)
    if leases_of(reader, asset, day):
        return None
    if reach.online:
        return Reason("HELD_ELSEWHERE") if asset in reach.denied else None
    worth = _worth(programme, right)
    risked = worth is not None and worth <= reach.face_minor
    if risked or own_and_untold(reader, right, reach.sent):
        return None
    return Reason("RIGHT_NOT_LENT")


def _worth(programme: Programme, right: Right) -> int | None:
    """What one use of what is lent is worth at the most, in minor units: what its terms take off,
    or what was paid for it where that is more. None where it depends on the goods, or nobody can
    say.
    """
    paid = -(-right.paid_minor // right.uses)
    owned = programme.owned_terms(right.kind)
    terms = next((terms for one, terms in owned if one.id == right.of), None)
    if terms is None:
        return paid or None
    return None if terms.most_off is None else max(paid, terms.most_off)
