"""What can still be read of a damaged book: the rows of a table around its unreadable pages.

Every page is authenticated by itself, so a damaged one is an error. But SQLite does not always ask:
of a page on which a long row goes on it may get zeros, and the connection fails only when it reads
the next page that it does not remember. So a row is believed when the connection was sound behind
it; where it was not, the last row before is read once more by itself. And a long row may be zeros
although a later one is read: rows that may go on over several pages are each proved so, but for
events, which their chain proves.

A table is read in the order of its key from the front until a page cannot be read, then from the
end; what lies between two such places of a table whose key is one number is halved until only what
cannot be read is left. No index is asked: a table's own pages decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Integer, Table

from posloyalty.services.book.book_faults import BookDamaged
from posloyalty.storage.driver import BUSY_S, pragmas, translated
from posloyalty.storage.tables import JOURNAL_EVENT

CACHE_KIB: Final = 8 * 1024
LOOKS_MAX: Final = 50_000
"""So many times a table is looked into at most: a book of which more is gone is a heap of pages."""
LONG_BYTES: Final = 600
"""A row of fewer bytes of text lies on one page, whatever its table."""
Row = tuple[Any, ...]


class Salvage:
    """One file, which nobody else has open. `unread` names the tables that are not whole."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self.unread: set[str] = set()

    def rows(self, table: Table) -> Iterator[Row]:
        """The rows of a table that can be read, each once, in the order of its columns.

        What is read from an end comes in the opposite order.
        """
        keys = tuple(column.name for column in table.primary_key.columns)
        forward = _Look(self, table, keys)
        yield from forward
        if forward.whole:
            return
        self.unread.add(table.name)
        backward = _Look(self, table, keys, after=forward.reached, down=True)
        yield from backward
        numbered = len(keys) == 1 and isinstance(table.columns[keys[0]].type, Integer)
        if numbered and backward.reached is not None:
            first = 0 if forward.reached is None else forward.reached[0]
            yield from self._between(table, keys, first, backward.reached[0])

    def _between(
        self, table: Table, keys: tuple[str, ...], after: int, before: int
    ) -> Iterator[Row]:
        """What lies between two places of a numbered table next to which nothing can be read."""
        gaps = [(after + 1, before - 1)]  # neither of them can be read
        for _ in range(LOOKS_MAX):
            if not gaps:
                return
            low, high = gaps.pop()
            if high - low <= 1:
                continue
            middle = (low + high) // 2
            up = _Look(self, table, keys, after=(middle - 1,), before=(high,))
            yield from up
            if not up.whole:
                gaps.append(((middle if up.reached is None else up.reached[0] + 1), high))
            down = _Look(self, table, keys, after=(low,), before=(middle,), down=True)
            yield from down
            if not down.whole:
                gaps.append((low, middle - 1 if down.reached is None else down.reached[0] - 1))

    def opened(self) -> Any:
        """A connection. One that has met a damaged page reads no other, so each look has its own.

        Raises `BookDamaged` where not even the first page can be read.
        """
        connection = sqlcipher.connect(str(self._path), isolation_level=None, timeout=BUSY_S)
        try:
            for pragma in pragmas(self._key, cache_kib=CACHE_KIB, query_only=True):
                connection.execute(pragma)
            connection.execute("PRAGMA cipher_log_level = NONE")  # each damaged page is a line
            _require_sound(connection)
        except sqlcipher.DatabaseError as fault:
            connection.close()
            told = translated(fault, self._path)
            raise told or BookDamaged(place=str(self._path), detail=str(fault)) from fault
        return connection


class _Look:
    """Rows between two keys, both left out, from one side: iterated once. Afterwards `whole` says
    whether the other side was reached, `reached` is the last key, None for none.
    """

    def __init__(
        self,
        salvage: Salvage,
        table: Table,
        keys: tuple[str, ...],
        *,
        after: Row | None = None,
        before: Row | None = None,
        down: bool = False,
    ) -> None:
        self._salvage = salvage
        self._table = table
        names = list(table.columns.keys())
        self._places = [names.index(key) for key in keys]
        order = ", ".join(f"{key} {'DESC' if down else 'ASC'}" for key in keys)
        bounds = [(sign, bound) for sign, bound in ((">", after), ("<", before)) if bound]
        marks = ", ".join("?" * len(keys))
        where = " AND ".join(f"({', '.join(keys)}) {sign} ({marks})" for sign, _ in bounds) or "1"
        columns = ", ".join(f'"{name}"' for name in names)
        self._select = f"SELECT {columns} FROM {table.name} NOT INDEXED WHERE"
        self._where, self._order = where, order
        self._alone = f"({', '.join(keys)}) = ({marks})"
        self._bound = [value for _, bound in bounds for value in bound]
        self.reached: Row | None = None
        self.whole = False

    def __iter__(self) -> Iterator[Row]:
        held: Row | None = None
        with closing(self._salvage.opened()) as connection:
            try:
                sql = f"{self._select} {self._where} ORDER BY {self._order}"
                for row in connection.execute(sql, self._bound):
                    if self._is_long(row) and self._once_more(row) is None:
                        continue
                    if held is not None:
                        self.reached = self._key(held)
                        yield held
                    held = row
                _require_sound(connection)
                self.whole = True
            except sqlcipher.DatabaseError:
                held = None if held is None else self._once_more(held)
        if held is not None:
            self.reached = self._key(held)
            yield held

    def _is_long(self, row: Row) -> bool:
        """Whether it may go on over several pages, and nobody else proves it."""
        return self._table is not JOURNAL_EVENT and _bytes(row) >= LONG_BYTES

    def _key(self, row: Row) -> Row:
        return tuple(row[place] for place in self._places)

    def _once_more(self, row: Row) -> Row | None:
        with closing(self._salvage.opened()) as connection:
            try:
                sql = f"{self._select} {self._alone}"
                found = connection.execute(sql, self._key(row)).fetchone()
                _require_sound(connection)
            except sqlcipher.DatabaseError:
                return None
        return None if found is None else tuple(found)


def _require_sound(connection: Any) -> None:
    """Raise where the connection has met a damaged page: it forgets what it knows and reads."""
    connection.execute("PRAGMA shrink_memory")
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _bytes(row: Row) -> int:
    return sum(len(value) for value in row if isinstance(value, (bytes, str)))
