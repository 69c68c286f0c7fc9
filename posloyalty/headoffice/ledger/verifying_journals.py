"""What the journals themselves say, read once from the first byte to the last.

Shape: `Journals.read(...)` goes through every event that head office keeps, its own decisions too,
and gathers what has to stand in the tables: the chains' ends, who is concerned by which events (as
a count and a mix of their ids, so that memory holds no second archive), what was used of leases,
what came back of sales. Differences are named as they are met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.ledger.right import RightMove
from posloyalty.headoffice.cases.matters import unread_places
from posloyalty.headoffice.ledger.batch import stored_of
from posloyalty.headoffice.ledger.keyed_in import known_already
from posloyalty.headoffice.store.archive_tables import DECISION, LEASE
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE, WRITTEN_IN
from posloyalty.headoffice.store.keyed_tables import SALE_TWICE
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.services.book.verify_book import Difference
from posloyalty.sync import events
from posloyalty.sync.journal import (
    FIRST_EPOCH,
    HASH_BYTES,
    StoredEvent,
    genesis_predecessor,
    link,
)
from posloyalty.sync.journals import filed
from posloyalty.sync.office.archive import Filing, filing_of

ROWS: Final = 2_000
"""How many events are in memory at once."""

Step = Callable[[int, int], None]
Mix = tuple[int, int]
"""How many events, and their ids mixed."""


@dataclass(slots=True)
class Journals:
    """What was read."""

    events: int = 0
    differences: list[Difference] = field(default_factory=list)
    concerned: dict[bytes, Mix] = field(default_factory=dict)
    used: dict[bytes, int] = field(default_factory=dict)
    back: dict[tuple[bytes, int], int] = field(default_factory=dict)
    _counted: set[bytes] = field(default_factory=set)
    _opened: dict[bytes, bytes] = field(default_factory=dict)
    _touched: list[tuple[bytes, frozenset[bytes], frozenset[bytes]]] = field(default_factory=list)
    _leases: frozenset[bytes] = frozenset()
    _sold: dict[bytes, bytes] = field(default_factory=dict)
    _came_back: set[bytes] = field(default_factory=set)
    _twice: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict)

    def read(
        self, connection: Connection, *, office_id: bytes, certificate: bytes, step: Step
    ) -> None:
        """Read everything."""
        twice = connection.execute(select(SALE_TWICE))
        self._twice = {(bytes(r.till_id), bytes(r.event_id)): bytes(r.counts) for r in twice}
        leases = connection.execute(select(LEASE.c.lease_id))
        self._leases = frozenset(bytes(row.lease_id) for row in leases)
        whole = connection.execute(select(func.count()).select_from(JOURNAL_EVENT)).scalar_one()
        for till in connection.execute(select(TILL).order_by(TILL.c.till_id)).all():
            self._read_till(connection, till, lambda done: step(done, whole))
        self._read_decisions(connection, office_id, certificate)
        for (till_id, event_id), counts in self._twice.items():
            # Both are there, and of the two just one counts.
            if counts not in self._counted or (event_id != counts and event_id in self._counted):
                self.differ(0, "sale_twice", till_id.hex(), counts.hex(), event_id.hex())
        for owner in self._came_back & self._sold.keys():
            self._concern(owner, self._sold[owner])
        for event_id, direct, rights in self._touched:
            owners = {self._opened.get(right_id, b"") for right_id in rights} - {b""}
            for owner in owners - direct:
                self._concern(owner, event_id)

    def differ(self, seq: int, what: str, which: str, expected: object, found: object) -> None:
        """Note a difference."""
        self.differences.append(
            Difference(seq=seq, what=what, which=which, expected=str(expected), found=str(found))
        )

    def _read_till(self, connection: Connection, till: Any, step: Callable[[int], None]) -> None:
        till_id, name = bytes(till.till_id), bytes(till.till_id).hex()
        chain, unread = _Chain(connection, till), unread_places(connection, till_id)
        for row in _rows(connection, till_id):
            self.events += 1
            if self.events % ROWS == 0:
                step(self.events)
            expected = chain.next(row)
            if expected != (row.seq, bytes(row.hash)):
                said = f"{expected[0]} {expected[1].hex()}"
                self.differ(row.seq, "chain", name, said, f"{row.seq} {bytes(row.hash).hex()}")
                return
            if (row.epoch, row.seq) not in unread:
                self._take(connection, stored_of(row), till_id=till_id, store=till.store_code)
        place = connection.execute(
            select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == till_id)
        ).one()
        if bytes(place.hash) != chain.hash_at(place.seq):
            self.differ(
                place.seq, "place", name, chain.hash_at(place.seq).hex(), bytes(place.hash).hex()
            )

    def _read_decisions(self, connection: Connection, office_id: bytes, certificate: bytes) -> None:
        previous = genesis_predecessor(office_id, certificate)
        for seq, row in enumerate(
            connection.execute(select(DECISION).order_by(DECISION.c.seq)).all(), 1
        ):
            previous = link(
                till_id=office_id,
                epoch=FIRST_EPOCH,
                seq=seq,
                previous=previous,
                body=bytes(row.body),
            )
            if (row.seq, bytes(row.hash)) != (seq, previous):
                self.differ(seq, "chain", office_id.hex(), previous.hex(), bytes(row.hash).hex())
                return
            stored = StoredEvent(
                seq=seq,
                epoch=FIRST_EPOCH,
                event_id=bytes(row.event_id),
                kind="",
                at="",
                body=bytes(row.body),
                hash=previous,
            )
            self._take(connection, stored, till_id=office_id, store="", office_id=office_id)

    def _take(
        self,
        connection: Connection,
        stored: StoredEvent,
        *,
        till_id: bytes,
        store: str,
        office_id: bytes = b"",
    ) -> None:
        """What follows from one event; nothing from what cannot be read or was counted before."""
        try:
            event = events.decode(stored.body)
            one = filed(stored, event, till_id=till_id, store=store, last_at=None)
            filing = filing_of(one, office_id=office_id)
        except (ValueError, OverflowError, RecursionError):
            return
        if event.id != stored.event_id.hex():
            return
        self._opened.update({right: owner for right, owner in filing.opens.items() if owner})
        if not filing.counts or stored.event_id in self._counted:
            return
        if (till_id, stored.event_id) in self._twice:
            return
        if known_already(connection, till_id, [filing]):
            return
        self._counted.add(stored.event_id)
        if filing.sold is not None:
            self._sold[filing.sold.owner] = stored.event_id
        if filing.back is not None:
            self._came_back.add(filing.back.owner)
        for owner in filing.owners:
            self._concern(owner, stored.event_id)
        if filing.touches:
            self._touched.append((stored.event_id, filing.owners, filing.touches))
        self._use(filing)
        if isinstance(event, events.Refund):
            for line in event.lines:
                key = (bytes.fromhex(event.sale), line.n)
                self.back[key] = self.back.get(key, 0) + line.qty

    def _use(self, filing: Filing) -> None:
        for change in filing.one.does.rights:
            if change.move is RightMove.USE and change.right_id in self._leases:
                self.used[change.right_id] = self.used.get(change.right_id, 0) + change.amount

    def _concern(self, owner: bytes, event_id: bytes) -> None:
        count, mixed = self.concerned.get(owner, (0, 0))
        self.concerned[owner] = (count + 1, mixed ^ mix(event_id))


class _Chain:
    """One till's chain over all its epochs."""

    def __init__(self, connection: Connection, till: Any) -> None:
        self._till_id = bytes(till.till_id)
        b, w = EPOCH_BASE.c, WRITTEN_IN.c
        bases = connection.execute(select(EPOCH_BASE).where(b.till_id == till.till_id))
        self._bases = {row.epoch: (row.seq, bytes(row.hash)) for row in bases}
        written = connection.execute(select(WRITTEN_IN).where(w.till_id == till.till_id))
        self._written = [(r.epoch, r.first_seq, r.last_seq, r.written) for r in written]
        self._epoch, self._seq = FIRST_EPOCH, 0
        self._hashes = {0: bytes(till.genesis)}

    def next(self, row: Any) -> tuple[int, bytes]:
        """The place and hash that the next event has to have."""
        if row.epoch != self._epoch:
            self._epoch = row.epoch
            self._seq = self._bases.get(row.epoch, (self._seq, b""))[0]
        self._seq += 1
        written = next(
            (
                was
                for epoch, first, last, was in self._written
                if epoch == row.epoch and first <= self._seq <= last
            ),
            row.epoch,
        )
        hashed = link(
            till_id=self._till_id,
            epoch=written,
            seq=self._seq,
            previous=self._hashes[self._seq - 1],
            body=bytes(row.body),
        )
        self._hashes[self._seq] = hashed
        return self._seq, hashed

    def hash_at(self, seq: int) -> bytes:
        """The hash at a place of the journal that the till holds now."""
        return self._hashes.get(seq, bytes(HASH_BYTES))


def mix(event_id: bytes) -> int:
    """An id as a number in which chance has no pattern, for mixing many."""
    return int.from_bytes(sha256(event_id).digest()[:16], "big")


def _rows(connection: Connection, till_id: bytes) -> Iterator[Any]:
    c = JOURNAL_EVENT.c
    epoch, seq = 0, 0
    while True:
        after = (c.epoch > epoch) | ((c.epoch == epoch) & (c.seq > seq))
        asked = select(JOURNAL_EVENT).where(c.till_id == till_id, after)
        rows = connection.execute(asked.order_by(c.epoch, c.seq).limit(ROWS)).all()
        yield from rows
        if len(rows) < ROWS:
            return
        epoch, seq = rows[-1].epoch, rows[-1].seq
