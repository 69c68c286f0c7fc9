"""Several statements go to PostgreSQL in one trip, and what comes of each is its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from posloyalty.headoffice.store.arrays import bytea, int8
from posloyalty.headoffice.store.database import Database, open_database
from posloyalty.headoffice.store.statements import ask
from posloyalty.headoffice.store.trips import Known, trip

LARGE = 4_000_000
"""Bytes that no buffer of a socket holds."""
NUMBER = ("SELECT %s::int8 + 1", (4,))


@pytest.fixture
def driver(postgresql: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own."""
    with psycopg.connect(postgresql) as connection:
        yield connection


def went(
    driver: psycopg.Connection[Any],
    known: Known,
    *said: tuple[str, tuple[Any, ...]],
    commits: bool = False,
) -> None:
    """One trip with some statements."""
    with trip(driver, known) as sent:
        for wording, values in said:
            sent.say(wording, values)
        if commits:
            sent.commit()


@pytest.fixture
def database(postgresql_empty: str, tmp_path: Path) -> Iterator[Database]:
    """Head office's database on PostgreSQL."""
    opened = open_database(postgresql_empty, tmp_path)
    yield opened
    opened.close()


def test_values_go_and_come_as_they_are(driver: psycopg.Connection[Any]) -> None:
    values = (-(2**63), "drei \u00e4\u20ac", b"\0\xff", None, int8([3, None]), bytea([b"a"]))
    with trip(driver, Known()) as sent:
        sent.say("SELECT %s::int8, %s::text, %s::bytea, %s::text, %s::int8[], %s::bytea[]", values)
        sent.say("SELECT 1 WHERE false", ())
        sent.say(*NUMBER)
    assert sent.answers() == [[(*values[:4], [3, None], [b"a"])], [], [(5,)]]


def test_a_statement_is_prepared_once_by_the_types_of_its_values(
    driver: psycopg.Connection[Any],
) -> None:
    known = Known()
    for value in (1, 2, b"b", 3):
        with trip(driver, known) as sent:
            sent.say("SELECT %s", (value,))
            sent.say("SELECT %s", (value,))
        assert sent.answers() == [[(value,)]] * 2
    there = driver.execute("SELECT count(*) FROM pg_prepared_statements").fetchone()
    assert len(known) == 2
    assert there == (2,)


def test_more_than_the_line_holds_goes_and_comes_at_once(driver: psycopg.Connection[Any]) -> None:
    with trip(driver, Known()) as sent:
        for value in (b"a" * LARGE, b"b" * LARGE):
            sent.say("SELECT %s::bytea", (value,))
    assert [len(row[0]) for (row,) in sent.answers()] == [LARGE, LARGE]


def test_the_first_fault_is_raised_and_nothing_behind_it_was_run(
    driver: psycopg.Connection[Any],
) -> None:
    known = Known()
    refused = (NUMBER, ("SELECT 1 / %s::int8", (0,)), ("SELECT no_such_thing", ()))
    with pytest.raises(psycopg.errors.DivisionByZero):
        went(driver, known, *refused, commits=True)
    assert driver.info.transaction_status == psycopg.pq.TransactionStatus.INERROR
    driver.rollback()
    with trip(driver, known) as sent:
        sent.say(*NUMBER)
        sent.say("SELECT 6 / %s::int8", (3,))
    assert sent.answers() == [[(5,)], [(2,)]]


def test_what_fails_on_the_way_leaves_the_connection_as_good_as_it_was(
    driver: psycopg.Connection[Any],
) -> None:
    known = Known()
    with pytest.raises(ValueError, match="character 0"):
        went(driver, known, NUMBER, ("SELECT %s::text", ("with \0",)))
    with pytest.raises(TypeError, match="float"):
        went(driver, known, NUMBER, ("SELECT %s", (0.5,)))
    assert driver.execute("SELECT 1").fetchone() == (1,)


def test_nothing_is_asked_in_the_middle_of_a_trip(driver: psycopg.Connection[Any]) -> None:
    with trip(driver, Known()), pytest.raises(psycopg.InterfaceError, match="one trip"):
        went(driver, Known(), NUMBER)
    assert driver.execute("SELECT 1").fetchone() == (1,)


def test_a_connection_that_is_lost_on_a_trip_is_closed(
    driver: psycopg.Connection[Any], postgresql: str
) -> None:
    driver.execute("SELECT 1")
    with psycopg.connect(postgresql, autocommit=True) as chief:
        chief.execute("SELECT pg_terminate_backend(%s, 5000)", (driver.info.backend_pid,))
    with pytest.raises(psycopg.OperationalError):
        went(driver, Known(), NUMBER)
    assert driver.closed


def test_a_trip_begins_the_transaction_that_its_connection_is_for(database: Database) -> None:
    how = ("SHOW transaction_isolation", ())
    with database.write() as connection:
        assert ask(connection, how) == [[("read committed",)]]
    reading = database._engine.execution_options(isolation_level="REPEATABLE READ")
    with reading.begin() as connection:
        assert ask(connection, how) == [[("repeatable read",)]]


def test_statements_are_prepared_anew_behind_a_rollback(database: Database) -> None:
    def used() -> None:
        for _ in range(8):  # psycopg prepares what is run more than five times
            with database.write() as connection:
                connection.exec_driver_sql("SELECT 1")
                assert ask(connection, NUMBER) == [[(5,)]]

    used()
    with pytest.raises(DBAPIError, match="zero"), database.write() as connection:
        ask(connection, ("SELECT 1 / 0", ()))
    used()
    with database.read() as connection:  # what only reads is rolled back where it is left open
        assert ask(connection, NUMBER) == [[(5,)]]
        connection.get_transaction().rollback()  # type: ignore[union-attr]
    used()
    with database.write() as connection:
        nested = connection.begin_nested()
        nested.rollback()
        assert ask(connection, NUMBER) == [[(5,)]]
    used()
