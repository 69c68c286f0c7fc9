"""The lives of head office's database, kept: it was put back from a copy, or a replica took over.

What a life is, and when leases are given in it, is judged by `sync/office/lives`. A new one begins
with `begin`: nothing is lent until each till has told its journal again up to its end
(`heard_all`), and the leases that come to light on the way are taken as held (`claims`), with those
that tills had told before anybody noticed. A person may cut the wait short (`lend_again`).

A new life begins when somebody says so, when the database lies elsewhere than before (`stands_on`),
or when a till shows an acknowledgement of this life for an event that is not there. A head office
that hears of a later life than its own is the old one of two: it lends nothing either, and its
tills turn away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, select

from posloyalty.headoffice.cases.audit_log import note
from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.archive_tables import EVENT_OWNER
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.headoffice.store.tables import OFFICE, TILL
from posloyalty.headoffice.tills.visits import Visit
from posloyalty.sync.office import lives
from posloyalty.sync.office.lives import Retells, Shows
from posloyalty.sync.office.owning import Arriving
from posloyalty.sync.wire.acknowledgements import FIRST_LIFE, Acknowledgement, is_ours

_OTHER_NAMES: Final = """
WITH RECURSIVE name(id) AS (
    SELECT member_id FROM member WHERE alias_of = ?
    UNION SELECT m.member_id FROM name n JOIN member m ON m.alias_of = n.id
)
SELECT 1 FROM name n JOIN event_owner e ON e.owner = n.id JOIN till t ON t.till_id = e.till_id
WHERE t.retells IN (?, ?) AND t.revoked = 0 AND t.gone_s = 0 LIMIT 1"""
BY_ITSELF: Final = "head office"
LOST: Final = "acknowledged_lost"
MOVED: Final = "database_moved"
SAID: Final = "said_so"
"""What began a life."""
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
        return lives.lends(life=self.life, seen=self.seen, awaits=bool(self.awaited))


def begin(
    connection: Connection, office: Office, *, cause: str, now_s: int, drawn: bytes, by: str
) -> None:
    """A new life. `drawn` makes its name its own."""
    row = connection.execute(select(OFFICE).with_for_update()).one()
    life = lives.next_life(life=row.life, seen=row.life_seen, now_s=now_s)
    name = lives.next_name(bytes(row.incarnation), life, drawn)
    changed = {"life": life, "life_seen": life, "incarnation": name, "life_s": now_s}
    connection.execute(OFFICE.update().values(changed))
    connection.execute(TILL.update().values(retells=Retells.AWAITED))
    gone = select(_T.till_id).where((_T.revoked != 0) | (_T.gone_s != 0))
    DatabaseShelf(connection).believe([bytes(row.till_id) for row in connection.execute(gone)])
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
    # Only whoever writes it begins the life: another worker may have looked behind its own new
    # connection at the same moment, and waits here for this one.
    mine = OFFICE.update().where(_O.stands_on == known).values(stands_on=place)
    if connection.execute(mine).rowcount and known:
        begin(connection, office, cause=MOVED, now_s=now_s, drawn=drawn, by=BY_ITSELF)


def heed(visit: Visit, office: Office, shown: Acknowledgement | None, *, is_here: bool) -> None:
    """A till shows what was acknowledged to it: is it still here, and is this the last life?

    Of several workers that hear of one loss at once, one begins a life; the others wait for it and
    answer in that one.
    """
    if shown is None or not is_ours(office.seed, bytes(visit.till.till_id), shown):
        return
    found = lives.shows(shown, life=office.life, is_here=is_here)
    if found is Shows.LATER_LIFE:
        mine = OFFICE.update().where(_O.life_seen < shown.life)
        visit.connection.execute(mine.values(life_seen=shown.life))
    elif found is Shows.LOST and _is_still_lost(visit.connection, office, shown):
        begin(
            visit.connection,
            office,
            cause=LOST,
            now_s=visit.now_s,
            drawn=visit.request.body,
            by=BY_ITSELF,
        )


def is_first(connection: Connection) -> bool:
    """Whether the database was never put back, so that nobody holds what it knows nothing of."""
    return bool(connection.execute(select(_O.life)).scalar_one() == FIRST_LIFE)


def is_awaited(visit: Visit) -> bool:
    """Whether a till has to say in this life that its journal is here up to its end. Only a hello
    says so, because by it the till hears of this life: from then on it believes no earlier one,
    which might lend it what is lent elsewhere.
    """
    return bool(visit.till.retells == Retells.AWAITED)


def heard_all(visit: Visit) -> None:
    """A till's journal is here up to its end, and so is what it says of leases. In a life that
    another worker began meanwhile it has said nothing yet.
    """
    stood = visit.till.retells
    if stood != Retells.TOLD:
        mine = TILL.update().where(_T.till_id == visit.till.till_id, _T.retells == stood)
        visit.connection.execute(mine.values(retells=Retells.TOLD))


def lends(connection: Connection) -> bool:
    """Whether leases may be given: everybody has told what they hold, and nobody heard of a later
    life. A till that was revoked or is gone tells nothing any more, and is not waited for.
    """
    row = connection.execute(select(_O.life, _O.life_seen)).one()
    waits = (
        select(_T.till_id)
        .where(_T.retells == Retells.AWAITED, _T.revoked == 0, _T.gone_s == 0)
        .limit(1)
    )
    awaits = connection.execute(waits).first() is not None
    return lives.lends(life=row.life, seen=row.life_seen, awaits=awaits)


def arriving(connection: Connection) -> Arriving:
    """Tills whose journals are not here yet up to where they joined. A till that was revoked or is
    gone tells nothing any more.
    """
    asked = select(_T.till_id).where(
        _T.retells.in_(lives.ARRIVING), _T.revoked == 0, _T.gone_s == 0
    )

    def of_owner(owner: bytes) -> set[bytes]:
        wrote = select(EVENT_OWNER.c.till_id).where(EVENT_OWNER.c.owner == owner)
        rows = connection.execute(asked.where(_T.till_id.in_(wrote)))
        return {bytes(row.till_id) for row in rows}

    def under_another_name(owner: bytes) -> bool:
        return bool(ask_one(connection, _OTHER_NAMES, (owner, *lives.ARRIVING)))

    def is_arriving(till_id: bytes) -> bool:
        return connection.execute(asked.where(_T.till_id == till_id)).first() is not None

    return Arriving(of_owner, under_another_name, is_arriving)


def lend_again(connection: Connection, *, now_s: int, by: str) -> int:
    """Wait for nobody any more; returns for how many tills that was. What they held may be lent a
    second time: whoever says so answers for it.
    """
    waits = TILL.update().where(_T.retells == Retells.AWAITED)
    waived = int(connection.execute(waits.values(retells=Retells.TOLD)).rowcount)
    note(connection, now_s, by, "lend_again", tills=str(waived))
    return waived


def how_it_stands(connection: Connection) -> LifeRow:
    """The life, and whom it waits for."""
    row = connection.execute(select(OFFICE)).one()
    waits = select(_T.till_id, _T.store_code, _T.till_code).where(
        _T.retells == Retells.AWAITED, _T.revoked == 0, _T.gone_s == 0
    )
    tills = connection.execute(waits.order_by(_T.store_code, _T.till_code, _T.till_id)).all()
    return LifeRow(
        life=row.life,
        since=datetime.fromtimestamp(row.life_s, UTC) if row.life_s else None,
        seen=row.life_seen,
        awaited=tuple((bytes(one.till_id).hex(), one.store_code, one.till_code) for one in tills),
    )


def claims(visit: Visit, batch: Batch) -> list[int]:
    """Before a batch is filed: leases that its till took up and that this life knows nothing of are
    put on the shelf. Gives the sequences of those that are the till's.
    """
    found = lives.claimed(
        DatabaseShelf(visit.connection),
        (filing.one for filing in batch.filings if filing is not None),
        till_id=batch.till_id,
        retells=Retells(visit.till.retells),
    )
    return [one.seq for one in found]


def _is_still_lost(connection: Connection, office: Office, shown: Acknowledgement) -> bool:
    """Whether what is not here was acknowledged in the life that it is now, and nobody heard of a
    later one. No other worker begins a life before this transaction ends.
    """
    row = connection.execute(select(OFFICE).with_for_update()).one()
    office.lives(row.life, bytes(row.incarnation))
    lost = lives.shows(shown, life=row.life, is_here=False) is Shows.LOST
    return lost and lives.is_latest(life=row.life, seen=row.life_seen)
