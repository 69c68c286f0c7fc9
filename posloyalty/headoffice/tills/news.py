"""Which tills may have something to ask for: one that has just sent, or all who wait, at once.

A yes may turn out to be nothing; a no is sure as of the transaction that it was asked in.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Connection,
    bindparam,
    exists,
    func,
    or_,
    select,
    union,
)

from posloyalty.headoffice.ledger.filing import instant_us
from posloyalty.headoffice.members.profile_news import HAS_NEWS, LONGEST_S
from posloyalty.headoffice.programmes.announcements import HAS_ANNOUNCEMENTS
from posloyalty.headoffice.store.archive_tables import LEASE, OWNER_PLACE, TILL_DUE
from posloyalty.headoffice.store.article_tables import ARTICLE_HEARD, ARTICLE_PLACE
from posloyalty.headoffice.store.buyer_tables import STORE_BUYER
from posloyalty.headoffice.store.console_tables import ANNOUNCED, TILL_PROGRAMME
from posloyalty.headoffice.store.profile_tables import PROFILE, PROFILE_HEARD, PROFILE_PLACE
from posloyalty.headoffice.store.statements import ask, many_of
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.sync.leases import LeaseState

RESERVED_FOR: Final = timedelta(minutes=10)
"""So long a sale may take with what was reserved for it."""
_WITH_NEWS: Final = f"""
SELECT p.till_id FROM journal_place p WHERE (
    EXISTS (SELECT 1 FROM till_due d WHERE d.till_id = p.till_id)
    OR EXISTS (SELECT 1 FROM lease l WHERE l.till_id = p.till_id
        AND l.state = 'open' AND (l.taken = 0 OR (l.recalled = 1 AND l.given = 0)))
    OR EXISTS (SELECT 1 FROM lease l WHERE l.till_id = p.till_id
        AND l.state = 'reclaimed' AND l.taken = 1 AND l.given = 0)
    OR EXISTS (SELECT 1 FROM owner_place o WHERE o.everywhere > 0 AND o.everywhere > p.everywhere)
    OR EXISTS (SELECT 1 FROM article_heard a WHERE a.till_id = p.till_id
        AND a.n < (SELECT n FROM article_place))
    OR EXISTS ({HAS_ANNOUNCEMENTS})
    OR EXISTS ({HAS_NEWS})
) AND p.till_id IN"""


def who_has_news(connection: Connection, till_ids: Collection[bytes], *, now_s: int) -> set[bytes]:
    """Those of some tills that may have something to ask for: somebody it knows gained or spent,
    something that concerns every till changed, a lease waits to be taken up, or is to be given
    back, an article or a member changed (`profile_news`), or a programme or the policy did
    (`announcements`). `now_s` is in seconds since 1970 UTC.
    """
    (rows,) = ask(connection, many_of(connection, _WITH_NEWS, till_ids, now_s))
    return {bytes(till_id) for (till_id,) in rows}


def tills_with_news(
    connection: Connection, till_ids: frozenset[bytes], *, now: datetime
) -> frozenset[bytes]:
    """Those of some tills that may have something to ask for, as `who_has_news` says.

    A lease that is as young as a reservation may belong to a sale that is still open; it is asked
    back when the till asks for another reason.
    """
    told = {"old_us": instant_us(now - RESERVED_FOR), "now_s": int(now.timestamp())}
    return till_ids & {bytes(row[0]) for row in connection.execute(_WAITED_FOR, told)}


def _waited_for() -> CompoundSelect[bytes]:
    """Whoever has news; put together once, since whoever waits is asked about many times a second.

    `old_us` is since when a lease is older than a reservation, `now_s` is in seconds since 1970.
    """
    changes = select(func.coalesce(func.max(OWNER_PLACE.c.everywhere), 0)).scalar_subquery()
    behind = JOURNAL_PLACE.c.everywhere < changes
    old = LEASE.c.granted_us < bindparam("old_us")
    recalled = (LEASE.c.recalled == 1) & (LEASE.c.given == 0) & old
    is_open = LEASE.c.state == LeaseState.OPEN.value
    waits = is_open & ((LEASE.c.taken == 0) | recalled)
    announced = select(ANNOUNCED.c.n).scalar_subquery()
    articles = select(ARTICLE_PLACE.c.n).scalar_subquery()
    heard, told = PROFILE_HEARD.c, PROFILE_PLACE.c
    buyer = STORE_BUYER.c
    own = or_(
        exists().where(PROFILE.c.bucket == TILL.c.store_code, PROFILE.c.n > heard.told),
        exists().where(buyer.store == TILL.c.store_code, buyer.n > 0, buyer.n > heard.told),
    )
    now_s = bindparam("now_s", type_=BigInteger)
    resting = now_s.between(heard.rests_until_s - LONGEST_S, heard.rests_until_s - 1)
    profiles = (
        select(heard.till_id)
        .join(TILL, TILL.c.till_id == heard.till_id)
        .join(PROFILE_PLACE, told.id == 1)
        .where(heard.n < told.n)
        .where(~resting | (heard.told < told.urgent) | own)
    )
    return union(
        select(TILL_DUE.c.till_id),
        select(JOURNAL_PLACE.c.till_id).where(behind),
        select(LEASE.c.till_id).where(waits),
        select(ARTICLE_HEARD.c.till_id).where(ARTICLE_HEARD.c.n < articles),
        select(TILL_PROGRAMME.c.till_id).where(TILL_PROGRAMME.c.announced < announced),
        profiles,
    )


_WAITED_FOR: Final = _waited_for()
