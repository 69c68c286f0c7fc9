"""Lengths and type sizes in logical pixels, and the layout class of a window. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

SCALES: Final = (100, 150, 200)

TARGET: Final = 44
GAP: Final = 8
STRIP_HEIGHT: Final = 48
ENTRY_HEIGHT: Final = 52
ROW: Final = 48
ROW_OPEN: Final = 92
CHIP: Final = 56
PAD_KEY: Final = 64
PAD_KEY_NARROW: Final = 44
MAIN_LEAST: Final = 72
MAIN: Final = 96
MAIN_PORTRAIT: Final = 112
FUNCTIONS: Final = 64
QUICK_KEY: Final = (92, 80)

COMPACT_LEAST: Final = 1024
"""Narrower, four quick keys beside the settings' lists, or a pad beside its figures, do not fit."""
WIDE_LEAST: Final = 1280
HEIGHT_LEAST: Final = 680
"""Lower, a pad under what it fills has keys of half a finger, and sheets press buttons flat."""

RADIUS_TAG: Final = 6
RADIUS_CONTROL: Final = 8
RADIUS_PANEL: Final = 10
RADIUS_CARD: Final = 12


@dataclass(frozen=True, slots=True)
class TypeSize:
    """A size of type: pixels, line heights for Chinese and Latin, and whether it is bold."""

    px: int
    line_zh: int
    line_latin: int
    bold: bool = False


TYPE: Final = {
    "hint": TypeSize(13, 18, 16, bold=True),
    "caption": TypeSize(15, 22, 20),
    "body": TypeSize(17, 26, 24),
    "line": TypeSize(19, 28, 25),
    "strong": TypeSize(20, 30, 26, bold=True),
    "title": TypeSize(24, 34, 30, bold=True),
    "pay": TypeSize(32, 44, 40, bold=True),
    "balance": TypeSize(40, 48, 48, bold=True),
    "total": TypeSize(44, 52, 52, bold=True),
    "due": TypeSize(52, 60, 60, bold=True),
    "change": TypeSize(120, 132, 132, bold=True),
}


class Layout(Enum):
    """Which arrangement a screen takes."""

    WIDE = auto()
    COMPACT = auto()
    NARROW = auto()
    PORTRAIT = auto()


def layout_of(width: int, height: int, scale: int) -> Layout:
    """The layout class of a window of so many pixels at a scale in percent.

    A tall window that is too narrow for six quick keys side by side takes the narrow layout.
    """
    logical_width, logical_height = width * 100 // scale, height * 100 // scale
    if logical_height > logical_width and logical_width >= 640:
        return Layout.PORTRAIT
    if logical_width < COMPACT_LEAST or logical_height < HEIGHT_LEAST:
        return Layout.NARROW
    return Layout.WIDE if logical_width >= WIDE_LEAST else Layout.COMPACT
