"""One process per book: an operating system's lock on `till.lock`, with the holder's pid in it.

The system drops the lock when its process dies, however it dies, so nothing stale is ever left.
The pid is for the message only.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from posloyalty.services.book.book_faults import BookInUse
from posloyalty.storage.driver import faults_at


class BookLock:
    """Held from `acquire` to `release`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def acquire(self) -> None:
        """Take the lock at once or raise `BookInUse` with the holder's pid."""
        with faults_at(self._path):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        file = os.fdopen(handle, "r+b")
        if not _lock(file):
            pid = _holder(file)
            file.close()
            raise BookInUse(pid=pid, place=str(self._path.parent))
        with faults_at(self._path):
            _write_holder(file)
        self._file = file

    def release(self) -> None:
        """Give the lock back; twice is harmless."""
        file, self._file = self._file, None
        if file is not None:
            file.close()


# The pid stands behind the locked byte: on Windows a locked range cannot even be read.
_PID_AT = 1
_PID_MOST = 20


def _write_holder(file: IO[bytes]) -> None:
    file.seek(_PID_AT)
    file.write(str(os.getpid()).encode("ascii").ljust(_PID_MOST))
    file.flush()


def _holder(file: IO[bytes]) -> int:
    file.seek(_PID_AT)
    text = file.read(_PID_MOST).strip()
    return int(text) if text.isdigit() else 0


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
