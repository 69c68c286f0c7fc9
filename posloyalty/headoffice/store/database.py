"""Head office's database: embedded SQLite, or PostgreSQL where an address is given.

Shape: `open_database(url, folder)` connects, brings the tables to this release, and gives a
`Database` whose `write()` and `read()` are one transaction each. SQLite is the one that SQLCipher
bundles, used without a key: Python's own may have the write-ahead-log reset race of releases before
3.51.3. It has one writer at a time, so writers of this process queue here instead of asking the
file again and again; on PostgreSQL they meet only at the row of the journal that they write.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeVar

import psycopg
import sqlcipher3.dbapi2 as sqlite
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from posloyalty.headoffice.running.faults import OfficeFull, OfficeNotUpgraded, OfficeUnreachable
from posloyalty.headoffice.store.arrays import register
from posloyalty.headoffice.store.statements import PREPARED, put
from posloyalty.headoffice.store.upgrade import upgrade
from posloyalty.storage.driver import has_no_room_to_open, take_values_as_they_are

Result = TypeVar("Result")
FILE_NAME: Final = "headoffice.db"
DISK_FULL: Final = "53100"
"""What PostgreSQL says where SQLite says SQLITE_FULL."""
CONNECTIONS: Final = 8
CONNECTIONS_MORE: Final = 24
BUSY_S: Final = 10.0
STATEMENTS_KEPT: Final = 256
"""So many statements a connection to SQLite keeps compiled, as a till's does. Of the driver's own
hundred there would be fewer than head office asks.
"""
ATTEMPTS: Final = 5
_COLLISIONS: Final = frozenset({"40P01", "40001", "26000"})
"""A deadlock, a serialisation that failed, a prepared statement that somebody dropped."""
_ALSO_THERE: Final = frozenset({"23505"})
"""Two wrote the same key at once, each before it could see the other's."""
_PG_OPTIONS: Final = (
    "-c synchronous_commit=on -c idle_in_transaction_session_timeout=30000"
    " -c statement_timeout=30000 -c lock_timeout=20000 -c timezone=UTC"
)
_PLACE: Final = """
SELECT concat_ws('/',
    (SELECT system_identifier FROM pg_control_system()),
    substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8),
    (SELECT oid FROM pg_database WHERE datname = current_database()),
    'office'::regclass::oid)"""
_PRAGMAS: Final = (
    # Of a new file only. A sale of 2 kB leaves half of a page of 4 kB empty, and a commit costs by
    # the page, hardly by its size.
    "PRAGMA page_size = 8192",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    # What was erased of a member is zeros in the file, not bytes that nobody lists any more.
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -32768",
    "PRAGMA mmap_size = 0",
    # Pages that many batches change are written back once for all of them: 32 MB of log.
    "PRAGMA wal_autocheckpoint = 4000",
)


class Database:
    """Connections to where head office keeps everything."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._deriving = engine.execution_options(posloyalty_derives=True)
        self._reading = engine.execution_options(posloyalty_reads=True)
        self.on_postgresql = engine.dialect.name == "postgresql"
        self._one_writer = nullcontext() if self.on_postgresql else Lock()
        self.opened = 0
        """How many connections were made so far: behind a new one may lie another database."""
        self.when_full: Callable[[], object] = lambda: None
        """Called each time that there was no room for what was to be written."""
        event.listen(engine, "connect", self._count)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction; committed when the block ends, rolled back when it raises.

        Raises `OfficeFull` where the disk has no room for it.
        """
        with self._one_writer, self._finding_room(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def write_derived(self) -> Iterator[Connection]:
        """The same for what follows from what is kept, and is done again where it was lost: the
        commit does not wait for the disk (on PostgreSQL once `UNHURRIED` was asked). Whatever
        waits later lies behind it in the log.
        """
        with self._one_writer, self._finding_room(), self._deriving.begin() as connection:
            yield connection

    @contextmanager
    def _finding_room(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as fault:
            if not _found_no_room(fault.orig):
                raise
            self.when_full()
            # The log names the places that it came through, as of any other fault.
            raise OfficeFull().with_traceback(fault.__traceback__) from fault

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that writes nothing."""
        with self._reading.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """One transaction that writes nothing and sees one moment, however long it takes."""
        reading = self._engine.execution_options(
            posloyalty_reads=True,
            **({"isolation_level": "REPEATABLE READ"} if self.on_postgresql else {}),
        )
        with reading.begin() as connection:
            if self.on_postgresql:
                connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            yield connection

    def again(self, job: Callable[[], Result]) -> Result:
        """Do a job that is one transaction, again where another one was in its way: two that wait
        for one another's rows are found by PostgreSQL, and one of them is undone whole.
        """
        return _again(job, _COLLISIONS)

    def put(self, connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add many rows, their values in the table's order."""
        put(connection, table, rows)

    def stands_on(self, connection: Connection) -> str:
        """What tells this database from a copy of it: the cluster, its timeline, which a promoted
        replica leaves, and the tables' own numbers; of SQLite the file. Empty where that cannot be
        told.
        """
        try:
            with connection.begin_nested():
                asked = _PLACE if self.on_postgresql else "PRAGMA database_list"
                found = connection.exec_driver_sql(asked).first()
            if found is None or self.on_postgresql:
                return "" if found is None else str(found[0])
            file = Path(found[2]).stat()
        except (DBAPIError, OSError):
            return ""
        return f"{file.st_dev}/{file.st_ino}"

    def _count(self, _driver: object, _record: object) -> None:
        self.opened += 1

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def again_beside(job: Callable[[], Result]) -> Result:
    """The same for what a person does while somebody else, or their own second click, does it, too:
    who comes second looks again, and is told what holds since.
    """
    return _again(job, _COLLISIONS | _ALSO_THERE)


def _again(job: Callable[[], Result], over: Collection[str]) -> Result:
    for _ in range(ATTEMPTS - 1):
        try:
            return job()
        except DBAPIError as fault:
            if getattr(fault.orig, "sqlstate", None) not in over:
                raise
    return job()


def open_database(url: str, folder: Path) -> Database:
    """Connect and upgrade; an empty `url` is SQLite in the folder.

    Raises `OfficeUnreachable`, `OfficeFull`, `OfficeNotUpgraded` and `OfficeTooNew`.
    """
    try:
        engine = _postgresql(url) if url else _sqlite(folder)
        upgrade(engine)
        # The driver lets go first of what was run least: a connection that made the tables would
        # hold on to their making, and compile what is asked anew for every batch.
        engine.dispose()
    except (DBAPIError, sqlite.Error, ArgumentError, OfficeNotUpgraded) as fault:
        under = fault.__cause__ if isinstance(fault, OfficeNotUpgraded) else fault
        told = under.orig if isinstance(under, DBAPIError) else under
        no_room = not url and has_no_room_to_open(folder / FILE_NAME)
        if no_room or _found_no_room(told):
            raise OfficeFull from fault
        if isinstance(fault, OfficeNotUpgraded):
            raise
        raise OfficeUnreachable(str(told).strip()) from fault
    return Database(engine)


def _sqlite(folder: Path) -> Engine:
    # Nobody else of this machine reads what shops sold, also in a folder that somebody else made.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / FILE_NAME).touch(mode=0o600)
    take_values_as_they_are()
    engine = create_engine(
        f"sqlite:///{folder / FILE_NAME}",
        module=sqlite,
        poolclass=QueuePool,
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS_MORE,
        connect_args={
            "timeout": BUSY_S,
            "isolation_level": None,
            "check_same_thread": False,
            "cached_statements": STATEMENTS_KEPT,
        },
    )
    event.listen(engine, "connect", _prepare, insert=True)
    event.listen(engine, "begin", _begin)
    return engine


def _found_no_room(told: BaseException | None) -> bool:
    full = (sqlite.SQLITE_FULL, DISK_FULL)
    return getattr(told, "sqlite_errorcode", getattr(told, "sqlstate", None)) in full


def _prepare(connection: Any, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: Connection) -> None:
    options, driver = connection.get_execution_options(), connection.connection
    if options.get("posloyalty_reads"):
        connection.exec_driver_sql("BEGIN")
        return
    synchronous = "NORMAL" if options.get("posloyalty_derives") else "FULL"
    if driver.info.get("synchronous", "FULL") != synchronous:
        connection.exec_driver_sql(f"PRAGMA synchronous = {synchronous}")
        driver.info["synchronous"] = synchronous
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() != "postgresql":
        raise ArgumentError(address.render_as_string(hide_password=True))
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        pool_size=CONNECTIONS,
        max_overflow=CONNECTIONS_MORE,
        connect_args={"options": _PG_OPTIONS, "connect_timeout": 10},
    )
    event.listen(engine, "connect", lambda driver, _record: register(driver))
    event.listen(engine, "checkout", _still_there)
    event.listen(engine, "rollback", _forget_prepared)
    event.listen(engine, "rollback_savepoint", _forget_prepared)
    event.listen(engine, "reset", _forget_undone)
    return engine


def _forget_prepared(connection: Connection, *_savepoint: object) -> None:
    """A rollback drops what was prepared (`Known`)."""
    if not (connection.closed or connection.invalidated):
        connection.info.get(PREPARED, {}).clear()


def _forget_undone(driver: Any, record: ConnectionPoolEntry, _state: object) -> None:
    """A connection that comes back inside a transaction is rolled back."""
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        record.info.get(PREPARED, {}).clear()


def _still_there(driver: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A connection that its server closed has something to read, though nobody asked; only then is
    it asked for, which costs a trip.
    """
    try:
        if _speaks(driver.fileno()):
            driver.execute("SELECT 1")
            driver.rollback()
            record.info.get(PREPARED, {}).clear()
    except psycopg.Error as fault:
        raise InvalidatePoolError from fault  # the others are as old


def _speaks(number: int) -> bool:
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    asked = select.poll()
    asked.register(number, select.POLLIN)
    return bool(asked.poll(0))
