"""Statements written in SQLAlchemy Core and compiled once, because a sale must not pay for it.

Shape: `Insert(table)` takes rows as tuples in the table's column order; `Statement(core)` takes its
bind parameters by name and gives `Rows`. Both run on the driver's connection below a Core
connection whose transaction is open: Core's own execution costs ten times the statement, and a sale
has some thirty. The driver's faults come out as they are; `engine.faults_at` translates both kinds.

Both are compiled when they are first run, for a start needs few of the hundred and more; the rest
follow by `compile_all` while nobody waits.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.expression import Executable

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")


Piece = TypeVar("Piece")
# Reading several things at once asks for at most this many.
SEVERAL: Final = 50


def several(column: ColumnElement[bytes]) -> ColumnElement[bool]:
    """That a column is one of the ids which `those` gives to the statement."""
    # One list as one parameter: fifty parameters cost four times as much, however few are used.
    ids = func.json_each(bindparam("ids")).table_valued("value", name="given")
    return column.in_(select(func.unhex(ids.c.value)))


def those(ids: Sequence[bytes]) -> dict[str, str]:
    """The parameters of `several`."""
    if len(ids) > SEVERAL:
        raise ValueError(f"at most {SEVERAL} at once")
    return {"ids": json.dumps([one.hex() for one in ids])}


def in_pieces(ids: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """Ids, or whatever has one, in as many pieces as `those` needs."""
    for start in range(0, len(ids), SEVERAL):
        yield ids[start : start + SEVERAL]


def put(table: Table, key: str) -> Statement:
    """A statement that writes a whole row, in place of the one with the same key."""
    names = [column.name for column in table.columns]
    statement = sqlite.insert(table).values({name: bindparam(name) for name in names})
    changed = {name: statement.excluded[name] for name in names if name != key}
    return Statement(statement.on_conflict_do_update(index_elements=[key], set_=changed))


class Rows:
    """What a statement gave, all of it; a row's values are attributes by column name."""

    __slots__ = ("_rows", "lastrowid", "rowcount")

    def __init__(self, rows: list[Any], *, rowcount: int, lastrowid: int) -> None:
        self._rows = rows
        self.rowcount = rowcount
        self.lastrowid = lastrowid

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def first(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[Any]:
        """Every row."""
        return self._rows

    def scalar_one(self) -> Any:
        """The only value of the only row."""
        ((value,),) = self._rows
        return value


class Insert:
    """An insert of whole rows."""

    def __init__(self, table: Table, *, or_ignore: bool = False) -> None:
        self._table = table
        self._or_ignore = or_ignore
        _WAITING.append(self)

    @cached_property
    def sql(self) -> str:
        """The text for the driver."""
        statement = insert(self._table)
        if self._or_ignore:
            statement = statement.prefix_with("OR IGNORE")
        return str(statement.compile(dialect=_DIALECT))

    def one(self, connection: Connection, *row: object) -> None:
        """Insert one row."""
        _driver(connection).execute(self.sql, row)

    def many(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows in one call of the driver; none is nothing."""
        if rows:
            _driver(connection).executemany(self.sql, rows)


class Statement:
    """Any Core statement with named bind parameters."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._shape: Any = None
        _WAITING.append(self)

    @property
    def sql(self) -> str:
        """The text for the driver."""
        return self._compiled.sql

    @cached_property
    def _compiled(self) -> _Compiled:
        compiled: Any = self._statement.compile(  # type: ignore[attr-defined]
            dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
        )
        return _Compiled(
            sql=str(compiled),
            names=tuple(compiled.positiontup or ()),
            fixed={name: value for name, value in compiled.params.items() if value is not None},
        )

    def run(self, connection: Connection, /, **values: object) -> Rows:
        """Execute with these values."""
        compiled = self._compiled
        cursor = _driver(connection).execute(compiled.sql, compiled.row(values))
        shape = self._shape
        if shape is None:
            if cursor.description is None:
                return Rows([], rowcount=cursor.rowcount, lastrowid=cursor.lastrowid)
            names = [column[0] for column in cursor.description]
            made: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
            shape = self._shape = made._make
        rows = cursor.fetchall()
        return Rows([shape(row) for row in rows] if rows else rows, rowcount=len(rows), lastrowid=0)

    def many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute once per row in one call of the driver; none is nothing."""
        if rows:
            compiled = self._compiled
            _driver(connection).executemany(compiled.sql, [compiled.row(row) for row in rows])


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The text, the names of its parameters in order, and the constants among them."""

    sql: str
    names: tuple[str, ...]
    fixed: Mapping[str, object]

    def row(self, values: Mapping[str, object]) -> tuple[object, ...]:
        """The parameters in order."""
        if not self.fixed:
            return tuple([values[name] for name in self.names])
        fixed = self.fixed
        return tuple([values[name] if name in values else fixed[name] for name in self.names])


def data_version(connection: Connection) -> int:
    """Another one than before, in a snapshot of a connection that does not write, as soon as any
    other connection has committed: https://www.sqlite.org/pragma.html#pragma_data_version.
    """
    ((version,),) = _driver(connection).execute("PRAGMA data_version").fetchall()
    return int(version)


def compile_all() -> None:
    """Compile what nothing has run yet, so that no sale has to."""
    while _WAITING:
        _ = _WAITING.pop().sql


_WAITING: Final[list[Insert | Statement]] = []


def _driver(connection: Connection) -> Any:
    """The driver's connection. Core begins transactions by itself; here one must be open already,
    or the statement would commit at once.
    """
    if not connection.in_transaction():
        raise RuntimeError("a statement outside a transaction")
    return connection.connection.driver_connection
