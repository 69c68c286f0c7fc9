"""A roll on its way: sheets come one after the other, and members are arranged as they come.

Shape: `RollMaking(path, key, given, store)` begins a file, or goes on with the one that lies there
if it is of the same roll; each `add` is one transaction, so that a cut at any moment loses what was
in it and nothing else; `arrange` makes one index a call, which is three times faster after the rows
than beside them, and before that puts the words' pieces together, of which each `add` leaves one.
The file is write-ahead: a till that lost its power opens it and goes on.

The words come behind the members, arranged by head office (`roll_words`), where `given` lists
them; else each `add` arranges those of its sheets, which costs a till as much again. Head office
sends the words of names along for that; a release that makes them otherwise makes its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

from posloyalty.storage.look_up.files import connect, remove, sync
from posloyalty.storage.look_up.roll_file import FORMAT, TABLES, words_of
from posloyalty.sync.wire.roll import Finds, FoundBy, RollGiven, finds_of, found_by

INDEXES: Final = (
    "CREATE UNIQUE INDEX IF NOT EXISTS member_id ON member(id)",
    "CREATE INDEX IF NOT EXISTS member_card ON member(card) WHERE card IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS member_phone ON member(phone) WHERE phone IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS member_last4 ON member(last4, home DESC, last_visit DESC)"
    " WHERE last4 IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS other_value ON other(value)",
    "CREATE INDEX IF NOT EXISTS sheet_first ON sheet(first)",
)
_LOOSE: Final = (
    "INSERT INTO member_words(member_words, rank) VALUES('automerge', 0)",
    "INSERT INTO member_words(member_words, rank) VALUES('crisismerge', 1999)",
    "INSERT INTO member_words(member_words, rank) VALUES('hashsize', 4000000)",
)
"""While members come nothing is merged: each word would be written five times."""
_GATHERED: Final = (
    "INSERT INTO member_words(member_words) VALUES('optimize')",
    "INSERT INTO member_words(member_words, rank) VALUES('automerge', 4)",
    "INSERT INTO member_words(member_words, rank) VALUES('crisismerge', 16)",
)
"""All at once, and from then on as is usual: whoever is struck off leaves a piece each."""
LOG_PAGES: Final = 8_000
"""32 MB of log before it is written into the file: pages that many sheets change go there once."""


# Rows number themselves, one after the other; the statement takes them as they came.
_ROWS: Final = """
INSERT INTO member(id, name, card, phone, last4, home, last_visit) VALUES(
    unhex(?1), ?2, ?3, ?4, CASE WHEN length(?4) >= 4 THEN substr(?4, -4) END,
    ?5 = (SELECT value FROM about WHERE name = 'home'), 0
)"""
_WORDS: Final = "INSERT INTO member_words(rowid, words) VALUES(?, ?)"
_OTHERS: Final = "INSERT INTO other(value, kind, rank) VALUES(?, ?, ?)"


class RollMaking:
    """A roll that is being loaded. `home` is the till's own store, `store` the roll's."""

    def __init__(self, path: Path, key: bytes, given: RollGiven, *, store: str, home: str) -> None:
        self._path = path
        self._home = home
        self._given = given
        self._store = store
        self._words_told = bool(given.words)
        self._left = [*INDEXES] if given.words else [*_GATHERED, *INDEXES]
        self._connection = self._opened(path, key)
        have, members = self._connection.execute(
            "SELECT count(*) + (SELECT value FROM about WHERE name = 'words_put'),"
            " coalesce((SELECT max(rank) FROM member), 0) FROM sheet"
        ).fetchone()
        self.have, self._members = int(have), int(members)  # whose row has that number

    def add(self, sheets: Sequence[bytes]) -> int:
        """The next sheets; gives how many are there now."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            members = self._members
            for place, body in enumerate(sheets, self.have):
                if self._words_told and place >= len(self._given.sheets):
                    self._put_words(place, body)
                    continue
                execute("INSERT INTO sheet VALUES(?, ?, ?)", (place, members + 1, body))
                members += self._arrive(body, members + 1)
            execute("COMMIT")
        except BaseException:
            execute("ROLLBACK")
            raise
        self.have, self._members = self.have + len(sheets), members
        return self.have

    def arrange(self) -> bool:
        """One index; whether there was one left."""
        if not self._left:
            return False
        self._connection.execute(self._left.pop(0))
        return True

    def finish(self) -> None:
        """The file is whole, closed and on the disk."""
        self._note(complete="1", members=str(self._members))
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self.close()
        sync(self._path)

    def close(self) -> None:
        """Close the file, to go on with it later."""
        self._connection.close()

    def _opened(self, path: Path, key: bytes) -> sqlcipher.Connection:
        """The file as it lies there, if it is a part of this roll; else a new one."""
        try:
            connection = connect(path, key)
            self._connection = connection
            connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}").fetchall()
            about = dict(connection.execute("SELECT name, value FROM about"))
            if about.items() >= self._named.items() and "words_put" in about:
                return connection
        except (sqlcipher.DatabaseError, KeyError):
            pass
        connection.close()
        remove(path)
        connection = self._connection = connect(path, key)
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute(f"PRAGMA wal_autocheckpoint={LOG_PAGES}").fetchall()
        connection.executescript(TABLES)
        for loose in () if self._words_told else _LOOSE:
            connection.execute(loose)
        self._note(
            **self._named,
            words_put="0",
            cursor=self._given.cursor,
            store=self._store,
            home=self._home,
            complete="0",
        )
        return connection

    @property
    def _named(self) -> dict[str, str]:
        """What a file says that this very roll is loaded into, with words of the same making."""
        words = "\n".join(one.sha256 for one in self._given.words)
        told = sha256(words.encode("ascii")).hexdigest() if words else ""
        return {"format": FORMAT, "roll": self._given.roll, "words": told}

    def _put_words(self, place: int, body: bytes) -> None:
        # Late: nobody sells with it, and the first sale waits for each module.
        from posloyalty.storage.look_up.roll_words import put_words

        put_words(self._connection, body)
        self._note(words_put=str(place + 1 - len(self._given.sheets)))

    def _note(self, **about: str) -> None:
        self._connection.executemany("REPLACE INTO about VALUES(?, ?)", list(about.items()))

    def _arrive(self, body: bytes, first: int) -> int:
        """Arrange the members of a sheet, its first one in row `first`; gives how many."""
        finds: Finds | FoundBy = found_by(body) if self._words_told else finds_of(body)
        many = self._connection.executemany
        many(_ROWS, finds.found)
        if isinstance(finds, Finds):
            many(_WORDS, list(enumerate(words_of(finds), first)))
        if finds.others:
            many(_OTHERS, [(value, kind, first + at) for at, kind, value in finds.others])
        return len(finds.found)
