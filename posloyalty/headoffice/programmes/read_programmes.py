"""Programme files that head office keeps, read once for all who go by them.

Shape: `ReadProgrammes()` is one for a server process; `by_hash(connection, digest)` reads a file of
the database the first time, `in_effect(connection, at)` is that of the publication in effect. A
file's hash names its bytes, so what was read never has to be read again.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime
from threading import Lock
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.domain.programme.definition import Programme
from posloyalty.headoffice.programmes.publications import current
from posloyalty.headoffice.store.console_tables import PROGRAMME_FILE
from posloyalty.services.programmes.programmes import read_programme

KEPT: Final = 16


class ReadProgrammes:
    """The last few; from any thread."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Programme] = OrderedDict()
        self._lock = Lock()

    def by_hash(self, connection: Connection, digest: bytes) -> Programme | None:
        """The programme of a file; None for one that head office never saw."""
        with self._lock:
            known = self._kept.get(digest)
            if known is not None:
                self._kept.move_to_end(digest)
                return known
        asked = select(PROGRAMME_FILE.c.toml).where(PROGRAMME_FILE.c.hash == digest)
        toml = connection.execute(asked).scalar_one_or_none()
        if toml is None:
            return None
        found = read_programme(bytes(toml))
        with self._lock:
            self._kept[digest] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def in_effect(self, connection: Connection, at: datetime) -> Programme | None:
        """The programme that was published for an instant; None where none was."""
        row = current(connection, at)
        return None if row is None else self.by_hash(connection, bytes(row.hash))
