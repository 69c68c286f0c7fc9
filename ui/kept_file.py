"""A file of compiled code beside our own bytecode, by the rules of Python's own `__pycache__`.

It counts under the same Python only; a file that is missing, damaged, cut off or may not be written
is as good as none; `python -B` writes nothing.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from typing import Any, Final

HASH_BYTES: Final = 8


def place_of(name: str) -> str | None:
    """Where what is kept under a name such as "qt_support.py" lies; None where nothing is kept."""
    try:
        return cache_from_source(os.path.join(os.path.dirname(__file__), name))
    except NotImplementedError:
        return None


def read(file: str) -> dict[Any, Any]:
    """What the file holds; nothing where it cannot be believed."""
    try:
        with open(file, "rb") as stream:
            head, told = stream.read(len(MAGIC_NUMBER) + HASH_BYTES), stream.read()
        if head != MAGIC_NUMBER + source_hash(told):
            return {}
        kept = marshal.loads(told)
    except (OSError, ValueError, EOFError, TypeError):
        return {}
    return kept if isinstance(kept, dict) else {}


def write(file: str, kept: dict[Any, Any]) -> None:
    """Write the file anew, whole or not at all."""
    if sys.dont_write_bytecode:
        return
    told = marshal.dumps(kept)
    write_whole(file, (MAGIC_NUMBER, source_hash(told), told))


def write_whole(file: str, parts: Iterable[bytes]) -> None:
    """Write a file of these parts, whole or not at all; nothing where it may not be written.

    Where the disk is full what was written of it goes again: a book needs the room.
    """
    making = f"{file}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(making, "wb") as stream:
            stream.writelines(parts)
            stream.flush()
            # Before it gets its name: a file that a power cut left half written would be believed.
            os.fsync(stream.fileno())
        # Two tills that start at once each write a whole file, and the later one stays.
        os.replace(making, file)
    except OSError:
        with suppress(OSError):
            os.remove(making)
