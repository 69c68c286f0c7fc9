"""The ledger's statements that change rows in place, one for a batch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.store.arrays import bytea, columns
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT
from posloyalty.headoffice.store.statements import (
    many,
    on_postgresql,
    run,
    run_each,
    run_for,
    types_of,
)

_OWNED: Final = frozenset(
    kind.value for kind in (AccountKind.MEMBER, AccountKind.GIFT_CARD, AccountKind.MEMBER_DEBT)
)
_RIGHT_NAMES: Final = [f'"{column.name}"' for column in HELD_RIGHT.columns]
_RIGHTS: Final = (
    f"INSERT INTO held_right ({', '.join(_RIGHT_NAMES)}) {{rows}}"
    " ON CONFLICT (right_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _RIGHT_NAMES[1:])
)
_PG_CHANGE_LOTS: Final = """
UPDATE lot AS known SET remaining = given.n
FROM unnest(%s::bytea[], %s::int8[]) AS given (id, n) WHERE known.lot_id = given.id"""
_SUM_TYPES: Final = ("text", "text", "bytea", "int8", "int8")
# One that is not there yet begins with its sums: what is added to one that is there need not keep
# the bound that holds for its sums, so it is never proposed as a row of its own.
_PG_ADD: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::int8[], %s::int8[])
        AS given (l, k, o, d, c)
), known AS (
    UPDATE account SET debits = debits + given.d, credits = credits + given.c FROM given
    WHERE ledger = given.l AND kind = given.k AND owner = given.o
    RETURNING ledger AS l, kind AS k, owner AS o
)
INSERT INTO account (ledger, kind, owner, debits, credits)
SELECT l, k, o, d, c FROM given WHERE (l, k, o) NOT IN (SELECT l, k, o FROM known)
ON CONFLICT (ledger, kind, owner) DO UPDATE
    SET debits = account.debits + excluded.debits, credits = account.credits + excluded.credits
"""
_KNOWN: Final = "SELECT ledger, kind, owner FROM account WHERE owner IN"
_OPEN: Final = "INSERT INTO account (ledger, kind, owner, debits, credits) VALUES (?, ?, ?, ?, ?)"
_ADD: Final = """
UPDATE account SET debits = debits + ?, credits = credits + ?
WHERE ledger = ? AND kind = ? AND owner = ?
"""
_FOLDED_TYPES: Final = ("bytea", "int8", "int8", "bytea", "int8", "int8", "int8", "text")
_FOLDED_NAMES: Final = ("last_us", "last_till", "last_epoch", "last_seq", "again", "bearer")


def change_lots(connection: Connection, rows: Sequence[tuple[bytes, int]]) -> None:
    """What remains of lots now."""
    if not rows:
        return
    if on_postgresql(connection):
        run(connection, _PG_CHANGE_LOTS, columns(rows, ("bytea", "int8")))
        return
    given = [(remaining, lot_id) for lot_id, remaining in rows]
    run_each(connection, "UPDATE lot SET remaining = ? WHERE lot_id = ?", given)


def folded(connection: Connection, rows: Sequence[tuple[Any, ...]], *, settled: bool) -> None:
    """How far owners are folded now (owner, number, the last event's order, how often anew, who
    bore), and, where nobody decides on them, `settled` too.
    """
    numbers = ("folded", "decided")[: 1 + settled]
    if not rows:
        return
    if on_postgresql(connection):
        changes = [f"{name} = given.n" for name in numbers]
        changes += [f"{name} = given.{name}" for name in _FOLDED_NAMES]
        run(
            connection,
            f"UPDATE owner_place AS known SET {', '.join(changes)}"
            f" FROM unnest({', '.join(f'%s::{one}[]' for one in _FOLDED_TYPES)})"
            f" AS given (id, n, {', '.join(_FOLDED_NAMES)}) WHERE known.owner = given.id",
            columns(rows, _FOLDED_TYPES),
        )
        return
    names = ", ".join(f"{name} = ?" for name in (*numbers, *_FOLDED_NAMES))
    given = [(*[n] * len(numbers), *fold, owner) for owner, n, *fold in rows]
    run_each(connection, f"UPDATE owner_place SET {names} WHERE owner = ?", given)


def put_rights(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rights as they stand now, new or known."""
    run_for(connection, _RIGHTS, rows, types_of(HELD_RIGHT))


def add_sums(connection: Connection, sums: Mapping[Account, Sequence[int]]) -> None:
    """Add to accounts. Those that several owners share come last and by their names, so that two
    batches meet there only briefly and never cross.
    """
    rows = [
        (account.ledger, account.kind.value, account.owner, *sums[account])
        for account in sorted(sums)
    ]
    if not rows:
        return
    if not on_postgresql(connection):
        _add_each(connection, rows)
        return
    shared = [row for row in rows if row[1] not in _OWNED]
    for part in ([row for row in rows if row[1] in _OWNED], *([row] for row in shared)):
        if part:
            run(connection, _PG_ADD, columns(part, _SUM_TYPES))


def _add_each(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    known = {tuple(row) for row in many(connection, _KNOWN, {row[2] for row in rows})}
    run_each(connection, _OPEN, [row for row in rows if row[:3] not in known])
    run_each(connection, _ADD, [(*row[3:], *row[:3]) for row in rows if row[:3] in known])


def remove(connection: Connection, table: str, column: str, ids: Sequence[bytes]) -> None:
    """Rows that no longer stand."""
    if not ids:
        return
    if on_postgresql(connection):
        run(connection, f"DELETE FROM {table} WHERE {column} = ANY(%s)", (bytea(ids),))
        return
    run_each(connection, f"DELETE FROM {table} WHERE {column} = ?", [(one,) for one in ids])
