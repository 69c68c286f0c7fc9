"""The open book: one writer whose units commit or vanish, and a few look-up connections.

Shape: `SqlBook.write()` waits for the unit before it, begins IMMEDIATE and rolls back unless
`commit()` returned; `SqlBook.read()` lends a query_only connection with a snapshot, and never
waits. The journal's head lives in memory between units and moves only when a commit has returned.

A disk fault while writing makes the book suspect: nothing is written any more, because a retry
could report as durable what the disk has lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Final

from sqlalchemy import Connection, RootTransaction

from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.book.book_faults import BookDamaged, BookError, DiskFault, DiskFull
from posloyalty.services.book.till_clock import Jump, TillClock
from posloyalty.services.ports import BookFacts, Ids
from posloyalty.storage.ballast import Ballast
from posloyalty.storage.engine import (
    APART_CACHE_KIB,
    LOOK_UP_CACHES_KIB,
    faults_at,
    open_engine,
    told,
    translated,
)
from posloyalty.storage.kept_reads import KeptLedger, KeptMembers, KeptReads
from posloyalty.storage.place import BookPlace
from posloyalty.storage.repositories.acts import ActReads, Acts
from posloyalty.storage.repositories.audit import AuditReads
from posloyalty.storage.repositories.card_keys import CardKeys
from posloyalty.storage.repositories.catalogue import Catalogue
from posloyalty.storage.repositories.coming import Coming
from posloyalty.storage.repositories.goods import Goods, GoodsReads
from posloyalty.storage.repositories.held import Held
from posloyalty.storage.repositories.journal import Journal, JournalReads
from posloyalty.storage.repositories.ledger import Ledger
from posloyalty.storage.repositories.members import Members
from posloyalty.storage.repositories.outbox import Outbox, OutboxReads
from posloyalty.storage.repositories.payments import PaymentReads, Payments
from posloyalty.storage.repositories.people import People
from posloyalty.storage.repositories.printing import Printing, Replays
from posloyalty.storage.repositories.profile_notes import ProfileNotes
from posloyalty.storage.repositories.refunds import RefundReads, Refunds
from posloyalty.storage.repositories.sales import SaleReads, Sales
from posloyalty.storage.repositories.settings import Drafts, Programmes, Settings
from posloyalty.storage.repositories.shifts import ShiftReads, Shifts
from posloyalty.storage.repositories.tills import TillReads, Tills
from posloyalty.storage.repositories.tokens import Tokens
from posloyalty.storage.snapshot import copy_book, copy_to
from posloyalty.storage.witness import Witnesses
from posloyalty.sync.events import ClockJump, ErrorNote

DISK_LOW: Final = "book.disk_low"
"""What the journal and the screen say of a disk with hardly any room."""


class Shelf:
    """The repositories that reader and writer share, on one connection."""

    def __init__(self, connection: Connection, facts: BookFacts) -> None:
        self.connection = connection
        self.facts = facts
        self.ledger = Ledger(connection)
        self.members = Members(connection)
        self.tokens = Tokens(connection)
        self.card_keys = CardKeys(connection)
        self.profiles = ProfileNotes(connection, self.members, self.tokens)
        self.people = People(connection)
        self.catalogue = Catalogue(connection)
        self.coming = Coming(connection)
        self.settings = Settings(connection)
        self.drafts = Drafts(connection)
        self.held = Held(connection)
        self.programmes = Programmes(connection)
        self.printing = Printing(connection)
        self.replays = Replays(connection)
        self.audit = AuditReads(connection)


class SqlReader(Shelf):
    """A look-up connection."""

    def __init__(self, connection: Connection, facts: BookFacts) -> None:
        super().__init__(connection, facts)
        kept = KeptReads(connection)
        self.ledger = KeptLedger(connection, kept)
        self.members = KeptMembers(connection, kept)
        self.journal = JournalReads(connection, facts)
        self.outbox = OutboxReads(connection)
        self.sales = SaleReads(connection)
        self.refunds = RefundReads(connection)
        self.acts = ActReads(connection)
        self.payments = PaymentReads(connection)
        self.shifts = ShiftReads(connection)
        self.tills = TillReads(connection)
        self.goods = GoodsReads(connection)


class SqlUnit(Shelf):
    """The writer; entered once per unit, never nested."""

    def __init__(
        self, connection: Connection, facts: BookFacts, clock: TillClock, place: BookPlace
    ) -> None:
        super().__init__(connection, facts)
        with faults_at(place.book), connection.begin():
            self.journal = Journal(connection, facts, clock)
        self.outbox = Outbox(connection)
        self.sales = Sales(connection, self.journal, self.ledger)
        self.refunds = Refunds(connection, self.journal, self.ledger)
        self.acts = Acts(connection, self.journal, self.ledger)
        self.payments = Payments(connection, self.journal)
        self.shifts = Shifts(connection, self.journal)
        self.tills = Tills(connection, self.journal)
        self.goods = Goods(connection, self.journal)
        self._place = place
        self._lock = Lock()
        self._durable = True
        self._transaction: RootTransaction | None = None
        self._suspect: DiskFault | None = None
        self.ballast = Ballast(place.ballast)

    @contextmanager
    def entered(self, *, durable: bool = True) -> Iterator[SqlUnit]:
        """One unit, behind the one before it."""
        with self._lock:
            if self._suspect is not None:
                raise self._suspect
            with faults_at(self._place.book):
                self._be_durable(durable)
                self._transaction = self.connection.begin()
            try:
                yield self
            except BaseException as fault:
                self._roll_back()
                self._raise_as_ours(fault)
                raise
            self._roll_back()

    @property
    def committed(self) -> bool:
        """Whether the unit that is open now was committed."""
        return self._transaction is None

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Wait for the unit that is under way, and let no other begin."""
        with self._lock:
            yield

    def commit(self) -> None:
        """Make everything durable; raises a `BookError` when it is not, and then nothing is."""
        transaction = self._transaction
        if transaction is None:
            raise RuntimeError("this unit is not open")
        if not self._durable and self.journal.grew:
            # Head office might have it before the disk, and after a power cut another in its place.
            raise RuntimeError("what is journalled is durable")
        try:
            with faults_at(self._place.book):
                transaction.commit()
        except DiskFault as fault:
            self._suspect = fault
            raise
        self._transaction = None
        self.journal.adopt()

    def _be_durable(self, durable: bool) -> None:
        """Whether commits wait for the disk. Without it the log is not synced, but it is with the
        next commit that is, as far as it goes (https://sqlite.org/pragma.html#pragma_synchronous).
        """
        if durable != self._durable:
            level = "FULL" if durable else "NORMAL"
            # On the driver's own connection: within a transaction, which Core begins, it is no use.
            told(self.connection).execute(f"PRAGMA synchronous = {level}")
            self._durable = durable

    def _roll_back(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is None:
            return
        self.journal.forget()
        try:
            with faults_at(self._place.book):
                transaction.rollback()
        except BookError as fault:
            # The disk that failed the unit may fail the rollback too; SQLite has rolled back by
            # itself then. The first fault is the one to tell, so this one only marks the book.
            self._suspect = DiskFault(place=str(self._place.book), detail=str(fault))

    def _raise_as_ours(self, fault: BaseException) -> None:
        ours = translated(fault, self._place.book)
        if isinstance(ours, DiskFault):
            self._suspect = ours
        if isinstance(ours, DiskFull):
            self.ballast.release()  # the same press goes through the next time
        if ours is not None:
            raise ours from fault


class SqlBook:
    """An open book; implements `services.ports.Book`."""

    def __init__(
        self,
        place: BookPlace,
        key: bytes,
        facts: BookFacts,
        clock: TillClock,
        ids: Ids,
        witnesses: Witnesses,
        *,
        writer: Connection,
    ) -> None:
        self.place = place
        self._path = place.book
        self.facts = facts
        self.clock = clock
        self._ids = ids
        self._key = key
        # Of all look-ups: an engine for each took as long to make as its connection to open.
        self._look_ups = open_engine(self._path, key, cache_kib=APART_CACHE_KIB, query_only=True)
        self._closed = False
        self._unit = SqlUnit(writer, facts, clock, place)
        self.ballast = self._unit.ballast
        self._tell_low = self.ballast.is_spent
        self.witnesses = witnesses
        witnesses.begin(self._unit.journal.head().seq)
        self._readers: LifoQueue[SqlReader] = LifoQueue()
        self._all_readers: list[SqlReader] = []
        for cache_kib in LOOK_UP_CACHES_KIB:
            connection = self._look_up()
            told(connection).execute(f"PRAGMA cache_size = -{cache_kib}")
            reader = SqlReader(connection, facts)
            self._all_readers.append(reader)
            self._readers.put(reader)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[SqlUnit]:
        """A write transaction. A jump of the clock is journalled with whatever comes next that is
        durable.
        """
        with self._unit.entered(durable=durable) as unit:
            self._tell_low |= self.ballast.make_room()
            if not durable:
                yield unit
                return
            if self._tell_low:
                self._note_low(unit)
            jump = self.clock.jump()
            if jump is not None:
                self._tell(unit, jump)
            yield unit
            if jump is None or unit.committed:
                self.clock.told()
            if unit.committed:
                self._tell_low = False
                self._note()

    @contextmanager
    def read(self) -> Iterator[SqlReader]:
        """A snapshot on one of the look-up connections, or apart when all are lent."""
        try:
            reader = self._readers.get_nowait()
        except Empty:
            # Nobody waits: who reads within a reading, or has what another reader waits for, would
            # wait for ever. It is seldom, and a connection of its own is open in milliseconds.
            with self.read_apart() as apart:
                yield apart
            return
        try:
            with faults_at(self._path), reader.connection.begin():
                yield reader
        finally:
            self._readers.put(reader)

    @contextmanager
    def read_apart(self) -> Iterator[SqlReader]:
        """A snapshot on a connection of its own, for long jobs."""
        with self._look_up() as connection, faults_at(self._path), connection.begin():
            yield SqlReader(connection, self.facts)

    def quick_check(self) -> None:
        """Let SQLite look through the file; raises `BookDamaged` with what it says."""
        with self.read_apart() as reader:
            told = [row[0] for row in reader.connection.exec_driver_sql("PRAGMA quick_check(5)")]
        if told != ["ok"]:
            raise BookDamaged(place=str(self.place.book), detail="; ".join(map(str, told)))

    def copy(self, *, at: datetime, why: str) -> Path:
        """A copy in the book's own folder of copies."""
        return copy_book(self.place, self._key, at=at, why=why)

    def copy_to(self, target: Path) -> Path:
        """A copy in a file that a person chose."""
        return copy_to(self.place, self._key, target)

    def close(self) -> None:
        """Close every connection, the writer last: it then folds the log into the file."""
        if self._closed:
            return
        self._closed = True
        self.note_now()
        for reader in self._all_readers:
            reader.connection.close()
        with self._unit.closing():
            self._unit.connection.close()
        for engine in (self._look_ups, self._unit.connection.engine):
            engine.dispose()

    def note_now(self) -> None:
        """Tell every witness how far the journal has come."""
        head = self._unit.journal.head()
        self.witnesses.follow(head, every=1)
        self.witnesses.follow_in_safe(head, every=1)

    def _note(self) -> None:
        head = self._unit.journal.head()
        self.witnesses.follow(head)
        self.witnesses.follow_in_safe(head)

    def _note_low(self, unit: SqlUnit) -> None:
        """The journal says that the disk was full, in the unit that went through all the same."""
        stamp = unit.journal.stamp()
        unit.journal.append(
            ErrorNote(id=self._ids.new_id().hex(), at=stamp.at, hlc=stamp.hlc, code=DISK_LOW)
        )

    def _look_up(self) -> Connection:
        with faults_at(self._path):
            return self._look_ups.connect()

    def _tell(self, unit: SqlUnit, jump: Jump) -> None:
        stamp = unit.journal.stamp()
        unit.journal.append(
            ClockJump(
                id=self._ids.new_id().hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                wall=format_instant(jump.wall),
                floor=format_instant(jump.expected),
                by_ms=jump.by_ms,
            )
        )
