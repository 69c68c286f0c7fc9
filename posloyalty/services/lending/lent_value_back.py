"""Gift cards and passes that come back where several tills share them: what is left of one goes out
as money, so that no other till may spend it meanwhile.

Shape: `value_back(...)` names what a return takes off cards and passes that were sold;
`refused_back` says why this till may not take it now, `value_uses` how it uses leases up. In reach
of head office a return has it held aside first; out of reach it comes back where it was lent, or
where it was sold and head office has not heard of it. Money that leaves the shop is never at the
merchant's risk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.lending.held_leases import leases_of, left_in, uses_of
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.lent_rights import (
    Reach,
    is_lent,
    is_sold,
    own_and_untold,
    right_asset,
)
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.stored_cards import card_by_id
from posloyalty.sync.leases import Asset


@dataclass(frozen=True, slots=True)
class ValueBack:
    """What comes off a card or a pass: minor units of money, or uses."""

    right: Right
    asset: Asset
    amount: int


def value_back(
    reader: Reader | UnitOfWork, programme: Programme, does: Consequences
) -> tuple[ValueBack, ...]:
    """What a return takes off cards and passes that were sold."""
    cards: dict[bytes, int] = {}
    for one in does.transfers:
        emptied = one.code is TransferCode.REVERSE_EARN and one.amount > 0
        if emptied and one.debit.kind is AccountKind.GIFT_CARD:
            cards[one.debit.owner] = cards.get(one.debit.owner, 0) + one.amount
    found = []
    for card_id, amount in cards.items():
        card = card_by_id(reader, programme, card_id)
        if card is not None:
            found.append(ValueBack(card.right, card_asset(card_id), amount))
    for change in does.rights:
        right = reader.ledger.right(change.right_id) if change.move is RightMove.CANCEL else None
        if right is not None and is_lent(right) and is_sold(right) and right.left:
            found.append(ValueBack(right, right_asset(right), right.left))
    return tuple(found)


def asked_for(
    reader: Reader | UnitOfWork, back: Iterable[ValueBack], reach: Reach
) -> Iterator[tuple[Asset, int]]:
    """What of it head office is asked for: it cannot lend what it has not heard of."""
    for one in back:
        if not own_and_untold(reader, one.right, reach.sent):
            yield one.asset, one.amount


def refused_back(
    reader: Reader | UnitOfWork, back: Iterable[ValueBack], reach: Reach, day: date
) -> ServiceRefusal | None:
    """Why some of it may not come back here now, before anybody is asked; None where it may, or
    where head office can be asked.
    """
    if reach.online and reach.sound:
        return None
    found = (_refused(reader, one, reach, day) for one in back)
    return next((why for why in found if why is not None), None)


def value_uses(
    reader: Reader | UnitOfWork,
    back: Iterable[ValueBack],
    reach: Reach,
    day: date,
    event_id: bytes,
) -> Iterator[RightChange]:
    """The uses of leases by what comes back.

    Raises `ServiceRefusal` USE_TILL_NOT_SOUND, VALUE_BACK_HELD where head office did not lend it,
    and out of reach VALUE_BACK_NOT_LENT.
    """
    for one in back:
        why = _refused(reader, one, reach, day)
        if why is not None:
            raise why
        yield from uses_of(leases_of(reader, one.asset, day), one.amount, event_id)[0]


def _refused(
    reader: Reader | UnitOfWork, one: ValueBack, reach: Reach, day: date
) -> ServiceRefusal | None:
    if not reach.sound:
        return ServiceRefusal("USE_TILL_NOT_SOUND")
    beyond = one.amount > left_in(leases_of(reader, one.asset, day))
    if not beyond or own_and_untold(reader, one.right, reach.sent):
        return None
    if reach.online:
        return ServiceRefusal("VALUE_BACK_HELD")
    return ServiceRefusal("VALUE_BACK_NOT_LENT", time=reach.told_at)
