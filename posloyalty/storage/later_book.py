"""A book that a later release has used, read and never written.

What a till sold must not be locked in because its computer went back to an older program. The
journal's form never changes, whatever else a release adds: so its events, whose it is and what
signs it can be read from any book. Everything else is left alone, and the file is opened for
reading: not a byte of it changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.services.book.book_faults import BookDamaged
from posloyalty.storage.driver import BUSY_S, faults_at, pragmas
from posloyalty.storage.place import BookPlace
from posloyalty.sync.journal import StoredEvent

CACHE_KIB: Final = 2_048
_FACTS: Final = "SELECT till_id, certificate FROM book"
_SEED: Final = "SELECT seed FROM till_key ORDER BY made_at, key_id LIMIT 1"
_EVENTS: Final = """
SELECT seq, epoch, event_id, type, at, body, hash FROM journal_event
WHERE seq > ? ORDER BY seq LIMIT ?"""
_HEAD: Final = "SELECT seq FROM journal_event ORDER BY seq DESC LIMIT 1"
_SETTING: Final = "SELECT value FROM setting WHERE name = ?"


@dataclass(frozen=True, slots=True)
class LaterBook:
    """Whose it is, what signs it (32 bytes), and its journal. `settings` reads one by its name."""

    till_id: bytes
    certificate: bytes
    seed: bytes
    head_seq: int
    connection: Any

    def events(self, *, after_seq: int, limit: int) -> list[StoredEvent]:
        """Events in their order."""
        rows = self.connection.execute(_EVENTS, (after_seq, limit)).fetchall()
        return [
            StoredEvent(
                seq=seq, epoch=epoch, event_id=event_id, kind=kind, at=at, body=body, hash=hashed
            )
            for seq, epoch, event_id, kind, at, body, hashed in rows
        ]

    def get(self, name: str) -> str | None:
        """A setting of the book, as `SettingReads` has it."""
        row = self.connection.execute(_SETTING, (name,)).fetchone()
        return None if row is None else str(row[0])


@contextmanager
def later_book(place: BookPlace, key: bytes) -> Iterator[LaterBook]:
    """Open a book of any release for reading; raises a `BookError` where it is none."""
    with (
        faults_at(place.book),
        closing(
            sqlcipher.connect(f"{place.book.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_S)
        ) as connection,
    ):
        for pragma in pragmas(key, cache_kib=CACHE_KIB, query_only=True):
            connection.execute(pragma)
        facts = connection.execute(_FACTS).fetchone()
        seed, head = connection.execute(_SEED).fetchone(), connection.execute(_HEAD).fetchone()
        if facts is None or seed is None or head is None:
            raise BookDamaged(place=str(place.book), detail="the book does not say whose it is")
        yield LaterBook(facts[0], facts[1], seed[0], head[0], connection)
