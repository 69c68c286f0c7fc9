"""Finding members among a million: by card, phone, last digits, name, pinyin and initials.

Shape: one row a member in `member`, whose row number is the rank: home store first, then last
visit, then a serial number. Their name's words stand in a contentless full-text table under the
same number, with prefix indexes, so that a prefix search yields the best ranked first and stops
early, however many begin so.

The file is SQLCipher with the book's key, write-ahead, `synchronous=NORMAL`: it can be lost.
`applied` is the mark of the last change of a member that it has taken from the book.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.services.members.member_look_up import Found
from posloyalty.storage.driver import full_disk_at
from posloyalty.storage.look_up.files import connect, remove, sync
from posloyalty.storage.look_up.member_table import MEMBERS, WORDS, MemberTable
from posloyalty.storage.look_up.name_words import name_words

FORMAT: Final = 2
DAY_MAX: Final = (1 << 20) - 1
SERIAL_BITS: Final = 24
BUILD_BATCH: Final = 10_000

META: Final = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
# Made after the rows, which is three times faster than keeping them while rows arrive.
INDEXES: Final = """
CREATE UNIQUE INDEX member_id ON member(id);
CREATE INDEX member_card ON member(card) WHERE card IS NOT NULL;
CREATE INDEX member_phone ON member(phone) WHERE phone IS NOT NULL;
CREATE INDEX member_last4 ON member(last4, home DESC, last_visit DESC) WHERE last4 IS NOT NULL;
"""


class LookUpDamaged(Exception):
    """The cache cannot be read; it is to be deleted and built again."""


class MemberIndex(MemberTable):
    """One open look-up file. Not for several threads at once: each lane opens its own.

    Raises `LookUpDamaged` on opening a file that is not ours, of another format, or broken.
    """

    def __init__(self, path: Path, key: bytes, *, read_only: bool = False) -> None:
        self.path = path
        try:
            self._connection = connect(path, key)
            if not read_only:
                self._connection.execute("PRAGMA journal_mode=WAL")
            else:
                self._connection.execute("PRAGMA query_only=ON")
            if self._meta("format") != FORMAT or not self._meta("complete"):
                raise LookUpDamaged(str(path))
        except sqlcipher.DatabaseError as problem:
            raise LookUpDamaged(str(path)) from problem

    @classmethod
    def build(cls, path: Path, key: bytes, members: Iterable[tuple[int, Found]]) -> None:
        """Write a new file beside `path` and put it in place in one rename.

        `members` come as (mark, member) in any order; the highest mark becomes `applied`. A build
        that is interrupted leaves the old file. Raises `DiskFull`.
        """
        fresh = path.with_name(path.name + ".new")
        remove(fresh)
        with full_disk_at(path):
            cls._write(fresh, key, members)
        sync(fresh)
        remove(path)
        os.replace(fresh, path)

    @staticmethod
    def _write(fresh: Path, key: bytes, members: Iterable[tuple[int, Found]]) -> None:
        connection = connect(fresh, key)
        try:
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            connection.executescript(META + MEMBERS + WORDS)
            connection.execute("BEGIN")
            applied = serial = 0
            for batch in _batches(members, BUILD_BATCH):
                ranked = [(_rank(one, serial + i), one) for i, (_, one) in enumerate(batch)]
                _insert_rows(connection, ranked)
                serial += len(batch)
                applied = max(applied, *(mark for mark, _ in batch))
            _insert_all_words(connection)
            connection.executemany(
                "INSERT INTO meta VALUES(?, ?)",
                [("format", FORMAT), ("applied", applied), ("serial", serial), ("complete", 1)],
            )
            connection.execute("COMMIT")
            connection.executescript(INDEXES)
            connection.execute("ANALYZE")
        finally:
            connection.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def applied(self) -> int:
        """The mark of the last change that this index reflects."""
        return self._meta("applied")

    def put(self, changes: Iterable[tuple[int, Found]]) -> tuple[bytes, ...]:
        """Add or replace members, given as (mark, member), and note how far it follows the book.

        Returns those who were not there before.
        """
        told = list(changes)
        newest = {member.member_id: member for _, member in told}
        with self._transaction():
            old = {id_: row for id_ in newest if (row := self._rank_of(id_)) is not None}
            for table, key in (("member_words", "rowid"), ("member", "rank")):
                self._connection.executemany(f"DELETE FROM {table} WHERE {key} = ?", old.values())
            serial, ranked = self._meta("serial"), []
            for id_, member in newest.items():
                if id_ in old:
                    own = old[id_][0] & ((1 << SERIAL_BITS) - 1)
                else:
                    own, serial = serial, serial + 1
                ranked.append((_rank(member, own), member))
            _insert_rows(self._connection, ranked)
            _insert_words(self._connection, [(rank, one.name) for rank, one in ranked])
            self._set("serial", serial)
            self._set("applied", max([self.applied, *(mark for mark, _ in told)]))
        return tuple(id_ for id_ in newest if id_ not in old)

    def _rank_of(self, member_id: bytes) -> tuple[int] | None:
        asked = "SELECT rank FROM member WHERE id = ?"
        row: tuple[int] | None = self._connection.execute(asked, (member_id,)).fetchone()
        return row

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with full_disk_at(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                # Where the disk was full SQLite may have rolled back by itself.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _set(self, name: str, value: int) -> None:
        self._connection.execute("UPDATE meta SET value = ? WHERE name = ?", (value, name))

    def _meta(self, name: str) -> int:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else 0


def _rank(member: Found, serial: int) -> int:
    away = 0 if member.home else 1
    return (((away << 20) | (DAY_MAX - member.last_visit)) << SERIAL_BITS) | serial


def _insert_rows(connection: sqlcipher.Connection, ranked: list[tuple[int, Found]]) -> None:
    connection.executemany(
        "INSERT INTO member VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        [
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
            for rank, one in ranked
        ],
    )


def _insert_words(connection: sqlcipher.Connection, named: list[tuple[int, str]]) -> None:
    connection.executemany(
        "INSERT INTO member_words(rowid, words) VALUES(?, ?)",
        [(rank, " ".join(name_words(name))) for rank, name in named],
    )


def _insert_all_words(connection: sqlcipher.Connection) -> None:
    # In the order of the ranks: full-text tables take rising numbers many times faster.
    rows = connection.execute("SELECT rank, name FROM member ORDER BY rank")
    while named := rows.fetchmany(BUILD_BATCH):
        _insert_words(connection, named)


def _batches(members: Iterable[tuple[int, Found]], size: int) -> Iterator[list[tuple[int, Found]]]:
    batch: list[tuple[int, Found]] = []
    for member in members:
        batch.append(member)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
