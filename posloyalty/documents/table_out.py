"""Writing a table that a person opens in a spreadsheet: CSV in UTF-8 with its mark.

A text that a spreadsheet would take for a formula gets an apostrophe before it: an article's name
must never be run.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

FORMULA_SIGNS: Final = (
    "=",
    "+",
    "-",
    "@",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\t",
    "\r",
    "\n",
)
"""What a formula begins with, also as Chinese input methods write it: spreadsheets there take a
full-width sign for the narrow one.
"""


def csv_bytes(lines: Iterable[tuple[str, ...]]) -> bytes:
    """The bytes of a file, the head first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for cells in lines:
        writer.writerow([_harmless(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: str) -> str:
    number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) and not number else cell
