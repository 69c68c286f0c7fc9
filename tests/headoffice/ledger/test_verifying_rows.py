"""One value of one row is changed, in every column that follows from the journals: it is named,
or the database refuses it.

What no journal says is listed with the reason, and changing it must pass: so neither list rots.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.corpus import Corpus
from tests.headoffice.ledger.test_verifying import proof, without_guards

NOT_IN_A_JOURNAL: Final = {
    "journal_event.received_s": "when head office received it",
    "journal_place.moved_s": "when head office received it",
    "journal_place.everywhere": "how far a till was answered; it is answered again",
    "owner_place.arrived": "there may be more numbers than events",
    "owner_place.due_s": "since when somebody waits to be folded; nobody waits here",
    "owner_place.everywhere": "a number of a change; tills are told again",
    "owner_place.again": "how often it was folded, for ids of transfers alone",
    "transfer.transfer_id": "counted on where a transfer stands again; nothing undoes this one",
    "till.till_code": "a person put it there; the audit log says so",
    "till.revoked": "a person put it there; the audit log says so",
    "till.joined_s": "when head office received it",
    "till.issued_s": "when head office received it",
    "till.app": "what it said last",
    "till.seen_s": "when head office heard of it",
    "till.waiting": "what it said last",
    "till.retells": "what it is still asked to tell",
    "till.gone_s": "a person put it there; the audit log says so",
}
"""Columns from which no balance follows, or that a person decided."""
WORKED_OUT: Final = {"owner_place.waits", "owner_place.undecided"}
"""Columns that the database computes."""
TABLES: Final = (
    "account",
    "audit_entry",
    "event_owner",
    "finding",
    "heard_owner",
    "held_right",
    "journal_event",
    "journal_place",
    "lot",
    "member",
    "owner_place",
    "right_owner",
    "till",
    "transfer",
)
EMPTY: Final = {"held_right.last", "member.alias_of", "transfer.reverses"}
"""Columns without a value in this world; `test_verifying.py` changes them."""

EVERY: Final = 3
"""The suite changes every so many columns of each table, and to prove it each."""

Row = dict[str, Any]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenOffice]:
    """A till's day and a fleet, on SQLite without any guard."""
    folder = tmp_path_factory.mktemp("rows")
    with opened_office(folder, "", clock=SetClock(), chance=SeededChance(5)) as office:
        Corpus.small(3).feed(office)
        assert proof(office).differences == ()
        with office.database.write() as connection:
            without_guards(connection)
        yield office


def middle(connection: Connection, table: str, column: str) -> Row:
    """A row from the middle of those that have a value there; `rowid` is among its values."""
    having = f"FROM {table} WHERE {column} IS NOT NULL"
    count = connection.exec_driver_sql(f"SELECT count(*) {having}").scalar_one()
    assert count, f"{table} has no {column} in this world"
    asked = f"SELECT rowid, * {having} ORDER BY 2, 3 LIMIT 1 OFFSET {count // 2}"
    return dict(connection.exec_driver_sql(asked).mappings().one())


def other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"x"
    if isinstance(value, int):
        return value + 1
    assert isinstance(value, str)
    if value[-1:].isdigit():
        return value[:-1] + str((int(value[-1]) + 1) % 10)
    return value + "x"


def seen_once(office: OpenOffice, table: str, key: Any, column: str, *, to: Any) -> bool:
    """Whether a changed value is named, or never gets past the database; it is put back."""
    try:
        _put(office, table, key, column, to[1])
    except IntegrityError:
        return True
    try:
        return not proof(office).holds
    finally:
        _put(office, table, key, column, to[0])


def _put(office: OpenOffice, table: str, key: Any, column: str, value: Any) -> None:
    with office.database.write() as connection:
        _unchecked(connection)
        done = connection.exec_driver_sql(
            f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (value, key)
        )
        assert done.rowcount == 1


def _unchecked(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")


@pytest.mark.parametrize("table", TABLES)
def test_a_changed_value_of_any_column_is_named(
    opened: OpenOffice, table: str, proving: bool
) -> None:
    with opened.database.read() as connection:
        columns = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    passed, wanted = [], []
    for column in (row[1] for row in columns[:: 1 if proving else EVERY]):
        name = f"{table}.{column}"
        if name in WORKED_OUT | EMPTY:
            continue
        with opened.database.read() as connection:
            row = middle(connection, table, column)
        change = (row[column], other(row[column]))
        if not seen_once(opened, table, row["rowid"], column, to=change):
            passed.append(name)
        wanted += [name] if name in NOT_IN_A_JOURNAL else []
    assert passed == wanted


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_is_gone_is_named(opened: OpenOffice, table: str) -> None:
    with opened.database.read() as connection:
        row = middle(connection, table, "rowid")
    kept = {name: value for name, value in row.items() if f"{table}.{name}" not in WORKED_OUT}
    try:
        with opened.database.write() as connection:
            _unchecked(connection)
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE rowid = ?", (row["rowid"],))
    except IntegrityError:
        return  # other rows name it
    try:
        assert not proof(opened).holds
    finally:
        with opened.database.write() as connection:
            _unchecked(connection)
            names, marks = ", ".join(kept), ", ".join("?" * len(kept))
            put = f"INSERT INTO {table} ({names}) VALUES ({marks})"
            connection.exec_driver_sql(put, tuple(kept.values()))
    assert proof(opened).differences == ()
