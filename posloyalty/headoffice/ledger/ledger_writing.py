"""The ledger's statements that change rows in place, one for a batch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from posloyalty.domain.ledger.transfer import Account, AccountKind
from posloyalty.headoffice.store.arrays import bytea, columns
from posloyalty.headoffice.store.ledger_tables import HELD_RIGHT
from posloyalty.headoffice.store.statements import on_postgresql, run, run_each, run_for, types_of

_OWNED: Final = frozenset(
    kind.value for kind in (AccountKind.MEMBER, AccountKind.GIFT_CARD, AccountKind.MEMBER_DEBT)
)
_PLACES: Final = """
INSERT INTO owner_fold (owner, at_us, till_id, epoch, seq, again, bearer) {rows}
ON CONFLICT (owner) DO UPDATE SET at_us = excluded.at_us, till_id = excluded.till_id,
    epoch = excluded.epoch, seq = excluded.seq, again = excluded.again, bearer = excluded.bearer
"""
_RIGHT_NAMES: Final = [f'"{column.name}"' for column in HELD_RIGHT.columns]
_RIGHTS: Final = (
    f"INSERT INTO held_right ({', '.join(_RIGHT_NAMES)}) {{rows}}"
    " ON CONFLICT (right_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _RIGHT_NAMES[1:])
)
_OPEN: Final = """
INSERT INTO account (ledger, kind, owner, debits, credits) {rows} ON CONFLICT DO NOTHING
"""
_PG_ADD: Final = """
UPDATE account AS known SET debits = known.debits + given.d, credits = known.credits + given.c
FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::int8[], %s::int8[]) AS given (l, k, o, d, c)
WHERE known.ledger = given.l AND known.kind = given.k AND known.owner = given.o
"""
_SUM_TYPES: Final = ("text", "text", "bytea", "int8", "int8")
_ADD: Final = """
UPDATE account SET debits = debits + ?, credits = credits + ?
WHERE ledger = ? AND kind = ? AND owner = ?
"""


def change_lots(connection: Connection, rows: Sequence[tuple[bytes, int]]) -> None:
    """What remains of lots now."""
    _update(connection, "lot", "lot_id", ("remaining",), rows)


def folded(connection: Connection, rows: Sequence[tuple[bytes, int]], *, settled: bool) -> None:
    """How far owners are folded now, and, where nobody decides on them, `settled` too."""
    _update(connection, "owner_place", "owner", ("folded", "decided")[: 1 + settled], rows)


def fold_places(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """The last event that each owner's fold knows."""
    run_for(connection, _PLACES, rows, ("bytea", "int8", "bytea", "int8", "int8", "int8", "text"))


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
    # Opened empty: a bound that holds for the sums need not hold for what is added to them.
    opened = [(*row[:3], 0, 0) for row in rows]
    run_for(connection, _OPEN, opened, _SUM_TYPES)
    if not on_postgresql(connection):
        run_each(connection, _ADD, [(*row[3:], *row[:3]) for row in rows])
        return
    shared = [row for row in rows if row[1] not in _OWNED]
    for part in ([row for row in rows if row[1] in _OWNED], *([row] for row in shared)):
        if part:
            run(connection, _PG_ADD, columns(part, _SUM_TYPES))


def remove(connection: Connection, table: str, column: str, ids: Sequence[bytes]) -> None:
    """Rows that no longer stand."""
    if not ids:
        return
    if on_postgresql(connection):
        run(connection, f"DELETE FROM {table} WHERE {column} = ANY(%s)", (bytea(ids),))
        return
    run_each(connection, f"DELETE FROM {table} WHERE {column} = ?", [(one,) for one in ids])


def _update(
    connection: Connection,
    table: str,
    key: str,
    changing: Sequence[str],
    rows: Sequence[tuple[bytes, int]],
) -> None:
    """Set one number, in one column or several, of each row."""
    if not rows:
        return
    if on_postgresql(connection):
        run(
            connection,
            f"UPDATE {table} AS known SET {', '.join(f'{name} = given.n' for name in changing)}"
            f" FROM unnest(%s::bytea[], %s::int8[]) AS given (id, n) WHERE known.{key} = given.id",
            columns(rows, ("bytea", "int8")),
        )
        return
    run_each(
        connection,
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in changing)} WHERE {key} = ?",
        [(*[n] * len(changing), one) for one, n in rows],
    )
