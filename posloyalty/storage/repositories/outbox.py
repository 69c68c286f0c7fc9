"""The outbox on disk: a row for each event of the journal, waiting until head office has it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, func, select, update

from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import OUTBOX

_WAITING: Final = Statement(
    select(func.count().label("waiting")).select_from(OUTBOX).where(OUTBOX.c.state == "waiting")
)
_RECEIVED: Final = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.state == "waiting", OUTBOX.c.seq <= bindparam("through"))
    .values(state="acked")
)


class OutboxReads:
    """Reading the outbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self) -> int:
        """How many events wait."""
        return int(_WAITING.run(self._connection).first().waiting)


class Outbox(OutboxReads):
    """Changing the outbox within the writer's units."""

    def received(self, seq: int) -> None:
        """Head office has everything up to here."""
        _RECEIVED.run(self._connection, through=seq)
