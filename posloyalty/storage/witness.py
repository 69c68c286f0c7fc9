"""The witness: notes outside the book of how far its journal had come.

Shape of a note: {"epoch", "seq", "hash"}. One lies in `till.witness` beside the book, written after
every twenty events; one in the system's keystore, where there is one, written at every start, every
five hundred events and at the end, so that a folder that is put back whole is found too. A book
whose journal ends before a note, or has another event in its place, was put back from a copy or had
its tail cut off: no chain can show that, a note beside it can. A note is not synced to the disk,
because a lost one costs nothing and a sale must not wait for it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from posloyalty.storage.repositories.journal import JournalReads
from posloyalty.sync.journal import Head

EVERY_EVENTS: Final = 20
EVERY_EVENTS_IN_SAFE: Final = 500


class Safe(Protocol):
    """Where the system keeps small secrets; see `keys.key_store.KeyStore`."""

    def keep_note(self, book_id: bytes, note: str) -> None:
        """Keep a note of a book; a safe that cannot does nothing."""
        ...

    def note(self, book_id: bytes) -> str | None:
        """The note of a book, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Witness:
    """A place that the journal had reached, and the hash that stood there."""

    epoch: int
    seq: int
    hash: bytes


class Witnesses:
    """The notes of one open book. `safe` None is a computer without a keystore."""

    def __init__(self, path: Path, *, safe: Safe | None = None, book_id: bytes = b"") -> None:
        self._path = path
        self._safe = safe
        self._book_id = book_id
        self._noted: int | None = None
        self._noted_in_safe = 0
        self.at_start: tuple[Witness, ...] = ()
        """What the notes said when the book was opened: whoever verifies it goes by that too."""

    def begin(self, seq: int) -> None:
        """The book is open. Nothing is noted for that alone, so that a book that is only looked at
        stays as it is.
        """
        self._noted = self._noted_in_safe = seq
        self.at_start = self.seen()

    def seen(self) -> tuple[Witness, ...]:
        """What the notes say; none where there are none or they cannot be read."""
        told = (read_witness(self._path), self._in_safe())
        return tuple(one for one in told if one is not None)

    def ever_seen(self) -> tuple[Witness, ...]:
        """What the notes said at the start, and what they say now."""
        return tuple(dict.fromkeys((*self.at_start, *self.seen())))

    def follow(self, head: Head, *, every: int = EVERY_EVENTS) -> None:
        """The journal has come so far: note it where enough is new."""
        if self._noted is not None and head.seq - self._noted < every:
            return
        # What was committed must be told, so a disk that is full now must not hide it: the next
        # note is tried after the next unit.
        with suppress(OSError):
            write_witness(self._path, head)
            self._noted = head.seq

    def follow_in_safe(self, head: Head, *, every: int = EVERY_EVENTS_IN_SAFE) -> None:
        """The same in the keystore, which is slower."""
        if self._safe is None or head.seq - self._noted_in_safe < every:
            return
        self._safe.keep_note(self._book_id, _text(head))
        self._noted_in_safe = head.seq

    def _in_safe(self) -> Witness | None:
        text = None if self._safe is None else self._safe.note(self._book_id)
        return None if text is None else _read(text)


def write_witness(path: Path, head: Head) -> None:
    """Note where the journal stands; the file is replaced whole."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(_text(head), encoding="ascii")
    unfinished.replace(path)


def read_witness(path: Path) -> Witness | None:
    """The note; None when there is none or a power cut left it unreadable."""
    try:
        return _read(path.read_bytes())
    except OSError:
        return None


def contradicts(witness: Witness | None, journal: JournalReads) -> bool:
    """Whether the journal is not the one that the witness saw."""
    if witness is None:
        return False
    found = next(journal.events(after_seq=witness.seq - 1, limit=1), None)
    return found is None or found.seq != witness.seq or found.hash != witness.hash


def _text(head: Head) -> str:
    return json.dumps({"epoch": head.epoch, "seq": head.seq, "hash": head.hash.hex()})


def _read(text: str | bytes) -> Witness | None:
    try:
        content = json.loads(text)
        return Witness(int(content["epoch"]), int(content["seq"]), bytes.fromhex(content["hash"]))
    except (ValueError, KeyError, TypeError):
        return None
