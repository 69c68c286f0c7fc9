"""Of whom a till may have to hear: questions that every answer asks, put together once.

Each row is (owner, number of the change, events of the owner, through which the till holds them).
`till` is the till's id, `most` how many rows at most, and `last` a number: `OWN` has what is due to
the till alone, `SHARED` what every till hears of, by their numbers, and `SHARED_AT` of these all
whose number is the last one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, BindParameter, LargeBinary, Select, bindparam, func, select

from posloyalty.headoffice.store.archive_tables import OWNER_PLACE, TILL_DUE
from posloyalty.headoffice.store.counted_tables import OWNER_AGREED, OWNER_TOLD
from posloyalty.headoffice.store.tables import JOURNAL_PLACE


def _whom_to_look_at() -> tuple[Select[Any], Select[Any], Select[Any]]:
    d, c, t, a = TILL_DUE.c, OWNER_PLACE.c, OWNER_TOLD.c, OWNER_AGREED.c
    till: BindParameter[bytes] = bindparam("till", type_=LargeBinary)
    most: BindParameter[int] = bindparam("most", type_=BigInteger)
    by_till, agreed = t.till_id == till, a.till_id == till
    known = func.coalesce(t.arrival, a.arrival)
    own = select(d.owner, d.arrived, c.arrived, known)
    own = own.outerjoin(OWNER_PLACE, c.owner == d.owner)
    own = own.outerjoin(OWNER_TOLD, by_till & (t.owner == d.owner))
    own = own.outerjoin(OWNER_AGREED, agreed & (a.owner == d.owner))
    place = JOURNAL_PLACE.c
    heard = select(place.everywhere).where(place.till_id == till).scalar_subquery()
    shared = select(c.owner, c.everywhere, c.arrived, known).where(c.everywhere > heard)
    shared = shared.outerjoin(OWNER_TOLD, by_till & (t.owner == c.owner))
    shared = shared.outerjoin(OWNER_AGREED, agreed & (a.owner == c.owner))
    at = shared.where(c.everywhere == bindparam("last"))
    return (
        own.where(d.till_id == till).order_by(d.owner).limit(most),
        shared.order_by(c.everywhere).limit(most),
        at.limit(most),
    )


OWN, SHARED, SHARED_AT = _whom_to_look_at()
