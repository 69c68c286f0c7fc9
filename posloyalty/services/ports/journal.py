"""The journal: reading its events and adding to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from posloyalty.sync.events import Event
from posloyalty.sync.journal import Head, StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The common keys of the next event: business time `at` as text, `hlc` as (ms, counter)."""

    at: str
    hlc: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the next event of this unit will stand. `number` is the receipt number of a sale."""

    epoch: int
    seq: int
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appended:
    """An event that was added within this unit; SHA-256 of its body for the receipt's QR."""

    seq: int
    epoch: int
    hash: bytes
    body_hash: bytes


class JournalReads(Protocol):
    """The journal's events."""

    def head(self) -> Head:
        """The last event's place, hash and stamp."""
        ...

    def events(self, *, after_seq: int = 0, limit: int | None = None) -> Iterator[StoredEvent]:
        """Events in their order, streamed."""
        ...

    def by_event_id(self, event_id: bytes) -> StoredEvent | None:
        """The event with an id."""
        ...

    def last_anchor(self) -> StoredEvent | None:
        """The newest event that began an epoch."""
        ...


class Journal(JournalReads, Protocol):
    """Adding to the journal; each event also gets its outbox row."""

    def place(self) -> Place:
        """Where the next event will stand."""
        ...

    def stamp(self, at: datetime | None = None) -> Stamp:
        """The next event's time keys; `at` defaults to the rule time."""
        ...

    def begin_epoch(self, epoch: int) -> None:
        """What comes next is of a later epoch; raises ValueError for one that is not later."""
        ...

    def append(self, event: Event) -> Appended:
        """Chain and store an event whose keys came from `stamp`."""
        ...
