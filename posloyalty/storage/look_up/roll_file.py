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
from dataclasses import replace
from pathlib import Path
from typing import Final

import msgspec
from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.domain.members.member import IdentifierKind
from posloyalty.services.ports.roll import RollHeld
from posloyalty.storage.look_up.files import connect
from posloyalty.storage.look_up.member_index import LookUpDamaged
from posloyalty.storage.look_up.member_table import MEMBERS, MemberTable
from posloyalty.storage.look_up.name_words import WORDS_AS, name_words
from posloyalty.sync.wire.profiles import Item
from posloyalty.sync.wire.roll import Finds, finds_of, members_of, written_sheet

FORMAT: Final = f"1.{WORDS_AS}"
"""A file whose words were made otherwise is let go, and heard again."""
# The words are folded already, and so is whatever is typed: bytes beyond ASCII are letters.
# Sizes of names and further prefixes would take a third more of the time of whoever makes it, and
# save a search among a million members some milliseconds at its third and its fifth letter.
WORDS: Final = """
CREATE VIRTUAL TABLE member_words USING fts5(
    words, content='', columnsize=0, detail=none, prefix='1 2 4', tokenize=ascii
);
"""
WORDS_FORM: Final = f"fts5.4/1.2.4/{WORDS_AS}"
"""It changes with every change of `WORDS`."""
READING_KIB: Final = 8_000
TABLES: Final = f"""
CREATE TABLE about(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
{MEMBERS}
CREATE TABLE other(value TEXT NOT NULL, kind TEXT NOT NULL, rank INTEGER NOT NULL) STRICT;
CREATE TABLE sheet(place INTEGER PRIMARY KEY, first INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
{WORDS}"""
_FIRST_OF: Final = {IdentifierKind.CARD: "card", IdentifierKind.PHONE: "phone"}
_SHEET_OF: Final = (
    "SELECT place, first, body FROM sheet WHERE first <= ? ORDER BY first DESC LIMIT 1"
)


_NULL: Final = msgspec.Raw(b"null")
_NOBODY: Final = ("", "", None, None, "")


class RollFile(MemberTable):
    """One open roll. Not for several threads at once.

    Raises `LookUpDamaged` on opening a file that is not ours, not whole, or broken.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        try:
            self._connection = connect(path, key, cache_kib=READING_KIB)
            self._connection.execute("PRAGMA secure_delete=ON")
            about = dict(self._connection.execute("SELECT name, value FROM about"))
            if about.get("format") != FORMAT or about.get("complete") != "1":
                raise LookUpDamaged(str(path))
        except sqlcipher.DatabaseError as problem:
            raise LookUpDamaged(str(path)) from problem
        self.held = RollHeld(about["store"], about["cursor"], int(about["members"]))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def count(self) -> int:
        """How many members are on it: counting them would read every row."""
        return self.held.members

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
        item = msgspec.json.decode(members_of(body).items[rank - first], type=Item | None)
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
            # Words that are taken away stay in their piece else, until it is merged some day.
            execute("INSERT INTO member_words(member_words, rank) VALUES('secure-delete', 1)")
            for rank in ranks:
                self._strike(rank)
            left = self.held.members - len(ranks)
            execute("UPDATE about SET value = ? WHERE name = 'members'", (str(left),))
            execute("COMMIT")
        except BaseException:
            execute("ROLLBACK")
            raise
        self.held = replace(self.held, members=left)
        # What lies in the log of it would stay there until the next writing.
        execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return len(ranks)

    def _strike(self, rank: int) -> None:
        execute = self._connection.execute
        place, first, body = execute(_SHEET_OF, (rank,)).fetchone()
        finds, members, at = finds_of(body), members_of(body), rank - first
        # Their index takes nothing away but what it was given.
        forget = "INSERT INTO member_words(member_words, rowid, words) VALUES('delete', ?, ?)"
        execute(forget, (rank, words_of(finds)[at]))
        for table in ("member", "other"):
            execute(f"DELETE FROM {table} WHERE rank = ?", (rank,))
        finds.found[at], finds.words[at], members.items[at] = _NOBODY, "", _NULL
        finds.others[:] = [one for one in finds.others if one[0] != at]
        execute("UPDATE sheet SET body = ? WHERE place = ?", (written_sheet(finds, members), place))

    def _rank_of(self, member_id: bytes) -> int | None:
        asked = "SELECT rank FROM member WHERE id = ?"
        row = self._connection.execute(asked, (member_id,)).fetchone()
        return None if row is None else int(row[0])


def words_of(finds: Finds) -> list[str]:
    """The words of each name on a sheet, as this release makes them."""
    if finds.words_as == WORDS_AS:
        return finds.words
    return [" ".join(name_words(row[1])) for row in finds.found]
