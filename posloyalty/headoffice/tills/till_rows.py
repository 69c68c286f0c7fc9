"""Tills as people read of them: where each stands, with what is odd about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, select

from posloyalty.headoffice.store.tables import (
    ANOMALY,
    FORK_EVENT,
    JOURNAL_PLACE,
    QUARANTINE,
    TILL,
)
from posloyalty.sync.wire.batch import BYTES_MAX
from posloyalty.sync.wire.packing import BadPacking, unpacked


@dataclass(frozen=True, slots=True, kw_only=True)
class TillRow:
    """A till's state. `waiting` is what it said it still holds, when it was seen last."""

    till_id: str
    store: str
    code: str
    revoked: bool
    epoch: int
    kept: int
    waiting: int
    seen_at: datetime
    forked: bool
    anomalies: int
    gone: bool = False
    back: bool = False
    """Whether it is said to be no more, and has spoken since."""


def till_rows(connection: Connection, only: ColumnElement[bool] | None = None) -> list[TillRow]:
    """Every till, or those of a condition on `TILL`, in no order that means anything."""
    forks: Select[Any] = select(FORK_EVENT.c.till_id).distinct()
    odd: Select[Any] = select(ANOMALY.c.till_id, func.count()).group_by(ANOMALY.c.till_id)
    rows: Select[Any] = select(
        TILL.c.till_id,
        TILL.c.store_code,
        TILL.c.till_code,
        TILL.c.revoked,
        TILL.c.waiting,
        TILL.c.seen_s,
        TILL.c.gone_s,
        JOURNAL_PLACE.c.epoch,
        JOURNAL_PLACE.c.seq,
    ).join(JOURNAL_PLACE)
    if only is not None:
        mine = select(TILL.c.till_id).where(only)
        rows = rows.where(only)
        forks = forks.where(FORK_EVENT.c.till_id.in_(mine))
        odd = odd.where(ANOMALY.c.till_id.in_(mine))
    forked = {bytes(row[0]) for row in connection.execute(forks)}
    anomalies = {bytes(row[0]): row[1] for row in connection.execute(odd)}
    return [
        TillRow(
            till_id=bytes(row.till_id).hex(),
            store=row.store_code,
            code=row.till_code,
            revoked=bool(row.revoked),
            epoch=row.epoch,
            kept=row.seq,
            waiting=row.waiting,
            seen_at=datetime.fromtimestamp(row.seen_s, UTC),
            forked=bytes(row.till_id) in forked,
            anomalies=anomalies.get(bytes(row.till_id), 0),
            gone=bool(row.gone_s),
            back=0 < row.gone_s < row.seen_s and not row.revoked,
        )
        for row in connection.execute(rows.order_by(TILL.c.till_id))
    ]


def events_aside(connection: Connection) -> dict[str, int]:
    """How many events are set aside of each till of which some are, by the till's id. They are
    counted as they came: whether they are what they say nobody has looked at.
    """
    found: dict[str, int] = {}
    # One body at a time: what is set aside of one till may be two thousand batches.
    asked = select(QUARANTINE.c.till_id, QUARANTINE.c.body).execution_options(yield_per=1)
    for row in connection.execute(asked):
        till = bytes(row.till_id).hex()
        found[till] = found.get(till, 0) + _events_in(bytes(row.body))
    return found


def _events_in(body: bytes) -> int:
    """The lines behind a batch's header; a body that cannot be unpacked counts as one."""
    try:
        return unpacked(body, most_bytes=BYTES_MAX).rstrip(b"\n").count(b"\n")
    except BadPacking:
        return 1
