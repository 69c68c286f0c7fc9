"""Connections to an encrypted file: SQLCipher through SQLAlchemy Core, and its faults translated.

Shape: `open_engine(path, key, ...)` gives an engine of one kind of connection: the writer (WAL,
FULL, BEGIN IMMEDIATE) or a look-up connection (query_only, snapshot by BEGIN). What the driver
itself is told, and its own faults, are `driver`'s. All caches together stay below 64 MB.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from posloyalty.services.book.book_faults import BookError
from posloyalty.storage import driver
from posloyalty.storage.driver import BUSY_S, KEY_BYTES, pragmas

WRITER_CACHE_KIB: Final = 16 * 1024
LOOK_UP_CACHES_KIB: Final = (8 * 1024, 16 * 1024)
"""One look-up connection each; the last is lent first, so that nearly all is asked of it.

In 8 MB two hundred members pushed each other's pages out, and a page that is read anew is decrypted
anew: their panels took half as long again.
"""
APART_CACHE_KIB: Final = 4 * 1024
"""For a long job on a connection of its own. The cache file's connections may use the rest."""


def open_engine(path: Path, key: bytes, *, cache_kib: int, query_only: bool) -> Engine:
    """An engine for one file; connections are made when asked for and belong to the asker."""
    if len(key) != KEY_BYTES:
        raise ValueError(f"a book's key has {KEY_BYTES} bytes")
    engine = create_engine(
        f"sqlite:///{path}",
        module=sqlcipher,
        poolclass=NullPool,
        connect_args={
            "timeout": BUSY_S,
            "isolation_level": None,
            "check_same_thread": False,
            # Our statements are few and all of them hot.
            "cached_statements": 256,
        },
    )

    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas(key, cache_kib=cache_kib, query_only=query_only):
            connection.execute(pragma)

    begin = "BEGIN" if query_only else "BEGIN IMMEDIATE"
    event.listen(engine, "connect", prepare, insert=True)

    def start(connection: Any) -> None:
        # On the driver's own connection: Core's way costs as much as two look-ups.
        connection.connection.driver_connection.execute(begin)

    event.listen(engine, "begin", start)
    return engine


def told(connection: Connection) -> Any:
    """The driver's own connection below one, for what is told to it outside any transaction."""
    driver = connection.connection.driver_connection
    assert driver is not None
    return driver


@contextmanager
def faults_at(place: Path) -> Iterator[None]:
    """Turn what SQLAlchemy, the driver or the system raises into the book's own faults."""
    try:
        yield
    except (DBAPIError, sqlcipher.Error, OSError) as fault:
        told = translated(fault, place)
        if told is None:
            raise
        raise told from fault


def translated(fault: BaseException, place: Path) -> BookError | None:
    """The book's fault for one that SQLAlchemy wraps, the driver's or the system's.

    None for what is not the disk's or the file's doing: a constraint, bad SQL, our own mistakes.
    """
    if isinstance(fault, DBAPIError) and fault.orig is not None:
        fault = fault.orig
    return driver.translated(fault, place)
