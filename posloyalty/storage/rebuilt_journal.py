"""Which events a journal was made of, found among everything that could be read.

Shape: `Candidates` takes in what a damaged book still says of each place, what a file of this
till's journal says, and, only where these do not go on, what copies of the book say; `chained`
gives, from the first on, whatever follows by its hash from the one before. So nobody's word is
taken for an event in the middle: the next one that is known proves it. Where a file is the last
word, the till's own signature at its end is what proves it.

They lie in a file of their own, encrypted like the book: a year's journal is no thing for memory.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.services.book.book_faults import BookDamaged
from posloyalty.services.book.signing import verify
from posloyalty.storage.salvage import Salvage
from posloyalty.storage.tables import JOURNAL_EVENT
from posloyalty.sync import events
from posloyalty.sync.journal import FIRST_EPOCH, FIRST_SEQ, link
from posloyalty.sync.journal_lines import BadLines, LinedEnd, LinedEvent, read_lines
from posloyalty.sync.wire.batch import head_statement

Keys = Collection[bytes]
OWN: Final = 0
FILE: Final = 1
_MADE: Final = """
CREATE TABLE candidate (
    seq INTEGER, source INTEGER, epoch INTEGER, event_id BLOB, hash BLOB, body BLOB,
    PRIMARY KEY (seq, source, hash)
) WITHOUT ROWID"""
_PUT: Final = "INSERT OR IGNORE INTO candidate VALUES (?, ?, ?, ?, ?, ?)"
_AT: Final = """
SELECT source, epoch, event_id, hash, body FROM candidate
WHERE seq = ? ORDER BY source, epoch DESC"""
_LAST: Final = "SELECT epoch, seq, hash FROM candidate ORDER BY seq DESC, source LIMIT 1"
_AFTER: Final = "SELECT count(DISTINCT seq) FROM candidate WHERE seq > ?"


@dataclass(frozen=True, slots=True)
class Chained:
    """An event that follows. `own` is what the damaged book itself said."""

    seq: int
    epoch: int
    event_id: bytes
    hash: bytes
    body: bytes
    own: bool
    event: events.Event | events.Opaque

    def row(self) -> tuple[object, ...]:
        """The row of `journal_event`, in the table's column order."""
        event = self.event
        kind = event.t if isinstance(event, events.Opaque) else events.kind(event)
        return (
            self.seq,
            self.epoch,
            self.event_id,
            kind,
            event.at,
            *event.hlc,
            self.body,
            self.hash,
        )


class Candidates:
    """Everything that could be an event of one till's journal."""

    def __init__(self, path: Path, key: bytes, *, till_id: bytes, copies: Sequence[Path]) -> None:
        self._till_id = till_id
        self._key = key
        self._copies = list(copies)
        self._source = FILE
        self._scratch = sqlcipher.connect(str(path), isolation_level=None)
        for statement in (
            f"PRAGMA key = \"x'{key.hex()}'\"",
            "PRAGMA synchronous = OFF",  # begun anew whenever it is cut off
            _MADE,
        ):
            self._scratch.execute(statement)

    def close(self) -> None:
        """Done with."""
        self._scratch.close()

    def take_book(self, book: Salvage, *, source: int = OWN, from_seq: int = FIRST_SEQ) -> None:
        """What a book says, damaged or not."""
        names = list(JOURNAL_EVENT.columns.keys())
        seq, epoch, event_id, body, hashed = (
            names.index(name) for name in ("seq", "epoch", "event_id", "body", "hash")
        )
        self._put(
            (row[seq], source, row[epoch], row[event_id], row[hashed], row[body])
            for row in book.rows(JOURNAL_EVENT)
            if row[seq] >= from_seq
        )

    def take_file(self, lines: Iterable[bytes], keys: Keys) -> None:
        """What a file of this till's journal says, whose end one of its `keys` signed; raises
        `BadLines` for any other.
        """
        self._put(self._of_file(lines, keys))

    def _of_file(self, lines: Iterable[bytes], keys: Keys) -> Iterator[tuple[object, ...]]:
        last: LinedEvent | None = None
        for one in read_lines(lines, till_id=self._till_id):
            if isinstance(one, LinedEnd):
                self._require_signed(one, last, keys)
                return
            last = one
            yield (one.seq, FILE, one.epoch, one.event_id, one.hash, one.body)

    def chained(self, begins: bytes) -> Iterator[Chained]:
        """Every event from the first on, as far as somebody has it; `begins` is the hash before."""
        place, previous, epoch = FIRST_SEQ, begins, FIRST_EPOCH
        while True:
            found = self._following(place, previous, epoch)
            if found is None:
                if not self._took_a_copy(place):
                    return
                continue
            yield found
            place, previous, epoch = place + 1, found.hash, found.epoch

    def furthest(self) -> tuple[int, int, bytes]:
        """Epoch, sequence and hash of the last event that anybody knows of; zeros for none."""
        row = self._scratch.execute(_LAST).fetchone()
        return (0, 0, b"") if row is None else (row[0], row[1], bytes(row[2]))

    def after(self, seq: int) -> int:
        """How many places behind a sequence somebody knows an event of."""
        return int(self._scratch.execute(_AFTER, (seq,)).fetchone()[0])

    def _following(self, place: int, previous: bytes, epoch: int) -> Chained | None:
        for source, written, event_id, hashed, body in self._scratch.execute(_AT, (place,)):
            if written < epoch:
                continue
            follows = link(
                till_id=self._till_id, epoch=written, seq=place, previous=previous, body=body
            )
            if follows != hashed:
                continue
            with suppress(events.BadEvent):
                event = events.decode(body)
                return Chained(place, written, event_id, hashed, body, source == OWN, event)
        return None

    def _took_a_copy(self, place: int) -> bool:
        """Whether there was one more copy to look into; one that cannot be read is passed over."""
        if not self._copies:
            return False
        self._source += 1
        with suppress(BookDamaged):
            copy = Salvage(self._copies.pop(0), self._key)
            self.take_book(copy, source=self._source, from_seq=place)
        return True

    def _put(self, rows: Iterable[tuple[object, ...]]) -> None:
        self._scratch.execute("BEGIN")
        self._scratch.executemany(_PUT, rows)
        self._scratch.execute("COMMIT")

    def _require_signed(self, end: LinedEnd, last: LinedEvent | None, keys: Keys) -> None:
        if last is None or (last.seq, last.hash) != (end.seq, end.hash):
            raise BadLines("it does not end where it says")
        statement = head_statement(
            till_id=self._till_id, epoch=last.epoch, seq=last.seq, head=last.hash
        )
        if not any(verify(key, statement, end.signature) for key in keys):
            raise BadLines("its end is not signed by this till")
