"""Transactions of head office's database: what waits for the disk, what was lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlcipher3.dbapi2 as sqlite
from sqlalchemy import Connection, text

from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.running.faults import OfficeFull
from posloyalty.headoffice.store.database import FILE_NAME, Database, open_database
from tests.faults.test_disk import files_no_larger_than

WAITS = {"sqlite": "2", "postgresql": "on"}
DOES_NOT_WAIT = {"sqlite": "1", "postgresql": "off"}


def durability(connection: Connection) -> str:
    asked = "SHOW synchronous_commit"
    if connection.dialect.name == "sqlite":
        asked = "PRAGMA synchronous"
    return str(connection.exec_driver_sql(asked).scalar_one())


class Watched(Database):
    """Notes how durable each derived transaction was as it ended."""

    def __init__(self, opened: Database) -> None:
        super().__init__(opened._engine)
        self.seen: list[str] = []

    @contextmanager
    def write_derived(self) -> Iterator[Connection]:
        with super().write_derived() as connection:
            yield connection
            self.seen.append(durability(connection))


def test_the_ledger_does_not_wait_for_the_disk_and_what_tills_send_does(
    tmp_path: Path, database_url: str
) -> None:
    opened = Watched(open_database(database_url, tmp_path))
    try:
        kind = "postgresql" if opened.on_postgresql else "sqlite"
        with opened.write() as connection:
            assert durability(connection) == WAITS[kind]
        Ledger(opened, office_id=bytes(16)).follow(now_s=0)
        assert opened.seen == [DOES_NOT_WAIT[kind]]
        for _ in range(3):  # whichever connection the pool gives
            with opened.write() as connection:
                assert durability(connection) == WAITS[kind]
    finally:
        opened.close()


def test_a_connection_that_its_server_closed_is_replaced_before_it_is_used(
    tmp_path: Path, postgresql_empty: str
) -> None:
    opened = open_database(postgresql_empty, tmp_path)
    asked = "SELECT pg_backend_pid()"
    try:
        with opened.read() as one, opened.read() as other:
            idle = {c.exec_driver_sql(asked).scalar_one() for c in (one, other)}
        with psycopg.connect(postgresql_empty, autocommit=True) as chief:
            for number in idle:
                chief.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))
        with opened.read() as one, opened.read() as other:
            now = {c.exec_driver_sql(asked).scalar_one() for c in (one, other)}
        assert not idle & now
        with opened.read() as one, opened.read() as other:
            drivers = [c.connection.driver_connection for c in (one, other)]
        for driver in drivers:
            assert driver is not None
            driver.close()
        with opened.read() as one:
            assert one.exec_driver_sql(asked).scalar_one() not in now
    finally:
        opened.close()


def page_bytes(folder: Path) -> int:
    opened = open_database("", folder)
    try:
        with opened.read() as connection:
            return int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    finally:
        opened.close()


def test_three_sales_lie_on_a_page_of_a_new_file(tmp_path: Path) -> None:
    assert page_bytes(tmp_path) == 8192
    assert page_bytes(tmp_path) == 8192


def test_a_file_of_before_keeps_its_pages(tmp_path: Path) -> None:
    made = sqlite.connect(str(tmp_path / FILE_NAME))
    made.executescript("PRAGMA journal_mode = WAL; CREATE TABLE before_all (n INTEGER)")
    made.close()
    assert page_bytes(tmp_path) == 4096


def fill(connection: Connection) -> None:
    """Write until the database itself says that its disk is full."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100'; END $$"))
    connection.execute(text("PRAGMA max_page_count = 1"))  # as many as there are
    try:
        connection.execute(text("CREATE TABLE filling AS SELECT zeroblob(1000000)"))
    finally:
        connection.execute(text("PRAGMA max_page_count = 1000000000"))


@pytest.mark.parametrize("derives", [False, True])
def test_a_disk_without_room_is_told_and_nothing_is_half_written(
    tmp_path: Path, database_url: str, derives: bool
) -> None:
    database = open_database(database_url, tmp_path)
    told: list[str] = []
    database.when_full = lambda: told.append("full")
    writing = database.write_derived if derives else database.write
    making = text("CREATE TABLE before_it (n INTEGER)")

    def half() -> None:
        with writing() as connection:
            connection.execute(making)
            fill(connection)

    with pytest.raises(OfficeFull):
        half()
    with writing() as connection:
        connection.execute(making)  # which fails where it is there
        connection.execute(text("DROP TABLE before_it"))
    database.close()
    assert told == ["full"]


def test_a_database_that_finds_no_room_at_its_opening_says_that_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite cannot make beside a file that nobody has open is an I/O error by its code."""
    open_database("", tmp_path).close()
    with monkeypatch.context() as full, files_no_larger_than(4096):
        full.setattr("posloyalty.storage.driver.free_bytes", lambda _folder: 4096)
        with pytest.raises(OfficeFull):
            open_database("", tmp_path)
    open_database("", tmp_path).close()
