"""Trips to PostgreSQL: statements that go there together, each prepared once on its connection.

Shape: `with trip(driver, known) as sent: sent.say(wording, values)`, and behind it
`sent.answers()` are the rows of each, as tuples. psycopg's own cursors make several objects a
statement, look at the socket after each and read every value as text; a batch of a till's journal
is two dozen statements, of which that was a sixth of the server's time. Here they are handed to
libpq one after the other (`psycopg.pq`), sent when the last is there, and read as they come back.

The first statement that PostgreSQL refuses is raised behind the trip, as psycopg has it; those
behind it were not run then. Transactions are psycopg's and SQLAlchemy's: a trip begins one where
none is open.
"""

from __future__ import annotations

import select
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any, Final

import psycopg
from psycopg.adapt import Transformer
from psycopg.pq import ExecStatus, Format, PipelineStatus, TransactionStatus

from posloyalty.headoffice.store.arrays import Array

Key = tuple[str, tuple[int, ...]]
"""A statement's text and the types of its values."""


class Known(dict[Key, bytes]):
    """The names of a connection's prepared statements. A name is never given twice: what was
    refused may be there or not.

    psycopg drops every statement of a connection, these too, whenever it rolls back: whoever rolls
    back `clear`s this.
    """

    def __init__(self) -> None:
        super().__init__()
        self._names = count()

    def name(self, key: Key) -> bytes:
        """A name for one more."""
        self[key] = name = b"trip_%d" % next(self._names)
        return name


_UNSAID, _BYTEA, _INT8 = 0, 17, 20
"""Types of values: what the statement wants there, raw bytes, an integer."""
# Names of the module: a member of an enumeration takes ten times as long to find.
_IN_BINARY: Final = Format.BINARY
_AS_TEXT: Final = Format.TEXT
_WENT_WELL: Final = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
_ASIDE: Final[Key] = ("", ())
"""What begins or ends a transaction, of which nobody asks an answer."""


class Trip:
    """Statements that are on their way, and what came of them."""

    def __init__(self, driver: psycopg.Connection[Any], known: Known) -> None:
        self._driver = driver
        self._connection = driver.pgconn
        self._known = known
        self._said: list[Key | None] = []  # what was prepared or aside, and nothing for the rest
        self._results: list[Any] = []

    def say(self, wording: str, values: Sequence[Any]) -> None:
        """One more statement, its values marked `%s`."""
        data, types, formats = _dumped(values)
        key = (wording, types)
        name = self._known.get(key)
        if name is None:
            name = self._known.name(key)
            self._connection.send_prepare(name, _numbered(wording), types)
            self._said.append(key)
        self._connection.send_query_prepared(name, data, formats, result_format=_IN_BINARY)
        self._said.append(None)

    def commit(self) -> None:
        """The transaction ends behind what was said."""
        self._aside(b"COMMIT")

    def answers(self) -> list[list[Any]]:
        """The rows of each statement, once the trip is over."""
        reader = Transformer(self._driver)
        found: list[list[Any]] = []
        for one in self._results:
            reader.set_pgresult(one, format=_IN_BINARY)
            found.append(reader.load_rows(0, one.ntuples, tuple))
        return found

    def begin(self) -> None:
        """Go on in the open transaction, or in a new one."""
        if self._connection.pipeline_status != PipelineStatus.OFF:
            raise psycopg.InterfaceError("one trip at a time")
        status = self._connection.transaction_status
        self._connection.enter_pipeline_mode()
        if status == TransactionStatus.IDLE and not self._driver.autocommit:
            level = self._driver.isolation_level
            how = b"" if level is None else f" ISOLATION LEVEL {level.name}".encode()
            self._aside(b"BEGIN" + how.replace(b"_", b" "))

    def end(self) -> psycopg.Error | None:
        """Send what is left and read everything; gives the first fault."""
        connection, fault = self._connection, None
        connection.pipeline_sync()
        while connection.flush():
            if _ready(connection.socket, writing=True):
                connection.consume_input()
        for key in self._said:
            result = self._next()
            if result.status in _WENT_WELL:
                if key is None:
                    self._results.append(result)
            else:
                if key is not None:
                    self._known.pop(key, None)  # nothing was prepared
                if fault is None and result.status == ExecStatus.FATAL_ERROR:
                    fault = psycopg.errors.error_from_result(result)
                    if isinstance(fault, psycopg.errors.InvalidSqlStatementName):
                        self._known.clear()
            self._next(ends=True)
        self._next()  # the end of the trip itself
        connection.exit_pipeline_mode()
        return fault

    def _aside(self, wording: bytes) -> None:
        self._connection.send_query_params(wording, None)
        self._said.append(_ASIDE)

    def _next(self, *, ends: bool = False) -> Any:
        """The next result; nothing where a statement's results are to end."""
        connection = self._connection
        while connection.is_busy():
            _ready(connection.socket)
            connection.consume_input()
        result = connection.get_result()
        if (result is None) is not ends:
            raise psycopg.InterfaceError("a result came out of its order")
        return result


@contextmanager
def trip(driver: psycopg.Connection[Any], known: Known) -> Iterator[Trip]:
    """One trip; what is said inside is over when it ends. Raises `psycopg.Error`. A connection that
    is left in the middle of one, whatever for, is closed.
    """
    one = Trip(driver, known)
    one.begin()
    try:
        yield one
    except BaseException:
        _ended(driver, one)
        raise
    fault = _ended(driver, one)
    if fault is not None:
        raise fault


def _ended(driver: psycopg.Connection[Any], one: Trip) -> psycopg.Error | None:
    try:
        return one.end()
    except BaseException:
        driver.close()
        raise


def _numbered(wording: str) -> bytes:
    """A statement with its values numbered, as PostgreSQL has it."""
    first, *parts = wording.split("%s")
    return (first + "".join([f"${n}{part}" for n, part in enumerate(parts, 1)])).encode()


def _dumped(
    values: Sequence[Any],
) -> tuple[list[bytes | None], tuple[int, ...], list[Format]]:
    """Values as they travel, their types, and whether as text or in binary."""
    data: list[bytes | None] = []
    types, formats = [], []
    for value in values:
        if isinstance(value, Array):
            data.append(value.data)
            types.append(value.oid)
            formats.append(_IN_BINARY)
        elif isinstance(value, bytes):
            data.append(value)
            types.append(_BYTEA)
            formats.append(_IN_BINARY)
        elif isinstance(value, int):
            data.append(b"%d" % value)
            types.append(_INT8)
            formats.append(_AS_TEXT)
        elif value is None or isinstance(value, str):
            if value is not None and "\0" in value:
                raise ValueError("a text has no character 0")
            data.append(None if value is None else value.encode())
            types.append(_UNSAID)
            formats.append(_AS_TEXT)
        else:
            raise TypeError(type(value).__name__)
    return data, tuple(types), formats


def _ready(number: int, *, writing: bool = False) -> bool:
    """Wait until something can be read, or written too; says whether there is something to read."""
    if not hasattr(select, "poll"):
        return bool(select.select([number], [number] if writing else [], [])[0])
    asked = select.poll()
    asked.register(number, select.POLLIN | (select.POLLOUT if writing else 0))
    return any(event & ~select.POLLOUT for _, event in asked.poll())
