"""Keeps the bytecode of all modules of a start in one file: a start is a thousand of them.

Python keeps each module's bytecode in a file of its own. With nothing in the system's cache the
disk is waited for once for each, and these waits were two thirds of all that a cold sign-in waited
for. After `keep_modules(file)` modules are found as ever, by Python's own finder; only what would
be read from a `__pycache__` is taken from the file where that holds it. `write_modules()` brings
the file up to what was imported, in the order of the imports, so that the disk reads it through.

Shape of the file: mark and hash, the length of its table, the table (each file's place, length and
hash), the bytecode one behind the other. Bytecode counts only for the very source that is there, by
the time and size in its head, as Python itself decides; a file that cannot be believed (`kept_file`
says when), or a part of it, is as good as none.
"""

from __future__ import annotations

import marshal
import os
import struct
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from importlib.util import MAGIC_NUMBER, source_hash
from io import FileIO
from threading import Lock
from typing import Any, Final

from ui import kept_file

KEPT: Final = "modules.py"
FINDER: Final = "path_hook_for_FileFinder"
# Modules of older versions are never asked for again: more than this, and the file begins anew.
MOST: Final = 4_000
_LENGTH_BYTES: Final = 4
_HASH_BYTES: Final = 8
_Place = tuple[int, int, bytes]
"""Where bytecode begins behind the table, its length and its hash."""


class KeptModules:
    """The file, open while modules are taken from it. Lanes import too: its calls may come at once.

    `missed` says that bytecode was asked for which the file does not hold as it is now.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._lock = Lock()
        self._stream: FileIO | None = None
        self._table: dict[str, _Place] = {}
        self._begin = 0
        self._asked: dict[str, None] = {}
        self._over = False
        self.missed = False
        self._open()

    def loader(self, name: str, path: str) -> SourceFileLoader:
        """What `FileFinder` asks for a module of this name and source."""
        return _Loader(name, path, self)

    def bytecode(self, path: str, head: bytes) -> bytes | None:
        """What belongs into the file at `path` for a source with this head; None: not kept."""
        with self._lock:
            self._asked[path] = None
            told = self._read(path)
            if told is not None and told.startswith(head):
                return told
            self.missed = True
        return None

    def close(self) -> None:
        """From now on Python reads its own files."""
        with self._lock:
            self._over = True
            stream, self._stream = self._stream, None
            self._table, self._asked = {}, {}
        if stream is not None:
            stream.close()

    def write(self) -> None:
        """Write the file anew where something was missed, and close it; once."""
        if self._over:
            return
        wanted = self._wanted() if self.missed and not sys.dont_write_bytecode else {}
        # Not replaced while it is open: some systems do not let one.
        self.close()
        if wanted:
            _write(self._file, wanted)

    def _wanted(self) -> dict[str, bytes]:
        """What the next start's file holds; nothing where this one's may stay."""
        with self._lock:
            asked = tuple(self._asked)
            before = {path: told for path in self._table if (told := self._read(path)) is not None}
        wanted = {path: told for path in asked if (told := _plainly(path)) is not None}
        if wanted.items() <= before.items():
            # What was missed is nothing that can be kept, such as a module without bytecode.
            return {}
        others = {path: told for path, told in before.items() if path not in wanted}
        return {**wanted, **others} if len(wanted) + len(others) <= MOST else wanted

    def _open(self) -> None:
        try:
            stream = FileIO(self._file)
        except OSError:
            return
        try:
            told = self._read_table(stream)
        except (OSError, ValueError, EOFError, TypeError):
            told = None
        if told is None:
            stream.close()
            return
        self._stream, self._table = stream, told
        if hasattr(os, "posix_fadvise"):
            # All of it is wanted, the most of it at once: the disk may as well begin.
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)

    def _read_table(self, stream: FileIO) -> dict[str, _Place] | None:
        """The table; None where the file cannot be believed."""
        mark = stream.read(len(MAGIC_NUMBER) + _HASH_BYTES + _LENGTH_BYTES)
        length = int.from_bytes(mark[-_LENGTH_BYTES:], "little")
        if length > os.fstat(stream.fileno()).st_size:
            # Reading it would ask the system for so much memory, up to four gigabytes.
            return None
        told = stream.read(length)
        if mark != _mark(told):
            return None
        self._begin = len(mark) + len(told)
        return dict(marshal.loads(told))

    def _read(self, path: str) -> bytes | None:
        """What is kept; None where the file is closed, unreadable, or another than was written. The
        lock is held.
        """
        place = self._table.get(path)
        if self._stream is None or place is None:
            return None
        begin, length, hashed = place
        try:
            self._stream.seek(self._begin + begin)
            told = self._stream.read(length)
        except OSError:
            return None
        # Python runs whatever bytecode it is given: one wrong bit ends a start, or the process.
        return told if told is not None and source_hash(told) == hashed else None


class _Loader(SourceFileLoader):
    """Python's own, but for where bytecode is read."""

    def __init__(self, name: str, path: str, kept: KeptModules) -> None:
        super().__init__(name, path)
        self._kept = kept
        self._head = b""

    def path_stats(self, path: str) -> Any:
        stats: Any = super().path_stats(path)
        self._head = _head(int(stats["mtime"]), stats["size"])
        return stats

    def get_data(self, path: str) -> bytes:
        told = None
        if path.endswith(BYTECODE_SUFFIXES[0]) and self._head:
            told = self._kept.bytecode(path, self._head)
        return super().get_data(path) if told is None else told


def keep_modules(file: str | None) -> None:
    """From now on bytecode is taken from the file; None keeps nothing."""
    places = [n for n, hook in enumerate(sys.path_hooks) if getattr(hook, "__name__", "") == FINDER]
    if file is None or _here or not places:
        return
    kept = KeptModules(file)
    # In the place of Python's own: whoever finds modules elsewhere goes on doing so.
    sys.path_hooks[places[0]] = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (kept.loader, SOURCE_SUFFIXES),  # type: ignore[arg-type]  # asked like a class
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_importer_cache.clear()
    _here.append(kept)


def write_modules() -> None:
    """Keep what was imported, and close the file: for a lane, when all is there; it takes long."""
    for kept in _here:
        kept.write()


def _plainly(path: str) -> bytes | None:
    """What Python's own file holds; None where there is none."""
    try:
        with FileIO(path) as stream:
            return stream.readall()
    except OSError:
        return None


def _write(file: str, wanted: dict[str, bytes]) -> None:
    """Write the file anew, whole or not at all."""
    table: dict[str, _Place] = {}
    begin = 0
    for path, told in wanted.items():
        table[path] = (begin, len(told), source_hash(told))
        begin += len(told)
    told = marshal.dumps(table)
    kept_file.write_whole(file, (_mark(told), told, *wanted.values()))


def _mark(table: bytes) -> bytes:
    """What the file begins with: this Python's number, the table's hash and length."""
    return MAGIC_NUMBER + source_hash(table) + len(table).to_bytes(_LENGTH_BYTES, "little")


def _head(mtime_s: int, size: int) -> bytes:
    """What bytecode begins with that belongs to a source of this time and size (PEP 552)."""
    flags = 0
    return MAGIC_NUMBER + struct.pack("<3L", flags, mtime_s & 0xFFFF_FFFF, size & 0xFFFF_FFFF)


_here: Final[list[KeptModules]] = []
