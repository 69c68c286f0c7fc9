"""Points of a sale that are held back until somebody decides, and what each decision does.

Shape: `held_back(lots, named, over, ...)` takes so many points out of the lots that a sale opened,
as far as they are still there, the newest lot first; `given_back(held, ...)` puts them into those
very lots again. `HeadOffice.holding` (a `Holding`) makes of both acts of head office's own journal:
tills hear of them like of any event, and the ledger proves them. What a receipt promised is not
unsaid by the first, only not spent yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.own_journal import OwnJournal

HOLD: Final = "hold"
RELEASE: Final = "release"
SALE: Final = "sale"
"""The kinds of the two acts, and how their facts name the sale."""
_GAINS: Final = (TransferCode.EARN, TransferCode.BONUS)


class Holding:
    """Decides both, and files it; `behind` dates each behind all that is known of its owner."""

    def __init__(
        self,
        journal: OwnJournal,
        archive: Archive,
        fold: Callable[[bytes], MemberFold],
        behind: Callable[..., datetime],
    ) -> None:
        self._journal = journal
        self._archive = archive
        self._fold = fold
        self._behind = behind

    def hold(
        self,
        owner: bytes,
        gained: Sequence[Transfer],
        over: int,
        programme: Programme,
        at: datetime,
        *,
        sale_id: bytes,
    ) -> tuple[Transfer, ...]:
        """Hold back so many points of what a sale gave an owner, or what is left of them; `release`
        gives them back. The transfers say how many those were.
        """
        self._archive.lock(owner)
        lots = {lot.id: lot for lot in self._fold(owner).lots}
        plan = self._journal.plan(programme, self._behind(at, owner))
        moves = held_back(lots, gained, over, event_id=plan.event_id)
        if moves:
            self._write(HOLD, plan, programme, owner, sale_id, moves)
        return moves

    def release(
        self,
        owner: bytes,
        held: Sequence[Transfer],
        programme: Programme,
        at: datetime,
        *,
        sale_id: bytes,
    ) -> None:
        """Give back what `hold` took."""
        self._archive.lock(owner)
        plan = self._journal.plan(programme, self._behind(at, owner))
        moves = given_back(held, event_id=plan.event_id)
        self._write(RELEASE, plan, programme, owner, sale_id, moves)

    def _write(
        self,
        kind: str,
        plan: EventPlan,
        programme: Programme,
        owner: bytes,
        sale_id: bytes,
        moves: tuple[Transfer, ...],
    ) -> None:
        facts = ((SALE, sale_id.hex()),)
        written = self._journal.write(
            plan, programme, kind=kind, what=kind, member_id=owner, facts=facts, moves=moves
        )
        self._archive.decide(self._journal.office_id, written)


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
