"""Files of the look-up caches: encrypted with the book's key, made anew when they are lost."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from sqlcipher3 import dbapi2 as sqlcipher

PAGE_CACHE_KIB: Final = 24_000


def connect(path: Path, key: bytes, *, cache_kib: int = PAGE_CACHE_KIB) -> sqlcipher.Connection:
    """Open or make a file; what is read of it afterwards may raise `sqlcipher.DatabaseError`."""
    connection = sqlcipher.connect(
        str(path), isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA cache_size=-{cache_kib}")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA busy_timeout=5000")
    return connection


def sync(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove(path: Path) -> None:
    """Remove a closed file and what lies beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
