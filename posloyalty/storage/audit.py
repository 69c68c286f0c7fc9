"""The stored tables against the fold of the journal, table by table and row by row.

Rows that name their event are compared as the journal is read: one pass over each table in the
order of its events. Running sums (accounts, what remains of lots, tier levels, members' visits) are
folded in memory, some 150 bytes each, and compared at the end. The comparison is by whole rows in
the tables' column order, built from the event's bytes by the same functions that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Final

from sqlalchemy import Connection, Select, Table, func, select

from posloyalty.services.book.verify_book import Counts, Difference, Progress
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
from posloyalty.storage.projection import Projection, Row, without_remaining
from posloyalty.storage.repositories.journal import JournalReads
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
from posloyalty.sync.journal import (
    FIRST_EPOCH,
    ChainBroken,
    StoredEvent,
    genesis_predecessor,
    verified,
)

TOLD_EVERY: Final = 1_000


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
        self._rows = iter(connection.execute(_in_order(table)))
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


@cache
def _in_order(table: Table) -> Select[Any]:
    """A table's rows by their events: put together once, each audit asks the same."""
    key = [table.c.seq, *(c for c in table.primary_key.columns if c.name != "seq")]
    return select(*table.columns).order_by(*key)


class _Fold:
    """The running state of one audit."""

    def __init__(self, connection: Connection, counts: Counts) -> None:
        self._connection = connection
        self._counts = counts
        self._projected = Projection()
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
        yield from self._sums_of(ACCOUNT, self._projected.account_rows(), keys=("id",))
        yield from self._remaining()
        yield from self._sums_of(
            TIER_HOLDING,
            self._projected.tier_rows(),
            keys=("member_id", "scheme", "level"),
        )
        yield from self._sums_of(
            HELD_RIGHT,
            self._projected.right_rows(),
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
        expected = self._projected.rows(seq, event)
        self._counts.sales += isinstance(event, events.Sale)
        self._counts.lots = len(self._projected.lots)
        contradicted = self._projected.shifts.difference(seq, event)
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
                found = [without_remaining(row) for row in found]
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
            wanted = self._projected.lots.get(lot_id)
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
            wanted = self._projected.visits.get(member_id, [0, 0])
            if wanted != [purchases, last or 0]:
                yield Difference(
                    seq=wanted[1],
                    what="member",
                    which=member_id.hex(),
                    expected=f"{wanted[0]} sales, the last at {wanted[1]}",
                    found=f"{purchases} sales, the last at {last or 0}",
                )


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


def _told(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
