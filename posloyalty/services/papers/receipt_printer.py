"""The port to whatever prints receipts, and what it can say.

Shape: `ReceiptPrinter` has two questions that may take seconds, so it is asked on the print lane
only: `condition()` and `print(data)`. Both are bounded in time and never raise for what a printer
does; a result says what is known, and silence is `UNKNOWN`, never success.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class PrinterState(StrEnum):
    """What is known of the printer. NONE: the shop has set up no printer."""

    READY = "ready"
    OFF = "off"
    PAPER_OUT = "paper_out"
    SLOW = "slow"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PrinterCondition:
    """A state and, where there is more to say, a wording key of area "printer".

    `detail` is "cover_open", "fault" or "bad_address" with OFF, "paper_low" with READY, else empty.
    """

    state: PrinterState
    detail: str = ""


class Outcome(StrEnum):
    """What became of a job.

    PRINTED: the printer itself said so. NOT_SENT: not one byte reached it, so trying again cannot
    print twice. UNKNOWN: something was sent, and nobody said that it came out.
    """

    PRINTED = "printed"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrintResult:
    """The outcome of a job, and the condition in which it left the printer."""

    outcome: Outcome
    condition: PrinterCondition


class ReceiptPrinter(Protocol):
    """A printer of receipts; one thread at a time."""

    def condition(self) -> PrinterCondition:
        """Ask the printer how it is."""
        ...

    def print(self, data: bytes) -> PrintResult:
        """Send one job and find out what became of it."""
        ...

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Open the drawer that hangs on it: by a command in its turn, or by one that is obeyed at
        once where the printer stands still, without paper or with its cover open. The latter is
        confirmed by nobody: UNKNOWN, with the state that the printer is in.
        """
        ...

    def close(self) -> None:
        """Let go of the hardware; the printer may be asked again afterwards."""
        ...
