"""The roll's file: members as head office packed them, and what they are found by.

Shape: `member` and `member_words` as in every file that members are found by, `other` for further
identifiers, and `sheet` with the packed sheets themselves, out of which a member is read when they
come to the counter for the first time. A row's number tells its place: sheets are numbered as they
came, and `first` is the row of a sheet's first member. So a million members take as much room as
they had on the way, and not ten times that.

Encrypted with the book's key; it may be deleted at any moment, and head office gives it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.services.ports.roll import RollHeld
from posloyalty.storage.look_up.files import connect
from posloyalty.storage.look_up.member_index import LookUpDamaged
from posloyalty.storage.look_up.member_table import MemberTable
from posloyalty.sync.wire.packing import packed, unpacked
from posloyalty.sync.wire.profiles import Item
from posloyalty.sync.wire.roll import SHEET_BYTES_MAX

FORMAT: Final = 1
READING_KIB: Final = 8_000
TABLES: Final = """
CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
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
CREATE TABLE other(value TEXT NOT NULL, kind TEXT NOT NULL, rank INTEGER NOT NULL) STRICT;
CREATE TABLE sheet(place INTEGER PRIMARY KEY, first INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
"""
_FIRST_OF: Final = {IdentifierKind.CARD: "card", IdentifierKind.PHONE: "phone"}
_SHEET_OF: Final = (
    "SELECT place, first, body FROM sheet WHERE first <= ? ORDER BY first DESC LIMIT 1"
)


class _Sheet(Struct, frozen=True):
    """What of a sheet is read afterwards; its items stay as they are."""

    items: list[msgspec.Raw]


_NOBODY: Final = msgspec.Raw(b"null")


class RollFile(MemberTable):
    """One open roll. Not for several threads at once.

    Raises `LookUpDamaged` on opening a file that is not ours, not whole, or broken.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        try:
            self._connection = connect(path, key, cache_kib=READING_KIB)
            self._connection.execute("PRAGMA secure_delete=ON")
            about = dict(self._connection.execute("SELECT name, value FROM about"))
            if about.get("format") != str(FORMAT) or about.get("complete") != "1":
                raise LookUpDamaged(str(path))
        except sqlcipher.DatabaseError as problem:
            raise LookUpDamaged(str(path)) from problem
        self.held: Final = RollHeld(about["store"], about["cursor"], int(about["members"]))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def by_identifier(self, kind: IdentifierKind, value: str) -> tuple[bytes, ...]:
        """Ids of the members found by exactly this value."""
        found = self._connection.execute(
            "SELECT m.id FROM other AS o JOIN member AS m ON m.rank = o.rank"
            " WHERE o.value = ? AND o.kind = ?",
            (value, kind.value),
        ).fetchall()
        first = _FIRST_OF.get(kind)
        if first is not None:
            asked = f"SELECT id FROM member WHERE {first} = ?"
            found = self._connection.execute(asked, (value,)).fetchall() + found
        return tuple(row[0] for row in found)

    def item(self, member_id: bytes) -> Item | None:
        """All that head office told of a member."""
        rank = self._rank_of(member_id)
        if rank is None:
            return None
        _, first, body = self._connection.execute(_SHEET_OF, (rank,)).fetchone()
        item = msgspec.json.decode(read_sheet(body).items[rank - first], type=Item | None)
        return item if item is not None and item.k == member_id.hex() else None

    def shared_with(self, path: Path, key: bytes) -> int:
        """How many of the members of another such file are in this one."""
        self._connection.execute(f"ATTACH ? AS beside KEY \"x'{key.hex()}'\"", (str(path),))
        try:
            row = self._connection.execute(
                "SELECT count(*) FROM beside.member AS b JOIN main.member AS m ON m.id = b.id"
            ).fetchone()
        finally:
            self._connection.execute("DETACH beside")
        return int(row[0])

    def strike(self, member_ids: Sequence[bytes]) -> int:
        """Nothing of these members stays; gives how many there were."""
        ranks = [rank for one in member_ids if (rank := self._rank_of(one)) is not None]
        if not ranks:
            return 0
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            for rank in ranks:
                self._strike(rank)
            execute("COMMIT")
        except BaseException:
            execute("ROLLBACK")
            raise
        # What lies in the log of it would stay there until the next writing.
        execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return len(ranks)

    def _strike(self, rank: int) -> None:
        execute = self._connection.execute
        for table, key in (("member_words", "rowid"), ("member", "rank"), ("other", "rank")):
            execute(f"DELETE FROM {table} WHERE {key} = ?", (rank,))
        place, first, body = execute(_SHEET_OF, (rank,)).fetchone()
        sheet, at = read_sheet(body), rank - first
        sheet.items[at] = _NOBODY
        execute("UPDATE sheet SET body = ? WHERE place = ?", (packed(_encoded(sheet)), place))

    def _rank_of(self, member_id: bytes) -> int | None:
        asked = "SELECT rank FROM member WHERE id = ?"
        row = self._connection.execute(asked, (member_id,)).fetchone()
        return None if row is None else int(row[0])


def read_sheet(body: bytes) -> _Sheet:
    """A sheet, its items unread."""
    return msgspec.json.decode(unpacked(body, most_bytes=SHEET_BYTES_MAX), type=_Sheet)


def _encoded(sheet: _Sheet) -> bytes:
    return msgspec.json.encode(sheet)
