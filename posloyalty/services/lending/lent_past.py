"""Leases that a sale of long ago uses up: whatever this till happens to hold of what it spent.

Such a sale is keyed in from its receipt. Nobody can refuse any more what it spent; where that was
spent somewhere else as well, head office finds it when the event arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.engine.stored_value import CardPayment
from posloyalty.domain.ledger.right import RightMove
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.lending.lent_cards import card_asset
from posloyalty.services.lending.lent_rights import right_asset
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync.leases import Asset, AssetKind


def with_past_uses(
    unit: UnitOfWork,
    does: Consequences,
    cards: Iterable[CardPayment],
    day: date,
    event_id: bytes,
) -> Consequences:
    """What a sale of long ago does, with the leases that its points, rights and cards use up."""
    spent = [*_spent(unit, does)]
    spent += [(card_asset(one.card.id), one.amount_minor) for one in cards]
    uses = [
        use
        for asset, amount in spent
        for use in uses_of(leases_of(unit, asset, day), amount, event_id)[0]
    ]
    return replace(does, rights=(*does.rights, *uses))


def _spent(unit: UnitOfWork, does: Consequences) -> Iterator[tuple[Asset, int]]:
    for one in does.transfers:
        if one.code is TransferCode.REDEEM and one.debit.kind is AccountKind.MEMBER:
            yield Asset(AssetKind.POINTS, one.debit.ledger, one.debit.owner), one.amount
    for change in does.rights:
        right = unit.ledger.right(change.right_id) if change.move is RightMove.USE else None
        if right is not None and right.owner:
            yield right_asset(right), change.amount
