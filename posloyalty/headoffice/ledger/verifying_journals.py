"""What the journals themselves say, read once from the first byte to the last.

Shape: `Journals.read(...)` goes through every event that head office keeps, its own decisions too,
and gathers what has to stand in the tables: the chains' ends, who is concerned by which events (as
a count and a mix of what identifies them, so that memory holds no second archive), what was noted
of members and rights, what was used of leases, what came back of sales. Differences are named as
they are met.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, func, select

from posloyalty.domain.ledger.right import RightMove
from posloyalty.headoffice.cases.matters import places_of, read_again_places, unread_places
from posloyalty.headoffice.ledger.batch import stored_of
from posloyalty.headoffice.ledger.filing import instant_us
from posloyalty.headoffice.ledger.keyed_in import known_already
from posloyalty.headoffice.ledger.verifying_heard import Heard
from posloyalty.headoffice.ledger.verifying_noted import Noted
from posloyalty.headoffice.ledger.verifying_owners import NO_MIX, Mix, mark_of, mixed
from posloyalty.headoffice.ledger.verifying_tills import differing_key, differing_place
from posloyalty.headoffice.store.archive_tables import DECISION, LEASE
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE, WRITTEN_IN
from posloyalty.headoffice.store.keyed_tables import SALE_TWICE
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.services.book.verify_book import DIFFERENCES_MOST, Difference
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
from posloyalty.sync.office.lending import LEASE_MOVES

ROWS: Final = 2_000
"""How many events are in memory at once."""

DISOWNED: Final = frozenset({"ID_REUSED", "OTHER_ID"})
"""The codes of events that came under another one's id, and count for nothing."""
_SHARED_IDS: Final = (
    select(JOURNAL_EVENT.c.event_id)
    .group_by(JOURNAL_EVENT.c.event_id)
    .having(func.count() > 1)
    .execution_options(yield_per=ROWS)
)

Step = Callable[[int, int], None]


@dataclass(slots=True)
class Journals:
    """What was read."""

    events: int = 0
    differences: list[Difference] = field(default_factory=list)
    concerned: dict[bytes, Mix] = field(default_factory=dict)
    used: dict[bytes, int] = field(default_factory=dict)
    back: dict[tuple[bytes, int], int] = field(default_factory=dict)
    _counted: set[bytes] = field(default_factory=set)
    loose: set[bytes] = field(default_factory=set)
    """Events of which no journal alone says where and when they are filed: their id is in several
    journals, or they were read again long after they came.
    """
    noted: Noted = field(default_factory=Noted)
    _touched: list[tuple[bytes, frozenset[bytes], frozenset[bytes]]] = field(default_factory=list)
    strangers: set[tuple[bytes, int, int]] = field(default_factory=set)
    """Places of events that name a lease of another till, by till, epoch and sequence."""
    _leases: Mapping[bytes, bytes] = field(default_factory=dict)
    _sold: dict[bytes, bytes] = field(default_factory=dict)
    _heard: list[Heard] = field(default_factory=list)
    _came_back: set[bytes] = field(default_factory=set)
    _twice: dict[tuple[bytes, bytes], bytes] = field(default_factory=dict)

    def read(
        self, connection: Connection, *, office_id: bytes, certificate: bytes, step: Step
    ) -> None:
        """Read everything."""
        twice = connection.execute(select(SALE_TWICE))
        self._twice = {(bytes(r.till_id), bytes(r.event_id)): bytes(r.counts) for r in twice}
        leases = connection.execute(select(LEASE.c.lease_id, LEASE.c.till_id))
        self._leases = {bytes(row.lease_id): bytes(row.till_id) for row in leases}
        self.loose = {bytes(one) for one in connection.execute(_SHARED_IDS).scalars()}
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
        opened = self.noted.opened
        for mark, direct, rights in self._touched:
            owners = {opened.get(right_id, b"") for right_id in rights} - {b""}
            for owner in owners - direct:
                self._concern(owner, mark)
        for heard in self._heard:
            self.name(heard.unexplained(opened))
        self.name(self.noted.differing(connection))

    def differ(self, seq: int, what: str, which: str, expected: object, found: object) -> None:
        """Note a difference, one of the first."""
        found, expected = str(found), str(expected)
        self.name((Difference(seq=seq, what=what, which=which, expected=expected, found=found),))

    def name(self, found: Iterable[Difference]) -> None:
        """Note differences, the first of them."""
        for one in found:
            if len(self.differences) < DIFFERENCES_MOST:
                self.differences.append(one)

    def _read_till(self, connection: Connection, till: Any, step: Callable[[int], None]) -> None:
        till_id, name = bytes(till.till_id), bytes(till.till_id).hex()
        chain, unread = _Chain(connection, till), unread_places(connection, till_id)
        self.name(differing_key(till))
        heard = Heard(connection, till_id)
        self._heard.append(heard)
        reading = _Reading(
            till_id=till_id,
            store=till.store_code,
            heard=heard,
            again=read_again_places(connection, till_id),
            disowned=places_of(connection, till_id, DISOWNED),
        )
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
                stands = chain.stands(row.epoch, row.seq)
                self._take(connection, stored_of(row), reading, stands=stands)
        self.name(heard.rest())
        self._compare_place(connection, till, chain, reading)

    def _compare_place(
        self, connection: Connection, till: Any, chain: _Chain, reading: _Reading
    ) -> None:
        """How far head office says that it holds a till's journal."""
        name = reading.till_id.hex()
        mine = JOURNAL_PLACE.c.till_id == reading.till_id
        place = connection.execute(select(JOURNAL_PLACE).where(mine)).first()
        if place is None:
            self.differ(0, "place", name, "-".join(map(str, chain.ends)), "none")
            return
        should = (chain.newest, chain.hash_at(place.seq).hex())
        found = (place.epoch, bytes(place.hash).hex())
        if found != should:
            self.differ(place.seq, "place", name, should, found)
        self._compare_filed(place, chain, reading)
        self.name(differing_place(till, place, ends=chain.ends, written=chain.written))

    def _compare_filed(self, place: Any, chain: _Chain, reading: _Reading) -> None:
        """How far it says that events are filed, and when the latest was."""
        # A till that went back has filed what it lost, too.
        reached = place.filed_seq == place.seq or (chain.went_back and place.filed_seq > place.seq)
        # What was read again later may have been the latest.
        latest = reading.again or reading.latest_us == place.last_at_us
        if not (reached and latest):
            should = f"filed {place.seq} {reading.latest_us}"
            found = f"filed {place.filed_seq} {place.last_at_us}"
            self.differ(place.seq, "place", reading.till_id.hex(), should, found)

    def _read_decisions(self, connection: Connection, office_id: bytes, certificate: bytes) -> None:
        previous = genesis_predecessor(office_id, certificate)
        reading = _Reading(till_id=office_id, store="", office_id=office_id)
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
            self._take(connection, stored, reading)
            if row.at_us != reading.latest_us:
                self.differ(seq, "decision", office_id.hex(), reading.latest_us, row.at_us)

    def _take(
        self,
        connection: Connection,
        stored: StoredEvent,
        reading: _Reading,
        *,
        stands: bool = False,
    ) -> None:
        """What follows from one event; nothing from what cannot be read or was counted before.
        It `stands` where it is in the book that its till has now.
        """
        place = (stored.epoch, stored.seq)
        filing = self._filing(stored, reading)
        aside = filing is not None and self._is_aside(connection, filing, reading)
        if reading.heard is not None:
            elsewhere = aside or stored.event_id in self.loose
            self.name(reading.heard.at(place, filing, elsewhere=elsewhere))
        if filing is None:
            return
        if filing.counts:
            reading.pass_(filing, again=place in reading.again)
        self.noted.open(filing)
        if stands:
            self.noted.know(filing)
        if aside or not filing.counts or stored.event_id in self._counted:
            return
        self._counted.add(stored.event_id)
        self.noted.take(filing)
        mark = self._mark(filing, again=place in reading.again)
        if filing.sold is not None:
            self._sold[filing.sold.owner] = mark
        if filing.back is not None:
            self._came_back.add(filing.back.owner)
        for owner in filing.owners:
            self._concern(owner, mark)
        if filing.touches:
            self._touched.append((mark, filing.owners, filing.touches))
        self._use(filing)
        event = filing.one.event
        if isinstance(event, events.Refund):
            for line in event.lines:
                key = (bytes.fromhex(event.sale), line.n)
                self.back[key] = self.back.get(key, 0) + line.qty

    def _filing(self, stored: StoredEvent, reading: _Reading) -> Filing | None:
        """What is noted of an event, None where it cannot be read or is another one's."""
        try:
            event = events.decode(stored.body)
            one = filed(
                stored, event,
                till_id=reading.till_id, store=reading.store, last_at=reading.last_at,
            )  # fmt: skip
            filing = filing_of(one, office_id=reading.office_id)
        except (ValueError, OverflowError, RecursionError):
            return None
        if event.id != stored.event_id.hex():
            if (stored.epoch, stored.seq) not in reading.disowned:
                named = stored.event_id.hex()
                self.differ(stored.seq, "event", reading.till_id.hex(), event.id, named)
            return None
        return filing

    def _is_aside(self, connection: Connection, filing: Filing, reading: _Reading) -> bool:
        """Whether another event counts in its place: one of its id, or the sale as it was rung."""
        one = filing.one
        return (
            (one.epoch, one.seq) in reading.disowned
            or (reading.till_id, one.event_id) in self._twice
            or bool(known_already(connection, reading.till_id, [filing]))
        )

    def _mark(self, filing: Filing, *, again: bool) -> bytes:
        one = filing.one
        if again:
            self.loose.add(one.event_id)
        if one.event_id in self.loose:
            return one.event_id
        return mark_of(one.event_id, one.till_id, one.epoch, one.seq, instant_us(one.at))

    def _use(self, filing: Filing) -> None:
        one = filing.one
        for change in one.does.rights:
            if change.move not in LEASE_MOVES:
                continue
            holder = self._leases.get(change.right_id)
            if holder is not None and holder != one.till_id:
                self.strangers.add((one.till_id, one.epoch, one.seq))
            elif holder is not None and change.move is RightMove.USE:
                self.used[change.right_id] = self.used.get(change.right_id, 0) + change.amount

    def _concern(self, owner: bytes, mark: bytes) -> None:
        self.concerned[owner] = mixed(self.concerned.get(owner, NO_MIX), mark)


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One journal while it is read: `last_at` is the latest instant of its own events so far.

    `again` are the places of events that were read again long after they came, `disowned` of those
    whose id is another event's.
    """

    till_id: bytes
    store: str
    office_id: bytes = b""
    heard: Heard | None = None
    again: frozenset[tuple[int, int]] = frozenset()
    disowned: frozenset[tuple[int, int]] = frozenset()
    last_at: datetime | None = None

    @property
    def latest_us(self) -> int:
        """The latest instant in microseconds, 0 before the first event."""
        return 0 if self.last_at is None else instant_us(self.last_at)

    def pass_(self, filing: Filing, *, again: bool) -> None:
        """Go past an own event; what was read again came when later ones were dated already."""
        if not again:
            self.last_at = filing.one.at


class _Chain:
    """One till's chain over all its epochs."""

    def __init__(self, connection: Connection, till: Any) -> None:
        self._till_id = bytes(till.till_id)
        b, w = EPOCH_BASE.c, WRITTEN_IN.c
        bases = connection.execute(select(EPOCH_BASE).where(b.till_id == till.till_id))
        self._bases: dict[int, tuple[int, bytes]] = {
            row.epoch: (row.seq, bytes(row.hash)) for row in bases
        }
        written = connection.execute(select(WRITTEN_IN).where(w.till_id == till.till_id))
        self._written = [(r.epoch, r.first_seq, r.last_seq, r.written) for r in written]
        self._epoch: int = FIRST_EPOCH
        self._seq = 0
        self.written = FIRST_EPOCH
        """The epoch in which the last row was written."""
        self._hashes = {0: bytes(till.genesis)}

    def next(self, row: Any) -> tuple[int, bytes]:
        """The place and hash that the next event has to have."""
        if row.epoch != self._epoch:
            self._epoch = row.epoch
            self._seq = self._bases.get(row.epoch, (self._seq, b""))[0]
        self._seq += 1
        self.written = next(
            (
                was
                for epoch, first, last, was in self._written
                if epoch == row.epoch and first <= self._seq <= last
            ),
            row.epoch,
        )
        hashed = link(
            till_id=self._till_id,
            epoch=self.written,
            seq=self._seq,
            previous=self._hashes[self._seq - 1],
            body=bytes(row.body),
        )
        self._hashes[self._seq] = hashed
        return self._seq, hashed

    @property
    def ends(self) -> tuple[int, int]:
        """The epoch and sequence of the last row."""
        return self._epoch, self._seq

    @property
    def newest(self) -> int:
        """The epoch that the till is in, of which nothing may have come so far."""
        return max(self._epoch, *self._bases, FIRST_EPOCH)

    @property
    def went_back(self) -> bool:
        """Whether the till ever began again at an earlier place."""
        return bool(self._bases)

    def stands(self, epoch: int, seq: int) -> bool:
        """Whether an event is in the book that the till has now."""
        return all(seq <= base for later, (base, _) in self._bases.items() if later > epoch)

    def hash_at(self, seq: int) -> bytes:
        """The hash at a place of the journal that the till holds now."""
        return self._hashes.get(seq, bytes(HASH_BYTES))


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
