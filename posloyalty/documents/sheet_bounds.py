"""How much a spreadsheet asks of whoever reads it, found out before anybody builds anything of it.

Shape: `is_within(parts, bytes_max)` goes through an archive's parts once, as they stream by, and
says whether it is worth reading. A spreadsheet is XML, of which a reader makes objects: a few
kilobytes of an archive are a hundred megabytes of tags, and those are gigabytes of objects. So
bytes bound it, and elements; cells that it only says to be far away count as if they were there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Final
from xml.parsers import expat
from zipfile import ZipFile

BYTES_AN_ELEMENT: Final = 32
"""An honest cell has two elements and some sixty bytes, with its place and its format."""
SHEET_COLUMNS_MAX: Final = 16_384
SHEET_ROWS_MAX: Final = 1_048_576
"""A sheet's ends: no spreadsheet program writes anything beyond them."""
_LETTERS_MAX: Final = 3
_PIECE: Final = 256 * 1024


class _TooMuch(Exception):
    """A bound was passed."""


def is_within(parts: ZipFile, bytes_max: int) -> bool:
    """Whether all parts together have at most so many bytes, and elements in proportion."""
    if sum(part.file_size for part in parts.infolist()) > bytes_max:
        return False
    counted = _Counted(bytes_max // BYTES_AN_ELEMENT)
    try:
        for part in parts.infolist():
            with parts.open(part) as stream:
                counted.of(stream)
    except _TooMuch:
        return False
    return True


class _Counted:
    """What was met so far, in all parts."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._rows = self._cells = self._columns = 0

    def of(self, part: IO[bytes]) -> None:
        """Go through one part; what is no XML ends where it is none, as it does for the reader."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._met
        self._rows = 0
        try:
            while piece := part.read(_PIECE):
                parser.Parse(piece)
        except expat.ExpatError:
            return

    def _met(self, name: str, attributes: Mapping[str, str]) -> None:
        self._left -= 1
        kind = name.rpartition(":")[2]
        if kind == "c":
            self._cell(attributes.get("r", ""))
        elif kind == "row":
            self._row(attributes.get("r", ""))
        if self._left < 0:
            raise _TooMuch

    def _row(self, number: str) -> None:
        self._rows += 1
        self._cells = self._columns = 0
        if max(self._rows, _number(number)) > SHEET_ROWS_MAX:
            raise _TooMuch

    def _cell(self, place: str) -> None:
        self._cells += 1
        if self._cells > SHEET_COLUMNS_MAX:
            raise _TooMuch
        # A row is at least as wide as its last cell is away from the first column.
        columns = _column(place)
        if columns > self._columns:
            self._left -= columns - self._columns - 1
            self._columns = columns


def _number(text: str) -> float:
    """A row's number as its reader takes it, who also takes 1e9; 0 where it is none."""
    try:
        return float(text)
    except ValueError:
        return 0


def _column(place: str) -> int:
    """The number of a place's column, from 1; 0 where it names none that a reader takes."""
    column = 0
    for count, letter in enumerate(place.upper()):
        if not "A" <= letter <= "Z":
            break
        if count == _LETTERS_MAX:
            return 0
        column = column * 26 + ord(letter) - 64
    return column
