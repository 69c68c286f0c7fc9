"""Events that name a lease of another till: each till with each such lease once, and not for ever.

Shape: `to_list(...)` says which of the events that just came are listed as `LEASE_OF_OTHER`; whose
leases a listed event names is read from its journal again (`holders_named`), so nothing more is
kept of it. No till's program names a lease that it was not lent: a book that was put back, a copy
and a disk that was moved all speak as the till that they were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.ledger.shelf import NamedByOther
from posloyalty.headoffice.store.statements import many
from posloyalty.headoffice.store.tables import ANOMALY, JOURNAL_EVENT, TILL
from posloyalty.sync import events
from posloyalty.sync.journals import Filed, moving
from posloyalty.sync.office.lending import LEASE_MOVES

LEASE_OF_OTHER: Final = "LEASE_OF_OTHER"
LISTED_MOST: Final = 100
"""So many such events of one till are listed: by then somebody has to look at it anyway."""
_HOLDERS: Final = "SELECT DISTINCT till_id FROM lease WHERE lease_id IN"
_A: Final = ANOMALY.c
_J: Final = JOURNAL_EVENT.c


def to_list(connection: Connection, named: Iterable[NamedByOther]) -> list[Filed]:
    """Of events that name leases of other tills, those whose till was not listed yet with one of
    these leases. Only who holds the rows of these tills' places may ask.
    """
    leases: dict[bytes, dict[int, tuple[Filed, set[bytes]]]] = {}
    for one, lease in named:
        _, its = leases.setdefault(one.till_id, {}).setdefault(one.seq, (one, set()))
        its.add(lease.id)
    return [one for till_id in leases for one in _new(connection, till_id, leases[till_id])]


def holders_named(connection: Connection, till_id: bytes, epoch: int, seq: int) -> list[str]:
    """The tills, as "store-till", whose leases an event of another one names."""
    here = (_J.till_id == till_id, _J.epoch == epoch, _J.seq == seq)
    body = connection.execute(select(_J.body).where(*here)).scalar_one()
    holders = {bytes(one) for (one,) in many(connection, _HOLDERS, moved_by(bytes(body)))}
    tills = TILL.c.till_id.in_(holders - {till_id})
    rows = connection.execute(select(TILL.c.store_code, TILL.c.till_code).where(tills))
    return sorted(f"{row.store_code}-{row.till_code}" for row in rows)


def moved_by(body: bytes) -> frozenset[bytes]:
    """The rights that an event uses or withdraws, leases among them."""
    rights = moving(events.decode(body)).rights
    return frozenset(change.right_id for change in rights if change.move in LEASE_MOVES)


def _new(
    connection: Connection, till_id: bytes, named: Mapping[int, tuple[Filed, Collection[bytes]]]
) -> list[Filed]:
    listed = _listed(connection, till_id)
    known = {right_id for row in listed for right_id in moved_by(bytes(row.body))}
    found: list[Filed] = []
    for _, (one, leases) in sorted(named.items()):
        if len(listed) + len(found) < LISTED_MOST and not known.issuperset(leases):
            found.append(one)
            known.update(leases)
    return found


def _listed(connection: Connection, till_id: bytes) -> list[Any]:
    same = (_A.till_id == _J.till_id) & (_A.epoch == _J.epoch) & (_A.seq == _J.seq)
    asked = select(_J.body).join(ANOMALY, same)
    mine = (_A.till_id == till_id) & (_A.code == LEASE_OF_OTHER)
    return list(connection.execute(asked.where(mine)))
