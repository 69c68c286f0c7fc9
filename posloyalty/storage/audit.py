"""The stored tables against the fold of the journal, table by table and row by row.

Rows that name their event are compared as the journal is read: one pass over each table in the
order of its events. Running sums (accounts, what remains of lots, tier levels, members' visits) are
folded in memory, some 150 bytes each, and compared at the end. The comparison is by whole rows in
the tables' column order, built from the event's bytes by the same functions that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeGuard

from sqlalchemy import Connection, Table, func, select

from posloyalty.domain.engine.consequences import Consequences, MetTier
from posloyalty.domain.engine.moment import Trigger
from posloyalty.domain.ledger.right import Right, RightMove, after_change
from posloyalty.domain.ledger.transfer import Account, Transfer
from posloyalty.services.book.verify_book import Counts, Difference, Progress
from posloyalty.services.office.hear_office import purchases_in
from posloyalty.services.ports import BookFacts
from posloyalty.storage.act_tables import (
    ACT,
    HELD_RIGHT,
    METER_ENTRY,
    REFUND,
    REFUND_LINE,
    REFUND_TENDER,
    RIGHT_CHANGE,
)
from posloyalty.storage.audit_table import AUDIT_ENTRY
from posloyalty.storage.payment_tables import PAYMENT_STEP
from posloyalty.storage.repositories.acts import act_row
from posloyalty.storage.repositories.audit import audit_row
from posloyalty.storage.repositories.goods import goods_rows
from posloyalty.storage.repositories.journal import JournalReads
from posloyalty.storage.repositories.ledger_rows import (
    account_id,
    lot_row,
    tier_rows,
    transfer_rows,
    use_rows,
)
from posloyalty.storage.repositories.meters import meter_rows
from posloyalty.storage.repositories.payments import payment_row
from posloyalty.storage.repositories.refunds import (
    refund_line_rows,
    refund_row,
    refund_tender_rows,
    uncounted,
)
from posloyalty.storage.repositories.rights import change_rows, right_row
from posloyalty.storage.repositories.sales import (
    line_rows,
    sale_row,
    share_rows,
    tax_rows,
    tender_rows,
)
from posloyalty.storage.repositories.tills import till_row
from posloyalty.storage.shift_audit import ShiftAudit
from posloyalty.storage.shift_tables import CASH_COUNT, CASH_MOVE, SHIFT, SHIFT_CLOSE
from posloyalty.storage.tables import (
    ACCOUNT,
    JOURNAL_EVENT,
    LINE_SHARE,
    LOT,
    LOT_USE,
    MEMBER,
    OUTBOX,
    SALE,
    SALE_LINE,
    SALE_TAX,
    SALE_TENDER,
    TIER_HOLDING,
    TRANSFER,
)
from posloyalty.storage.till_tables import GOODS_TOLD, TILL_TRUST
from posloyalty.storage.unit_of_work import SqlReader
from posloyalty.storage.witness import Witness, contradicts
from posloyalty.sync import events
from posloyalty.sync.consequence_event import Doing, consequences_of
from posloyalty.sync.journal import (
    FIRST_EPOCH,
    ChainBroken,
    StoredEvent,
    genesis_predecessor,
    verified,
)
from posloyalty.sync.refund_event import refund_of
from posloyalty.sync.sale_event import sale_of

TOLD_EVERY: Final = 1_000
Row = tuple[Any, ...]


class BookAuditor:
    """Implements `services.verify_book.Auditor` over a way to open a reading connection."""

    def __init__(
        self,
        read_apart: Callable[[], AbstractContextManager[SqlReader]],
        witnesses: Callable[[], tuple[Witness, ...]] = tuple,
    ) -> None:
        self._read_apart = read_apart
        self._witnesses = witnesses

    def differences(self, counts: Counts, progress: Progress) -> Iterator[Difference]:
        """Every difference, the journal's own first."""
        # Read before the snapshot begins: the till goes on, and its later notes are not meant.
        seen = self._witnesses()
        with self._read_apart() as reader:
            fold = _Fold(reader.connection, counts)
            yield from fold.journal(reader.journal, reader.facts, progress)
            for witness in seen:
                if contradicts(witness, reader.journal):
                    yield _against_witness(witness, reader.journal)
            yield from fold.leftovers()
            yield from fold.sums()


class _Pass:
    """One table read once in the order of its events; `at(seq)` gives an event's rows."""

    def __init__(self, connection: Connection, table: Table) -> None:
        key = [table.c.seq, *(c for c in table.primary_key.columns if c.name != "seq")]
        self._rows = iter(connection.execute(select(*table.columns).order_by(*key)))
        self._place = list(table.columns.keys()).index("seq")
        self.table = table
        self._next: Row | None = None
        self._advance()

    def at(self, seq: int) -> tuple[list[Row], list[Row]]:
        """(rows that lie before `seq` and belong to no event read so far, the rows of `seq`)."""
        stray: list[Row] = []
        mine: list[Row] = []
        while self._next is not None and self._next[self._place] <= seq:
            (mine if self._next[self._place] == seq else stray).append(self._next)
            self._advance()
        return stray, mine

    def _advance(self) -> None:
        row = next(self._rows, None)
        self._next = None if row is None else tuple(row)


class _Fold:
    """The running state of one audit."""

    def __init__(self, connection: Connection, counts: Counts) -> None:
        self._connection = connection
        self._counts = counts
        self._accounts: dict[bytes, list[int]] = {}
        self._names: dict[bytes, Account] = {}
        self._lots: dict[bytes, int] = {}
        self._tiers: dict[tuple[Any, ...], dict[str, object]] = {}
        self._visits: dict[bytes, list[int]] = {}
        self._rights: dict[bytes, tuple[int, Right]] = {}
        self._shifts = ShiftAudit(self._kind_of)
        self._last_seq = 0
        self._epoch = FIRST_EPOCH
        self._passes = {
            table.name: _Pass(connection, table)
            for table in (
                OUTBOX, SALE, SALE_LINE, LINE_SHARE, SALE_TAX, SALE_TENDER, TRANSFER, LOT, LOT_USE,
                REFUND, REFUND_LINE, REFUND_TENDER, ACT, RIGHT_CHANGE, METER_ENTRY, AUDIT_ENTRY,
                PAYMENT_STEP, TILL_TRUST, GOODS_TOLD,
                SHIFT, CASH_MOVE, CASH_COUNT, SHIFT_CLOSE,
            )
        }  # fmt: skip

    def journal(
        self, journal: JournalReads, facts: BookFacts, progress: Progress
    ) -> Iterator[Difference]:
        """The chain, and every row that names its event. Stops where the chain breaks."""
        total = int(self._connection.execute(select(func.max(JOURNAL_EVENT.c.seq))).scalar() or 0)
        chained = verified(
            journal.events(),
            till_id=facts.till_id,
            after_seq=0,
            after_hash=genesis_predecessor(facts.till_id, facts.certificate),
        )
        try:
            for event in chained:
                yield from self._event(event)
                if event.seq % TOLD_EVERY == 0:
                    progress(event.seq, total)
        except ChainBroken as broken:
            yield Difference(
                seq=broken.seq,
                what="chain",
                which=broken.fault.value,
                expected=broken.expected,
                found=broken.found,
            )
        progress(self._last_seq, total)

    def leftovers(self) -> Iterator[Difference]:
        """Rows of events that the journal does not hold: its tail was cut off."""
        for one in self._passes.values():
            stray, _none = one.at(2**62)
            for row in stray:
                yield _difference(one.table, row, expected=None, found=row)

    def sums(self) -> Iterator[Difference]:
        """Accounts, lots, tier levels and members' visits against what the journal adds up to."""
        yield from self._sums_of(
            ACCOUNT,
            {
                key: (key, name.ledger, name.kind.value, name.owner, *self._accounts[key])
                for key, name in self._names.items()
            },
            keys=("id",),
        )
        yield from self._remaining()
        yield from self._sums_of(
            TIER_HOLDING,
            {key: tuple(row.values()) for key, row in self._tiers.items()},
            keys=("member_id", "scheme", "level"),
        )
        yield from self._sums_of(
            HELD_RIGHT,
            {key: right_row(seq, right) for key, (seq, right) in self._rights.items()},
            keys=("id",),
        )
        yield from self._visited()

    def _event(self, stored: StoredEvent) -> Iterator[Difference]:
        seq = self._last_seq = stored.seq
        self._counts.events += 1
        self._counts.head = stored.hash.hex()
        event = events.decode(stored.body)
        yield from _labels(stored, event)
        yield from self._epoch_begins(stored, event)
        expected = self._expected(seq, event)
        contradicted = self._shifts.difference(seq, event)
        if contradicted is not None:
            yield contradicted
        for name, one in self._passes.items():
            stray, found = one.at(seq)
            for row in stray:
                yield _difference(one.table, row, expected=None, found=row)
            if one.table is OUTBOX:
                # Its state is not the journal's business: only that the event is listed once.
                found = [row[:1] for row in found]
                wanted: list[Row] = [(seq,)]
            elif one.table is LOT:
                wanted = expected.get(name, [])
                found = [_without_remaining(row) for row in found]
            else:
                wanted = expected.get(name, [])
            if wanted != found:
                # Rows come in the order of their keys, which the event need not have had.
                yield from _compared(one.table, sorted(wanted, key=repr), sorted(found, key=repr))

    def _epoch_begins(
        self, stored: StoredEvent, event: events.Event | events.Opaque
    ) -> Iterator[Difference]:
        """An epoch begins with its anchor, and an anchor names a place of this very journal."""
        before, self._epoch = self._epoch, stored.epoch
        anchors = isinstance(event, events.EpochAnchor)
        if anchors != (stored.epoch != before):
            yield Difference(
                seq=stored.seq,
                what="epoch",
                which=f"epoch {stored.epoch}",
                expected="an epoch begins with its anchor, and nowhere else",
                found=stored.kind,
            )
        elif isinstance(event, events.EpochAnchor) and event.was != before:
            yield Difference(
                seq=stored.seq,
                what="epoch",
                which=f"epoch {stored.epoch}",
                expected=f"after epoch {before}",
                found=f"after epoch {event.was}",
            )

    def _expected(self, seq: int, event: events.Event | events.Opaque) -> dict[str, list[Row]]:
        """The rows that an event should have left, by table; its sums are added on the way."""
        expected: dict[str, list[Row]] = self._shifts.rows(seq, event)
        if isinstance(event, events.Event):
            audited = audit_row(seq, event)
            expected["audit_entry"] = [] if audited is None else [audited]
        if isinstance(event, events.Sale):
            expected |= self._sale(seq, event)
        if isinstance(event, events.Refund):
            expected |= self._refund(seq, event)
        if isinstance(event, events.Heard) or _claims(event):
            for member_id, more in purchases_in(consequences_of(event)).items():
                self._visits.setdefault(member_id, [0, 0])[0] += more
        if isinstance(event, events.Act):
            expected["act"] = [act_row(seq, event)]
        if isinstance(event, events.Payment):
            expected["payment_step"] = [payment_row(seq, event)]
        if isinstance(event, events.TillTrust):
            expected["till_trust"] = [till_row(seq, event)]
        if isinstance(event, events.Goods):
            expected["goods_told"] = goods_rows(seq, event)
        if isinstance(event, Doing):
            expected |= self._done(seq, consequences_of(event))
        return expected

    def _kind_of(self, right_id: bytes) -> str:
        _seq, right = self._rights.get(right_id, (0, None))
        return "" if right is None else right.kind

    def _sale(self, seq: int, event: events.Sale) -> dict[str, list[Row]]:
        sale = sale_of(event)
        self._counts.sales += 1
        if sale.member_id is not None:
            visit = self._visits.setdefault(sale.member_id, [0, 0])
            visit[0] += 1
            visit[1] = seq
        return {
            "sale": [sale_row(seq, sale)],
            "sale_line": line_rows(seq, sale),
            "line_share": share_rows(seq, sale),
            "sale_tax": tax_rows(seq, sale),
            "sale_tender": tender_rows(seq, sale),
        }

    def _refund(self, seq: int, event: events.Refund) -> dict[str, list[Row]]:
        refund = refund_of(event)
        if refund.member_id is not None:
            visit = self._visits.setdefault(refund.member_id, [0, 0])
            visit[0] += uncounted(refund, consequences_of(event))
        return {
            "refund": [refund_row(seq, refund)],
            "refund_line": refund_line_rows(seq, refund),
            "refund_tender": refund_tender_rows(seq, refund),
        }

    def _moved(self, seq: int, moved: Sequence[Transfer]) -> dict[str, list[Row]]:
        lots: list[Row] = []
        for transfer in moved:
            for side, account in enumerate((transfer.debit, transfer.credit)):
                key = account_id(account)
                self._names[key] = account
                self._accounts.setdefault(key, [0, 0])[side] += transfer.amount
            if transfer.opens is not None:
                lots.append(_without_remaining(lot_row(seq, transfer.opens)))
                self._lots[transfer.opens.id] = transfer.opens.original
                self._counts.lots += 1
        for transfer in moved:
            for use in transfer.uses:
                self._lots[use.lot_id] = self._lots.get(use.lot_id, 0) - use.amount
        return {
            "transfer": transfer_rows(seq, moved),
            "lot": lots,
            "lot_use": use_rows(seq, moved),
        }

    def _done(self, seq: int, does: Consequences) -> dict[str, list[Row]]:
        self._met(seq, does.tiers)
        for change in does.rights:
            if change.move is RightMove.ISSUE and change.opens is not None:
                self._rights[change.right_id] = (seq, change.opens)
            elif change.right_id in self._rights:
                opened, right = self._rights[change.right_id]
                self._rights[change.right_id] = (opened, after_change(right, change))
        return self._moved(seq, does.transfers) | {
            "right_change": change_rows(seq, does.rights),
            "meter_entry": meter_rows(seq, does.meters),
        }

    def _met(self, seq: int, tiers: Sequence[MetTier]) -> None:
        for row in tier_rows(seq, tiers):
            key = (row["member_id"], row["scheme"], row["level"])
            self._tiers[key] = row

    def _sums_of(
        self, table: Table, wanted: dict[Any, Row], *, keys: tuple[str, ...]
    ) -> Iterator[Difference]:
        places = [list(table.columns.keys()).index(name) for name in keys]
        left = dict(wanted)
        for found in self._connection.execute(select(*table.columns)):
            row = tuple(found)
            if table is ACCOUNT:
                self._counts.accounts += 1
            key = row[places[0]] if len(places) == 1 else tuple(row[place] for place in places)
            expected = left.pop(key, None)
            if expected != row:
                yield _difference(table, row, expected=expected, found=row)
        for expected in left.values():
            yield _difference(table, expected, expected=expected, found=None)

    def _remaining(self) -> Iterator[Difference]:
        for lot_id, remaining, seq in self._connection.execute(
            select(LOT.c.id, LOT.c.remaining, LOT.c.seq)
        ):
            wanted = self._lots.get(lot_id)
            if wanted is not None and wanted != remaining:
                yield Difference(
                    seq=seq,
                    what="lot",
                    which=f"{lot_id.hex()} remaining",
                    expected=str(wanted),
                    found=str(remaining),
                )

    def _visited(self) -> Iterator[Difference]:
        for member_id, purchases, last in self._connection.execute(
            select(MEMBER.c.id, MEMBER.c.purchases, MEMBER.c.last_sale)
        ):
            wanted = self._visits.get(member_id, [0, 0])
            if wanted != [purchases, last or 0]:
                yield Difference(
                    seq=wanted[1],
                    what="member",
                    which=member_id.hex(),
                    expected=f"{wanted[0]} sales, the last at {wanted[1]}",
                    found=f"{purchases} sales, the last at {last or 0}",
                )


def _claims(event: events.Event | events.Opaque) -> TypeGuard[events.Act]:
    """Whether a sale of nobody's became a member's."""
    return isinstance(event, events.Act) and event.kind == Trigger.CLAIM.value


def _against_witness(witness: Witness, journal: JournalReads) -> Difference:
    last = journal.head().seq
    ends = last < witness.seq
    return Difference(
        seq=last + 1 if ends else witness.seq,
        what="witness",
        which=f"event {witness.seq}",
        expected=f"the journal reaches {witness.seq}" if ends else witness.hash.hex(),
        found=f"it ends at {last}" if ends else "another event in its place",
    )


def _labels(stored: StoredEvent, event: events.Event | events.Opaque) -> Iterator[Difference]:
    """The columns beside the body repeat what the body says."""
    kind = event.t if isinstance(event, events.Opaque) else events.kind(event)
    expected = (event.id, kind, event.at)
    found = (stored.event_id.hex(), stored.kind, stored.at)
    if expected != found:
        yield Difference(
            seq=stored.seq,
            what="journal_event",
            which="event_id, type, at",
            expected=", ".join(expected),
            found=", ".join(found),
        )


def _compared(table: Table, wanted: list[Row], found: list[Row]) -> Iterator[Difference]:
    if wanted == found:
        return
    for place in range(max(len(wanted), len(found))):
        expected = wanted[place] if place < len(wanted) else None
        row = found[place] if place < len(found) else None
        if expected != row:
            shown = row if expected is None else expected
            assert shown is not None
            yield _difference(table, shown, expected=expected, found=row)


def _difference(table: Table, shown: Row, *, expected: Row | None, found: Row | None) -> Difference:
    """One difference, told by the columns that differ when both rows are there."""
    names = list(table.columns.keys())
    by_name = dict(zip(names, shown, strict=False))
    keys = [column.name for column in table.primary_key.columns]
    which = ", ".join(f"{name} {_told(by_name[name])}" for name in keys if name in by_name)
    if expected is None or found is None:
        wanted_text = "no row" if expected is None else "a row"
        found_text = "no row" if found is None else "a row"
    else:
        differing = [
            (name, left, right)
            for name, left, right in zip(names, expected, found, strict=False)
            if left != right
        ]
        wanted_text = ", ".join(f"{name} {_told(left)}" for name, left, _ in differing)
        found_text = ", ".join(f"{name} {_told(right)}" for name, _, right in differing)
    return Difference(
        seq=int(by_name.get("seq") or 0),
        what=table.name,
        which=which,
        expected=wanted_text,
        found=found_text,
    )


_REMAINING: Final = list(LOT.columns.keys()).index("remaining")


def _without_remaining(row: Row) -> Row:
    """A lot's row with its running sum masked: that is compared at the end."""
    return (*row[:_REMAINING], None, *row[_REMAINING + 1 :])


def _told(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
