"""The leases of one till, as its book has them: rights of kind LEASE, whatever they are on.

Shape: `leases_of` finds those on one asset that are good on a day, what ends first first; `uses_of`
says how a spending uses them up, and what of it they do not cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from posloyalty.domain.ledger.right import Right, RightChange, RightMove
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.ports import Reader, UnitOfWork
from posloyalty.sync.leases import LEASE, Asset


def leases_of(reader: Reader | UnitOfWork, asset: Asset, day: date) -> tuple[Right, ...]:
    """What this till holds of an asset on a day; nothing of what nobody owns."""
    return leases_among(reader.ledger.rights_of(asset.owner) if asset.owner else (), asset, day)


def leases_among(rights: Iterable[Right], asset: Asset, day: date) -> tuple[Right, ...]:
    """The same among the rights of the asset's owner."""
    good = (one for one in rights if one.kind == LEASE and one.of == asset.text)
    return tuple(
        sorted(
            (one for one in good if one.good_on(day)),
            key=lambda one: (str(one.last_day), one.id),
        )
    )


def left_in(leases: Iterable[Right]) -> int:
    """What may still be spent from leases."""
    return sum(lease.left or 0 for lease in leases)


def uses_of(
    leases: Sequence[Right], amount: int, event_id: bytes
) -> tuple[tuple[RightChange, ...], int]:
    """How an event's spending uses leases up, in their order; and what is beyond them."""
    uses = []
    for lease in leases:
        part = min(amount, lease.left or 0)
        if part <= 0:
            continue
        amount -= part
        uses.append(
            RightChange(
                id=derive_id("lease_use", event_id, lease.id),
                right_id=lease.id,
                move=RightMove.USE,
                event_id=event_id,
                amount=part,
            )
        )
    return tuple(uses), max(0, amount)
