"""What a fold adds to the ledger's tables, and a fold that goes on from where an owner stood.

Shape: `go_on(owner, writing)` folds what is new of an owner whose events all follow, and notes in
a `Writing` the rows that come of it, for an event that only gives without a fold; `write` puts them
into the tables, but for where the owners stand and for the accounts' sums, which come last.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from posloyalty.domain.ledger.transfer import Account, Transfer
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.ledger_reading import Owner, order_of
from posloyalty.headoffice.ledger.ledger_rows import finding_rows, lot_row, right_row, transfer_row
from posloyalty.headoffice.ledger.ledger_writing import change_lots, put_rights, remove
from posloyalty.headoffice.store.counted_tables import OWNER_REPLANNED
from posloyalty.headoffice.store.ledger_tables import FINDING, LOT, TRANSFER
from posloyalty.headoffice.store.statements import put, run_for, types_of
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import MemberFold, fold_on
from posloyalty.sync.fold_gains import only_gains
from posloyalty.sync.office.since_agreed import as_said

UNBOOKABLE: Final = (IntegrityError, DataError, OverflowError, ValueError, KeyError)
"""What only a forger's events come to: a rule of the tables broken, or a value that the database
cannot hold.
"""
ALIASES: Final = "SELECT member_id FROM member WHERE alias_of IS NOT NULL AND member_id IN"
_REPLANNED: Final = """
INSERT INTO owner_replanned (owner, arrival) {rows}
ON CONFLICT (owner) DO UPDATE SET arrival = excluded.arrival"""
_NEVER: Final = (None, None, None, None)
"""The last event of an owner of whom nothing was folded."""


@dataclass(slots=True)
class Writing:
    """What a batch adds to the tables."""

    transfers: list[tuple[Any, ...]] = field(default_factory=list)
    sums: dict[Account, list[int]] = field(default_factory=dict)
    lots_new: list[tuple[Any, ...]] = field(default_factory=list)
    lots_changed: list[tuple[bytes, int]] = field(default_factory=list)
    lots_gone: list[bytes] = field(default_factory=list)
    rights: list[tuple[Any, ...]] = field(default_factory=list)
    rights_gone: list[bytes] = field(default_factory=list)
    findings: list[tuple[Any, ...]] = field(default_factory=list)
    findings_anew: list[bytes] = field(default_factory=list)
    folded: list[tuple[Any, ...]] = field(default_factory=list)
    replanned: list[tuple[bytes, int]] = field(default_factory=list)

    def move(self, debit: Account, credit: Account, amount: int) -> None:
        """Add to the two accounts' sums."""
        for account, side in ((debit, 0), (credit, 1)):
            sums = self.sums.get(account)
            if sums is None:
                sums = self.sums[account] = [0, 0]
            sums[side] += amount

    def post(self, owner: bytes, transfer: Transfer, transfer_id: bytes) -> None:
        """A transfer that stands from now on."""
        self.transfers.append(transfer_row(owner, transfer, transfer_id))
        self.move(transfer.debit, transfer.credit, transfer.amount)

    def reverse(self, owner: bytes, transfer: Transfer, stood: bytes) -> None:
        """A transfer that stands no longer."""
        undoing = derive_id("reversed", stood)
        self.transfers.append(transfer_row(owner, transfer, undoing, reverses=stood))
        self.move(transfer.credit, transfer.debit, transfer.amount)


def go_on(one: Owner, writing: Writing) -> None:
    """Everything new comes after what was folded."""
    if len(one.new) == 1 and not (one.lots or one.rights):
        gains = only_gains(one.owner, one.new[0])
        if gains is not None:
            _gain(one, gains, writing)
            return
    fold = fold_on(one.before, one.new, overspend=one.bearer)
    if not as_said(one.owner, one.rights, in_order(one.new), fold):
        writing.replanned.append((one.owner, one.arrived))
    for transfer in fold.transfers:
        writing.post(one.owner, transfer, transfer.id)
    if fold.anomalies:
        writing.findings += finding_rows(one.owner, fold.anomalies)
    stand(one, fold, writing)


def _gain(one: Owner, gains: tuple[Transfer, ...], writing: Writing) -> None:
    """The one new event only gives: what it does comes to the tables as it is."""
    owner = one.owner
    for transfer in gains:
        writing.post(owner, transfer, transfer.id)
        if transfer.opens is not None:
            writing.lots_new.append(lot_row(owner, transfer.opens))
    order, told = order_of(one.new[0]), one.bearer.value
    writing.folded.append((owner, one.arrived, *order, one.again, told))


def stand(one: Owner, fold: MemberFold, writing: Writing) -> None:
    """Lots, rights and the place from which the next fold goes on."""
    for lot in fold.lots:
        before = one.lots.get(lot.id)
        if before is None:
            writing.lots_new.append(lot_row(one.owner, lot))
        elif before != lot:
            writing.lots_changed.append((lot.id, lot.remaining))
    for right in fold.rights:
        if one.rights.get(right.id) != right:
            writing.rights.append(right_row(one.owner, right))
    if one.lots or one.rights:
        writing.lots_gone += one.lots.keys() - {lot.id for lot in fold.lots}
        writing.rights_gone += one.rights.keys() - {right.id for right in fold.rights}
    last, bore = one.last, one.bore
    if one.new:
        last, bore = max([order_of(event) for event in one.new]), one.bearer
    told = None if bore is None else bore.value
    writing.folded.append((one.owner, one.arrived, *(last or _NEVER), one.again, told))


def write(connection: Connection, writing: Writing) -> None:
    """Everything but where the owners stand and the sums of accounts."""
    remove(connection, "lot", "lot_id", writing.lots_gone)
    remove(connection, "held_right", "right_id", writing.rights_gone)
    remove(connection, "finding", "owner", writing.findings_anew)
    for table, rows in (
        (TRANSFER, writing.transfers),
        (LOT, writing.lots_new),
        (FINDING, writing.findings),
    ):
        put(connection, table, rows)
    change_lots(connection, writing.lots_changed)
    put_rights(connection, writing.rights)
    run_for(connection, _REPLANNED, writing.replanned, types_of(OWNER_REPLANNED))
