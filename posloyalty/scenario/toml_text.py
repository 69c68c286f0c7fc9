"""TOML as people would write it: lists of tables, tables on one line, long texts as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import tomlkit
from tomlkit.items import AoT, Table

LITERAL: Final = "'''"


def literal(text: str) -> Any:
    """The programme as it stands, or escaped where it holds what ends a literal text."""
    text = text.replace("\r\n", "\n")
    return tomlkit.string("\n" + text, literal=LITERAL not in text, multiline=True)


def listed(tables: list[Any]) -> AoT:
    """A list of tables, each under a header of its own."""
    found = tomlkit.aot()
    for table in tables:
        found.append(table if isinstance(table, Table) else table_of(table))
    return found


def table_of(told: Mapping[str, Any]) -> Table:
    """A table under a header, its lists with a line for each item."""
    table = tomlkit.table()
    for key, value in told.items():
        table[key] = array(value) if isinstance(value, list) else value
    return table


def array(items: list[Any]) -> Any:
    """A list, with a line for each item where there are several."""
    found = tomlkit.array()
    for item in items:
        found.append(item)
    return found.multiline(len(items) > 1)


def inline(told: Mapping[str, Any]) -> Any:
    """A table on one line."""
    table = tomlkit.inline_table()
    for key, value in told.items():
        table[key] = inline(value) if isinstance(value, Mapping) else value
    return table
