"""A batch of one till's journal, read once before it is filed.

Shape: `read_batch` gives each event as it is kept and as it is read; whatever is asked of them
later follows from this. What cannot be read, or claims what cannot be, is named and stays there.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import filed
from posloyalty.sync.office.archive import Filing, filing_of

Fault = tuple[int, str]
"""A sequence and what looks wrong there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What is new of one till's journal: each event as it is kept, and as it is read (None where
    it cannot be). `last_at` is the latest instant of the till's own events, these included.
    """

    till_id: bytes
    stored: Sequence[StoredEvent]
    filings: Sequence[Filing | None]
    last_at: datetime | None
    faults: Sequence[Fault]


def stored_of(row: Any, *, written: int | None = None) -> StoredEvent:
    """A kept event from a row of the journal; `written` is the epoch that it was written in, where
    it is filed under a later one.
    """
    return StoredEvent(
        seq=row.seq,
        epoch=row.epoch if written is None else written,
        event_id=bytes(row.event_id),
        kind="",
        at="",
        body=bytes(row.body),
        hash=bytes(row.hash),
    )


def read_batch(
    stored: Sequence[StoredEvent],
    *,
    till_id: bytes,
    store: str,
    last_at: datetime | None,
    latest: datetime | None = None,
    wrapped: Container[int] = (),
    office_id: bytes = b"",
) -> Batch:
    """Read events once: everything that is asked of them later follows from this.

    Those later than `latest`, of another id than they were sent under, or unreadable are named, and
    those that went `wrapped` as bytes, which nobody reads.
    """
    filings: list[Filing | None] = []
    faults: list[Fault] = []
    for one in stored:
        if one.seq in wrapped:
            filings.append(None)
            faults.append((one.seq, "WRAPPED"))
            continue
        try:
            event = events.decode(one.body)
            read = filed(one, event, till_id=till_id, store=store, last_at=last_at)
            filing = filing_of(read, office_id=office_id)
        except (ValueError, OverflowError, RecursionError):
            filings.append(None)
            faults.append((one.seq, "UNREADABLE"))
            continue
        if event.id != one.event_id.hex():
            faults.append((one.seq, "OTHER_ID"))
            filings.append(None)
            continue
        if latest is not None and read.at > latest and read.at != last_at:
            faults.append((one.seq, "AHEAD"))
        if filing.counts:
            last_at = read.at
        filings.append(filing)
    return Batch(till_id=till_id, stored=stored, filings=filings, last_at=last_at, faults=faults)
