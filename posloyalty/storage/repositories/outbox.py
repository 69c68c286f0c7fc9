"""The outbox on disk: a row for each event of the journal, waiting until head office has it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select, update

from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import OUTBOX

# Written out, not bound: only so does SQLite find them by the index of what waits.
_WAITS: Final = OUTBOX.c.state == literal_column("'waiting'")
_FIRST: Final = Statement(select(OUTBOX.c.seq).where(_WAITS).order_by(OUTBOX.c.seq).limit(1))
_RECEIVED: Final = Statement(
    update(OUTBOX).where(_WAITS, OUTBOX.c.seq <= bindparam("through")).values(state="acked")
)


class OutboxReads:
    """Reading the outbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_waiting(self) -> int | None:
        """The first sequence that head office does not have; None when it has everything."""
        row = _FIRST.run(self._connection).first()
        return None if row is None else int(row.seq)


class Outbox(OutboxReads):
    """Changing the outbox within the writer's units."""

    def received(self, seq: int) -> None:
        """Head office has everything up to here."""
        _RECEIVED.run(self._connection, through=seq)
