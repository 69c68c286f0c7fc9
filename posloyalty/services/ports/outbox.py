"""What head office has not received yet, and what was special about what it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    """An event on its way. `state` is waiting, acked or quarantined (set aside at head office);
    `reason` a code of what was special, or empty; `kind` and `at` are the event's.
    """

    seq: int
    state: str
    reason: str
    kind: str
    at: str


class OutboxReads(Protocol):
    """What head office has not received yet."""

    def first_waiting(self) -> int | None:
        """The first sequence that head office does not have; None when it has everything."""
        ...

    def shown(self, *, most: int) -> tuple[OutboxRow, ...]:
        """What head office does not have, or took in a special way; the newest first."""
        ...


class Outbox(OutboxReads, Protocol):
    """Changing the outbox."""

    def received(self, after: int, seq: int) -> None:
        """Head office has everything behind `after` up to `seq`."""
        ...

    def set_aside(self, seq: int) -> None:
        """Head office keeps what waited up to here apart."""
        ...

    def noted(self, seq: int, reason: str) -> None:
        """Something was special about how an event was taken: a code."""
        ...
