"""An event that was kept without being read is read once more, by a release that can.

Where head office fell over an event, its till sent it as bytes, so that it held up nothing; what it
says counts for nobody until somebody lets it be read again. Then it is filed in its
place like an event that comes late: the ledger folds it among the others by its instant, and tills
hear of it. The journal and the anomaly stay as they are; what was done stands beside them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.cases.matters import READ, READ_AGAIN, UNREAD, Matter, unread_places
from posloyalty.headoffice.cases.others_leases import LEASE_OF_OTHER, to_list
from posloyalty.headoffice.ledger.batch import Batch, read_batch, stored_of
from posloyalty.headoffice.ledger.filing import Filer
from posloyalty.headoffice.ledger.folds import Taken
from posloyalty.headoffice.ledger.shelf import Came, follow_leases
from posloyalty.headoffice.store.console_tables import MATTER_DECISION
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import ANOMALY, JOURNAL_EVENT, JOURNAL_PLACE, TILL
from posloyalty.services.ports import Clock
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.wire.batch import EVENTS_MAX

STILL_NOT: Final = "STILL_UNREADABLE"
_E: Final = JOURNAL_EVENT.c
_D: Final = MATTER_DECISION.c


class ReadingAgain:
    """Reads one event at a time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def read(self, matter: Matter, *, by: str) -> None:
        """Let the event of an open matter count; refuses NO_SUCH_MATTER where it was read by now or
        is none of `UNREAD`, and STILL_UNREADABLE where this release fails at it too.
        """
        if matter.code not in UNREAD:
            raise ServiceRefusal("NO_SUCH_MATTER")
        till_id, now_s = bytes.fromhex(matter.till_id), int(self._clock.now().timestamp())
        with self._database.read() as connection:
            last_at = _latest_before(connection, till_id, matter.epoch, matter.seq)
        try:
            with self._database.write() as connection:
                self._read(connection, matter, till_id, last_at, now_s=now_s, by=by)
        except SQLAlchemyError as fault:
            raise ServiceRefusal(STILL_NOT) from fault

    def _read(
        self,
        connection: Connection,
        matter: Matter,
        till_id: bytes,
        last_at: datetime | None,
        *,
        now_s: int,
        by: str,
    ) -> None:
        # What else comes from this till waits, and so does whoever reads the same event again.
        mine = select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == till_id)
        connection.execute(mine.with_for_update()).one()
        if (matter.epoch, matter.seq) not in unread_places(connection, till_id):
            raise ServiceRefusal("NO_SUCH_MATTER")
        here = (_E.till_id == till_id, _E.epoch == matter.epoch, _E.seq == matter.seq)
        row = connection.execute(select(JOURNAL_EVENT).where(*here)).one()
        batch = _read_rows(connection, till_id, [row], last_at)
        if batch.faults:
            raise ServiceRefusal(STILL_NOT)
        taken = Filer(self._database, connection, now_s=now_s).file(batch, kept=True)
        named = follow_leases(connection, [Came(till_id, taken.filed, None)])
        strange = {LEASE_OF_OTHER for _ in to_list(connection, named)}
        for code in _found(taken) | strange:
            place = {"till_id": till_id, "epoch": matter.epoch, "seq": matter.seq, "code": code}
            connection.execute(ANOMALY.insert().values(**place, received_s=now_s))
        self._decide(connection, matter, till_id, now_s=now_s, by=by)

    def _decide(
        self, connection: Connection, matter: Matter, till_id: bytes, *, now_s: int, by: str
    ) -> None:
        place = {"till_id": till_id, "epoch": matter.epoch, "seq": matter.seq}
        decided = select(_D.code).where(*(_D[name] == value for name, value in place.items()))
        # Whoever had accepted that it is not read may have it read all the same: that stays, too.
        there = set(connection.execute(decided.where(_D.code == matter.code)).scalars())
        for code in {matter.code, READ} - there:
            row = place | {"code": code, "decision": READ_AGAIN, "note": "", "who": by}
            connection.execute(MATTER_DECISION.insert().values(row | {"at_s": now_s}))
        note(
            connection, now_s, by, "event_read_again",
            till=matter.till_id, place=f"{matter.epoch}-{matter.seq}", code=matter.code,
        )  # fmt: skip


def _latest_before(connection: Connection, till_id: bytes, epoch: int, seq: int) -> datetime | None:
    """The latest instant of a till's own events before a place, as intake had it there."""
    unread, last_at, after = unread_places(connection, till_id), None, (0, 0)
    while True:
        asked = select(JOURNAL_EVENT).where(
            _E.till_id == till_id,
            (_E.epoch > after[0]) | ((_E.epoch == after[0]) & (_E.seq > after[1])),
            (_E.epoch < epoch) | ((_E.epoch == epoch) & (_E.seq < seq)),
        )
        rows = connection.execute(asked.order_by(_E.epoch, _E.seq).limit(EVENTS_MAX)).all()
        if not rows:
            return last_at
        read = [row for row in rows if (row.epoch, row.seq) not in unread]
        last_at = _read_rows(connection, till_id, read, last_at).last_at
        after = (rows[-1].epoch, rows[-1].seq)


def _read_rows(
    connection: Connection, till_id: bytes, rows: list[Any], last_at: datetime | None
) -> Batch:
    store = connection.execute(select(TILL.c.store_code).where(TILL.c.till_id == till_id))
    return read_batch(
        [stored_of(row) for row in rows],
        till_id=till_id,
        store=store.scalar_one(),
        last_at=last_at,
    )


def _found(taken: Taken) -> set[str]:
    """What intake would have named of it."""
    return {*("ID_REUSED" for _ in taken.reused), *(one.code for one in taken.doubled)}
