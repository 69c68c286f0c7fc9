"""Copies of the book: whole, encrypted with the same key, made while the till goes on selling.

`VACUUM INTO` writes a consistent snapshot into a new file, which is synced and only then given its
name: a copy with a final name is whole. Copies in the book's own `backups` need the files around
the book; a copy somewhere else gets `till.json` and `recovery.json` beside it, so that another
computer opens it with the recovery code. The key never goes with a copy.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from posloyalty.services.book.book_faults import NoPlaceForCopies, ReadOnlyPlace
from posloyalty.storage.engine import APART_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.keys.files import write_whole
from posloyalty.storage.place import BookPlace

COPIES_MAX = 10


def copy_book(place: BookPlace, key: bytes, *, at: datetime, why: str) -> Path:
    """Copy the book into its `backups` folder; the oldest beyond ten are removed."""
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{why}.book"
    with faults_at(place.book):
        place.backups.mkdir(exist_ok=True)
    made = _copy(place, key, place.backups / name)
    for old in sorted(place.backups.glob("*.book"))[:-COPIES_MAX]:
        old.unlink()
    return made


def copy_to(place: BookPlace, key: bytes, target: Path) -> Path:
    """Copy the book into a file somewhere else, with what opens it; an earlier copy is replaced.

    Raises `NoPlaceForCopies` for a folder in which a till keeps its book, this one or another: a
    copy there would replace sales that are in no copy, or the recovery of somebody else's book.
    """
    target = target.absolute()
    there = BookPlace(target.parent)
    _require_no_till(place, there)
    if target.is_dir():
        raise ReadOnlyPlace(place=str(target))
    with faults_at(target):
        for ours, copied in ((place.label, there.label), (place.recovery, there.recovery)):
            if ours.exists():
                write_whole(copied, ours.read_bytes())
    return _copy(place, key, target)


def _require_no_till(ours: BookPlace, there: BookPlace) -> None:
    refused = NoPlaceForCopies(place=str(there.folder))
    try:
        with faults_at(there.folder):
            there.folder.mkdir(parents=True, exist_ok=True)
            if there.lock.exists() or there.folder.samefile(ours.folder):
                raise refused
            if there.label.exists() and there.label.read_bytes() != ours.label.read_bytes():
                raise refused
    except (FileExistsError, NotADirectoryError):
        raise refused from None


def _copy(place: BookPlace, key: bytes, target: Path) -> Path:
    unfinished = target.with_name(target.name + ".part")
    engine = open_engine(place.book, key, cache_kib=APART_CACHE_KIB, query_only=False)
    try:
        with faults_at(target):
            unfinished.unlink(missing_ok=True)
            with engine.connect() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                # VACUUM cannot run inside a transaction, so it goes to the driver directly.
                driver.execute("VACUUM INTO ?", (str(unfinished),))
            _sync(unfinished)
            unfinished.replace(target)
    except BaseException:
        # A disk that is full is not to stay full of half a copy.
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
    finally:
        engine.dispose()
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
