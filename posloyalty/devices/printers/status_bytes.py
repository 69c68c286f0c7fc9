"""What ESC/POS printers answer, byte by byte.

DLE EOT n (10 04 n) is answered at once, even by a printer that is offline: bits 1 and 4 are set,
bits 0 and 7 are not. GS r 1 (1D 72 01) is answered in its turn, after everything sent before it was
processed: bits 4 and 7 are not set. So the two kinds of answers cannot be mistaken for one another,
and most garbage is neither. Source: Epson's ESC/POS command reference.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from posloyalty.services.papers.receipt_printer import PrinterCondition, PrinterState


class Ask(IntEnum):
    """The questions of DLE EOT that are asked."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    PAPER = 4


IN_ORDER: Final = b"\x1dr\x01"

_FIXED: Final = 0b1001_0011
_FIXED_SET: Final = 0b0001_0010
_IN_ORDER_CLEAR: Final = 0b1001_0000

_OFFLINE: Final = 0x08
_COVER_OPEN: Final = 0x04
_STOPPED_FOR_PAPER: Final = 0x20
_FAULT: Final = 0x40
_PAPER_NEAR_END: Final = 0x0C
_PAPER_END: Final = 0x60


def question(ask: Ask) -> bytes:
    """The bytes of one real-time question."""
    return b"\x10\x04" + bytes((ask,))


def is_real_time(byte: int) -> bool:
    """Whether a byte has the shape of an answer to DLE EOT."""
    return byte & _FIXED == _FIXED_SET


def is_in_order(byte: int) -> bool:
    """Whether a byte has the shape of an answer to GS r 1."""
    return byte & _IN_ORDER_CLEAR == 0


def is_offline(printer: int) -> bool:
    """Whether the answer to PRINTER says that it does not print now."""
    return bool(printer & _OFFLINE)


def online_condition(paper: int) -> PrinterCondition:
    """What the answer to PAPER means for a printer that is online."""
    if paper & _PAPER_END:
        return PrinterCondition(PrinterState.PAPER_OUT)
    return PrinterCondition(PrinterState.READY, "paper_low" if paper & _PAPER_NEAR_END else "")


def offline_condition(*, paper: int, cause: int) -> PrinterCondition:
    """Why a printer is offline. An open cover comes first: that is how paper is changed."""
    if cause & _COVER_OPEN:
        return PrinterCondition(PrinterState.OFF, "cover_open")
    if paper & _PAPER_END or cause & _STOPPED_FOR_PAPER:
        return PrinterCondition(PrinterState.PAPER_OUT)
    return PrinterCondition(PrinterState.OFF, "fault" if cause & _FAULT else "")


def stands_still(condition: PrinterCondition) -> bool:
    """Whether a printer that answers works through nothing in turn: no paper, or an open cover."""
    no_paper = condition.state is PrinterState.PAPER_OUT
    return no_paper or condition == PrinterCondition(PrinterState.OFF, "cover_open")
