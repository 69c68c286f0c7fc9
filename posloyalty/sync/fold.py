"""Head office's ledger of a member: a fold of all tills' events, in whatever order they arrive.

Shape: `fold_member(member, filed, policy)` goes through the events as they happened
(`comes_behind.in_order`) and plans each spending anew against the lots as they then stood;
`fold_on(checkpoint, filed, policy)` goes on from where an earlier fold ended, for events that come
after all of that. What the till wrote is a promise to the customer and is always honoured; what the
member did not have is the store's loss, or, where the merchant chose so, the member's debt. The two
sides of every transfer stay equal.

A till's own choice of lots may have been made without knowing what other tills did. Head office
takes the same lots where they still hold it, and otherwise the next in the order of spending.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from posloyalty.domain.engine.member_state import TierHolding
from posloyalty.domain.ledger.lots import after_use, spending_order
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.ledger.right import Right, RightMove, after_change
from posloyalty.domain.ledger.transfer import (
    Account,
    AccountKind,
    Lot,
    LotUse,
    Transfer,
    TransferCode,
)
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events, given_twice
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.found import Anomaly, Found, found_at
from posloyalty.sync.goods_back import came_back_to, come_back_too_often
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE, RISK_OVERRIDE
from posloyalty.sync.repaid import given_back
from posloyalty.sync.taken_back import TakenBack

# Names of the module: a member of an enumeration takes ten times as long to find.
_MEMBER: Final = AccountKind.MEMBER
_DEBT: Final = AccountKind.MEMBER_DEBT
_EXPIRE: Final = TransferCode.EXPIRE
_MERGE: Final = TransferCode.MERGE
MERGE: Final = "merge"
GOES: Final = "goes"
"""Head office's decision that two records are one, and how it names the one that is no more."""


class Overspend(StrEnum):
    """Who bears what was spent beyond what there was."""

    STORE = "store"
    MEMBER = "member"


class MemberFold(Struct, frozen=True, kw_only=True, gc=False):
    """A member as head office knows them; `transfers` are those that stand in its ledger.

    `holdings` are the levels met, each as the newest event about it says.
    """

    member_id: bytes
    transfers: tuple[Transfer, ...]
    lots: tuple[Lot, ...]
    rights: tuple[Right, ...]
    meters: tuple[MeterEntry, ...]
    holdings: tuple[TierHolding, ...]
    anomalies: tuple[Found, ...]

    @property
    def accounts(self) -> Mapping[Account, int]:
        """What the transfers moved, by account; none that they left as it was."""
        moved: dict[Account, int] = {}
        for one in self.transfers:
            moved[one.debit] = moved.get(one.debit, 0) - one.amount
            moved[one.credit] = moved.get(one.credit, 0) + one.amount
        return {account: amount for account, amount in moved.items() if amount}

    @property
    def debts(self) -> Mapping[Account, int]:
        """The accounts of these that are debts, which few transfers move."""
        moved: dict[Account, int] = {}
        for one in self.transfers:
            if one.debit.kind is _DEBT:
                moved[one.debit] = moved.get(one.debit, 0) - one.amount
            if one.credit.kind is _DEBT:
                moved[one.credit] = moved.get(one.credit, 0) + one.amount
        return {account: amount for account, amount in moved.items() if amount}

    def debt(self, ledger: str) -> int:
        """What the member owes in a ledger."""
        return -self.debts.get(Account(ledger, _DEBT, self.member_id), 0)

    def risk(self, ledger: str) -> int:
        """What stores bear of this member's spending."""
        return -sum(
            amount
            for account, amount in self.accounts.items()
            if account.kind is AccountKind.STORE_RISK and account.ledger == ledger
        )


class Checkpoint(Struct, frozen=True, kw_only=True, gc=False):
    """Where a fold stood: lots and rights, what the member owes by ledger, and whether the record
    was `gone` into another by then. Nothing else that came before has to do with what comes after,
    and of these only what `asked_before` names.
    """

    member_id: bytes
    lots: tuple[Lot, ...] = ()
    rights: tuple[Right, ...] = ()
    debts: Mapping[Account, int] = msgspec.field(default_factory=dict)
    gone: bool = False

    def debt(self, ledger: str) -> int:
        """What the member owes in a ledger."""
        return -self.debts.get(Account(ledger, _DEBT, self.member_id), 0)


@dataclass(slots=True)
class Before:
    """What a fold that goes on has to know of what came before: the lots and rights that its events
    name, whether they `spend`, so that every lot counts that has something left, and whether they
    `repay`, so that debts count.
    """

    lots: set[bytes] = field(default_factory=set)
    rights: set[bytes] = field(default_factory=set)
    spends: bool = False
    repays: bool = False


def asked_before(member_id: bytes, filed: Iterable[Filed]) -> Before:
    """What `fold_on` looks at in its checkpoint: a fold is the same without everything else."""
    asked = Before()
    for one in filed:
        for transfer in one.does.transfers:
            if member_id not in (transfer.debit.owner, transfer.credit.owner):
                continue
            asked.lots.update([use.lot_id for use in transfer.uses])
            if transfer.opens is not None:
                asked.lots.add(transfer.opens.id)
            asked.spends = asked.spends or _spends(transfer)
            asked.repays = asked.repays or transfer.credit.kind is AccountKind.MEMBER_DEBT
        asked.rights.update([change.right_id for change in one.does.rights])
    return asked


def named_lots_hold(member_id: bytes, filed: Iterable[Filed], lots: Mapping[bytes, Lot]) -> bool:
    """Whether everything that is spent comes out of lots which the events name, and these hold it:
    then `fold_on` looks at no other lot. `lots` are those named, as they were before.
    """
    left = {lot_id: lot.remaining for lot_id, lot in lots.items()}
    for one in filed:
        for transfer in one.does.transfers:
            sides = (transfer.debit.owner, transfer.credit.owner)
            if member_id not in sides or not _spends(transfer):
                continue
            if sum([use.amount for use in transfer.uses]) < transfer.amount:
                return False
            for use in transfer.uses:
                lot = lots.get(use.lot_id)
                if lot is None or lot.account != transfer.debit or use.amount < 0:
                    return False
                left[use.lot_id] -= use.amount
                if left[use.lot_id] < 0:
                    return False
    return True


def fold_member(
    member_id: bytes, filed: Iterable[Filed], *, overspend: Overspend = Overspend.STORE
) -> MemberFold:
    """Fold all events of a member; those of others are passed over."""
    return fold_on(Checkpoint(member_id=member_id), filed, overspend=overspend)


def folds_from(
    member_id: bytes,
    filed: Iterable[Filed],
    since: datetime,
    *,
    overspend: Overspend = Overspend.STORE,
) -> Iterator[MemberFold]:
    """A member as of an instant, and as each event that came behind leaves them. What is dated
    later was there at that instant where something that is not has named it.
    """
    fold = _Fold(Checkpoint(member_id=member_id), overspend)
    ordered = in_order(filed)
    there = max((n for n, one in enumerate(ordered, start=1) if one.at <= since), default=0)
    for one in ordered[:there]:
        fold.take(one)
    yield fold.result()
    for one in ordered[there:]:
        fold.take(one)
        yield fold.result()


def fold_on(
    checkpoint: Checkpoint, filed: Iterable[Filed], *, overspend: Overspend = Overspend.STORE
) -> MemberFold:
    """Go on with events that all come after those that the checkpoint knows, none of which names
    any of them.

    Transfers, meters, levels and anomalies are those of these events, `accounts` what they moved;
    lots and rights are as they stand then.
    """
    fold = _Fold(checkpoint, overspend)
    for one in in_order(filed):
        fold.take(one)
    return fold.result()


class _Fold:
    __slots__ = (
        *("_anomalies", "_back", "_debts", "_holdings", "_in_lots", "_lots", "_member_id"),
        *("_meters", "_overspend", "_rights", "_seen", "_taken_back", "_transfers"),
    )

    def __init__(self, checkpoint: Checkpoint, overspend: Overspend) -> None:
        self._member_id = checkpoint.member_id
        self._overspend = Overspend.MEMBER if checkpoint.gone else overspend
        lots, rights = checkpoint.lots, checkpoint.rights  # mostly there are none
        self._lots = {lot.id: lot for lot in lots} if lots else {}
        self._in_lots: dict[Account, int] = {}
        for lot in self._lots.values():
            self._in_lots[lot.account] = self._in_lots.get(lot.account, 0) + lot.remaining
        self._transfers: dict[bytes, Transfer] = {}
        self._debts = dict(checkpoint.debts)
        self._rights = {right.id: right for right in rights} if rights else {}
        self._meters: list[MeterEntry] = []
        self._holdings: dict[tuple[str, str], TierHolding] = {}
        self._anomalies: list[Found] = []
        self._taken_back = TakenBack()
        self._back: list[Filed] = []
        self._seen: set[bytes] = set()

    def take(self, one: Filed) -> None:
        """Fold one event in; the same one again changes nothing."""
        if one.event_id in self._seen:
            return
        self._seen.add(one.event_id)
        if one.decided:
            self._decided(one)
        does, member_id = one.does, self._member_id
        moved: Iterable[Transfer] = does.transfers
        if isinstance(one.event, events.Refund):
            moved = self._taken_back.within(one, self._transfers)
        for transfer in moved:
            if member_id in (transfer.debit.owner, transfer.credit.owner):
                self._move(transfer, one)
        if does.rights:
            self._change_rights(one)
        self._note_goods(one)
        for entry in does.meters:
            if entry.owner != member_id:
                continue
            self._meters.append(entry)
            if entry.meter == RISK_OVERRIDE and self._bought(one):
                self._found(Anomaly.OVERRIDDEN, one, entry.meter, entry.amount)
        for met in does.tiers:
            if met.member_id == member_id:
                self._holdings[met.holding.scheme, met.holding.level] = met.holding

    def _decided(self, one: Filed) -> None:
        """What head office says by a decision beside what it moves."""
        if gone_by(one) == self._member_id:
            # What is spent under a name that is no more is the member's, who has another one.
            self._overspend = Overspend.MEMBER
        found = given_twice.read(one)
        if found is not None:
            twice, times = found
            where = replace(one, till_id=twice.till_id, store=twice.store)
            self._found(Anomaly.GIVEN_TWICE, where, twice.what, times)

    def _bought(self, one: Filed) -> bool:
        return isinstance(one.event, events.Sale) and one.event.member == self._member_id.hex()

    def result(self) -> MemberFold:
        """What stands after all that was taken; amounts as the events have them."""
        held, anomalies = self._holdings, tuple(self._anomalies)
        if self._back:
            too_often = come_back_too_often(self._member_id, self._taken_back.sales, self._back)
            anomalies = (*anomalies, *too_often)
        return MemberFold(
            member_id=self._member_id,
            transfers=tuple(self._transfers.values()),
            lots=tuple(self._lots.values()),
            rights=tuple(self._rights.values()),
            meters=tuple(self._meters),
            holdings=tuple([held[key] for key in sorted(held)]) if held else (),
            anomalies=anomalies,
        )

    def _move(self, transfer: Transfer, one: Filed) -> None:
        if transfer.credit.kind is _DEBT:
            # Two tills may each have repaid the same debt: only what is owed is taken.
            owed = max(0, -self._debts.get(transfer.credit, 0))
            if transfer.code is _MERGE and owed < transfer.amount:
                self._book(given_back(transfer, transfer.amount - owed))
            if not owed:
                return
            transfer = replace(transfer, amount=min(transfer.amount, owed))
        if not _spends(transfer):
            self._gain(transfer)
            return
        wanted = transfer.amount
        uses = self._uses(transfer, min(wanted, self._in_lots.get(transfer.debit, 0)))
        covered = sum([use.amount for use in uses])
        if covered:
            self._book(_moving(transfer, covered, uses))
        if wanted > covered:
            self._beyond(transfer, wanted - covered, one)

    def _gain(self, transfer: Transfer) -> None:
        """Points in: a new lot, or uses that go back into lots as far as they are out of them."""
        opens = transfer.opens
        if not transfer.uses:  # as nearly all
            amount = transfer.amount if opens is None else opens.original
            if amount:
                self._book(_moving(transfer, amount, ()))
            return
        uses: list[LotUse] = []
        for use in transfer.uses:
            lot = self._lots.get(use.lot_id)
            out = 0 if lot is None else lot.original - lot.remaining
            back = min(-use.amount, out)
            if back > 0:
                uses.append(LotUse(use.lot_id, -back))
        gained = 0 if opens is None else opens.original
        amount = gained - sum([use.amount for use in uses])
        if amount:
            self._book(_moving(transfer, amount, tuple(uses)))

    def _uses(self, transfer: Transfer, amount: int) -> tuple[LotUse, ...]:
        """Whence an amount comes: as the till chose, then in the order of spending."""
        left, taken = amount, dict[bytes, int]()
        for use in transfer.uses:
            lot = self._lots.get(use.lot_id)
            part = min(left, use.amount, 0 if lot is None else lot.remaining)
            if part > 0:
                taken[use.lot_id] = taken.get(use.lot_id, 0) + part
                left -= part
        own: list[Lot] = []
        # What ran out is the lots that the till chose, and no others.
        if left and transfer.code is not _EXPIRE:
            own = [lot for lot in self._lots.values() if lot.account == transfer.debit]
            own.sort(key=spending_order)
        for lot in own:
            part = min(left, lot.remaining - taken.get(lot.id, 0))
            if part > 0:
                taken[lot.id] = taken.get(lot.id, 0) + part
                left -= part
        return tuple([LotUse(lot_id, part) for lot_id, part in taken.items()])

    def _beyond(self, transfer: Transfer, amount: int, one: Filed) -> None:
        """What there was not: expiry and reversals of it are void, spending is somebody's loss."""
        if transfer.code is TransferCode.EXPIRE:
            return
        ledger = transfer.debit.ledger
        bearer = Account(ledger, AccountKind.STORE_RISK, one.store.encode("utf-8"))
        # What was taken back, or went over to another record, was the member's own.
        taken_back = transfer.code in (TransferCode.REVERSE_EARN, _MERGE)
        if self._overspend is Overspend.MEMBER or taken_back:
            bearer = Account(ledger, AccountKind.MEMBER_DEBT, self._member_id)
        self._book(
            Transfer(
                id=derive_id("overspent", transfer.id),
                code=TransferCode.DEBT if taken_back else transfer.code,
                debit=bearer,
                credit=transfer.credit,
                amount=amount,
                event_id=transfer.event_id,
                link=transfer.id,
            )
        )
        self._found(Anomaly.OVERSPENT, one, ledger, amount)

    def _book(self, transfer: Transfer) -> None:
        if transfer.id in self._transfers:
            return
        self._transfers[transfer.id] = transfer
        debit, credit = transfer.debit, transfer.credit
        if debit.kind is _DEBT:
            self._debts[debit] = self._debts.get(debit, 0) - transfer.amount
        if credit.kind is _DEBT:
            self._debts[credit] = self._debts.get(credit, 0) + transfer.amount
        if transfer.opens is not None and transfer.credit.owner == self._member_id:
            self._put(transfer.opens)
        for use in transfer.uses:
            self._put(after_use(self._lots[use.lot_id], use))

    def _put(self, lot: Lot) -> None:
        """A lot as it stands now, and what its account has in lots."""
        before = self._lots.get(lot.id)
        if before is not None:
            self._in_lots[before.account] -= before.remaining
        self._in_lots[lot.account] = self._in_lots.get(lot.account, 0) + lot.remaining
        self._lots[lot.id] = lot

    def _change_rights(self, one: Filed) -> None:
        for change in one.does.rights:
            if change.move is RightMove.ISSUE and change.opens is not None:
                if change.opens.owner == self._member_id and change.opens.kind != LEASE:
                    self._rights.setdefault(change.right_id, change.opens)
                continue
            right = self._rights.get(change.right_id)
            if right is None:
                continue
            left = right.left
            if change.move is RightMove.USE and left is not None and change.amount > left:
                over = change.amount - left
                self._found(Anomaly.RIGHT_USED_TWICE, one, f"{right.kind}/{right.of}", over)
                change = replace(change, amount=left)  # the right is used up, never more than that
            elif change.move is RightMove.GIVE_BACK and change.amount > right.used:
                change = replace(change, amount=right.used)  # two tills gave the same use back
            if change.amount:
                self._rights[change.right_id] = after_change(right, change)

    def _note_goods(self, one: Filed) -> None:
        """Sales, and returns where this owner is the right to return what one sale sold."""
        event = one.event
        if isinstance(event, events.Sale):
            self._taken_back.sales.append(one)
        elif isinstance(event, events.Refund):
            place = came_back_to(one)
            if place is not None and place.owner == self._member_id:
                self._back.append(one)

    def _found(self, anomaly: Anomaly, one: Filed, what: str, amount: int) -> None:
        self._anomalies.append(found_at(one, anomaly, what, amount))


def _moving(transfer: Transfer, amount: int, uses: tuple[LotUse, ...]) -> Transfer:
    """The same transfer of an amount, and mostly just the same."""
    if amount == transfer.amount and uses == transfer.uses:
        return transfer
    return replace(transfer, amount=amount, uses=uses)


def _spends(transfer: Transfer) -> bool:
    """Whether a transfer takes from lots; else it gives."""
    if transfer.debit.kind is _MEMBER:
        return True
    return bool(transfer.uses) and max([use.amount for use in transfer.uses]) > 0


def gone_by(one: Filed) -> bytes | None:
    """The record that is another name of somebody from this event on."""
    if not one.decided or not isinstance(one.event, events.Act) or one.event.kind != MERGE:
        return None
    return bytes.fromhex(dict(one.event.facts)[GOES])
