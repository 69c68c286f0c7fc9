"""A till's journal as a file that `tools/verify_journal.py` proves without this product.

Lines of JSON: the till and its certificate, an event a line with its place and hash, where the till
went on in another epoch, and its own signature over the end. The bodies are the bytes that came.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from posloyalty.headoffice.epoch_tables import EPOCH_BASE, WRITTEN_IN
from posloyalty.headoffice.tables import JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.services.refusal import ServiceRefusal

_ROWS = 1_000


def journal_lines(connection: Connection, till_id: str) -> Iterator[bytes]:
    """The lines of a till's journal; refuses NO_SUCH_TILL."""
    try:
        raw = bytes.fromhex(till_id)
    except ValueError:
        raise ServiceRefusal("NO_SUCH_TILL", till=till_id) from None
    till = connection.execute(select(TILL).where(TILL.c.till_id == raw)).first()
    if till is None:
        raise ServiceRefusal("NO_SUCH_TILL", till=till_id)
    yield _line(k="journal", till=raw.hex(), certificate=bytes(till.certificate).hex())
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
    yield _line(
        k="end",
        epoch=was,
        seq=place.seq,
        hash=bytes(place.hash).hex(),
        signature=bytes(place.signature).hex(),
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
    said: dict[str, Any] = {
        "k": "event",
        "epoch": row.epoch,
        "seq": row.seq,
        "written": written,
        "id": bytes(row.event_id).hex(),
        "hash": bytes(row.hash).hex(),
    }
    try:
        return _line(**said, body=bytes(row.body).decode("utf-8"))
    except UnicodeDecodeError:
        return _line(**said, raw=bytes(row.body).hex())


def _epoch(base: Any) -> bytes:
    return _line(k="epoch", epoch=base.epoch, seq=base.seq, hash=bytes(base.hash).hex())


def _line(**said: Any) -> bytes:
    return msgspec.json.encode(said) + b"\n"
