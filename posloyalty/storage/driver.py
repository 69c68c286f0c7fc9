"""The driver below SQLAlchemy: what a SQLCipher connection is told, how it takes values, and its
faults translated.

Apart from `engine`, because what opens a book before anything else (its lock, its key, the names at
the sign-in) must not wait for SQLAlchemy to be imported.
"""

from __future__ import annotations

import errno
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlcipher3.dbapi2 as sqlcipher

from posloyalty.services.book.book_faults import (
    BookBusy,
    BookDamaged,
    BookError,
    DiskFault,
    DiskFull,
    NoBook,
    ReadOnlyPlace,
)

KEY_BYTES: Final = 32
BUSY_S: Final = 5.0

# Primary result codes of SQLite (https://sqlite.org/rescode.html).
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL = 5, 6, 8, 10, 11, 13
_CANTOPEN, _NOTADB = 14, 26
_SHARED: Final = "-shm"
_SHARED_BYTES: Final = 32 * 1024
"""What SQLite makes beside a file that nobody else has open before it reads its first page."""
_PLAIN: Final[dict[int | None, type[BookError]]] = {
    _BUSY: BookBusy,
    _LOCKED: BookBusy,
    _READONLY: ReadOnlyPlace,
    _FULL: DiskFull,
}
_DETAILED: Final[dict[int | None, type[BookError]]] = {
    _IOERR: DiskFault,
    _CORRUPT: BookDamaged,
    _NOTADB: BookDamaged,
}
_SAME: Final[dict[type, Callable[[Any], Any]]] = {
    bytes: bytes.__bytes__,
    memoryview: memoryview,  # what SQLAlchemy makes of raw bytes
    bool: bool,
    type(None): {}.get,  # nothing is known of None, and that is None
}
"""What gives back a value of a type, without a step in Python."""


def take_values_as_they_are() -> None:
    """Spare this process's connections a search; what is stored stays the same.

    Before the driver hands a value to SQLite it looks, for all but numbers and texts, for somebody
    who turns it into something else: at its class, then at the value, each by way of an error that
    it makes and throws away. That is 2 µs a value, and a row of raw bytes and None took several
    times longer to look through than to write. Whoever is registered is found first.
    """
    for kind, same in _SAME.items():
        sqlcipher.register_adapter(kind, same)


# Whoever connects to a book has this module.
take_values_as_they_are()


def pragmas(key: bytes, *, cache_kib: int, query_only: bool) -> Iterator[str]:
    """What a new connection is told, the key before anything touches the file.

    No memory map: an incident report blames it together with write-ahead logs.
    """
    yield f"PRAGMA key = \"x'{key.hex()}'\""
    yield f"PRAGMA cache_size = -{cache_kib}"
    yield "PRAGMA mmap_size = 0"
    yield "PRAGMA foreign_keys = ON"
    yield "PRAGMA temp_store = MEMORY"
    if query_only:
        yield "PRAGMA query_only = ON"
        yield "PRAGMA wal_autocheckpoint = 0"
        return
    yield "PRAGMA journal_mode = WAL"
    yield "PRAGMA synchronous = FULL"
    yield "PRAGMA secure_delete = ON"
    if sys.platform == "darwin":
        # Without these macOS tells of a sync that has not reached the disk.
        yield "PRAGMA fullfsync = 1"
        yield "PRAGMA checkpoint_fullfsync = 1"


@contextmanager
def faults_at(place: Path) -> Iterator[None]:
    """Turn what the driver or the system raises into the book's own faults."""
    try:
        yield
    except (sqlcipher.Error, OSError) as fault:
        told = translated(fault, place)
        if told is None:
            raise
        raise told from fault


@contextmanager
def full_disk_at(place: Path) -> Iterator[None]:
    """The same where only a full disk is to be named: a file beside the book, which can be lost."""
    try:
        yield
    except sqlcipher.Error as fault:
        told = translated(fault, place)
        if isinstance(told, DiskFull):
            raise told from fault
        raise


def translated(fault: BaseException, place: Path) -> BookError | None:
    """The book's fault for the driver's or the system's.

    None for what is not the disk's or the file's doing: a constraint, bad SQL, our own mistakes.
    """
    if isinstance(fault, OSError):
        return os_fault(fault, place)
    if not isinstance(fault, sqlcipher.Error):
        return None
    code = getattr(fault, "sqlite_errorcode", None)
    primary = code & 0xFF if isinstance(code, int) else None
    told = str(place)
    if primary == _IOERR and has_no_room_to_open(place):
        return DiskFull(place=told)
    if primary == _CANTOPEN:
        return NoBook(place=told) if not place.exists() else ReadOnlyPlace(place=told)
    if primary in _DETAILED:
        return _DETAILED[primary](place=told, detail=str(fault))
    return _PLAIN[primary](place=told) if primary in _PLAIN else None


def free_bytes(folder: Path) -> int:
    """How much room is left where a folder lies."""
    return shutil.disk_usage(folder).free


def has_no_room_to_open(place: Path) -> bool:
    """Whether an I/O error of a file means that what is to lie beside it found no room: it does not
    lie there whole, nor would it. SQLite has one code for that and for a disk that is broken.
    """
    try:
        made = place.with_name(place.name + _SHARED).stat().st_size
    except OSError:
        made = 0
    try:
        return made < _SHARED_BYTES and free_bytes(place.parent) < _SHARED_BYTES
    except OSError:
        return False


def os_fault(fault: OSError, place: Path) -> BookError | None:
    """The book's fault for one of the system's, or None when it is not about the disk."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(place=str(place))
    if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return ReadOnlyPlace(place=str(place))
    if fault.errno == errno.EIO:
        return DiskFault(place=str(place), detail=str(fault))
    return None
