"""Points of a sale that are held back until somebody decides, and what each decision does.

Shape: `held_back(lots, named, over, ...)` takes so many points out of the lots that a sale opened,
as far as they are still there, the newest lot first; `given_back(held, ...)` puts them into those
very lots again. Both are acts of head office's own journal: tills hear of them like of any event,
and the ledger proves them. What a receipt promised is not unsaid by the first, only not spent yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id

HOLD: Final = "hold"
RELEASE: Final = "release"
SALE: Final = "sale"
"""The kinds of the two acts, and how their facts name the sale."""
_GAINS: Final = (TransferCode.EARN, TransferCode.BONUS)


def gains(did: Consequences) -> dict[Account, list[Transfer]]:
    """What an event gave in points, by whose they are: transfers that opened lots."""
    found: dict[Account, list[Transfer]] = {}
    for one in did.transfers:
        if one.code in _GAINS and one.opens is not None and one.credit.kind is AccountKind.MEMBER:
            found.setdefault(one.credit, []).append(one)
    return found


def held_back(
    lots: Mapping[bytes, Lot], gained: Sequence[Transfer], over: int, *, event_id: bytes
) -> tuple[Transfer, ...]:
    """The transfers that hold back `over` points of what was gained, or what is left of them."""
    found: list[Transfer] = []
    for one in reversed(gained):
        lot = None if one.opens is None else lots.get(one.opens.id)
        part = 0 if lot is None else min(over, lot.remaining)
        if lot is None or part <= 0:
            continue
        over -= part
        found.append(
            Transfer(
                id=derive_id(HOLD, event_id, lot.id),
                code=TransferCode.REVERSE_EARN,
                debit=lot.account,
                credit=Account(lot.account.ledger, AccountKind.ISSUED),
                amount=part,
                event_id=event_id,
                uses=(LotUse(lot.id, part),),
                link=one.id,
            )
        )
    return tuple(found)


def given_back(held: Iterable[Transfer], *, event_id: bytes) -> tuple[Transfer, ...]:
    """The transfers that put what was held back into the lots that it came from."""
    return tuple(_back(held, event_id))


def _back(held: Iterable[Transfer], event_id: bytes) -> Iterator[Transfer]:
    for one in held:
        for use in one.uses:
            yield Transfer(
                id=derive_id(RELEASE, event_id, use.lot_id),
                code=TransferCode.RESTORE,
                debit=one.credit,
                credit=one.debit,
                amount=use.amount,
                event_id=event_id,
                uses=(LotUse(use.lot_id, -use.amount),),
                link=one.id,
            )
