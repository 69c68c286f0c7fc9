"""Room that is held for the day on which the disk is full: `till.ballast`, beside the book.

When another program has filled the disk, a customer stands at the till all the same. So before a
book is opened, or a unit of work begins, on a disk with hardly any room left, the ballast is
removed: what it held is enough for some thousand sales, and whoever looks after the shop is told
meanwhile. A unit that
failed for want of room all the same removes it too, so that the same press goes through the next
time. It is laid anew once there is room for it and for others.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from posloyalty.storage.driver import free_bytes

BALLAST_BYTES: Final = 16 * 1024 * 1024
LOW_BYTES: Final = 4 * 1024 * 1024
"""With less room a unit may fail: its pages, the log, and what the log is folded into."""
SPARE_BYTES: Final = 64 * 1024 * 1024
"""Laying it must not be what fills the disk."""
_PIECE: Final = bytes(1024 * 1024)


class Ballast:
    """The ballast of one book; asked by the one writer, laid by a long job."""

    def __init__(self, path: Path, *, free: Callable[[Path], int] = free_bytes) -> None:
        self._path = path
        self._free = free
        self._lock = Lock()
        self._held = path.exists()

    @property
    def held(self) -> bool:
        """Whether it lies there."""
        return self._held

    @property
    def is_spent(self) -> bool:
        """Whether it is missing on a disk with hardly more room than it held: it was removed, if
        only at the door, where nothing can be told.
        """
        with suppress(OSError):
            return not self._held and self._free(self._path.parent) < LOW_BYTES + BALLAST_BYTES
        return False

    def lay(self) -> bool:
        """Lay it where it is missing and there is room; whether it lies there now."""
        with self._lock, suppress(OSError):
            if not self._held and self._free(self._path.parent) >= BALLAST_BYTES + SPARE_BYTES:
                _fill(self._path)
                self._held = True
        return self._held

    def make_room(self) -> bool:
        """Remove it where hardly any room is left; whether it was removed just now."""
        if not self._held:
            return False
        with suppress(OSError):
            if self._free(self._path.parent) < LOW_BYTES:
                return self.release()
        return False

    def release(self) -> bool:
        """Remove it; whether there was any."""
        with self._lock:
            was, self._held = self._held, False
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            return was


def _fill(path: Path) -> None:
    """A file that holds its blocks, and has its name once it is whole."""
    aside = path.with_suffix(".laying")
    try:
        with aside.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, BALLAST_BYTES)
            else:
                for _ in range(BALLAST_BYTES // len(_PIECE)):
                    file.write(_PIECE)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
