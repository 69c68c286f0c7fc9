"""An event that turns out to be one more owner's after it was filed, or that counts anew for one.

Shape: `is_filed` asks whether it stands under the owner; `file_late` puts it there under a further
number, where it is folded as whatever came late. One that stands there already is moved: a use of a
right that nobody had given yet counted for nothing, and now it does.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from posloyalty.headoffice.store.archive_tables import EVENT_OWNER
from posloyalty.headoffice.store.database import Database

_C = EVENT_OWNER.c


def is_filed(connection: Connection, owner: bytes, event_id: bytes) -> bool:
    """Whether an event is an owner's."""
    there = select(_C.arrival).where(_C.owner == owner, _C.event_id == event_id)
    return connection.execute(there).first() is not None


def file_late(
    database: Database, connection: Connection, owner: bytes, number: int, row: Any
) -> None:
    """Number an event of `right_waiting` under an owner, again where it has a number."""
    _, till_id, epoch, seq, event_id, at_us = row
    own = EVENT_OWNER.update().where(_C.owner == owner, _C.event_id == event_id)
    if not connection.execute(own.values(arrival=number)).rowcount:
        late = (owner, number, event_id, till_id, epoch, seq, at_us)
        database.put(connection, EVENT_OWNER, [late])
