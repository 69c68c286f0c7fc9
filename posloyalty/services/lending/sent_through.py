"""Up to where somebody elsewhere may know this till's journal: everything that was ever sent.

An answer that is lost says nothing: head office may have taken in what it was about, and have lent
it to another till. So what came to be here is this till's alone only behind everything that it ever
put on its way, and what the outbox still waits for does not show that.

Shape: one setting, a sequence behind which nothing was sent. It is taken back before anything
behind it goes, once a spell in reach, and written when head office is out of reach again. A program
that ended in between takes everything that it finds for sent.
"""

from __future__ import annotations

from typing import Final

from posloyalty.services.ports import Book

SENT_THROUGH: Final = "office.sent_through"


class SentThrough:
    """Of one till program; from any thread."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._seq: int | None = None
        self._written: int | None = None

    @property
    def seq(self) -> int:
        """The last sequence that may be known elsewhere; 0 where none is."""
        if self._seq is None:
            with self._book.read() as reader:
                text = reader.settings.get(SENT_THROUGH)
                self._written = int(text) if text else None
                self._seq = reader.journal.head().seq if self._written is None else self._written
        return self._seq

    def sends(self, seq: int) -> None:
        """Everything up to a sequence is about to go. Nobody is in the middle of booking something
        meanwhile that counts on its being known here alone.
        """
        if seq <= self.seq:
            return
        with self._book.write() as unit:
            self._seq = seq
            if self._written is not None:
                unit.settings.put({SENT_THROUGH: ""})
                unit.commit()
                self._written = None

    def rests(self) -> None:
        """Head office is out of reach: nothing more goes until it is found again."""
        if self._written != self.seq:
            with self._book.write() as unit:
                unit.settings.put({SENT_THROUGH: str(self._seq)})
                unit.commit()
            self._written = self._seq
