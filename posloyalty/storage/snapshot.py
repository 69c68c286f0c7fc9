"""Copies of the book: whole, encrypted with the same key, made while the till goes on selling.

`VACUUM INTO` writes a consistent snapshot into a new file, which is synced and only then given its
name: a copy with a final name is whole.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from posloyalty.storage.engine import APART_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.place import BookPlace

COPIES_MAX = 10


def copy_book(place: BookPlace, key: bytes, *, at: datetime, why: str) -> Path:
    """Copy the book into its `backups` folder; the oldest beyond ten are removed."""
    name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S}-{why}.book"
    with faults_at(place.book):
        place.backups.mkdir(exist_ok=True)
    made = copy_to(place, key, place.backups / name)
    for old in sorted(place.backups.glob("*.book"))[:-COPIES_MAX]:
        old.unlink()
    return made


def copy_to(place: BookPlace, key: bytes, target: Path) -> Path:
    """Copy the book into a file that must not exist yet, or does with the same name: replaced."""
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
    finally:
        engine.dispose()
    return target


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
