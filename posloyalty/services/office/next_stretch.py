"""The next events of the journal that travel in one batch, read in pieces.

What was journalled never changes, so a snapshot for each piece says the same as one for all; and a
look-up connection is back before the counter is let go first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from posloyalty.services.ports import Book
from posloyalty.services.right_of_way import RightOfWay
from posloyalty.sync.journal import StoredEvent, genesis_predecessor

BYTES_MAX: Final = 1_500_000
"""Bodies of a batch, before they are escaped and packed."""
PIECE: Final = 20
"""Events that are read at once: some tenths of a millisecond."""


def next_stretch(
    book: Book, way: RightOfWay, after_seq: int, events_max: int
) -> tuple[bytes, Sequence[StoredEvent]]:
    """(hash before, events) of one epoch and within the bounds, one event at least."""
    events: list[StoredEvent] = []
    size = 0
    with book.read() as reader:
        if after_seq:
            (before,) = reader.journal.events(after_seq=after_seq - 1, limit=1)
            previous = before.hash
        else:
            facts = reader.facts
            previous = genesis_predecessor(facts.till_id, facts.certificate)
    while len(events) < events_max:
        way.give()
        most = min(PIECE, events_max - len(events))
        with book.read() as reader:
            piece = tuple(reader.journal.events(after_seq=after_seq + len(events), limit=most))
        for one in piece:
            size += len(one.body)
            if events and (one.epoch != events[0].epoch or size > BYTES_MAX):
                return previous, events
            events.append(one)
        if len(piece) < most:
            break
    return previous, events
