"""Which tills may have something to ask for: one that has just sent, or all who wait, at once.

A yes may turn out to be nothing; a no is sure as of the transaction that it was asked in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select, union

from posloyalty.headoffice.ledger.filing import instant_us
from posloyalty.headoffice.store.archive_tables import LEASE, OWNER_PLACE, TILL_DUE
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.store.tables import JOURNAL_PLACE
from posloyalty.sync.leases import LeaseState

RESERVED_FOR: Final = timedelta(minutes=10)
"""So long a sale may take with what was reserved for it."""
_HAS_NEWS: Final = """
SELECT EXISTS (SELECT 1 FROM till_due WHERE till_id = ?)
OR EXISTS (SELECT 1 FROM lease WHERE till_id = ?
    AND state = 'open' AND (taken = 0 OR (recalled = 1 AND given = 0)))
OR EXISTS (SELECT 1 FROM lease WHERE till_id = ?
    AND state = 'reclaimed' AND taken = 1 AND given = 0)
OR EXISTS (SELECT 1 FROM owner_place WHERE everywhere > 0
    AND everywhere > (SELECT everywhere FROM journal_place WHERE till_id = ?))"""


def has_news(connection: Connection, till_id: bytes) -> bool:
    """Whether a till may have something to ask for: somebody it knows gained or spent, something
    that concerns every till changed, a lease waits to be taken up, or is to be given back.
    """
    ((found,),) = ask_one(connection, _HAS_NEWS, (till_id,) * 4)
    return bool(found)


def tills_with_news(
    connection: Connection, till_ids: frozenset[bytes], *, now: datetime
) -> frozenset[bytes]:
    """Those of some tills that may have something to ask for, as `has_news` says.

    A lease that is as young as a reservation may belong to a sale that is still open; it is asked
    back when the till asks for another reason.
    """
    old_us = instant_us(now - RESERVED_FOR)
    changes = select(func.coalesce(func.max(OWNER_PLACE.c.everywhere), 0)).scalar_subquery()
    behind = JOURNAL_PLACE.c.everywhere < changes
    recalled = (LEASE.c.recalled == 1) & (LEASE.c.given == 0) & (LEASE.c.granted_us < old_us)
    is_open = LEASE.c.state == LeaseState.OPEN.value
    waits = is_open & ((LEASE.c.taken == 0) | recalled)
    asked = union(
        select(TILL_DUE.c.till_id),
        select(JOURNAL_PLACE.c.till_id).where(behind),
        select(LEASE.c.till_id).where(waits),
    )
    return till_ids & {bytes(row[0]) for row in connection.execute(asked)}
