"""A till's book went back to an earlier place: what it knows, holds and has to hear follows.

Shape: `reopen(...)` keeps where the till goes on, and takes back what was noted of the events that
its book has lost: whom it knew by them, which leases it took up and gave back, and which list of
programmes it said that it has. The events stay filed, and count. From now on it may have to hear of
everybody whom it knows, and of every stop, until it asks for the list again.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from posloyalty.domain.ledger.right import RightMove
from posloyalty.headoffice.ledger.counting import forget_told
from posloyalty.headoffice.store.archive_tables import LEASE, TILL_DUE, TILL_OWNER
from posloyalty.headoffice.store.console_tables import TILL_PROGRAMME
from posloyalty.headoffice.store.epoch_tables import EPOCH_BASE
from posloyalty.headoffice.store.statements import due
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.sync import events
from posloyalty.sync.journals import Place, moving
from posloyalty.sync.leases import LEASE as LEASE_KIND
from posloyalty.sync.office.owners import met_by

STANDS: Final = """NOT EXISTS (
    SELECT 1 FROM epoch_base b WHERE b.till_id = j.till_id AND b.epoch > j.epoch AND b.seq < j.seq
)"""
"""Whether an event is of the journal that its till holds now: none that it left behind."""
_THERE: Final = """
SELECT j.hash FROM journal_event j WHERE {stands} AND j.till_id = {mark} AND j.seq = {mark}"""
_LOST: Final = """
SELECT j.body FROM journal_event j WHERE {stands} AND j.till_id = {mark} AND j.seq > {mark}"""


def reopen(
    connection: Connection,
    till_id: bytes,
    base: Place,
    epoch: int,
    *,
    now_s: int,
    old_epoch: int = 1,
    reason: str = "",
    local_max_seq: int = 0,
) -> bool:
    """Let a till go on behind `base` in a later epoch; the same again changes nothing.

    False where that place is not of the journal that it holds, or the epoch is taken.
    """
    e = EPOCH_BASE.c
    known = connection.execute(
        select(EPOCH_BASE).where(e.till_id == till_id, e.epoch == epoch)
    ).first()
    if known is not None:
        return (known.seq, bytes(known.hash)) == (base.seq, base.hash)
    mine = JOURNAL_PLACE.c.till_id == till_id
    place = connection.execute(select(JOURNAL_PLACE).where(mine).with_for_update()).one()
    if epoch <= place.epoch or base.seq > place.seq:
        return False
    if _hash_at(connection, till_id, base.seq) != base.hash:
        return False
    _forget_lost(connection, till_id, base.seq)
    _forget_heard(connection, till_id)
    forget_told(connection, till_id)
    connection.execute(
        EPOCH_BASE.insert().values(
            till_id=till_id,
            epoch=epoch,
            old_epoch=old_epoch,
            seq=base.seq,
            hash=base.hash,
            reason=reason,
            local_max_seq=local_max_seq,
            lost=place.seq - base.seq,
            opened_s=now_s,
        )
    )
    moved = {"epoch": epoch, "seq": base.seq, "hash": base.hash, "moved_s": now_s, "everywhere": 0}
    connection.execute(JOURNAL_PLACE.update().where(mine).values(moved))
    knows = select(TILL_OWNER.c.owner).where(TILL_OWNER.c.till_id == till_id)
    owners = sorted(bytes(row.owner) for row in connection.execute(knows))
    connection.execute(TILL_DUE.delete().where(TILL_DUE.c.till_id == till_id))
    due(connection, [(till_id, owner, 0) for owner in owners])
    return True


def _hash_at(connection: Connection, till_id: bytes, seq: int) -> bytes | None:
    if seq == 0:
        found = connection.execute(select(TILL.c.genesis).where(TILL.c.till_id == till_id)).first()
    else:
        found = connection.exec_driver_sql(_worded(connection, _THERE), (till_id, seq)).first()
    return None if found is None else bytes(found[0])


def _forget_lost(connection: Connection, till_id: bytes, seq: int) -> None:
    known, taken, given = set[bytes](), list[bytes](), list[bytes]()
    for row in connection.exec_driver_sql(_worded(connection, _LOST), (till_id, seq)):
        try:
            event = events.decode(bytes(row[0]))
            changes = moving(event).rights
        except ValueError:
            continue  # nobody could read it, and nothing was noted of it
        known |= set(met_by(event))
        for change in changes:
            if change.opens is not None and change.opens.kind == LEASE_KIND:
                taken.append(change.right_id)
            elif change.move is RightMove.CANCEL:
                given.append(change.right_id)
    t = TILL_OWNER.c
    mine = (t.till_id == till_id) & t.owner.in_(sorted(known))
    connection.execute(TILL_OWNER.delete().where(mine))
    for ids, values in ((given, {"given": 0}), (taken, {"taken": 0, "given": 0})):
        own = LEASE.c.lease_id.in_(ids) & (LEASE.c.till_id == till_id)
        connection.execute(LEASE.update().where(own).values(values))


def _forget_heard(connection: Connection, till_id: bytes) -> None:
    # An old book may have an old list, by which the till gives what was stopped meanwhile.
    mine = TILL_PROGRAMME.update().where(TILL_PROGRAMME.c.till_id == till_id)
    connection.execute(mine.values(schedule="", announced=0))


def _worded(connection: Connection, wording: str) -> str:
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    return wording.format(stands=STANDS, mark=mark)
