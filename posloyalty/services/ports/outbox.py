"""What head office has not received yet."""

from __future__ import annotations

from typing import Protocol


class OutboxReads(Protocol):
    """What head office has not received yet."""

    def first_waiting(self) -> int | None:
        """The first sequence that head office does not have; None when it has everything."""
        ...


class Outbox(OutboxReads, Protocol):
    """Changing the outbox."""

    def received(self, seq: int) -> None:
        """Head office has everything up to here."""
        ...
