"""The words of a roll as they are searched: made once at head office, put into a till's file.

Shape: `RollWords` takes the words of one sheet after the other, in the order in which a till will
number their members, and gives them arranged, a piece a sheet; `put_words` puts such a sheet into
a till's file. What travels are the rows of SQLite's full-text index themselves (its `data` and
`idx` tables, form 4 of FTS5, the same in every SQLite since 2016), so a till puts in a page where
it would have put in two hundred members' words, each with its beginnings: half of all its work.

`WORDS_FORM` says what was made and how; a till that makes words otherwise takes none of it and
makes its own. The index at head office lies in memory while a roll is made, some 30 bytes a member.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.storage.look_up.roll_file import WORDS
from posloyalty.sync.wire.roll import WordPages, pages_of, written_pages

_FTS5: Final = 4
PAGES: Final = 64
"""Rows of each table on a sheet: some 250 kB of the index."""
_HASH_BYTES: Final = 16_000_000
_DATA: Final = "SELECT id, block FROM member_words_data ORDER BY id LIMIT ? OFFSET ?"
_IDX: Final = "SELECT segid, term, pgno FROM member_words_idx ORDER BY segid, term LIMIT ? OFFSET ?"


class RollWords:
    """The words of a roll that is being made. Not for several threads at once."""

    def __init__(self) -> None:
        self._connection = sqlcipher.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        execute = self._connection.execute
        execute(WORDS)
        execute(
            "INSERT INTO member_words(member_words, rank) VALUES('hashsize', ?)", (_HASH_BYTES,)
        )
        # One transaction for all of it: each commit would leave a piece to be put together.
        execute("BEGIN")
        self._members = 0
        self._arranged = False

    def add(self, words: Sequence[str]) -> None:
        """The words of the next members, with blanks between those of each."""
        self._connection.executemany(
            "INSERT INTO member_words(rowid, words) VALUES(?, ?)",
            list(enumerate(words, self._members + 1)),
        )
        self._members += len(words)

    def sheet(self, place: int) -> bytes | None:
        """The index's sheet of that place, the first being 0; None behind the last one. Nothing is
        added once one was asked for; the first takes a second for a million members.
        """
        if not self._arranged:
            self._arrange()
        here = (PAGES, place * PAGES)
        execute = self._connection.execute
        pages = WordPages(
            data=[(row, bytes(block)) for row, block in execute(_DATA, here)],
            idx=[(piece, bytes(term), page) for piece, term, page in execute(_IDX, here)],
        )
        return written_pages(pages) if pages.data or pages.idx else None

    def close(self) -> None:
        """Let go of the memory."""
        self._connection.close()

    @property
    def is_known_form(self) -> bool:
        """Whether this SQLite writes what `WORDS_FORM` says."""
        asked = "SELECT v FROM member_words_config WHERE k = 'version'"
        return bool(self._connection.execute(asked).fetchone()[0] == _FTS5)

    def _arrange(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("INSERT INTO member_words(member_words) VALUES('optimize')")
        self._arranged = True


def put_words(connection: sqlcipher.Connection, sheet: bytes) -> None:
    """A sheet of the index into a file in which nobody has searched nor put words yet.

    Raises `BadPacking` and `msgspec.MsgspecError` of what is no such sheet.
    """
    pages = pages_of(sheet)
    connection.executemany("REPLACE INTO member_words_data VALUES(?, ?)", pages.data)
    connection.executemany("REPLACE INTO member_words_idx VALUES(?, ?, ?)", pages.idx)
