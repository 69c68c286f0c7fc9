"""What one owner has in some books, running: a till's book as its journal tells, or head office's.

Shape: `Belongings` takes transfers, changes of rights and levels as they come; `fits` says whether
a further one could be written into these books at all. `difference(now, then)` is what brings the
one to the other, as one event would do it: nothing that stands is ever changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.lots import after_use
from posloyalty.domain.ledger.right import Right, RightChange, RightMove, after_change
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.leases import LEASE


@dataclass(slots=True)
class Belongings:
    """Everything of one owner, their own accounts only.

    Leases are not among the rights: they are a till's own affair.
    """

    owner: bytes
    lots: dict[bytes, Lot] = field(default_factory=dict)
    accounts: dict[Account, int] = field(default_factory=dict)
    rights: dict[bytes, Right] = field(default_factory=dict)
    holdings: dict[tuple[str, str], TierHolding] = field(default_factory=dict)

    @classmethod
    def of(cls, fold: MemberFold) -> Belongings:
        """As head office knows them."""
        return cls(
            owner=fold.member_id,
            lots={lot.id: lot for lot in fold.lots},
            accounts={
                a: amount for a, amount in fold.accounts.items() if a.owner == fold.member_id
            },
            rights={right.id: right for right in fold.rights},
            holdings={(one.scheme, one.level): one for one in fold.holdings},
        )

    def copy(self) -> Belongings:
        """The same, to go on with."""
        return Belongings(
            self.owner, dict(self.lots), dict(self.accounts), dict(self.rights), dict(self.holdings)
        )

    def take(self, does: Consequences) -> bool:
        """What an event did to this owner; whether it did anything."""
        found = False
        for transfer in does.transfers:
            if self.moves(transfer):
                self.book(transfer)
                found = True
        for change in does.rights:
            if self.concerns(change):
                self.change(change)
                found = True
        for met in does.tiers:
            if met.member_id == self.owner:
                self.holdings[met.holding.scheme, met.holding.level] = met.holding
                found = True
        return found

    def moves(self, transfer: Transfer) -> bool:
        """Whether a transfer is this owner's."""
        return self.owner in (transfer.debit.owner, transfer.credit.owner)

    def concerns(self, change: RightChange) -> bool:
        """Whether a change is of a right that is this owner's."""
        if change.opens is not None:
            return change.opens.owner == self.owner and change.opens.kind != LEASE
        return change.right_id in self.rights

    def book(self, transfer: Transfer) -> None:
        """Move value."""
        for account, sign in ((transfer.debit, -1), (transfer.credit, 1)):
            if account.owner == self.owner:
                self.accounts[account] = self.accounts.get(account, 0) + sign * transfer.amount
        if transfer.opens is not None:
            self.lots[transfer.opens.id] = transfer.opens
        for use in transfer.uses:
            self.lots[use.lot_id] = after_use(self.lots[use.lot_id], use)

    def change(self, change: RightChange) -> None:
        """Change a right."""
        if change.move is RightMove.ISSUE and change.opens is not None:
            self.rights[change.right_id] = change.opens
        else:
            self.rights[change.right_id] = after_change(self.rights[change.right_id], change)

    def fits(self, transfer: Transfer) -> bool:
        """Whether these books can hold a transfer: no lot twice, overdrawn or overfull, and no debt
        repaid that is not owed.
        """
        opens, left = transfer.opens, dict[bytes, Lot]()
        if opens is not None:
            if opens.id in self.lots:
                return False
            left[opens.id] = opens
        for use in transfer.uses:
            lot = left.get(use.lot_id) or self.lots.get(use.lot_id)
            if lot is None or not 0 <= lot.remaining - use.amount <= lot.original:
                return False
            left[use.lot_id] = after_use(lot, use)
        repaid = transfer.credit
        owed = -self.accounts.get(repaid, 0)
        return repaid.kind is not AccountKind.MEMBER_DEBT or transfer.amount <= owed

    def may_change(self, change: RightChange) -> bool:
        """Whether these books can hold a change of a right."""
        right = self.rights.get(change.right_id)
        if change.move is RightMove.ISSUE:
            return right is None
        if right is None:
            return False
        if change.move is RightMove.USE:
            return right.left is None or change.amount <= right.left
        return change.move is not RightMove.GIVE_BACK or change.amount <= right.used


def difference(now: Belongings, then: Belongings, *, event_id: bytes) -> Consequences:
    """What one event has to do to make `now` into `then`.

    Value comes from and goes to the programme's account of what was issued: whose loss or gain it
    was in the end is in head office's ledger, not in a till's.
    """
    return Consequences(
        transfers=tuple(_moves(now, then, event_id)),
        rights=tuple(_changes(now, then, event_id)),
        tiers=tuple(
            MetTier(then.owner, holding)
            for key, holding in sorted(then.holdings.items())
            if now.holdings.get(key) != holding
        ),
    )


def _moves(now: Belongings, then: Belongings, event_id: bytes) -> Iterator[Transfer]:
    number = 0

    def move(
        debit: Account,
        credit: Account,
        amount: int,
        uses: Iterable[LotUse] = (),
        opens: Lot | None = None,
    ) -> Transfer:
        """One transfer of the difference; its id follows from its place."""
        nonlocal number
        number += 1
        return Transfer(
            id=derive_id("settle", event_id, number),
            code=TransferCode.ADJUST,
            debit=debit,
            credit=credit,
            amount=amount,
            event_id=event_id,
            opens=opens,
            uses=tuple(uses),
        )

    bearing = {lot.account for lot in (*now.lots.values(), *then.lots.values())}
    for lot_id in sorted({*now.lots, *then.lots}):
        had, has = now.lots.get(lot_id), then.lots.get(lot_id)
        account = (has or had).account  # type: ignore[union-attr]
        issued = Account(account.ledger, AccountKind.ISSUED)
        more = (0 if has is None else has.remaining) - (0 if had is None else had.remaining)
        if had is not None:
            # Under its id the book may hold another one, which takes no more than it was opened
            # with: a book that refuses an answer would never hear anything any more.
            more = min(more, had.original - had.remaining)
        if had is None and has is not None and has.remaining:
            opened = replace(has, remaining=has.original)
            yield move(issued, account, has.original, opens=opened)
            more = has.remaining - has.original
        elif had is None:
            continue  # used up before it was ever heard of
        if more > 0:
            yield move(issued, account, more, (LotUse(lot_id, -more),))
        elif more < 0:
            yield move(account, issued, -more, (LotUse(lot_id, -more),))
    for account in sorted({*now.accounts, *then.accounts}):
        if account in bearing:
            continue
        issued = Account(account.ledger, AccountKind.ISSUED)
        more = then.accounts.get(account, 0) - now.accounts.get(account, 0)
        if more > 0:
            yield move(issued, account, more)
        elif more < 0:
            yield move(account, issued, -more)


def _changes(now: Belongings, then: Belongings, event_id: bytes) -> Iterator[RightChange]:
    number = 0

    def change(
        right: Right, move: RightMove, amount: int = 1, opens: Right | None = None
    ) -> RightChange:
        """One change of a right of the difference; its id follows from its place."""
        nonlocal number
        number += 1
        return RightChange(
            id=derive_id("settle_right", event_id, number),
            right_id=right.id,
            move=move,
            event_id=event_id,
            amount=amount,
            opens=opens,
        )

    for right_id, right in sorted(then.rights.items()):
        known = now.rights.get(right_id)
        if known is None:
            known = replace(right, used=0, released=0, cancelled=0)
            yield change(right, RightMove.ISSUE, opens=known)
        more = right.used - known.used
        if known.left is not None:
            more = min(more, known.left)
        if more:
            yield change(right, RightMove.USE if more > 0 else RightMove.GIVE_BACK, abs(more))
        for _ in range(max(0, right.released - known.released)):
            yield change(right, RightMove.RELEASE)
        more = right.cancelled - known.cancelled
        for _ in range(abs(more)):
            yield change(right, RightMove.CANCEL if more > 0 else RightMove.REVIVE)
        if right.last_day and known.last_day and right.last_day != known.last_day:
            yield change(
                right, RightMove.EXTEND, (right.last_day - known.last_day) // timedelta(days=1)
            )
    # Given by a decision that head office has lost with its database.
    for right_id in sorted(now.rights.keys() - then.rights.keys()):
        if not now.rights[right_id].cancelled:
            yield change(now.rights[right_id], RightMove.CANCEL)
