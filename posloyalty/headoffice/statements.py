"""Statements that the two databases word differently, one a batch and never one an event.

PostgreSQL is handed arrays, so that a statement is the same text whatever its batch holds; SQLite
runs a statement for each row in its own process, which costs nothing by way of trips.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table

_BUMP: Final = """
INSERT INTO owner_place AS known (owner, arrived, decided, folded, due_s, everywhere)
{rows}
ON CONFLICT (owner) DO UPDATE SET
    arrived = known.arrived + excluded.arrived,
    due_s = CASE WHEN known.arrived > known.folded THEN known.due_s ELSE excluded.due_s END
"""
_PG_BUMP: Final = (
    _BUMP.format(
        rows="SELECT o, n, 0, 0, %(now)s, 0 FROM unnest(%(owners)s::bytea[], %(counts)s::int8[])"
        " AS given (o, n) ORDER BY o"
    )
    + "RETURNING owner, arrived, everywhere"
)
_SQLITE_BUMP: Final = _BUMP.format(rows="VALUES (?, ?, 0, 0, ?, 0)")
_JOIN: Final = """
INSERT INTO member AS known (member_id, joined, erased) {rows}
ON CONFLICT (member_id) DO UPDATE SET joined = CASE
    WHEN known.joined IS NULL OR known.joined > excluded.joined THEN excluded.joined
    ELSE known.joined END
"""
_DUE: Final = """
INSERT INTO till_due AS known (till_id, owner, arrived) {rows}
ON CONFLICT (till_id, owner) DO UPDATE SET arrived = excluded.arrived
WHERE known.arrived < excluded.arrived
"""
_PG_TYPES: Final = {"BIGINT": "int8", "INTEGER": "int4", "BLOB": "bytea", "TEXT": "text"}


def on_postgresql(connection: Connection) -> bool:
    """Which of the two it is."""
    return connection.dialect.name == "postgresql"


def bump(
    connection: Connection, counts: Sequence[tuple[bytes, int]], now_s: int
) -> list[tuple[bytes, int, int]]:
    """Lock owners, sorted by their ids, and number so many more events of each.

    Gives (owner, last number, number of the change where every till hears of it).
    """
    owners = [owner for owner, _ in counts]
    if on_postgresql(connection):
        values = {"owners": owners, "counts": [n for _, n in counts], "now": now_s}
        rows = connection.exec_driver_sql(_PG_BUMP, values).all()
        return [(bytes(owner), arrived, everywhere) for owner, arrived, everywhere in rows]
    connection.exec_driver_sql(_SQLITE_BUMP, [(owner, n, now_s) for owner, n in counts])
    return [
        (bytes(row[0]), row[1], row[2])
        for row in many(
            connection, "SELECT owner, arrived, everywhere FROM owner_place WHERE owner IN", owners
        )
    ]


def many(connection: Connection, select: str, ids: Collection[Any], *more: Any) -> list[Any]:
    """The rows of `select`, which ends with "IN", for many ids; `more` are values before them."""
    if not ids:
        return []
    if on_postgresql(connection):
        asked = select.removesuffix("IN").replace("?", "%s") + "= ANY(%s)"
        return list(connection.exec_driver_sql(asked, (*more, list(ids))).all())
    marks = ", ".join("?" * len(ids))
    return list(connection.exec_driver_sql(f"{select} ({marks})", (*more, *ids)).all())


def join(connection: Connection, rows: Sequence[tuple[bytes, str]]) -> None:
    """Members with the day on which each joined; the earliest that was heard of stands."""
    run_for(connection, _JOIN, [(*row, 0) for row in rows], ("bytea", "text", "int4"))


def due(connection: Connection, rows: Sequence[tuple[bytes, bytes, int]]) -> None:
    """Tills that may have to hear of owners, up to a number."""
    run_for(connection, _DUE, rows, ("bytea", "bytea", "int8"))


def put_new(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Add those rows that are not there yet."""
    types = tuple(_PG_TYPES[str(one.type)] for one in table.columns)
    run_for(connection, f"INSERT INTO {table.name} {{rows}} ON CONFLICT DO NOTHING", rows, types)


def run_for(
    connection: Connection,
    wording: str,
    rows: Sequence[tuple[Any, ...]],
    types: Sequence[str],
) -> None:
    """Run an insertion whose `{rows}` are these; no two of them may have one key.

    `types` are PostgreSQL's.
    """
    if not rows:
        return
    if not on_postgresql(connection):
        marks = ", ".join("?" * len(types))
        connection.exec_driver_sql(wording.format(rows=f"VALUES ({marks})"), list(rows))
        return
    names = ", ".join(f"c{place}" for place in range(len(types)))
    arrays = ", ".join(f"%s::{one}[]" for one in types)
    chosen = f"SELECT {names} FROM unnest({arrays}) AS given ({names})"
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    connection.exec_driver_sql(wording.format(rows=chosen), columns)
