"""The shop prints no receipts."""

from __future__ import annotations

from posloyalty.services.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)

_NONE = PrinterCondition(PrinterState.NONE)


class NoPrinter:
    """Takes nothing and says so; jobs wait until a printer is set up."""

    def condition(self) -> PrinterCondition:
        """Always NONE."""
        return _NONE

    def print(self, data: bytes) -> PrintResult:
        """Sends nothing."""
        return PrintResult(Outcome.NOT_SENT, _NONE)

    def close(self) -> None:
        """Nothing is held."""
