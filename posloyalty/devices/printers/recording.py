"""A printer that remembers what it was given, and behaves as it is told.

For the demo shop and the tests: `jobs` holds the latest jobs; `set` makes it run out of paper, go
off, be slow or stay silent, with the outcomes that real hardware has then.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from posloyalty.devices.printers.status_bytes import stands_still
from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)

JOBS_MAX: Final = 200

_OUTCOMES: Final = {
    PrinterState.READY: Outcome.PRINTED,
    PrinterState.SLOW: Outcome.PRINTED,
    PrinterState.UNKNOWN: Outcome.UNKNOWN,
    PrinterState.OFF: Outcome.NOT_SENT,
    PrinterState.PAPER_OUT: Outcome.NOT_SENT,
    PrinterState.NONE: Outcome.NOT_SENT,
}


class RecordingPrinter:
    """A `ReceiptPrinter` without paper."""

    def __init__(self) -> None:
        self.jobs: deque[bytes] = deque(maxlen=JOBS_MAX)
        self._condition = PrinterCondition(PrinterState.READY)

    def set(self, state: PrinterState, detail: str = "") -> None:
        """Behave like a printer in this state from now on."""
        self._condition = PrinterCondition(state, detail)

    def condition(self) -> PrinterCondition:
        """The state that was set."""
        return self._condition

    def print(self, data: bytes) -> PrintResult:
        """Remember the job unless the printer would not have taken it."""
        outcome = _OUTCOMES[self._condition.state]
        if outcome is not Outcome.NOT_SENT:
            self.jobs.append(data)
        return PrintResult(outcome, self._condition)

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Remember what opens the drawer: `at_once` while there is no paper."""
        if not stands_still(self._condition):
            return self.print(command)
        self.jobs.append(at_once)
        return PrintResult(Outcome.UNKNOWN, self._condition)

    def close(self) -> None:
        """Nothing is held."""
