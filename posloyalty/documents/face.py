"""How wide a TrueType face draws each of its characters, read from the face's own tables.

Shape: `read_advances(path)` is {code point: advance}, advances in thousandths of the font's size.
Reading a whole face for that, as drawing a PDF must, took 150 ms and 24 MB of each face, and made
thirty thousand objects that Python looked through for garbage while a customer was served.

Tables and their fields: OpenType 1.9, "Font File" (sfnt), `head`, `hhea`, `hmtx`, `cmap`.
"""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from struct import unpack_from
from typing import Final

THOUSAND: Final = 1000
_RECORD: Final = 16
_UNITS_PER_EM: Final = 18
_COUNT_OF_METRICS: Final = 34
_SEGMENTED_COVERAGE: Final = 12
_GROUP: Final = 12


class NoUnicodeTable(ValueError):
    """A face without a table of all Unicode characters (`cmap` format 12)."""


def read_advances(path: Path) -> dict[int, int]:
    """What the face draws, and how wide; raises `NoUnicodeTable`, `OSError`."""
    tables = _tables(path, (b"head", b"hhea", b"hmtx", b"cmap"))
    (units,) = unpack_from(">H", tables[b"head"], _UNITS_PER_EM)
    (count,) = unpack_from(">H", tables[b"hhea"], _COUNT_OF_METRICS)
    widths = _advances(tables[b"hmtx"], count, units)
    last = count - 1
    return {
        code: widths[min(glyph, last)]
        for first, end, start in _groups(tables[b"cmap"], path)
        for glyph, code in enumerate(range(first, end + 1), start)
        if glyph
    }


def _tables(path: Path, wanted: tuple[bytes, ...]) -> dict[bytes, bytes]:
    """The tables of a face by tag; the file is read only where they lie."""
    found = {}
    with path.open("rb") as file:
        (count,) = unpack_from(">4xH", file.read(12))
        directory = file.read(count * _RECORD)
        for place in range(count):
            tag, offset, length = unpack_from(">4s4xII", directory, place * _RECORD)
            if tag in wanted:
                file.seek(offset)
                found[tag] = file.read(length)
    return found


def _advances(metrics: bytes, count: int, units: int) -> list[int]:
    """By glyph, in thousandths; glyphs behind the last one are as wide as it is."""
    pairs = array("H", metrics[: count * 4])
    if sys.byteorder == "little":
        pairs.byteswap()
    # Nearly all are as wide as they are high: one number stands for all that are equal.
    shared: dict[int, int] = {}
    return [
        shared.setdefault(wide, (wide * THOUSAND * 2 + units) // (units * 2)) for wide in pairs[::2]
    ]


def _groups(table: bytes, path: Path) -> list[tuple[int, int, int]]:
    """First and last code point of each run, and the glyph of the first."""
    (count,) = unpack_from(">2xH", table)
    for place in range(count):
        (offset,) = unpack_from(">4xI", table, 4 + place * 8)
        if unpack_from(">H", table, offset) == (_SEGMENTED_COVERAGE,):
            (runs,) = unpack_from(">12xI", table, offset)
            start = offset + 16
            return [unpack_from(">III", table, start + n * _GROUP) for n in range(runs)]
    raise NoUnicodeTable(str(path))
