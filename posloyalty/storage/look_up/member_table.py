"""Finding members in a file: by card, phone, last digits, name, pinyin and initials.

Shape: a table `member` and the words of its names in `member_words`, under the same row numbers.
The look-up cache is such a file, and so is the roll.
"""

from __future__ import annotations

from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.services.members.member_look_up import Found
from posloyalty.storage.look_up.name_words import folded

# Looked at for a name: rows come best ranked first, and only whole names are moved before them.
CANDIDATES_MAX: Final = 60
MEMBERS: Final = """
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
"""
WORDS: Final = """
CREATE VIRTUAL TABLE member_words USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6'
);
"""
COLUMNS: Final = "id, name, card, phone, home, last_visit"


class MemberTable:
    """The questions, on one connection. Not for several threads at once."""

    _connection: sqlcipher.Connection

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
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM member WHERE rank IN"
            " (SELECT rowid FROM member_words WHERE member_words MATCH ? ORDER BY rowid LIMIT ?)",
            (query, max(limit, CANDIDATES_MAX)),
        ).fetchall()
        whole = folded(text).replace(" ", "")
        best = sorted(map(_found, rows), key=lambda one: nearness(one, whole))
        return best[:limit]


def _found(row: tuple[bytes, str, str | None, str | None, int, int]) -> Found:
    return Found(row[0], row[1], row[2], row[3], bool(row[4]), row[5])


def nearness(found: Found, whole: str) -> tuple[bool, bool, int, str, bytes]:
    """The order in which members are shown for a name, `whole` as typed, folded without blanks."""
    exact = folded(found.name).replace(" ", "") == whole
    return (not exact, not found.home, -found.last_visit, found.name, found.member_id)
