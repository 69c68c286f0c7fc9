"""A till's journal at head office as a file that can be proved without this product: the lines of
`sync/journal_lines`, with the bytes that came.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE, WRITTEN_IN
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.headoffice.tills.told_till import told_till
from posloyalty.sync.journal_lines import end_line, epoch_line, event_line, journal_line

_ROWS = 1_000


def journal_lines(connection: Connection, told: str) -> Iterator[bytes]:
    """The lines of the journal of a till that somebody told; refuses as `told_till` does."""
    raw = told_till(connection, told)
    till = connection.execute(select(TILL).where(TILL.c.till_id == raw)).one()
    yield journal_line(till_id=raw, certificate=bytes(till.certificate))
    bases = {
        row.epoch: row
        for row in connection.execute(select(EPOCH_BASE).where(EPOCH_BASE.c.till_id == raw))
    }
    written = connection.execute(select(WRITTEN_IN).where(WRITTEN_IN.c.till_id == raw)).all()
    epoch, was = 1, 1
    for row in _rows(connection, raw):
        for base in sorted(one for one in bases if epoch < one <= row.epoch):
            yield _epoch(bases[base])
        epoch, was = row.epoch, _written(written, row)
        yield _event(row, was)
    place = connection.execute(select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == raw)).one()
    for base in sorted(one for one in bases if epoch < one <= place.epoch):
        yield _epoch(bases[base])
    yield end_line(
        epoch=was,
        seq=place.seq,
        hashed=bytes(place.hash),
        signature=bytes(place.signature),
    )


def _rows(connection: Connection, till_id: bytes) -> Iterator[Any]:
    c = JOURNAL_EVENT.c
    epoch, seq = 0, 0
    while True:
        after = (c.epoch > epoch) | ((c.epoch == epoch) & (c.seq > seq))
        asked = select(JOURNAL_EVENT).where(c.till_id == till_id, after)
        rows = connection.execute(asked.order_by(c.epoch, c.seq).limit(_ROWS)).all()
        yield from rows
        if len(rows) < _ROWS:
            return
        epoch, seq = rows[-1].epoch, rows[-1].seq


def _written(written: Any, row: Any) -> int:
    for one in written:
        if one.epoch == row.epoch and one.first_seq <= row.seq <= one.last_seq:
            return int(one.written)
    return int(row.epoch)


def _event(row: Any, written: int) -> bytes:
    return event_line(
        epoch=row.epoch,
        seq=row.seq,
        written=written,
        event_id=bytes(row.event_id),
        hashed=bytes(row.hash),
        body=bytes(row.body),
    )


def _epoch(base: Any) -> bytes:
    return epoch_line(epoch=base.epoch, seq=base.seq, hashed=bytes(base.hash))
