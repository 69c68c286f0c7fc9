"""Keeping events: what is new is filed and kept byte for byte, and the place moves.

Shape: `take_in(...)` is the one way by which an event comes into the tables, whoever judged that it
follows. `keep(...)` judges consecutive events that did not come by a request. Both are part of the
caller's transaction, which holds the row of the till's place.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final

from msgspec import structs
from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.batch import Batch, read_batch, stored_of
from posloyalty.headoffice.ledger.filing import Filer, Writes, instant_us, us_instant
from posloyalty.headoffice.ledger.folds import Folds, Left, Taken
from posloyalty.headoffice.store.archive_tables import GOODS_BACK_DUE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import many, run
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.sync.journal import StoredEvent, link
from posloyalty.sync.journals import Filed, Place, Received
from posloyalty.sync.wire.batch import EVENTS_MAX

_MOVED: Final = """
UPDATE journal_place SET epoch = ?, seq = ?, hash = ?, signature = ?, moved_s = ?, filed_seq = ?,
    last_at_us = ? WHERE till_id = ?"""
_REFUND: Final = b'"refund"'


def read_new(
    connection: Connection,
    till: Any,
    new: Sequence[StoredEvent],
    *,
    last_at_us: int | None = None,
    latest: datetime | None = None,
    wrapped: Container[int] = (),
) -> Batch:
    """New events of a till's row, read after those that are kept, the latest of which was at
    `last_at_us` where the caller knows.
    """
    us = last_at_us
    if us is None:
        asked = select(JOURNAL_PLACE.c.last_at_us).where(JOURNAL_PLACE.c.till_id == till.till_id)
        us = connection.execute(asked).scalar_one()
    return read_batch(
        new,
        till_id=bytes(till.till_id),
        store=till.store_code,
        last_at=us_instant(us) if us else None,
        latest=latest,
        wrapped=wrapped,
    )


def take_in(
    database: Database,
    connection: Connection,
    signed: Sequence[tuple[Batch, bytes]],
    *,
    now_s: int,
    also: Writes | None = None,
    folds: Folds | None = None,
) -> tuple[list[Taken], Callable[[], Left]]:
    """File and keep what is new and follows of some tills that lie `apart`, each batch with the
    signature of its stretch; what the caller writes `also` goes along. Then there is the fold to
    do, the last of the transaction (`Filer.fold`).
    """
    rows = [
        (batch.till_id, one.epoch, one.seq, one.event_id, one.body, one.hash, now_s)
        for batch, _ in signed
        for one in batch.stored
    ]

    def keeps(connection: Connection) -> None:
        database.put(connection, JOURNAL_EVENT, rows)
        for batch, signature in signed:
            last = batch.stored[-1]
            at_us = 0 if batch.last_at is None else instant_us(batch.last_at)
            place = (last.epoch, last.seq, last.hash, signature, now_s, last.seq, at_us)
            run(connection, _MOVED, (*place, batch.till_id))
        if also is not None:
            also(connection)

    filer = Filer(database, connection, now_s=now_s, folds=folds)
    taken = filer.file_all([batch for batch, _ in signed], keeps=keeps)
    return taken, partial(filer.fold, taken)


def keep(
    database: Database,
    connection: Connection,
    till_id: bytes,
    stretch: Iterable[StoredEvent],
    *,
    place: Place | None,
    under: int,
    now_s: int,
    folds: Folds | None = None,
) -> Received:
    """Take what is new of a stretch in its order, up to the first event that does not follow.

    `under` is the epoch that it belongs to where that is a later one than it was written in.
    """
    stretch = tuple(stretch)
    till = connection.execute(select(TILL).where(TILL.c.till_id == till_id)).one()
    asked = "SELECT epoch, seq, hash FROM journal_event WHERE till_id = ? AND seq IN"
    rows = many(connection, asked, [one.seq for one in stretch], till_id)
    known = {(epoch, seq): bytes(hashed) for epoch, seq, hashed in rows}
    new: list[StoredEvent] = []
    duplicates, ends = 0, Received(place=place, taken=0, duplicates=0)
    for one in stretch:
        epoch = max(one.epoch, under)
        at = known.get((epoch, one.seq))
        if at is not None and at != one.hash:
            ends = replace(ends, fork_at=one.seq)
            break
        if at is not None:
            duplicates += 1
            continue
        seq, last_epoch = (0, 0) if place is None else (place.seq, place.epoch)
        if one.seq != seq + 1 or epoch < last_epoch:
            ends = replace(ends, gap_at=seq + 1)
            break
        previous = bytes(till.genesis) if place is None else place.hash
        if one.hash != _hashed(till_id, one, previous):
            ends = replace(ends, bad_at=one.seq)
            break
        new.append(structs.replace(one, epoch=epoch))
        known[epoch, one.seq] = one.hash
        place = Place(epoch=epoch, seq=one.seq, hash=one.hash)
    filed: tuple[Filed, ...] = ()
    if new:
        batch = read_new(connection, till, new)
        (taken,), fold = take_in(database, connection, [(batch, b"")], now_s=now_s, folds=folds)
        fold()
        filed = taken.filed
    return replace(ends, place=place, taken=len(filed), duplicates=duplicates, filed=filed)


def file_backlog(database: Database, *, now_s: int) -> int:
    """File what was kept before there was an archive; returns how many events.

    A till's journal is filed in its order, so much a transaction; whoever is cut goes on there.
    """
    with database.read() as connection:
        c = JOURNAL_PLACE.c
        late = select(c.till_id).where(c.filed_seq < c.seq).order_by(c.till_id)
        tills = [bytes(row.till_id) for row in connection.execute(late)]
    count = 0
    for till_id in tills:
        while filed := _file_next(database, till_id, now_s=now_s):
            count += filed
    return count


def file_goods_back(database: Database, *, now_s: int) -> None:
    """File what came back before it was filed by its sale; each journal in one transaction."""
    with database.read() as connection:
        tills = [bytes(row.till_id) for row in connection.execute(select(GOODS_BACK_DUE))]
    for till_id in tills:
        with database.write() as connection:
            due = GOODS_BACK_DUE.c
            mine = select(due.seq).where(due.till_id == till_id).with_for_update()
            seq = connection.execute(mine).scalar()
            c = JOURNAL_EVENT.c
            asked = select(JOURNAL_EVENT).where(c.till_id == till_id, c.seq <= (seq or 0))
            rows = connection.execute(asked.order_by(c.epoch, c.seq))
            stored = [stored_of(row) for row in rows if _REFUND in bytes(row.body)]
            till = connection.execute(select(TILL).where(TILL.c.till_id == till_id)).one()
            for place in range(0, len(stored), EVENTS_MAX):
                batch = read_new(connection, till, stored[place : place + EVENTS_MAX])
                kept = (one for one in batch.filings if one is not None)
                Filer(database, connection, now_s=now_s).file_goods_back(kept)
            connection.execute(GOODS_BACK_DUE.delete().where(due.till_id == till_id))


def _file_next(database: Database, till_id: bytes, *, now_s: int) -> int:
    with database.write() as connection:
        mine = JOURNAL_PLACE.c.till_id == till_id
        place = connection.execute(select(JOURNAL_PLACE).where(mine).with_for_update()).one()
        c = JOURNAL_EVENT.c
        asked = select(JOURNAL_EVENT).where(c.till_id == till_id, c.seq > place.filed_seq)
        rows = connection.execute(asked.order_by(c.epoch, c.seq).limit(EVENTS_MAX)).all()
        if not rows:
            return 0
        stored = [stored_of(row) for row in rows]
        till = connection.execute(select(TILL).where(TILL.c.till_id == till_id)).one()
        batch = read_new(connection, till, stored)
        Filer(database, connection, now_s=now_s).file(batch, kept=True)
        last_at_us = 0 if batch.last_at is None else instant_us(batch.last_at)
        moved = JOURNAL_PLACE.update().where(mine)
        connection.execute(moved.values(filed_seq=stored[-1].seq, last_at_us=last_at_us))
        return len(rows)


def _hashed(till_id: bytes, one: StoredEvent, previous: bytes) -> bytes:
    return link(till_id=till_id, epoch=one.epoch, seq=one.seq, previous=previous, body=one.body)
