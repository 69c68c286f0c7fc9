"""The journal and its outbox on disk: one INSERT each per event, the head kept in memory.

The head is read once when the book opens. A unit works on a copy and the book adopts it when the
commit returned, so a rollback leaves no trace here either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, bindparam, literal_column, select

from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.till_name import till_name
from posloyalty.services.ports import Appended, BookFacts, Place, Stamp
from posloyalty.storage.audit_table import AUDIT_ENTRY
from posloyalty.storage.repositories.audit import audit_row
from posloyalty.storage.repositories.settings import Settings
from posloyalty.storage.statements import Insert, Statement
from posloyalty.storage.tables import JOURNAL_EVENT, OUTBOX
from posloyalty.sync import events
from posloyalty.sync.hlc import Hlc, tick, wall_ms
from posloyalty.sync.journal import (
    FIRST_EPOCH,
    Head,
    StoredEvent,
    genesis_predecessor,
    link,
    receipt_number,
)

_J = JOURNAL_EVENT.c
_SHAPE = (_J.seq, _J.epoch, _J.event_id, _J.type, _J.at, _J.body, _J.hash)
_INSERT = Insert(JOURNAL_EVENT)
_INSERT_OUTBOX = Insert(OUTBOX)
_INSERT_AUDIT = Insert(AUDIT_ENTRY)
_LAST = Statement(
    select(_J.seq, _J.epoch, _J.hash, _J.hlc_ms, _J.hlc_counter).order_by(_J.seq.desc()).limit(1)
)
_BY_ID = Statement(select(*_SHAPE).where(_J.event_id == bindparam("event_id")))
_AFTER = Statement(
    select(*_SHAPE).where(_J.seq > bindparam("after")).order_by(_J.seq).limit(bindparam("most"))
)
# Written out, not bound: only so does SQLite find it by its index.
_LAST_ANCHOR = Statement(
    select(*_SHAPE)
    .where(_J.type == literal_column("'epoch_anchor'"))
    .order_by(_J.seq.desc())
    .limit(1)
)
_PIECE = 500


class JournalReads:
    """Reading the journal."""

    def __init__(self, connection: Connection, facts: BookFacts) -> None:
        self._connection = connection
        self._facts = facts

    def head(self) -> Head:
        """The last event's place, hash and stamp, from the table."""
        row = _LAST.run(self._connection).first()
        if row is None:
            return Head(
                till_id=self._facts.till_id,
                epoch=FIRST_EPOCH,
                seq=0,
                hash=genesis_predecessor(self._facts.till_id, self._facts.certificate),
                hlc=Hlc(0),
            )
        return Head(
            till_id=self._facts.till_id,
            epoch=row.epoch,
            seq=row.seq,
            hash=row.hash,
            hlc=Hlc(row.hlc_ms, row.hlc_counter),
        )

    def events(self, *, after_seq: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events in their order, read in pieces so that a long journal stays out of memory."""
        left = limit
        while left is None or left > 0:
            most = _PIECE if left is None else min(_PIECE, left)
            rows = _AFTER.run(self._connection, after=after_seq, most=most).fetchall()
            for row in rows:
                yield _event(row)
            if len(rows) < most:
                return
            after_seq = rows[-1].seq
            left = None if left is None else left - len(rows)

    def by_event_id(self, event_id: bytes) -> StoredEvent | None:
        """The event with an id."""
        row = _BY_ID.run(self._connection, event_id=event_id).first()
        return None if row is None else _event(row)

    def last_anchor(self) -> StoredEvent | None:
        """The newest event that began an epoch."""
        row = _LAST_ANCHOR.run(self._connection).first()
        return None if row is None else _event(row)


class Journal(JournalReads):
    """Adding to the journal within the writer's units."""

    def __init__(self, connection: Connection, facts: BookFacts, clock: TillClock) -> None:
        super().__init__(connection, facts)
        self._clock = clock
        self._committed = super().head()
        self._working = self._committed
        clock.journal_saw(self._committed.hlc.ms)

    def head(self) -> Head:
        """The head as this unit sees it."""
        return self._working

    @property
    def grew(self) -> bool:
        """Whether this unit has journalled something."""
        return self._working != self._committed

    def adopt(self) -> None:
        """The unit was committed."""
        self._committed = self._working
        self._clock.journal_saw(self._committed.hlc.ms)

    def forget(self) -> None:
        """The unit was rolled back."""
        self._working = self._committed

    def place(self) -> Place:
        """Where the next event will stand."""
        head, name = self._working, till_name(Settings(self._connection), self._facts)
        return Place(
            epoch=head.epoch,
            seq=head.seq + 1,
            number=receipt_number(
                store=name.store, till=name.code, epoch=head.epoch, seq=head.seq + 1
            ),
        )

    def stamp(self, at: datetime | None = None) -> Stamp:
        """The next event's time keys."""
        # The rule time, so that what was heard of head office's holds after a restart too.
        stamp = tick(self._working.hlc, wall_ms(self._clock.now()))
        return Stamp(
            at=format_instant(self._clock.now() if at is None else at),
            hlc=(stamp.ms, stamp.counter),
        )

    def begin_epoch(self, epoch: int) -> None:
        """What comes next is of a later epoch."""
        if epoch <= self._working.epoch:
            raise ValueError(f"epoch {epoch} does not come after {self._working.epoch}")
        self._working = replace(self._working, epoch=epoch)

    def append(self, event: events.Event) -> Appended:
        """Chain and store an event, put it into the outbox and, where it belongs, the audit."""
        head = self._working
        stamp = Hlc(*event.hlc)
        if stamp <= head.hlc:
            raise ValueError(f"the stamp {stamp} does not come after {head.hlc}")
        body = events.encode(event)
        seq = head.seq + 1
        hashed = link(
            till_id=head.till_id, epoch=head.epoch, seq=seq, previous=head.hash, body=body
        )
        _INSERT.one(
            self._connection,
            seq,
            head.epoch,
            bytes.fromhex(event.id),
            events.kind(event),
            event.at,
            stamp.ms,
            stamp.counter,
            body,
            hashed,
        )
        _INSERT_OUTBOX.one(self._connection, seq, "waiting", 0, "")
        audited = audit_row(seq, event)
        if audited is not None:
            _INSERT_AUDIT.one(self._connection, *audited)
        self._working = Head(
            till_id=head.till_id, epoch=head.epoch, seq=seq, hash=hashed, hlc=stamp
        )
        return Appended(seq=seq, epoch=head.epoch, hash=hashed, body_hash=sha256(body).digest())


def _event(row: Any) -> StoredEvent:
    return StoredEvent(
        seq=row.seq,
        epoch=row.epoch,
        event_id=row.event_id,
        kind=row.type,
        at=row.at,
        body=row.body,
        hash=row.hash,
    )
