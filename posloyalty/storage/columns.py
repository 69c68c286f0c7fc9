"""How the book's tables are written down: STRICT, and columns that are never null by default."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Column, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData()


def table(name: str, *parts: Any, rowid: bool = True) -> Table:
    """A STRICT table of the book."""
    return Table(name, METADATA, *parts, sqlite_strict=True, sqlite_with_rowid=rowid)


def int_(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[int]:
    """An INTEGER column."""
    return Column(name, Integer, *parts, nullable=null, primary_key=key, autoincrement=False)


def text_(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[str]:
    """A TEXT column."""
    return Column(name, Text, *parts, nullable=null, primary_key=key)


def blob(name: str, *parts: Any, null: bool = False, key: bool = False) -> Column[bytes]:
    """A BLOB column."""
    return Column(name, LargeBinary, *parts, nullable=null, primary_key=key)


def one_of(column: str, *values: str) -> CheckConstraint:
    """A check that a column holds one of these words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_is_known")


def flag(name: str) -> list[Any]:
    """An INTEGER column that is 0 or 1, with its check."""
    return [int_(name), CheckConstraint(f"{name} IN (0, 1)", name=f"{name}_is_a_flag")]
