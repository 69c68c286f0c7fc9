"""Reading past purchases for a replay: CSV or XLSX as `table_file` does, or the CDNOW layout.

The CDNOW layout is a header line and columns set apart by blanks, as in the file of that name. Rows
come as `TableRow`; `file_hash` names the input, so that a replay that was stopped goes on with the
same one only.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final

from posloyalty.documents.table_file import TableRow, TableUnreadable, read_table

CDNOW_COLUMNS: Final = ("customer_id", "date", "number_of_cds", "dollar_value")
_PIECE: Final = 1 << 20
_HEADER_MOST: Final = 1_000


def read_purchases(path: Path) -> Iterator[TableRow]:
    """The rows of a purchase file; raises `TableUnreadable`."""
    if not path.is_file():
        raise TableUnreadable("NOT_FOUND", file=path.name)
    if path.suffix.lower() != ".xlsx" and _is_cdnow(path):
        return _cdnow(path)
    return read_table(path)


def file_hash(path: Path) -> bytes:
    """SHA-256 of the file; raises `TableUnreadable` when it is not there."""
    if not path.is_file():
        raise TableUnreadable("NOT_FOUND", file=path.name)
    digest = sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.digest()


def _is_cdnow(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.readline(_HEADER_MOST)
    return tuple(header.decode("utf-8", errors="replace").split()) == CDNOW_COLUMNS


def _cdnow(path: Path) -> Iterator[TableRow]:
    width = len(CDNOW_COLUMNS)
    try:
        with path.open(encoding="utf-8") as file:
            next(file)
            for line, text in enumerate(file, start=2):
                cells = text.split()
                if cells:
                    filled = [*cells, *[""] * (width - len(cells))]
                    named = dict(zip(CDNOW_COLUMNS, filled, strict=False))
                    yield TableRow(line, named, max(0, len(cells) - width))
    except UnicodeDecodeError as problem:
        raise TableUnreadable("ENCODING", file=path.name) from problem
