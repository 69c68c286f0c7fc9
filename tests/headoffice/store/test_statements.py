"""What is written and asked by the batch: the two databases answer alike, in as few trips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.exc import IntegrityError

from posloyalty.headoffice.store.arrays import OF, ONCE_FROM, register
from posloyalty.headoffice.store.database import Database, open_database
from posloyalty.headoffice.store.statements import (
    ask,
    ask_behind,
    ask_many,
    many,
    put,
    put_new,
    run,
    run_for,
    together,
)

NOTE = Table(
    "test_note",
    MetaData(),
    Column("id", LargeBinary, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("told", Text),
)
MADE = "CREATE TABLE test_note (id {blob} PRIMARY KEY, n INTEGER NOT NULL, told TEXT)"
ALL = "SELECT id, n, told FROM test_note ORDER BY n"
ROWS = ((b"a" * 16, 1, "one"), (b"b", 2, None), (b"", -3, "drei \u00e4\u20ac\U0001f600"))
INSERTED = "INSERT INTO test_note (id, n, told) {rows}"
TOLD = "SELECT n, told FROM test_note WHERE id IN"


@pytest.fixture
def database(tmp_path: Path, database_url: str) -> Iterator[Database]:
    """A database with one table more."""
    opened = open_database(database_url, tmp_path)
    try:
        with opened.write() as connection:
            connection.exec_driver_sql("DROP TABLE IF EXISTS test_note")
            blob = "BYTEA" if opened.on_postgresql else "BLOB"
            connection.exec_driver_sql(MADE.format(blob=blob))
        yield opened
        with opened.write() as connection:
            connection.exec_driver_sql("DROP TABLE test_note")
    finally:
        opened.close()


def kept(connection: Connection) -> list[tuple[Any, ...]]:
    return [(bytes(row[0]), row[1], row[2]) for row in connection.exec_driver_sql(ALL)]


def test_rows_are_kept_as_they_are(database: Database) -> None:
    with database.write() as connection:
        put(connection, NOTE, ROWS)
    with database.read() as connection:
        assert kept(connection) == sorted(ROWS, key=lambda row: row[1])


@pytest.mark.parametrize("other", [None, 0, ONCE_FROM // 2, ONCE_FROM - 1])
@pytest.mark.parametrize(
    ("told", "else_told"), [("one", "two"), ("one", None), (None, "two"), ("", "two")]
)
def test_what_most_rows_have_alike_is_each_rows_own(
    database: Database, other: int | None, told: str | None, else_told: str | None
) -> None:
    rows = [(b"%d" % n, 7, else_told if n == other else told) for n in range(ONCE_FROM)]
    with database.write() as connection:
        run_for(connection, INSERTED, rows, ("bytea", "int4", "text"), alike=(1, 2))
    with database.read() as connection:
        assert set(kept(connection)) == set(rows)


def test_rows_that_are_there_already_stay(database: Database) -> None:
    with database.write() as connection:
        put(connection, NOTE, ROWS[:1])
        put_new(connection, NOTE, [(ROWS[0][0], 9, "other"), ROWS[1]])
    with database.read() as connection:
        assert kept(connection) == list(ROWS[:2])


def test_several_questions_are_answered_each_in_its_place(database: Database) -> None:
    ids = [row[0] for row in ROWS]
    with database.write() as connection:
        put(connection, NOTE, ROWS)
        first, count = ask(connection, (ALL, ()), ("SELECT count(*) FROM test_note", ()))
        told, nobody = ask_many(connection, (TOLD, ids[:1]), (TOLD, ()))
        assert [row[1] for row in first] == [-3, 1, 2]
        assert [row[0] for row in count] == [3]
        assert [tuple(row) for row in told] == [(1, "one")]
        assert nobody == many(connection, TOLD, ()) == []


def test_a_question_about_nobody_is_answered_in_its_place_and_never_asked(
    database: Database,
) -> None:
    ids, refused = [row[0] for row in ROWS], "SELECT n FROM no_such_table WHERE id IN"
    with database.write() as connection:
        put(connection, NOTE, ROWS)
        counted = ("SELECT count(*) FROM test_note", ())
        found = ask_behind(connection, [counted], [(refused, ()), (TOLD, ids[:1]), (refused, {})])
        assert [[tuple(row) for row in rows] for rows in found] == [[(3,)], [], [(1, "one")], []]
        assert [len(rows) for rows in ask_many(connection, (refused, ()), (TOLD, ids))] == [0, 3]


def test_more_ids_than_a_statement_takes_are_asked_in_parts(database: Database) -> None:
    with database.write() as connection:
        put(connection, NOTE, ROWS)
        ids = [ROWS[0][0], *(n.to_bytes(16, "big") for n in range(40_000)), ROWS[1][0]]
        assert sorted(row[0] for row in many(connection, TOLD, ids)) == [1, 2]


def test_what_is_written_together_is_kept_or_refused_together(database: Database) -> None:
    with database.write() as connection, together(connection):
        put(connection, NOTE, ROWS[:2])
        run(connection, "UPDATE test_note SET n = ? WHERE id = ?", (7, ROWS[0][0]))
    with pytest.raises(IntegrityError):
        write_again(database)
    with database.read() as connection:
        assert [(row[0], row[1]) for row in kept(connection)] == [(b"b", 2), (b"a" * 16, 7)]


def write_again(database: Database) -> None:
    with database.write() as connection, together(connection):
        put(connection, NOTE, ROWS[2:])
        put(connection, NOTE, ROWS[:1])
        run(connection, "UPDATE test_note SET n = ? WHERE id = ?", (8, ROWS[0][0]))


VALUES = {
    "bytea": st.one_of(st.none(), st.binary(max_size=20), st.binary(min_size=16, max_size=16)),
    "int8": st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    "text": st.one_of(
        st.none(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
    ),
}


@pytest.fixture(scope="module")
def driver(postgresql: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(postgresql, autocommit=True) as connection:
        register(connection)
        yield connection


@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_postgresql_reads_a_packed_column_as_it_was(
    driver: psycopg.Connection[Any], kind: str, data: st.DataObject
) -> None:
    column = data.draw(st.lists(VALUES[kind], max_size=8))
    (given_back,) = driver.execute(f"SELECT %s::{kind}[]", (OF[kind](column),)).fetchone() or ()
    assert given_back == column


@pytest.mark.parametrize(
    ("kind", "column"),
    [("int8", [1, 2**63]), ("int8", [None, -(2**63) - 1]), ("text", ["fine", "with \0"])],
)
def test_what_postgresql_cannot_hold_is_refused_before_it_is_sent(
    kind: str, column: Sequence[Any]
) -> None:
    with pytest.raises(ValueError, match=r"64 bits|character 0"):
        OF[kind](column)


def test_the_last_writing_commits_in_the_same_trip(database: Database) -> None:
    with database.write() as connection, together(connection, commits=True):
        put(connection, NOTE, ROWS)
    with database.read() as connection:
        assert len(kept(connection)) == len(ROWS)


def test_nothing_is_committed_of_a_last_writing_that_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError):
        write_twice(database)
    with database.write() as connection:
        assert kept(connection) == []
        put(connection, NOTE, ROWS[:1])


def write_twice(database: Database) -> None:
    with database.write() as connection, together(connection, commits=True):
        put(connection, NOTE, ROWS)
        put(connection, NOTE, ROWS[:1])
