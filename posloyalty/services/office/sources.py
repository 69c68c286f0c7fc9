"""Which earlier events a stretch leans on when it travels in its short form.

Shape: `Sources(book, way).of(events)` are a few events before a stretch: the last one of each kind
in it, and for each article that those do not speak of the last event that does. What was said where
is looked up in the newest events before the stretch, read once and then kept up, so that a sale
alone costs the book a few rows. Between any two pieces of it the counter goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from posloyalty.services.office.next_stretch import PIECE
from posloyalty.services.ports import Book
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.wire.short.stretch import SOURCES_BYTES_MAX, SOURCES_MAX, Source

REMEMBERED: Final = 500
"""How many events before the first stretch are looked through."""
BODY_BYTES_MAX: Final = SOURCES_BYTES_MAX // SOURCES_MAX
_ARTICLES: Final = re.compile(rb'"product":"([0-9a-f]{32})"')


class Sources:
    """Knows what the newest events of one epoch speak of."""

    def __init__(self, book: Book, way: RightOfWay) -> None:
        self._book = book
        self._way = way
        self._epoch = 0
        self._through = 0
        self._kinds: dict[str, int] = {}
        self._articles: dict[bytes, int] = {}

    def of(self, events: Sequence[StoredEvent]) -> tuple[Source, ...]:
        """Events of the same epoch before a stretch, in their order."""
        self._look_through(events[0])
        kinds = {one.kind for one in events}
        chosen = sorted(self._kinds[one] for one in kinds if one in self._kinds)
        found = {seq: self._body(seq) for seq in chosen[-SOURCES_MAX:]}
        wanted = _articles(one.body for one in events) - _articles(found.values())
        speaks: dict[int, int] = {}
        for article in wanted:
            if article in self._articles:
                seq = self._articles[article]
                speaks[seq] = speaks.get(seq, 0) + 1
        most = sorted(speaks, key=lambda seq: (speaks[seq], seq), reverse=True)
        for seq in most[: SOURCES_MAX - len(found)]:
            found[seq] = self._body(seq)
        return tuple(Source(seq, found[seq]) for seq in sorted(found))

    def _look_through(self, first: StoredEvent) -> None:
        """Take in everything before an event."""
        if first.epoch != self._epoch or first.seq <= self._through:
            self._epoch, self._through = first.epoch, 0
            self._kinds, self._articles = {}, {}
        after = max(self._through, first.seq - 1 - REMEMBERED)
        while after < first.seq - 1:
            for one in self._read(after, min(PIECE, first.seq - 1 - after)):
                after = one.seq
                if one.epoch == self._epoch and len(one.body) <= BODY_BYTES_MAX:
                    self._kinds[one.kind] = one.seq
                    for article in _ARTICLES.findall(one.body):
                        self._articles[article] = one.seq
        self._through = first.seq - 1

    def _body(self, seq: int) -> bytes:
        (event,) = self._read(seq - 1, 1)
        return event.body

    def _read(self, after_seq: int, most: int) -> Sequence[StoredEvent]:
        self._way.give()
        with self._book.read() as reader:
            return tuple(reader.journal.events(after_seq=after_seq, limit=most))


def _articles(bodies: Iterable[bytes]) -> set[bytes]:
    return {article for body in bodies for article in _ARTICLES.findall(body)}
