"""Which earlier events a stretch leans on when it travels in its short form.

Shape: `Sources.of(reader, events)` are a few events before a stretch: the last one of each kind in
it, and for each article that those do not speak of the last event that does. What was said where is
looked up in the newest events before the stretch, read once and then kept up, so that a sale alone
costs the book a few rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from posloyalty.services.ports import Reader
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.wire.short.stretch import SOURCES_BYTES_MAX, SOURCES_MAX, Source

REMEMBERED: Final = 500
"""How many events before the first stretch are looked through."""
BODY_BYTES_MAX: Final = SOURCES_BYTES_MAX // SOURCES_MAX
_ARTICLES: Final = re.compile(rb'"product":"([0-9a-f]{32})"')


class Sources:
    """Knows what the newest events of one epoch speak of."""

    def __init__(self) -> None:
        self._epoch = 0
        self._through = 0
        self._kinds: dict[str, int] = {}
        self._articles: dict[bytes, int] = {}

    def of(self, reader: Reader, events: Sequence[StoredEvent]) -> tuple[Source, ...]:
        """Events of the same epoch before a stretch, in their order."""
        first = events[0]
        self._look_through(reader, first)
        chosen = {self._kinds[kind] for kind in {one.kind for one in events} if kind in self._kinds}
        found = {seq: _at(reader, seq) for seq in sorted(chosen)[-SOURCES_MAX:]}
        wanted = _articles(events) - _articles(found.values())
        by_source: dict[int, int] = {}
        for article in wanted:
            if article in self._articles:
                seq = self._articles[article]
                by_source[seq] = by_source.get(seq, 0) + 1
        most = sorted(by_source, key=lambda seq: (by_source[seq], seq), reverse=True)
        for seq in most[: SOURCES_MAX - len(found)]:
            found[seq] = _at(reader, seq)
        return tuple(Source(seq, found[seq].body) for seq in sorted(found))

    def _look_through(self, reader: Reader, first: StoredEvent) -> None:
        """Take in everything before an event."""
        if first.epoch != self._epoch or first.seq <= self._through:
            self._epoch, self._through = first.epoch, 0
            self._kinds, self._articles = {}, {}
        after = max(self._through, first.seq - 1 - REMEMBERED)
        for one in reader.journal.events(after_seq=after, limit=first.seq - 1 - after):
            if one.epoch == self._epoch and len(one.body) <= BODY_BYTES_MAX:
                self._kinds[one.kind] = one.seq
                for article in _ARTICLES.findall(one.body):
                    self._articles[article] = one.seq
        self._through = first.seq - 1


def _articles(events: Iterable[StoredEvent]) -> set[bytes]:
    return {article for one in events for article in _ARTICLES.findall(one.body)}


def _at(reader: Reader, seq: int) -> StoredEvent:
    (event,) = reader.journal.events(after_seq=seq - 1, limit=1)
    return event
