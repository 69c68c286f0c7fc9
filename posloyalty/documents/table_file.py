"""Reading a table that a person made: CSV or XLSX, one row at a time.

Shape: `read_table(path)` yields `TableRow(line, cells)`, cells by the header's column names, in
lower case, always text and on one line: a break within a cell is a space, and the apostrophe that
keeps a spreadsheet from taking a code for a number (`guarded`) is no part of it. `line` counts as a
person sees it in the file: the header is line 1 and a quoted line break counts. Nothing is
converted here; what a cell means is the import's business.

A file that cannot be read at all raises `TableUnreadable` with a wording code and facts.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final, TextIO

from posloyalty.documents.guarded import unguarded
from posloyalty.documents.sheet_bounds import is_within

ROWS_MAX: Final = 2_000_000
COLUMNS_MAX: Final = 100
CELL_CHARACTERS_MAX: Final = 10_000
ROW_CHARACTERS_MAX: Final = COLUMNS_MAX * CELL_CHARACTERS_MAX
"""Counted while a row is read: one that never ends would be in memory before any cell is."""
XLSX_UNPACKED_MAX: Final = 1_000_000_000
# In the order tried: what spreadsheets write today, then what Chinese ones wrote for long.
ENCODINGS: Final = ("utf-8-sig", "gb18030")


# A cell that was typed on two lines is one name, code or address: neither a receipt nor head
# office's feed has room for the break.
_CONTROLS: Final = re.compile(r"\s*[\x00-\x1f\x7f]+\s*")


class TableUnreadable(Exception):
    """The file is no table we can read; `reason` is a wording code, `facts` fill it in."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; `cells` maps column names to stripped text, empty cells included."""

    line: int
    cells: Mapping[str, str]
    surplus: int = 0


def read_table(path: Path, *, unpacked_bytes_max: int = XLSX_UNPACKED_MAX) -> Iterator[TableRow]:
    """The rows of a CSV or XLSX file, by its ending; a spreadsheet is nothing but a packed archive,
    and is not opened where it has more than `unpacked_bytes_max` in it, or more elements than an
    honest one of so many bytes.

    Raises `TableUnreadable` NOT_FOUND, UNKNOWN_KIND, ENCODING, DAMAGED, NO_HEADER, DOUBLE_COLUMN,
    CELL_TOO_LONG, ROW_TOO_LONG or TOO_LARGE, some of them only when the reading gets there.
    """
    if not path.is_file():
        raise TableUnreadable("NOT_FOUND", file=path.name)
    kind = path.suffix.lower()
    if kind == ".xlsx":
        return _with_header(_xlsx_lines(path, unpacked_bytes_max), path)
    if kind in (".csv", ".txt", ".tsv"):
        return _with_header(_csv_lines(path), path)
    raise TableUnreadable("UNKNOWN_KIND", file=path.name)


def _with_header(lines: Iterator[tuple[int, list[str]]], path: Path) -> Iterator[TableRow]:
    columns: list[str] = []
    rows = 0
    for line, cells in lines:
        if not any(cells):
            continue
        if not columns:
            columns = _header(cells, path)
            continue
        rows += 1
        if rows > ROWS_MAX:
            raise TableUnreadable("TOO_LARGE", file=path.name, limit=ROWS_MAX)
        filled = [*cells, *[""] * (len(columns) - len(cells))]
        surplus = sum(1 for cell in cells[len(columns) :] if cell)
        yield TableRow(line, dict(zip(columns, filled, strict=False)), surplus)
    if not columns:
        raise TableUnreadable("NO_HEADER", file=path.name)


def _header(cells: list[str], path: Path) -> list[str]:
    columns = [cell.lower().replace(" ", "_") for cell in cells]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > COLUMNS_MAX:
        raise TableUnreadable("TOO_LARGE", file=path.name, limit=COLUMNS_MAX)
    doubles = sorted({name for name in columns if name and columns.count(name) > 1})
    if doubles:
        raise TableUnreadable("DOUBLE_COLUMN", file=path.name, column=doubles[0])
    return columns


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(8192)
        file.seek(0)
        rows = _BoundedRows(file, path)
        reader = csv.reader(rows, delimiter=_delimiter(sample), strict=True)
        try:
            for cells in reader:
                yield rows.started, [_bounded(cell, path, rows.started) for cell in cells]
                rows.begin(reader.line_num + 1)
        except csv.Error as problem:
            raise TableUnreadable("DAMAGED", file=path.name, line=rows.started) from problem


class _BoundedRows:
    """The lines of a file for a reader of rows, which may take several for one; `begin` says where
    the next row starts.
    """

    def __init__(self, file: TextIO, path: Path) -> None:
        self.started = 1
        self._file = file
        self._path = path
        self._left = ROW_CHARACTERS_MAX

    def begin(self, line: int) -> None:
        """A row was read; the next one starts here."""
        self.started = line
        self._left = ROW_CHARACTERS_MAX

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._left + 1)
        self._left -= len(line)
        if self._left < 0:
            raise TableUnreadable(
                "ROW_TOO_LONG",
                file=self._path.name,
                line=self.started,
                limit=ROW_CHARACTERS_MAX,
            )
        if not line:
            raise StopIteration
        return line


def _encoding(path: Path) -> str:
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while text := file.read(1 << 20):
                    # No text has it, PostgreSQL keeps none, and a name with it goes nowhere.
                    if "\x00" in text:
                        raise TableUnreadable("ENCODING", file=path.name)
        except UnicodeDecodeError:
            continue
        return encoding
    raise TableUnreadable("ENCODING", file=path.name)


def _delimiter(sample: str) -> str:
    header = sample.split("\n", 1)[0]
    return max(",;\t", key=header.count)


def _xlsx_lines(path: Path, bytes_max: int) -> Iterator[tuple[int, list[str]]]:
    # Imported late: it takes a tenth of a second and only imports of spreadsheets need it.
    from openpyxl import load_workbook

    line = 0
    try:
        with zipfile.ZipFile(path) as parts:
            if not is_within(parts, bytes_max):
                raise TableUnreadable("TOO_LARGE", file=path.name, limit=bytes_max)
        # Opened here: of a damaged one the reader would leave the file open.
        with path.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # How far it says that it goes: programs are wrong about it, and a million rows of
            # sixteen thousand columns are said in a few bytes.
            sheet.reset_dimensions()
            for values in sheet.iter_rows(values_only=True):
                line += 1
                yield line, [_bounded(_text(value), path, line) for value in values]
    except TableUnreadable:
        raise
    # A damaged part raises whatever its reader happens to trip over: of archives, XML, numbers,
    # days, names of columns, and lists that are too short.
    except Exception as problem:
        raise TableUnreadable("DAMAGED", file=path.name, line=line + 1) from problem


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        # A spreadsheet stores 12.30 as a binary number; its shortest form is what the person typed.
        return repr(value).removesuffix(".0")
    return str(value)


def _bounded(cell: str, path: Path, line: int) -> str:
    if len(cell) > CELL_CHARACTERS_MAX:
        raise TableUnreadable("CELL_TOO_LONG", file=path.name, line=line)
    return unguarded(_CONTROLS.sub(" ", cell).strip()).strip()
