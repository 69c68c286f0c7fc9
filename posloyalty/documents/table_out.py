"""Writing a table that a person opens in a spreadsheet: CSV in UTF-8 with its mark.

A text that a spreadsheet would take for a formula gets an apostrophe before it: an article's name
must never be run. In columns of codes and names so does what it would take for a number or a day
(`guarded`), and `table_file` reads it without.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable

from posloyalty.documents.guarded import guarded, is_formula
from posloyalty.domain.values.money import Currency, format_amount


def csv_bytes(lines: Iterable[tuple[str, ...]], *, texts: Collection[int] = ()) -> bytes:
    """The bytes of a file, the head first; `texts` are the places of columns of codes and names,
    which stay what they are in any spreadsheet.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for cells in lines:
        writer.writerow(
            [
                guarded(cell) if place in texts else _harmless(cell)
                for place, cell in enumerate(cells)
            ]
        )
    return text.getvalue().encode("utf-8-sig")


def amount_cell(minor: int, money: Currency) -> str:
    """An amount as a spreadsheet adds it up: a true minus would make a word of it."""
    return format_amount(minor, money, grouping=False).replace("\N{MINUS SIGN}", "-")


def _harmless(cell: str) -> str:
    number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if is_formula(cell) and not number else cell
