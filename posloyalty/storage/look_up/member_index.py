"""Finding members among a million: by card, phone, last digits, name, pinyin and initials.

Shape: one row a member in `member`, ranked by row number when the index is built (home store first,
then last visit), and their name's words in a contentless full-text table with prefix indexes. A
prefix search therefore yields the best ranked first and stops early; members added since stand at
the end and are looked at as well.

The file is SQLCipher with the book's key, write-ahead, `synchronous=NORMAL`: it can be lost.
`applied_seq` says up to which journal event it follows the book.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.storage.look_up.name_words import folded, name_words

FORMAT: Final = 1
CANDIDATES_MAX: Final = 200
BUILD_BATCH: Final = 10_000
PAGE_CACHE_KIB: Final = 24_000

SCHEMA: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE member(
    rank INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    card TEXT,
    phone TEXT,
    last4 TEXT,
    home INTEGER NOT NULL,
    last_visit INTEGER NOT NULL
) STRICT;
CREATE VIRTUAL TABLE member_words USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6'
);
"""
# Made after the rows, which is three times faster than keeping them while rows arrive.
INDEXES: Final = """
CREATE UNIQUE INDEX member_id ON member(id);
CREATE INDEX member_card ON member(card) WHERE card IS NOT NULL;
CREATE INDEX member_phone ON member(phone) WHERE phone IS NOT NULL;
CREATE INDEX member_last4 ON member(last4, home DESC, last_visit DESC) WHERE last4 IS NOT NULL;
"""
COLUMNS: Final = "id, name, card, phone, home, last_visit"


class LookUpDamaged(Exception):
    """The cache cannot be read; it is to be deleted and built again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A member as the index knows them. `last_visit` is a day number (ordinal), 0 for never."""

    member_id: bytes
    name: str
    card: str | None
    phone: str | None
    home: bool
    last_visit: int


class MemberIndex:
    """One open look-up file. Not for several threads at once: each lane opens its own.

    Raises `LookUpDamaged` on opening a file that is not ours, of another format, or broken.
    """

    def __init__(self, path: Path, key: bytes, *, read_only: bool = False) -> None:
        self.path = path
        try:
            self._connection = _connect(path, key)
            if not read_only:
                self._connection.execute("PRAGMA journal_mode=WAL")
            else:
                self._connection.execute("PRAGMA query_only=ON")
            if self._meta("format") != FORMAT or not self._meta("complete"):
                raise LookUpDamaged(str(path))
        except sqlcipher.DatabaseError as problem:
            raise LookUpDamaged(str(path)) from problem

    @classmethod
    def build(cls, path: Path, key: bytes, members: Iterable[Found], *, applied_seq: int) -> None:
        """Write a new file beside `path` and put it in place in one rename.

        `members` come in the order of their rank. A build that is interrupted leaves the old file.
        """
        fresh = path.with_name(path.name + ".new")
        _remove(fresh)
        connection = _connect(fresh, key)
        try:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.executescript(SCHEMA)
            connection.execute("BEGIN")
            rank = 0
            for batch in _batches(members, BUILD_BATCH):
                _insert(connection, batch, rank + 1)
                rank += len(batch)
            connection.executemany(
                "INSERT INTO meta VALUES(?, ?)",
                [("format", FORMAT), ("applied_seq", applied_seq), ("complete", 1)],
            )
            connection.execute("COMMIT")
            connection.executescript(INDEXES)
            connection.execute("ANALYZE")
        finally:
            connection.close()
        _sync(fresh)
        _remove(path)
        os.replace(fresh, path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def applied_seq(self) -> int:
        """The last journal sequence number that this index reflects."""
        return self._meta("applied_seq")

    @property
    def count(self) -> int:
        """How many members there are on this till."""
        row = self._connection.execute("SELECT count(*) FROM member").fetchone()
        return int(row[0])

    def by_card(self, code: str) -> bytes | None:
        """The member of a short code, exactly as normalised."""
        row = self._connection.execute("SELECT id FROM member WHERE card = ?", (code,)).fetchone()
        return row[0] if row else None

    def by_phone(self, digits: str) -> bytes | None:
        """The member of a whole phone number in digits."""
        row = self._connection.execute(
            "SELECT id FROM member WHERE phone = ?", (digits,)
        ).fetchone()
        return row[0] if row else None

    def by_id(self, member_id: bytes) -> Found | None:
        """One member's row."""
        row = self._connection.execute(
            f"SELECT {COLUMNS} FROM member WHERE id = ?", (member_id,)
        ).fetchone()
        return _found(row) if row else None

    def by_last_digits(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone ends in these four digits: home store first, then last visit."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM member WHERE last4 = ?"
            " ORDER BY home DESC, last_visit DESC LIMIT ?",
            (digits, limit),
        )
        return [_found(row) for row in rows]

    def by_phone_start(self, digits: str, limit: int) -> list[Found]:
        """Members whose phone begins with these digits, in the order of their numbers."""
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM member WHERE phone >= ? AND phone < ? ORDER BY phone LIMIT ?",
            (digits, digits + ":", limit),
        )
        return [_found(row) for row in rows]

    def by_name(self, text: str, limit: int) -> list[Found]:
        """Members whose name, pinyin or initials begin with every word of the text, best first."""
        words = folded(text).split()
        if not words:
            return []
        query = " AND ".join(f'"{word}"*' for word in words)
        found: dict[bytes, Found] = {}
        for order in ("ASC", "DESC"):
            rows = self._connection.execute(
                f"SELECT {COLUMNS} FROM member WHERE rank IN"
                f" (SELECT rowid FROM member_words WHERE member_words MATCH ?"
                f" ORDER BY rowid {order} LIMIT ?)",
                (query, CANDIDATES_MAX),
            ).fetchall()
            found.update((row[0], _found(row)) for row in rows)
            if len(rows) < CANDIDATES_MAX:
                break
        whole = folded(text).replace(" ", "")
        best = sorted(found.values(), key=lambda one: _nearness(one, whole))
        return best[:limit]

    def put(self, member: Found, *, applied_seq: int) -> None:
        """Add or replace one member and note how far the index now follows the journal."""
        with self._transaction():
            old = self._connection.execute(
                "SELECT rank FROM member WHERE id = ?", (member.member_id,)
            ).fetchone()
            if old:
                self._connection.execute("DELETE FROM member_words WHERE rowid = ?", old)
                self._connection.execute("DELETE FROM member WHERE rank = ?", old)
            rank = self._connection.execute("SELECT max(rank) FROM member").fetchone()[0] or 0
            _insert(self._connection, [member], rank + 1)
            self._follow(applied_seq)

    def visited(self, member_id: bytes, day: int, *, applied_seq: int) -> None:
        """Note a member's visit; the rank follows at the next build."""
        with self._transaction():
            self._connection.execute(
                "UPDATE member SET last_visit = max(last_visit, ?) WHERE id = ?", (day, member_id)
            )
            self._follow(applied_seq)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def _follow(self, applied_seq: int) -> None:
        self._connection.execute(
            "UPDATE meta SET value = max(value, ?) WHERE name = 'applied_seq'", (applied_seq,)
        )

    def _meta(self, name: str) -> int:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0


def _connect(path: Path, key: bytes) -> sqlcipher.Connection:
    connection = sqlcipher.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    return connection


def _insert(connection: sqlcipher.Connection, members: list[Found], first_rank: int) -> None:
    rows = [
        (
            rank,
            one.member_id,
            one.name,
            one.card,
            one.phone,
            one.phone[-4:] if one.phone and len(one.phone) >= 4 else None,
            int(one.home),
            one.last_visit,
        )
        for rank, one in enumerate(members, first_rank)
    ]
    connection.executemany("INSERT INTO member VALUES(?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.executemany(
        "INSERT INTO member_words(rowid, words) VALUES(?, ?)",
        [(row[0], " ".join(name_words(one.name))) for row, one in zip(rows, members, strict=True)],
    )


def _batches(members: Iterable[Found], size: int) -> Iterator[list[Found]]:
    batch: list[Found] = []
    for member in members:
        batch.append(member)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _found(row: tuple[bytes, str, str | None, str | None, int, int]) -> Found:
    return Found(row[0], row[1], row[2], row[3], bool(row[4]), row[5])


def _nearness(found: Found, whole: str) -> tuple[bool, bool, int, str, bytes]:
    exact = folded(found.name).replace(" ", "") == whole
    return (not exact, not found.home, -found.last_visit, found.name, found.member_id)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
