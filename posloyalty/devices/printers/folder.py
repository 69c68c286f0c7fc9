"""A printer that is a folder: each job becomes a file, for trying out and for passing on.

A job counts as printed once its file is on disk under its final name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from posloyalty.services.papers.receipt_printer import (
    Outcome,
    PrinterCondition,
    PrinterState,
    PrintResult,
)

SUFFIX: Final = ".escpos"


class FolderPrinter:
    """Writes jobs as `receipt-000001.escpos` and counting, never over one that is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def condition(self) -> PrinterCondition:
        """READY when the folder is there or can be made, and can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return PrinterCondition(PrinterState.OFF)
        writable = os.access(self._folder, os.W_OK)
        return PrinterCondition(PrinterState.READY if writable else PrinterState.OFF)

    def print(self, data: bytes) -> PrintResult:
        """Write the job beside its name, then give it the name."""
        part = self._folder / "receipt.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._next())
        except OSError:
            # What was written is not a receipt until it has its name.
            return PrintResult(Outcome.NOT_SENT, PrinterCondition(PrinterState.OFF))
        return PrintResult(Outcome.PRINTED, PrinterCondition(PrinterState.READY))

    def kick(self, command: bytes, at_once: bytes) -> PrintResult:
        """Write the command as a job: whoever passes the files on opens the drawer."""
        return self.print(command)

    def close(self) -> None:
        """Nothing is held between jobs."""

    def _next(self) -> Path:
        numbers = [0]
        for path in self._folder.glob(f"receipt-*{SUFFIX}"):
            digits = path.stem.removeprefix("receipt-")
            if digits.isascii() and digits.isdigit():
                numbers.append(int(digits))
        return self._folder / f"receipt-{max(numbers) + 1:06d}{SUFFIX}"
