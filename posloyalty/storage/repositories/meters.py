"""Meter entries on disk: what members, households, tills, stores and campaigns have done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from posloyalty.domain.ledger.meter import CARRIED, MeterEntry
from posloyalty.domain.values.calendar import format_instant, parse_instant
from posloyalty.storage.act_tables import METER_ENTRY
from posloyalty.storage.statements import Insert, Statement, several, those
from posloyalty.storage.tables import JOURNAL_EVENT

_M = METER_ENTRY.c
_INSERT = Insert(METER_ENTRY)
_SHAPE = select(
    _M.meter,
    _M.owner,
    _M.day,
    _M.at,
    _M.amount,
    _M.undoes,
    JOURNAL_EVENT.c.event_id,
    JOURNAL_EVENT.c.at.label("noted"),
).select_from(METER_ENTRY.join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == _M.seq))
_SINCE = Statement(_SHAPE.where(_M.owner == bindparam("owner"), _M.day >= bindparam("since")))
_SINCE_OF_SEVERAL = Statement(_SHAPE.where(several(_M.owner), _M.day >= bindparam("since")))
_BEFORE_OF_SEVERAL = Statement(
    select(_M.owner, _M.meter, func.sum(_M.amount).label("amount"))
    .where(several(_M.owner), _M.day < bindparam("since"))
    .group_by(_M.owner, _M.meter)
)
_SUMS_OF_SEVERAL = Statement(
    select(_M.owner, _M.meter, _M.day, func.sum(_M.amount).label("amount"))
    .where(several(_M.owner), _M.day >= bindparam("since"))
    .group_by(_M.owner, _M.meter, _M.day)
)


def write_meters(connection: Connection, seq: int, entries: Sequence[MeterEntry]) -> None:
    """Add the entries of an event."""
    _INSERT.many(connection, meter_rows(seq, entries))


def meters_since(connection: Connection, owner: bytes, since: date) -> tuple[MeterEntry, ...]:
    """An owner's entries on the days from `since`."""
    rows = _SINCE.run(connection, owner=owner, since=since.isoformat())
    return tuple(_entry(row) for row in rows)


def meters_of_several(
    connection: Connection, owners: Sequence[bytes], since: date
) -> tuple[MeterEntry, ...]:
    """The entries of several owners, at most 50, on the days from `since`."""
    rows = _SINCE_OF_SEVERAL.run(connection, since=since.isoformat(), **those(owners))
    return tuple(_entry(row) for row in rows)


def carried_before(
    connection: Connection, owners: Sequence[bytes], since: date
) -> tuple[MeterEntry, ...]:
    """What each meter of some owners adds up to on the days before one, as one entry each."""
    if since == date.min:
        return ()
    rows = _BEFORE_OF_SEVERAL.run(connection, since=since.isoformat(), **those(owners))
    day = since - timedelta(days=1)
    return tuple(_sum(row.owner, row.meter, day, row.amount) for row in rows if row.amount)


def sums_by_day(
    connection: Connection, owners: Sequence[bytes], since: date, *, whole_life: bool
) -> tuple[MeterEntry, ...]:
    """One entry for each owner, meter and day from `since`; with `whole_life` what lies before."""
    rows = _SUMS_OF_SEVERAL.run(connection, since=since.isoformat(), **those(owners))
    found = [_sum(r.owner, r.meter, date.fromisoformat(r.day), r.amount) for r in rows if r.amount]
    return (*(carried_before(connection, owners, since) if whole_life else ()), *found)


def meter_rows(seq: int, entries: Iterable[MeterEntry]) -> list[tuple[object, ...]]:
    """Rows of `meter_entry`, in the table's column order."""
    return [
        (
            entry.owner,
            entry.day.isoformat(),
            seq,
            place,
            entry.meter,
            format_instant(entry.at),
            entry.amount,
            entry.undoes,
        )
        for place, entry in enumerate(entries)
    ]


def _sum(owner: bytes, meter: str, day: date, amount: int) -> MeterEntry:
    at = datetime.combine(day, time(), tzinfo=UTC)
    return MeterEntry(meter=meter, owner=owner, day=day, at=at, amount=amount, event_id=CARRIED)


def _entry(row: Any) -> MeterEntry:
    return MeterEntry(
        meter=row.meter,
        owner=row.owner,
        day=date.fromisoformat(row.day),
        at=parse_instant(row.at),
        amount=row.amount,
        event_id=row.event_id,
        undoes=row.undoes,
        noted=None if row.noted == row.at else parse_instant(row.noted),
    )
