"""The same rows by `sqlcipher3` alone: what any program must at least do for a sale.

Shape: `Capture` listens to what SQLAlchemy hands the driver while one book rings sales; `BareTwin`
is a copy of that book's file from before, into which the captured statements are written again,
each sale in one transaction with the same durability (WAL, FULL). Listening costs time, so the
sales that are captured are never the ones that are timed.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlcipher3 import dbapi2 as sqlcipher

Written = list[tuple[str, Any, bool]]
"""Statements of one sale: text, parameters, and whether these are of many rows."""


@contextmanager
def capture() -> Iterator[Written]:
    """Collect what is written while the block runs."""
    written: Written = []

    def heard(_c: object, _cursor: object, text: str, row: Any, _x: object, many: bool) -> None:
        if text.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE", "REPLAC"):
            written.append((text, row, many))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield written
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


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
        self._connection = sqlcipher.connect(
            str(twin), isolation_level=None, cached_statements=256
        )
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
