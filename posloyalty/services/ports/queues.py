"""What is under way: the print queue, replays and imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from posloyalty.services.ports.sales import PrintState, RefundRow, SaleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintJob:
    """A paper in the queue: a sale's, a refund's, a closed shift's Z, a cash slip or the slip of a
    card that was paid out; the other ids are None.

    `detail` is the last fault's wording code.
    """

    id: int
    sale_id: bytes | None
    refund_id: bytes | None
    close_id: bytes | None
    move_id: bytes | None
    act_id: bytes | None
    copy: bool
    state: PrintState
    attempts: int
    detail: str


class PrintingReads(Protocol):
    """The print queue."""

    def next_waiting(self) -> PrintJob | None:
        """The oldest job that waits."""
        ...

    def interrupted(self) -> tuple[PrintJob, ...]:
        """Jobs that are being printed; at start, those that the till's last stop cut short."""
        ...

    def waiting(self) -> int:
        """How many jobs wait or are being printed."""
        ...

    def unconfirmed(self, *, limit: int = 50) -> tuple[SaleRow, ...]:
        """Sales whose newest job, original or copy, is UNKNOWN, newest first."""
        ...

    def unconfirmed_refunds(self, *, limit: int = 50) -> tuple[RefundRow, ...]:
        """The same of refunds."""
        ...


class PrintingWrites(PrintingReads, Protocol):
    """Changing the print queue."""

    def queue(self, paper_id: bytes, *, copy: bool) -> int:
        """Add a job for a sale, a refund or a closed shift; returns its id."""
        ...

    def mark(self, job_id: int, state: PrintState, *, detail: str = "") -> None:
        """Set a job's state; PRINTING counts an attempt."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayProgress:
    """How far a replay of one input got: rows read and sales rung."""

    key: bytes
    rows: int
    sales: int


class ReplayReads(Protocol):
    """Progress of replays, by SHA-256 of the input."""

    def progress(self, key: bytes) -> ReplayProgress | None:
        """How far a replay got."""
        ...


class ReplayWrites(ReplayReads, Protocol):
    """Writing progress, in the same unit as what it counts."""

    def advance(self, progress: ReplayProgress) -> None:
        """Set how far a replay got."""
        ...
