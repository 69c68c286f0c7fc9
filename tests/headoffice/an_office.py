"""A head office for a test: `new_office(folder)` is `opened_office` on tables that lie ready."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.store.database import FILE_NAME, open_database
from posloyalty.services.ports import Chance, Clock


@contextmanager
def new_office(
    folder: Path, url: str = "", *, clock: Clock, chance: Chance
) -> Iterator[OpenOffice]:
    """Open the head office of a folder, or make it there; `url` is PostgreSQL's address."""
    if not url:
        lay_tables(folder)
    with opened_office(folder, url, clock=clock, chance=chance) as office:
        yield office


def lay_tables(folder: Path) -> None:
    """Put SQLite's tables of this release there, empty, where there are none."""
    if not (folder / FILE_NAME).exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy(_tables(), folder / FILE_NAME)


@cache
def _tables() -> Path:
    """A closed database to copy: every migration in turn costs a hundred times as much."""
    folder = Path(tempfile.mkdtemp(prefix="posloyalty-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    open_database("", folder).close()
    return folder / FILE_NAME
