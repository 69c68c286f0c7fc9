"""The lives of head office's database: it was put back from a copy, or a replica took over.

Such a database is whole and has forgotten its last minutes. What tills sent in them comes again,
since every till keeps its journal; what head office lent in them is in the tills' journals too, and
nowhere else. So a new life begins with `begin`: nothing is lent until each till has told its
journal again up to its end (`heard_all`), and the leases that come to light on the way are taken as
held (`claims`). A person may cut the wait short (`lend_again`).

A new life begins when somebody says so, when the database lies elsewhere than before (`stands_on`),
or when a till shows an acknowledgement of an event that is not there. A head office that hears of a
later life than its own is the old one of two: it lends nothing either, and its tills turn away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, select

from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import OFFICE, TILL
from posloyalty.headoffice.tills.visits import Visit
from posloyalty.sync.leases import LEASE, Asset, AssetKind, Lease
from posloyalty.sync.wire.acknowledgements import LIVES_MAX, Acknowledgement, is_ours

BY_ITSELF: Final = "head office"
LOST: Final = "acknowledged_lost"
MOVED: Final = "database_moved"
SAID: Final = "said_so"
"""What began a life."""
TOLD, AWAITED, NEW = 0, 1, 2
"""A till's leases are known; it has to tell them; it joined meanwhile, and may have some."""
LIFE: Final[tuple[str, tuple[()]]] = ("SELECT life, incarnation FROM office", ())
"""The statement that asks which life it is; another worker may have begun one."""
_O = OFFICE.c
_T = TILL.c


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeRow:
    """The life now, since when, the latest that a till showed, and who has not told everything."""

    life: int
    since: datetime | None
    seen: int
    awaited: tuple[tuple[str, str, str], ...]

    @property
    def lends(self) -> bool:
        """Whether leases are given."""
        return not self.awaited and self.seen <= self.life


def begin(
    connection: Connection, office: Office, *, cause: str, now_s: int, drawn: bytes, by: str
) -> None:
    """A new life: later than every one that was heard of. `drawn` makes its name its own."""
    row = connection.execute(select(OFFICE).with_for_update()).one()
    life = min(LIVES_MAX, max(row.life, row.life_seen) + 1)
    name = sha256(bytes(row.incarnation) + life.to_bytes(8, "big") + drawn).digest()[:16]
    changed = {"life": life, "life_seen": life, "incarnation": name, "life_s": now_s}
    connection.execute(OFFICE.update().values(changed))
    connection.execute(TILL.update().values(retells=AWAITED))
    note(connection, now_s, by, "put_back", cause=cause, life=str(life))
    office.lives(life, name)


def follow_place(
    connection: Connection, database: Database, office: Office, *, now_s: int, drawn: bytes
) -> None:
    """Begin a life where the database lies elsewhere than it did: a copy, or a promoted replica."""
    place = database.stands_on(connection)
    known = connection.execute(select(_O.stands_on)).scalar_one()
    if place == known or not place:
        return
    connection.execute(OFFICE.update().values(stands_on=place))
    if known:
        begin(connection, office, cause=MOVED, now_s=now_s, drawn=drawn, by=BY_ITSELF)


def heed(visit: Visit, office: Office, shown: Acknowledgement | None, *, is_here: bool) -> None:
    """A till shows what was acknowledged to it: is it still here, and is this the last life?

    What an earlier life acknowledged and lost is why this one began: it begins no further one.
    """
    if shown is None or not is_ours(office.seed, bytes(visit.till.till_id), shown):
        return
    if shown.life > office.life:
        mine = OFFICE.update().where(_O.life_seen < shown.life)
        visit.connection.execute(mine.values(life_seen=shown.life))
    elif shown.life == office.life and not is_here:
        begin(
            visit.connection,
            office,
            cause=LOST,
            now_s=visit.now_s,
            drawn=visit.request.body,
            by=BY_ITSELF,
        )


def heard_all(visit: Visit) -> None:
    """A till's journal is here up to its end, and so is what it says of leases."""
    if visit.till.retells != TOLD:
        mine = TILL.update().where(_T.till_id == visit.till.till_id)
        visit.connection.execute(mine.values(retells=TOLD))


def lends(connection: Connection) -> bool:
    """Whether leases may be given: everybody has told what they hold, and nobody heard of a later
    life. A till that was revoked or is gone tells nothing any more, and is not waited for.
    """
    row = connection.execute(select(_O.life, _O.life_seen)).one()
    if row.life_seen > row.life:
        return False
    waits = (
        select(_T.till_id).where(_T.retells == AWAITED, _T.revoked == 0, _T.gone_s == 0).limit(1)
    )
    return connection.execute(waits).first() is None


def lend_again(connection: Connection, *, now_s: int, by: str) -> int:
    """Wait for nobody any more; returns for how many tills that was. What they held may be lent a
    second time: whoever says so answers for it.
    """
    waits = TILL.update().where(_T.retells == AWAITED)
    waived = int(connection.execute(waits.values(retells=TOLD)).rowcount)
    note(connection, now_s, by, "lend_again", tills=str(waived))
    return waived


def how_it_stands(connection: Connection) -> LifeRow:
    """The life, and whom it waits for."""
    row = connection.execute(select(OFFICE)).one()
    waits = select(_T.till_id, _T.store_code, _T.till_code).where(
        _T.retells == AWAITED, _T.revoked == 0, _T.gone_s == 0
    )
    tills = connection.execute(waits.order_by(_T.store_code, _T.till_code, _T.till_id)).all()
    return LifeRow(
        life=row.life,
        since=datetime.fromtimestamp(row.life_s, UTC) if row.life_s else None,
        seen=row.life_seen,
        awaited=tuple((bytes(one.till_id).hex(), one.store_code, one.till_code) for one in tills),
    )


def claims(visit: Visit, batch: Batch) -> list[int]:
    """Leases that a till took up and that this life knows nothing of are its own: they are put on
    the shelf before the batch is filed, which then follows their uses. Gives their sequences.
    """
    if visit.till.retells == TOLD:
        return []
    shelf, found = DatabaseShelf(visit.connection), list[int]()
    for one in (filing.one for filing in batch.filings if filing is not None):
        for lent in _opened(one.does.rights):
            asset = _asset(lent)
            if asset is None or shelf.get(lent.id) is not None:
                continue
            shelf.put(_lease(lent, asset, batch.till_id, one.at))
            if lent.last_day is not None:
                shelf.end_on(lent.id, lent.last_day)
            found.append(one.seq)
    return found


def _opened(changes: Iterable[Any]) -> Iterable[Right]:
    for change in changes:
        opened = change.opens
        if change.move is RightMove.ISSUE and opened is not None and opened.kind == LEASE:
            yield opened


def _asset(lent: Right) -> Asset | None:
    kind, _, key = lent.of.partition(":")
    return Asset(AssetKind(kind), key, lent.owner) if kind in set(AssetKind) else None


def _lease(lent: Right, asset: Asset, till_id: bytes, at: datetime) -> Lease:
    # The zone of its day is not written in the journal. A day more than the westernmost one frees
    # it later than need be, never too early.
    day = at.date() if lent.last_day is None else lent.last_day
    ends = datetime.combine(day, time(), tzinfo=UTC) + timedelta(days=2)
    return Lease(
        id=lent.id,
        asset=asset,
        till_id=till_id,
        amount=lent.uses or 0,
        granted_at=at,
        not_after=ends,
    )
