"""Statements written in SQLAlchemy Core and compiled once, because a sale must not pay for it.

Shape: `Insert(table)` takes rows as tuples in the table's column order; `Statement(core)` takes its
bind parameters by name. Both run through the driver on a Core connection, so that its transactions
and its translation of errors stay in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Table, insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.sql.expression import Executable

_DIALECT: Final = sqlite.dialect(paramstyle="qmark")


class Insert:
    """An insert of whole rows."""

    __slots__ = ("sql",)

    def __init__(self, table: Table, *, or_ignore: bool = False) -> None:
        statement = insert(table)
        if or_ignore:
            statement = statement.prefix_with("OR IGNORE")
        self.sql = str(statement.compile(dialect=_DIALECT))

    def one(self, connection: Connection, *row: object) -> None:
        """Insert one row."""
        connection.exec_driver_sql(self.sql, row)

    def many(self, connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
        """Insert rows in one call of the driver; none is nothing."""
        if rows:
            connection.exec_driver_sql(self.sql, list(rows))


class Statement:
    """Any Core statement with named bind parameters."""

    __slots__ = ("_fixed", "_names", "sql")

    def __init__(self, statement: Executable) -> None:
        compiled: Any = statement.compile(  # type: ignore[attr-defined]
            dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
        )
        self.sql = str(compiled)
        self._names: tuple[str, ...] = tuple(compiled.positiontup or ())
        # Constants in the statement became parameters too; they come along by themselves.
        self._fixed: Mapping[str, object] = {
            name: value for name, value in compiled.params.items() if value is not None
        }

    def run(self, connection: Connection, /, **values: object) -> CursorResult[Any]:
        """Execute with these values."""
        return connection.exec_driver_sql(self.sql, self._row(values))

    def many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute once per row in one call of the driver; none is nothing."""
        if rows:
            connection.exec_driver_sql(self.sql, [self._row(row) for row in rows])

    def _row(self, values: Mapping[str, object]) -> tuple[object, ...]:
        fixed = self._fixed
        return tuple(values[name] if name in values else fixed[name] for name in self._names)
