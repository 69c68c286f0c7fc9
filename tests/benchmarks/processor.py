"""Processor time of the work of a PostgreSQL server, beside our own process's.

Shape: `Postmaster.of(office.database)` finds the server's process by the address of a connection;
`spent_s()` is what all its processes have spent so far, those that ended included. Only Linux tells
(`/proc`); elsewhere there is no figure.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from posloyalty.headoffice.store.database import Database

_PROC = Path("/proc")
_PARENT, _USER, _CHILDREN_SYSTEM = 1, 11, 14
"""Places in `/proc/PID/stat` behind the program's name: the parent, and the first and last of four
times, its own by user and system and those of children that ended."""


@dataclass(frozen=True, slots=True)
class Postmaster:
    """The process that all others of a PostgreSQL server are children of."""

    pid: int

    @classmethod
    def of(cls, database: Database) -> Postmaster | None:
        """The one that a database on PostgreSQL is at; None on SQLite and where nobody tells."""
        if not database.on_postgresql or not (_PROC / "self" / "stat").exists():
            return None
        with database.read() as connection:
            (backend,) = connection.exec_driver_sql("SELECT pg_backend_pid()").one()
        stat = _stat(int(backend))
        return None if stat is None else cls(int(stat[_PARENT]))

    def spent_s(self) -> float:
        """Seconds of the processor, in steps of a hundredth for each process."""
        ticks = 0
        for one in _PROC.iterdir():
            stat = _stat(int(one.name)) if one.name.isdigit() else None
            if stat is not None and self.pid in (int(one.name), int(stat[_PARENT])):
                # Of the server's own children those that ended; a backend has none.
                ticks += sum(map(int, stat[_USER : _CHILDREN_SYSTEM + 1]))
        return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    """What is behind the program's name, which may hold anything; None once it has ended."""
    try:
        text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rsplit(")", 1)[1].split()
