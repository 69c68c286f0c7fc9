"""The same rows by `sqlcipher3` alone: what any program must at least do for a sale.

Shape: `capture_units` listens at the seam where storage hands statements to the driver while one
book rings sales; `BareTwin` is a copy of that book's file from before, into which the same
statements are written again, each transaction by itself with the same durability (WAL, FULL).
Listening costs time, so the sales that are captured are never the ones that are timed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import Connection
from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.storage import statements
from posloyalty.storage.unit_of_work import SqlUnit

WRITING: Final = ("INSERT", "UPDATE", "DELETE")

Written = list[tuple[str, Any, bool]]
"""Statements of one sale: text, parameters, and whether these are of many rows."""


class _Listening:
    """A driver's connection that notes what is written through it."""

    def __init__(self, driver: Any, written: Written) -> None:
        self._driver = driver
        self._written = written

    def execute(self, text: str, row: Any = ()) -> Any:
        """Run and note one statement."""
        self._note(text, row, False)
        return self._driver.execute(text, row)

    def executemany(self, text: str, rows: Any) -> Any:
        """Run and note one statement for many rows."""
        rows = list(rows)
        self._note(text, rows, True)
        return self._driver.executemany(text, rows)

    def _note(self, text: str, rows: Any, many: bool) -> None:
        if text.lstrip()[:6].upper() in WRITING:
            self._written.append((text, rows, many))


@contextmanager
def capture_units() -> Iterator[list[Written]]:
    """Collect what is written while the block runs: one list for each transaction committed."""
    units: list[Written] = []
    written: Written = []
    driver, commit = statements._driver, SqlUnit.commit

    def listening(connection: Connection) -> Any:
        return _Listening(driver(connection), written)

    def committed(unit: SqlUnit) -> None:
        commit(unit)
        if written:
            units.append(list(written))
            written.clear()

    with patch.object(statements, "_driver", listening), patch.object(SqlUnit, "commit", committed):
        yield units


def rows_in(written: Written) -> int:
    """How many rows the statements touch."""
    return sum(len(row) if many else 1 for _, row, many in written)


class BareTwin:
    """A copy of a book's file, written to by the bare driver."""

    def __init__(self, book: Path, twin: Path, key: bytes) -> None:
        with_log = sqlcipher.connect(str(book), isolation_level=None)
        with_log.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        with_log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with_log.close()
        shutil.copy(book, twin)
        self._connection = sqlcipher.connect(str(twin), isolation_level=None, cached_statements=256)
        for pragma in (
            f"key=\"x'{key.hex()}'\"",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            self._connection.execute(f"PRAGMA {pragma}")

    def write(self, written: Written) -> None:
        """One sale's rows in one transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        for text, row, many in written:
            if many:
                self._connection.executemany(text, row)
            else:
                self._connection.execute(text, row)
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
