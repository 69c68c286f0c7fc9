"""The outbox on disk: a row for each event of the journal, waiting until head office has it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, bindparam, literal_column, select, text, update

from posloyalty.services.ports.outbox import OutboxRow
from posloyalty.storage.statements import Statement
from posloyalty.storage.tables import JOURNAL_EVENT, OUTBOX

# Written out, not bound: only so does SQLite find them by the index of what waits.
_WAITS: Final = OUTBOX.c.state == literal_column("'waiting'")
# As the index of what is special has it, to the letter.
_SPECIAL: Final = text("state <> 'acked' OR reason <> ''")
_FIRST: Final = Statement(select(OUTBOX.c.seq).where(_WAITS).order_by(OUTBOX.c.seq).limit(1))
_RECEIVED: Final = Statement(
    update(OUTBOX).where(_WAITS, OUTBOX.c.seq <= bindparam("through")).values(state="acked")
)
_TAKEN_BACK: Final = Statement(
    update(OUTBOX)
    .where(
        OUTBOX.c.state == "quarantined",
        OUTBOX.c.seq.between(bindparam("first"), bindparam("through")),
    )
    .values(state="acked")
)
_SET_ASIDE: Final = Statement(
    update(OUTBOX).where(_WAITS, OUTBOX.c.seq <= bindparam("through")).values(state="quarantined")
)
_NOTED: Final = Statement(
    update(OUTBOX).where(OUTBOX.c.seq == bindparam("at")).values(reason=bindparam("why"))
)
_SHOWN: Final = Statement(
    select(OUTBOX.c.seq, OUTBOX.c.state, OUTBOX.c.reason, JOURNAL_EVENT.c.type, JOURNAL_EVENT.c.at)
    .join(JOURNAL_EVENT, JOURNAL_EVENT.c.seq == OUTBOX.c.seq)
    .where(_SPECIAL)
    .order_by(OUTBOX.c.seq.desc())
    .limit(bindparam("most"))
)


class OutboxReads:
    """Reading the outbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_waiting(self) -> int | None:
        """The first sequence that head office does not have; None when it has everything."""
        row = _FIRST.run(self._connection).first()
        return None if row is None else int(row.seq)

    def shown(self, *, most: int) -> tuple[OutboxRow, ...]:
        """What head office does not have, or took in a special way; the newest first."""
        rows = _SHOWN.run(self._connection, most=most)
        return tuple(
            OutboxRow(seq=r.seq, state=r.state, reason=r.reason, kind=r.type, at=r.at) for r in rows
        )


class Outbox(OutboxReads):
    """Changing the outbox within the writer's units."""

    def received(self, after: int, seq: int) -> None:
        """Head office has everything behind `after` up to here, what was set aside before too."""
        _RECEIVED.run(self._connection, through=seq)
        _TAKEN_BACK.run(self._connection, first=after + 1, through=seq)

    def set_aside(self, seq: int) -> None:
        """Head office keeps what waited up to here apart."""
        _SET_ASIDE.run(self._connection, through=seq)

    def noted(self, seq: int, reason: str) -> None:
        """Something was special about how an event was taken."""
        _NOTED.run(self._connection, at=seq, why=reason)
