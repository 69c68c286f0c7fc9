"""The ledger's statements that change rows in place, one for a batch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.store.arrays import bytea, columns
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT
from posloyalty.headoffice.store.statements import (
    on_postgresql,
    run,
    run_each,
    run_for,
    types_of,
)

_OWNED: Final = frozenset(
    kind.value for kind in (AccountKind.MEMBER, AccountKind.GIFT_CARD, AccountKind.MEMBER_DEBT)
)
_NEVER_BELOW: Final = frozenset({AccountKind.MEMBER.value, AccountKind.GIFT_CARD.value})
_NEVER_ABOVE: Final = frozenset({AccountKind.MEMBER_DEBT.value, AccountKind.STORE_RISK.value})
"""Accounts whose credits are never below their debits, and never above, as the table says."""
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
_PUT: Final = """
INSERT INTO account AS known (ledger, kind, owner, debits, credits) {rows}
ON CONFLICT (ledger, kind, owner) DO UPDATE
    SET debits = known.debits + excluded.debits, credits = known.credits + excluded.credits
"""
_OPEN: Final = """
INSERT INTO account (ledger, kind, owner, debits, credits) {rows} ON CONFLICT DO NOTHING
"""
_PG_ADD: Final = """
UPDATE account AS known SET debits = known.debits + given.d, credits = known.credits + given.c
FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::int8[], %s::int8[]) AS given (l, k, o, d, c)
WHERE known.ledger = given.l AND known.kind = given.k AND known.owner = given.o
"""
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
    owned = [row for row in rows if row[1] in _OWNED]
    shared = [row for row in rows if row[1] not in _OWNED]
    # What is added need not keep the bound of an account's sums, and what is proposed as a row of
    # its own must: what does not is added to a row that is there, or was opened empty.
    within = [row for row in owned if _keeps_bound(row)]
    one_by_one = not all(map(_keeps_bound, shared))
    if len(within) < len(owned):
        _add_beyond(connection, [row for row in owned if not _keeps_bound(row)])
    run_for(connection, _PUT, within if one_by_one else within + shared, _SUM_TYPES)
    for row in shared if one_by_one else ():
        if _keeps_bound(row):
            run_for(connection, _PUT, [row], _SUM_TYPES)
        else:
            _add_beyond(connection, [row])


def _keeps_bound(row: tuple[Any, ...]) -> bool:
    """Whether what is added to an account is within what the table asks of its sums."""
    kind, debited, credited = row[1], row[3], row[4]
    if kind in _NEVER_BELOW:
        return bool(credited >= debited)
    return kind not in _NEVER_ABOVE or bool(debited >= credited)


def _add_beyond(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    run_for(connection, _OPEN, [(*row[:3], 0, 0) for row in rows], _SUM_TYPES)
    if on_postgresql(connection):
        run(connection, _PG_ADD, columns(rows, _SUM_TYPES))
        return
    run_each(connection, _ADD, [(*row[3:], *row[:3]) for row in rows])


def remove(connection: Connection, table: str, column: str, ids: Sequence[bytes]) -> None:
    """Rows that no longer stand."""
    if not ids:
        return
    if on_postgresql(connection):
        run(connection, f"DELETE FROM {table} WHERE {column} = ANY(%s)", (bytea(ids),))
        return
    run_each(connection, f"DELETE FROM {table} WHERE {column} = ?", [(one,) for one in ids])
