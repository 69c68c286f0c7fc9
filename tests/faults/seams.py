"""A crash at any seam of a write, without another process: what a kill there would leave on disk.

Shape: `Crash(seam, torn)` names the statement of the writer at which everything stops. Just before
it runs, the book's folder is copied as it lies on the disk, uncommitted pages and all, and the copy
is what the till wakes up with; whatever the old till does after that never was. A seam beyond the
last statement is after the commit and before anybody hears of it, where `torn` percent of what the
write-ahead log got may be all that reached the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from posloyalty.services.till import Till

WHOLE = 100


@dataclass(frozen=True)
class Crash:
    """At the statement `seam` of the writer, counted from 0; `torn` as above, 100 for nothing."""

    seam: int
    torn: int = WHOLE


@dataclass(frozen=True)
class Left:
    """The folder that a crash left, and how many statements had begun by then."""

    folder: Path
    statements: int


def crash_in(
    till: Till, folder: Path, do: Callable[[], object], crash: Crash, *, into: Path
) -> Left:
    """Do something in a till that dies at a seam of it; the old till is given up.

    What `do` answers or raises is lost, as it is when the power goes.
    """
    log, book = folder / "till.book-wal", folder / "till.book"
    before, touched = _size(log), book.stat().st_mtime_ns
    begun = 0

    def statement(_text: str) -> None:
        nonlocal begun
        if begun == crash.seam:
            shutil.copytree(folder, into)
        begun += 1

    driver = _writer(till)
    driver.set_trace_callback(statement)
    try:
        with suppress(Exception):
            do()
    finally:
        driver.set_trace_callback(None)
    if not into.exists():
        shutil.copytree(folder, into)
        # Frames are on the disk before they are moved into the book: only what is still in the log
        # alone can be torn.
        if book.stat().st_mtime_ns == touched and _size(log) >= before:
            kept = before + (_size(log) - before) * crash.torn // WHOLE
            with (into / log.name).open("r+b") as file:
                file.truncate(kept)
    till.close()
    return Left(into, min(begun, crash.seam))


def _writer(till: Till) -> Any:
    """The driver's connection of the writer; the unit that lends it changes nothing."""
    with till.book.write() as unit:
        return unit.connection.connection.driver_connection  # type: ignore[attr-defined]


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
