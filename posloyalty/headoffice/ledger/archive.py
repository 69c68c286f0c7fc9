"""Head office's archive in its database: what `sync/office` asks for, of the rows that filing made.

Shape: a `DatabaseArchive` is good for one transaction. An answer for a till reads the events of the
owners of whom that till has to hear, and nothing else. Whoever decides or lends locks the owner
first, so that two workers never do it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.agreed import Agreed
from posloyalty.headoffice.ledger.as_folded import as_folded
from posloyalty.headoffice.ledger.batch import read_batch
from posloyalty.headoffice.ledger.counting import PAGE, Counting, Numbered, Told
from posloyalty.headoffice.ledger.filing import Filer, instant_us, us_instant
from posloyalty.headoffice.ledger.goods_back import sale_row
from posloyalty.headoffice.ledger.read_bodies import read_body
from posloyalty.headoffice.ledger.shelf import DatabaseShelf
from posloyalty.headoffice.ledger.till_books import BookRow, rows_of, taken
from posloyalty.headoffice.ledger.told_again import told_again
from posloyalty.headoffice.ledger.whom_to_look_at import OWN, SHARED, SHARED_AT
from posloyalty.headoffice.store.archive_tables import (
    DECISION,
    EVENT_OWNER,
    HOUSEHOLD_MEMBER,
    MEMBER,
    OWNER_PLACE,
    TILL_OWNER,
)
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import ask_one, bump, many, put_new
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, OFFICE
from posloyalty.headoffice.tills.keeping import keep
from posloyalty.headoffice.tills.reopening import STANDS, reopen
from posloyalty.sync.fold import Checkpoint, MemberFold, Overspend
from posloyalty.sync.goods_back import SoldPlace
from posloyalty.sync.journal import FIRST_EPOCH, StoredEvent
from posloyalty.sync.journals import Filed, Place, Received
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.counted import Counted
from posloyalty.sync.office.since_agreed import Since

OWNERS_MAX: Final = 500
LOOKED_AT_MAX: Final = 1_000
"""How many owners an answer looks at, and about how many events of theirs, since reading and
folding those is what takes its time; what is left comes with the next one.
"""

_EVENTS: Final = """
SELECT e.till_id, e.epoch, e.seq, e.event_id, e.at_us, t.store_code, j.body, e.arrival
FROM event_owner e
JOIN journal_event j ON j.till_id = e.till_id AND j.epoch = e.epoch AND j.seq = e.seq
JOIN till t ON t.till_id = e.till_id
WHERE e.arrival > ? AND e.arrival <= ? AND e.owner IN"""
_DECIDED: Final = """
SELECT e.till_id, e.epoch, e.seq, e.event_id, e.at_us, '' AS store_code, d.body, e.arrival
FROM event_owner e JOIN decision d ON d.seq = e.seq AND d.event_id = e.event_id
WHERE e.till_id = ? AND e.arrival > ? AND e.arrival <= ? AND e.owner IN"""
_NO_END: Final = 2**63 - 1
_HEARD_OF: Final = """
DELETE FROM till_due WHERE till_id = {mark} AND owner = {mark} AND arrived <= {mark}"""
_LATEST: Final = """
SELECT (SELECT max(e.at_us) FROM event_owner e WHERE e.owner = p.owner AND e.arrival > p.folded),
    p.last_us,
    CASE WHEN p.last_us IS NULL OR EXISTS (SELECT 1 FROM owner_fault f WHERE f.owner = p.owner)
        THEN (SELECT max(e.at_us) FROM event_owner e WHERE e.owner = p.owner) END
FROM owner_place p WHERE p.owner = ?"""
"""When the newest event of an owner is dated: of those that were folded the ledger knows it."""
_UNTIDIED: Final = """
WITH RECURSIVE name(id) AS (
    SELECT member_id FROM member WHERE alias_of = ?
    UNION SELECT m.member_id FROM name n JOIN member m ON m.alias_of = n.id
)
SELECT n.id FROM name n JOIN owner_place p ON p.owner = n.id
WHERE p.undecided = 1 AND EXISTS (
    SELECT 1 FROM event_owner e
    WHERE e.owner = p.owner AND e.arrival > p.decided AND e.till_id <> ?)
ORDER BY n.id"""
_SEEN: Final = """
SELECT j.event_id, j.seq FROM journal_event j
WHERE {stands} AND {mine} = ? AND j.event_id IN"""
_HEARD_FOR: Final = """
SELECT j.event_id, j.seq FROM journal_event j
WHERE {stands} AND {mine} = ? AND EXISTS (
    SELECT 1 FROM heard_owner h
    WHERE h.till_id = j.till_id AND h.owner = ? AND h.epoch = j.epoch AND h.seq = j.seq
) AND j.event_id IN"""


class DatabaseArchive(Archive):
    """The archive, in one transaction."""

    def __init__(
        self, database: Database, connection: Connection, *, office_id: bytes, now_s: int
    ) -> None:
        self._database = database
        self._connection = connection
        self._office_id = office_id
        self._now_s = now_s
        self._shelf = DatabaseShelf(connection)
        self._filer = Filer(database, connection, now_s=now_s)
        self._all: dict[bytes, list[Numbered]] = {}
        self._events: dict[bytes, tuple[Filed, ...]] = {}
        self._folds: dict[bytes, MemberFold] = {}
        self._counting = Counting(connection, read=self.numbered, held=self)
        self._agreed = Agreed(connection, read=self.numbered, rows=self._of_book)
        self._arrived: dict[bytes, int] = {}
        self._decided: dict[bytes, int] = {}
        self._heard: dict[tuple[bytes, bytes], dict[bytes, int]] = {}
        self._due: dict[bytes, int] = {}
        self._everywhere = 0

    @property
    def shelf(self) -> DatabaseShelf:
        """The leases."""
        return self._shelf

    # Tills and their journals

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        """A till that has its row hears of its store from now on."""
        welcome(self._connection, till_id, store=store)

    def place(self, till_id: bytes) -> Place | None:
        """Up to where a till's journal is known; it stays so until the transaction ends."""
        asked = select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == till_id).with_for_update()
        row = self._connection.execute(asked).one()
        if row.seq == 0 and row.epoch == FIRST_EPOCH:
            return None
        return Place(epoch=row.epoch, seq=row.seq, hash=bytes(row.hash))

    def last_at(self, till_id: bytes) -> datetime | None:
        """The latest instant of a till's own events."""
        asked = select(JOURNAL_PLACE.c.last_at_us).where(JOURNAL_PLACE.c.till_id == till_id)
        us = self._connection.execute(asked).scalar_one()
        return us_instant(us) if us else None

    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        """Take in what is new; without its till's signature, which a request brings."""
        self._forget()
        return keep(
            self._database,
            self._connection,
            till_id,
            stretch,
            place=self.place(till_id),
            under=under,
            now_s=self._now_s,
        )

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        """The till goes on behind a place, in an epoch that it asked for."""
        self._forget()
        return reopen(self._connection, till_id, base, epoch, now_s=self._now_s)

    # Head office's own journal

    def decide(self, office_id: bytes, decided: StoredEvent) -> None:
        """Put a decision behind those that are there, and file it."""
        self._forget()
        asked = select(func.max(DECISION.c.at_us))
        before = self._connection.execute(asked).scalar()
        last_at = None if before is None else us_instant(before)
        batch = read_batch(
            [decided], till_id=office_id, store="", last_at=last_at, office_id=office_id
        )
        at_us = instant_us(batch.last_at) if batch.last_at is not None else 0
        row = (decided.seq, decided.event_id, decided.body, decided.hash, at_us)
        self._database.put(self._connection, DECISION, [row])
        self._filer.file(batch)

    def decisions(self) -> tuple[StoredEvent, ...]:
        """Every decision in its order."""
        rows = self._connection.execute(select(DECISION).order_by(DECISION.c.seq))
        return tuple(_decision(row) for row in rows)

    def last_decision(self) -> StoredEvent | None:
        """The newest one; head office's own row is locked, so that nobody else decides."""
        self._connection.execute(select(OFFICE.c.id).with_for_update())
        asked = select(DECISION).order_by(DECISION.c.seq.desc()).limit(1)
        row = self._connection.execute(asked).first()
        return None if row is None else _decision(row)

    # What was filed

    def owners(self) -> Sequence[bytes]:
        """Everybody whom an event concerns."""
        asked = select(OWNER_PLACE.c.owner).where(OWNER_PLACE.c.arrived > 0)
        return sorted(bytes(row.owner) for row in self._connection.execute(asked))

    def events_of(self, owner: bytes) -> Sequence[Filed]:
        """Every event that concerns an owner."""
        known = self._events.get(owner)
        if known is None:
            all_of = self.numbered(owner, 0)
            known = self._events[owner] = tuple([one for _, one in all_of])
        return known

    def events_after(self, owner: bytes, arrival: int) -> list[Filed]:
        """Those that arrived after a number of the owner's, for whoever reads many owners."""
        return [one for _, one in self._read(owner, arrival, None)]

    def numbered(self, owner: bytes, after: int, through: int | None = None) -> list[Numbered]:
        """The events of an owner behind a number and through another one; all are read once."""
        if after == 0 and through is None:
            self._all[owner] = known = self._all.get(owner) or self._read(owner, 0, None)
            return known
        return self._read(owner, after, through)

    def _read(self, owner: bytes, after: int, through: int | None) -> list[Numbered]:
        bounds = (after, _NO_END if through is None else through)
        rows = many(self._connection, _EVENTS, [owner], *bounds)
        rows += many(self._connection, _DECIDED, [owner], self._office_id, *bounds)
        return [(row[7], filed_of_row(row)) for row in rows]

    def some_of(self, owner: bytes, event_ids: Collection[bytes]) -> Sequence[Filed]:
        """Of those that were `touched`, which are all new."""
        after = self._decided.get(owner, 0)
        return [one for _, one in self.numbered(owner, after) if one.event_id in event_ids]

    def sale_at(self, place: SoldPlace) -> Filed | None:
        """The sale that stands at a place."""
        row = sale_row(self._connection, place)
        return None if row is None else filed_of_row(row)

    def latest(self, owner: bytes) -> datetime | None:
        """When the newest event of an owner is dated."""
        rows = ask_one(self._connection, _LATEST, (owner,))
        found = [us for us in rows[0] if us is not None] if rows else []
        return us_instant(max(found)) if found else None

    def touched(self, owners: Collection[bytes] | None = None) -> Mapping[bytes, frozenset[bytes]]:
        """What tills brought since this was asked last; whom another worker has is left to it."""
        c = OWNER_PLACE.c
        asked = select(c.owner, c.arrived, c.decided).where(c.undecided == 1)
        if owners is not None:
            asked = asked.where(c.owner.in_(sorted(owners)))
        asked = asked.order_by(c.owner).limit(OWNERS_MAX).with_for_update(skip_locked=True)
        found: dict[bytes, frozenset[bytes]] = {}
        for owner, arrived, decided in self._connection.execute(asked).all():
            e = EVENT_OWNER.c
            new = select(e.event_id).where(
                e.owner == owner,
                e.arrival > decided,
                e.arrival <= arrived,
                e.till_id != self._office_id,
            )
            ids = frozenset(bytes(row.event_id) for row in self._connection.execute(new))
            if ids:
                found[bytes(owner)] = ids
                self._decided[bytes(owner)] = decided
            mine = OWNER_PLACE.update().where(c.owner == owner)
            self._connection.execute(mine.values(decided=arrived))
        return found

    def kept_fold(self, owner: bytes) -> MemberFold | None:
        """What was kept within this transaction."""
        return self._folds.get(owner)

    def keep_fold(self, fold: MemberFold) -> None:
        """Remember a fold until an event comes."""
        self._folds[fold.member_id] = fold

    def stands(self, owner: bytes, bearer: Overspend) -> Checkpoint | None:
        """By the ledger, and by what came since."""
        return as_folded(self._connection, owner, bearer=bearer, new_of=self.events_after)

    def knows_all(self, owner: bytes, new: Collection[bytes]) -> Sequence[Filed] | None:
        """By up to where tills agree."""
        return self._agreed.knows_all(owner, new, self._decided.get(owner, 0))

    def since_agreed(self, till_id: bytes, owner: bytes, bearer: Overspend) -> Since | None:
        """Behind a till's row."""
        return self._agreed.since(till_id, owner, bearer)

    def agree(
        self, till_id: bytes, owners: Iterable[bytes], place: Place, bearer: Overspend
    ) -> None:
        """Keep that."""
        for owner in owners:
            self._agreed.keep(till_id, owner, self._all.get(owner, ()), place, bearer)

    def counted(self, owner: bytes) -> Counted:
        """What is kept, and what came since."""
        return self._counting.counted(owner)

    def untold(self, till_id: bytes, owner: bytes, most: int) -> tuple[Sequence[Filed], bool]:
        """From where it is known that the till holds everything."""
        return self._counting.untold(till_id, owner, most)

    def go_on_from(self, counting: Collection[bytes], till_id: bytes | None = None) -> None:
        """Keep what was read."""
        self._counting.keep(counting, till_id)

    def lock(self, owner: bytes) -> None:
        """Nobody else adds to an owner, lends or decides until the transaction ends; also of one of
        whom nothing arrived yet, such as a sale of which nothing came back.
        """
        bump(self._connection, [(owner, 0)], self._now_s)

    # Members

    def joined(self, member_id: bytes) -> date | None:
        """Since when somebody is a member."""
        row = self._member(member_id)
        return None if row is None or row.joined is None else date.fromisoformat(row.joined)

    def alias(self, member_id: bytes) -> bytes | None:
        """The record that a merged one means now."""
        row = self._member(member_id)
        return None if row is None or row.alias_of is None else bytes(row.alias_of)

    def untidied_names(self, member_id: bytes) -> Sequence[bytes]:
        """By how far was decided on them."""
        rows = ask_one(self._connection, _UNTIDIED, (member_id, self._office_id))
        return [bytes(one) for (one,) in rows]

    def is_erased(self, member_id: bytes) -> bool:
        """Whether a member was erased."""
        row = self._member(member_id)
        return row is not None and row.erased == 1

    def in_household(self, household: bytes) -> Sequence[bytes]:
        """Everybody who was ever in a household."""
        c = HOUSEHOLD_MEMBER.c
        asked = select(c.member_id).where(c.household == household.hex()).order_by(c.member_id)
        return [bytes(one) for one in self._connection.execute(asked).scalars()]

    # What a till knows

    def due(self, till_id: bytes) -> Sequence[bytes]:
        """The owners of whom a till may have to hear, a bounded number of each kind."""
        own, _ = self._looked_at(OWN, till_id)
        self._due = dict(own)
        rows, all_of_them = self._looked_at(SHARED, till_id)
        self._everywhere = last = max((changed for _, changed in rows), default=0)
        if not all_of_them:
            # A till goes on behind a number: all are looked at whom one batch gave the last one.
            rows += self._looked_at(SHARED_AT, till_id, last=last)[0]
        found = sorted({*self._due, *(owner for owner, _ in rows)})
        self._counting.ask(till_id, found)
        self._agreed.ask(till_id, found)
        return found

    def _looked_at(
        self, asked: Select[Any], till_id: bytes, *, last: int | None = None
    ) -> tuple[list[tuple[bytes, int]], bool]:
        """(owner, number) of the first owners asked for with how many events they have and through
        which a till holds them, one at least, or whoever has most would wait for ever; and whether
        these are all. All of those whose number is the `last` one.
        """
        found: list[tuple[bytes, int]] = []
        events_of = 0
        most = OWNERS_MAX if last is None else _NO_END
        told = {"till": till_id, "most": most, "last": last}
        rows = self._connection.execute(asked, told).all()
        for owner, number, arrived, held in rows:
            events_of += (arrived or 0) - (held or 0)
            if last is None and found and events_of > LOOKED_AT_MAX:
                return found, False
            found.append((bytes(owner), number))
            self._arrived[bytes(owner)] = arrived or 0
        return found, len(rows) < most

    def heard(self, till_id: bytes) -> None:
        """Whoever changed since stays due."""
        if self._due:
            mark = "%s" if self._database.on_postgresql else "?"
            self._connection.exec_driver_sql(
                _HEARD_OF.format(mark=mark),
                [(till_id, owner, arrived) for owner, arrived in self._due.items()],
            )
        if self._everywhere:
            place = JOURNAL_PLACE.update().where(JOURNAL_PLACE.c.till_id == till_id)
            self._connection.execute(place.values(everywhere=self._everywhere))

    def book(self, till_id: bytes, owner: bytes) -> Belongings:
        """What an owner has in a till's book, from the events of its journal about that owner."""
        told = self._counting.told(till_id, owner)
        rows = self._of_book(till_id, owner, told)
        found, has = taken(owner, rows)
        if has and told != Told():
            rows = self._of_book(till_id, owner, Told())  # what a row passes over may matter
            return taken(owner, rows)[0]
        if not has and owner in self._arrived:
            heard = [(row.epoch, row.seq) for row in rows if not row.own]
            self._counting.found_nothing(till_id, owner, heard, self._arrived[owner])
        return found

    def passes_over_something(self, till_id: bytes, owner: bytes, told: Told) -> bool:
        """Whether what is passed over of a till's book, by how far it holds an owner, does anything
        to the owner but count.
        """
        rows = [
            row
            for row in self._of_book(till_id, owner, Told())
            if (row.own and row.own <= told.own)
            or (not row.own and (row.epoch, row.seq) <= (told.epoch, told.seq))
        ]
        return taken(owner, rows)[1]

    def _of_book(self, till_id: bytes, owner: bytes, told: Told) -> list[BookRow]:
        """The rows of a till's journal about an owner behind what a till was told, in order."""
        found = rows_of(self._connection, till_id, owner, told)
        if told == Told():
            self._heard[till_id, owner] = {bytes(r.event_id): r.seq for r in found if not r.own}
        return found

    def seen(self, till_id: bytes, event_ids: Collection[bytes]) -> Mapping[bytes, int]:
        """What a till's journal holds."""
        return self._places(_SEEN, event_ids, till_id)

    def heard_for(
        self, till_id: bytes, owner: bytes, event_ids: Collection[bytes]
    ) -> Mapping[bytes, int]:
        """As its book was read, or asked for."""
        known = self._heard.get((till_id, owner))
        if known is None:
            return self._places(_HEARD_FOR, event_ids, till_id, owner)
        return {one: known[one] for one in event_ids if one in known}

    def told_again(self, till_id: bytes, own: Mapping[bytes, tuple[int, int]]) -> set[bytes]:
        """By where its book went back."""
        return told_again(self._connection, till_id, own)

    def _places(self, asked: str, event_ids: Collection[bytes], *of: bytes) -> dict[bytes, int]:
        """The first place of each of some events in a till's journal."""
        found: dict[bytes, int] = {}
        # SQLite would rather go through the whole journal than look for a few ids.
        looks = len(event_ids) <= 2 * PAGE and not self._database.on_postgresql
        mine = "+j.till_id" if looks else "j.till_id"
        wording = asked.format(stands=STANDS, mine=mine)
        for event_id, seq in many(self._connection, wording, list(event_ids), *of):
            key = bytes(event_id)
            found[key] = min(seq, found.get(key, seq))
        return found

    def lease_marks(self, till_id: bytes, lease_ids: Collection[bytes]) -> Mapping[bytes, bool]:
        """What a till took up."""
        return self._shelf.marks(till_id, lease_ids)

    def _member(self, member_id: bytes) -> Any:
        asked = select(MEMBER).where(MEMBER.c.member_id == member_id)
        return self._connection.execute(asked).first()

    def _forget(self) -> None:
        self._all.clear()
        self._events.clear()
        self._folds.clear()
        self._heard.clear()
        self._counting.forget()
        self._agreed.forget()


def welcome(connection: Connection, till_id: bytes, *, store: str) -> None:
    """A till that joins hears of what its store counts."""
    put_new(connection, TILL_OWNER, [(till_id, derive_id("store", store))])


def filed_of_row(row: Any) -> Filed:
    """An event from a row of (till, epoch, sequence, id, instant, store, body, ...)."""
    event, does = read_body(bytes(row[6]))
    return Filed(
        till_id=bytes(row[0]),
        store=row[5],
        epoch=row[1],
        seq=row[2],
        event_id=bytes(row[3]),
        at=us_instant(row[4]),
        event=event,
        does=does,
    )


def _decision(row: Any) -> StoredEvent:
    return StoredEvent(
        seq=row.seq,
        epoch=FIRST_EPOCH,
        event_id=bytes(row.event_id),
        kind="act",
        at="",
        body=bytes(row.body),
        hash=bytes(row.hash),
    )
