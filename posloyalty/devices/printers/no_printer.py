"""The shop prints no receipts, or its printer's address leads nowhere."""

from __future__ import annotations

from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)

_NONE = PrinterCondition(PrinterState.NONE)
_BAD_ADDRESS = PrinterCondition(PrinterState.OFF, "bad_address")


class NoPrinter:
    """Takes nothing and says so; jobs wait until a printer is set up."""

    def condition(self) -> PrinterCondition:
        """Always NONE."""
        return _NONE

    def print(self, data: bytes) -> PrintResult:
        """Sends nothing."""
        return PrintResult(Outcome.NOT_SENT, _NONE)

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Sends nothing."""
        return self.print(command)

    def close(self) -> None:
        """Nothing is held."""


class UnusablePrinter:
    """Stands for a printer whose address cannot be one: OFF until the settings are put right."""

    def condition(self) -> PrinterCondition:
        """OFF, and why."""
        return _BAD_ADDRESS

    def print(self, data: bytes) -> PrintResult:
        """Sends nothing; jobs wait."""
        return PrintResult(Outcome.NOT_SENT, _BAD_ADDRESS)

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Sends nothing."""
        return self.print(command)

    def close(self) -> None:
        """Nothing is held."""
