"""The next events of the journal that travel in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from posloyalty.services.ports import Reader
from posloyalty.sync.journal import StoredEvent, genesis_predecessor

BYTES_MAX: Final = 1_500_000
"""Bodies of a batch, before they are escaped and packed."""


def next_stretch(
    reader: Reader, after_seq: int, events_max: int
) -> tuple[bytes, Sequence[StoredEvent]]:
    """(hash before, events) of one epoch and within the bounds, one event at least."""
    if after_seq:
        (before,) = reader.journal.events(after_seq=after_seq - 1, limit=1)
        previous = before.hash
    else:
        facts = reader.facts
        previous = genesis_predecessor(facts.till_id, facts.certificate)
    events: list[StoredEvent] = []
    size = 0
    for one in reader.journal.events(after_seq=after_seq, limit=events_max):
        size += len(one.body)
        if events and (one.epoch != events[0].epoch or size > BYTES_MAX):
            break
        events.append(one)
    return previous, events
