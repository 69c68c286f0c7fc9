"""What head office answers tills beside keeping their journals: what is new, and what it lends.

Shape: `AnswerDesk` holds the endpoints' acts, which turn messages into questions to the head office
of `sync/office` and back, inside the transaction of the visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from logging import WARNING
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from sqlalchemy import Connection, select

from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.articles.telling import has_new_articles
from posloyalty.headoffice.judging.office_rules import PublishedRules
from posloyalty.headoffice.ledger.pure_office import head_office
from posloyalty.headoffice.members.profile_news import HAS_NEWS, tell_of_profiles
from posloyalty.headoffice.programmes.announcements import HAS_ANNOUNCEMENTS, has_announcements
from posloyalty.headoffice.programmes.read_programmes import ReadProgrammes
from posloyalty.headoffice.programmes.risk import POLICY, kept_policy, policy_of
from posloyalty.headoffice.running.logs import tell
from posloyalty.headoffice.running.office_key import Office
from posloyalty.headoffice.store.arrays import of_ids
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.statements import Question, ask, many_of, marked, on_postgresql
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.headoffice.tills import lives
from posloyalty.headoffice.tills.visits import (
    Refused,
    Reply,
    Visit,
    never,
    read,
    refusal,
    reply,
)
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journal import FIRST_EPOCH
from posloyalty.sync.journals import Place
from posloyalty.sync.leases import DAY_AHEAD, PUT_BACK, SHARED, Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.owned import OWNED
from posloyalty.sync.office.telling import Answer as Told
from posloyalty.sync.office.telling import Grant
from posloyalty.sync.wire.answers import AnswerAsk, AssetSent, GrantSent, WaitAsk, piece_of
from posloyalty.sync.wire.lending import (
    HELD_MAX,
    Denial,
    Held,
    ReserveAsk,
    Reserved,
    Wish,
    WishesAnswered,
    WishesAsk,
)
from posloyalty.sync.wire.messages import Problem, Standing
from posloyalty.sync.wire.policy import PolicySent

LENT_DAYS_MAX: Final = 31
"""No lease runs longer: what a till that never comes back held is free again after that."""
LENT: Final = frozenset({*OWNED, *SHARED, AssetKind.RETURN})
"""What is lent."""
_SEEN: Final = "UPDATE till SET seen_s = ? WHERE till_id IN"
_SEEN_BY_NOBODY_ELSE: Final = """
UPDATE till SET seen_s = %s WHERE till_id IN (
    SELECT till_id FROM till WHERE till_id = ANY(%s) FOR UPDATE SKIP LOCKED)"""
"""Who is just being written is seen by that: nobody waits for anybody, in whatever order."""
_RENAMED: Final = """
SELECT s.name FROM till t JOIN store s ON s.code = t.store_code
WHERE s.renamed_s > 0 AND t.till_id ="""
"""The name of a till's store, where head office gave it another one than it began with."""
_QUIET_PLACES: Final = f"""
SELECT p.till_id, p.epoch, p.seq, p.hash, ({_RENAMED} p.till_id) FROM journal_place p
WHERE NOT EXISTS (SELECT 1 FROM till_due d WHERE d.till_id = p.till_id)
AND NOT EXISTS (
    SELECT 1 FROM lease l WHERE l.till_id = p.till_id AND l.state IN ('open', 'reclaimed'))
AND NOT EXISTS (
    SELECT 1 FROM owner_place o WHERE o.everywhere > 0 AND o.everywhere > p.everywhere)
AND NOT EXISTS (
    SELECT 1 FROM article_heard a WHERE a.till_id = p.till_id
    AND a.n < (SELECT n FROM article_place))
AND NOT EXISTS ({HAS_ANNOUNCEMENTS})
AND NOT EXISTS ({HAS_NEWS})
AND p.till_id IN"""
"""The places of those tills that have nothing to hear, and to which nothing is lent."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A till that waits for news, no longer than so many seconds."""

    till_id: bytes
    for_s: int


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Answers what is not about keeping a journal."""

    database: Database
    office: Office
    programmes: ReadProgrammes

    def answer(self, visit: Visit) -> Reply:
        """The next piece of what a till has to hear."""
        _at_its_place(visit, read(visit.request.body, AnswerAsk).place)
        till_id, head_office = bytes(visit.till.till_id), self._head_office(visit)
        answer = head_office.answer(till_id, visit.now)
        renamed = (marked(visit.connection, f"{_RENAMED} ?"), (till_id,))
        policy_rows, names = ask(visit.connection, POLICY, renamed)
        given = piece_of(
            answer,
            policy=self._policy(visit, policy_of(policy_rows)),
            store_name=names[0][0] if names else msgspec.UNSET,
        )
        if not answer.tellings and head_office.archive.due(till_id):
            # There was nothing to tell of those that were looked at, and others are left.
            given = msgspec.structs.replace(given, more=True)
        if has_new_articles(visit.connection, till_id):
            given = msgspec.structs.replace(given, articles=True)
        if has_announcements(visit.connection, till_id):
            given = msgspec.structs.replace(given, programmes=True)
        if tell_of_profiles(visit.connection, till_id, visit.now_s):
            given = msgspec.structs.replace(given, profiles=True)
        return reply(given, packs=True)

    def quiet(self, visits: Sequence[tuple[Visit, Any]]) -> list[Reply | None]:
        """The answers for those tills that have nothing to hear and hold nothing that is lent: who
        says that they stand where their journal does. They lock nothing and write nothing.
        """
        if not visits:
            return []
        first = visits[0][0]
        ids = [bytes(visit.till.till_id) for visit, _ in visits]
        policy_rows, places = ask(
            first.connection, POLICY, many_of(first.connection, _QUIET_PLACES, ids, first.now_s)
        )
        standing = {
            bytes(row[0]): Place(epoch=row[1], seq=row[2], hash=bytes(row[3])) for row in places
        }
        names = {bytes(row[0]): row[4] for row in places if row[4] is not None}
        policy = self._policy(first, policy_of(policy_rows))
        given: list[Reply | None] = []
        for (visit, _), till_id in zip(visits, ids, strict=True):
            place = standing.get(till_id)
            there = place is not None and _stands_there(visit, place)
            if place is None or not there or lives.is_awaited(visit):
                given.append(None)
                continue
            kept = None if (place.epoch, place.seq) == (FIRST_EPOCH, 0) else place
            nothing = Told(base=kept, tellings=(), grants=(), recalls=(), at=visit.now)
            name = names.get(till_id, msgspec.UNSET)
            given.append(reply(piece_of(nothing, policy=policy, store_name=name), packs=True))
        return given

    def park(self, visit: Visit) -> Reply:
        """A till that may wait."""
        (given,) = self.park_all([(visit, None)])
        assert given is not None  # whoever waits is answered or refused
        return given

    def park_all(self, visits: Sequence[tuple[Visit, Any]]) -> list[Reply | None]:
        """Tills that may wait."""
        given: list[Reply | None] = []
        seen = []
        for visit, _ in visits:
            try:
                ask = read(visit.request.body, WaitAsk)
            except Refused as fault:
                given.append(refusal(fault))
                continue
            seen.append(bytes(visit.till.till_id))
            given.append(Reply(status=200, body=b"", waits_s=ask.for_s))
        if seen:
            visit = visits[0][0]
            visit.connection.exec_driver_sql(*_seeing(visit.connection, seen, visit.now_s))
        return given

    def reserve(self, visit: Visit) -> Reply:
        """Lend what a sale wants, as far as it is free."""
        ask = read(visit.request.body, ReserveAsk)
        if not lives.lends(visit.connection):
            return reply(Reserved(grant=None, why=PUT_BACK))
        asset, zone = _asset(ask.asset), _zone(ask.zone)
        till_id, head_office = bytes(visit.till.till_id), self._head_office(visit)
        found = head_office.reserve(
            self._named(till_id, ask.rid),
            till_id,
            asset,
            ask.n,
            at=visit.now,
            zone=zone,
            day=None if ask.day is msgspec.UNSET else _day(ask.day),
            whole=ask.whole is True,
        )
        if found == Denied(DAY_AHEAD):
            said = "" if ask.day is msgspec.UNSET else ask.day
            tell(DAY_AHEAD.lower(), level=WARNING, till=till_id.hex(), day=said)
            return reply(Reserved(grant=None, why=DAY_AHEAD))
        held = head_office.lending.book.held_where(asset)
        elsewhere = _by_store(visit.connection, {k: n for k, n in held.items() if k != till_id})
        if isinstance(found, Denied) or found.amount < ask.n:
            _ask_back(head_office, asset, till_id)
        if isinstance(found, Denied):
            return reply(Reserved(grant=None, why=found.reason, elsewhere=elsewhere))
        grant, paid = _granted(_same(found, asset), zone), head_office.paid_for(found)
        return reply(
            Reserved(grant=grant, elsewhere=elsewhere, paid=msgspec.UNSET if paid is None else paid)
        )

    def lend(self, visit: Visit) -> Reply:
        """Lend what a till would like to hold, wish by wish."""
        ask = read(visit.request.body, WishesAsk)
        if not lives.lends(visit.connection):
            told = (Denial(rid=wish.rid, why=PUT_BACK, free=0) for wish in ask.want)
            return reply(WishesAnswered(grants=(), denied=tuple(told)))
        grants, denied = [], []
        for wish in ask.want:
            found = self._lent(visit, wish)
            if isinstance(found, Denied):
                denied.append(Denial(rid=wish.rid, why=found.reason, free=found.free))
            else:
                grants.append(_granted(found, _zone(wish.zone)))
        return reply(WishesAnswered(grants=tuple(grants), denied=tuple(denied)))

    def _policy(self, visit: Visit, policy: PolicySent) -> PolicySent:
        """A policy as tills hear of it."""
        if self.rules_on(visit.connection).programme(visit.now) is None:
            # What a campaign has left is known by its programme, and none was published here.
            policy = msgspec.structs.replace(policy, budgets=False)
        return policy

    def _lent(self, visit: Visit, wish: Wish) -> Lease | Denied:
        zone, last_day = _zone(wish.zone), _day(wish.last)
        today = store_day(visit.now, zone)
        if not today <= last_day <= today + timedelta(days=LENT_DAYS_MAX):
            return Denied("TOO_LONG")
        till_id, asset = bytes(visit.till.till_id), _asset(wish.asset)
        head_office, rid = self._head_office(visit), self._named(till_id, wish.rid)

        def lease(amount: int) -> Lease | Denied:
            return head_office.lease(
                rid, till_id, asset, amount, at=visit.now, last_day=last_day, zone=zone
            )

        if asset.kind in SHARED:
            # A part for later: the rest of a budget is for sales that ask.
            free = head_office.free(asset, last_day, at=visit.now, zone=zone)
            if free < 2 * wish.n:
                return Denied("ASSET_SHORT", free)
        found = lease(wish.n)
        if isinstance(found, Denied) and found.free > 0:
            found = lease(min(wish.n, found.free * 4 // 5))  # some stays for whoever comes next
        return found if isinstance(found, Denied) else _same(found, asset)

    def _named(self, till_id: bytes, rid: str) -> bytes:
        """The id of the lease that a till's wish becomes. No other till can work it out, whatever
        it knows of the wish, and so neither use it nor have it first.
        """
        return derive_id("wish", self.office.lease_names, till_id, bytes.fromhex(rid))

    def _head_office(self, visit: Visit) -> HeadOffice:
        debt = kept_policy(visit.connection).member_debt
        return head_office(
            self.database,
            visit.connection,
            self.office,
            now=visit.now,
            rules=self.rules_on(visit.connection),
            overspend=Overspend.MEMBER if debt else Overspend.STORE,
        )

    def rules_on(self, connection: Connection) -> PublishedRules:
        """By what head office decides and lends, within a transaction."""
        return PublishedRules(connection, self.programmes)


def _stands_there(visit: Visit, place: Place) -> bool:
    """Whether a till says that it stands at a place; `answer` says what is wrong with another."""
    try:
        asked = read(visit.request.body, AnswerAsk).place
    except Refused:
        return False
    return (place.seq, place.hash.hex()) == (asked.seq, asked.head)


def _ask_back(head_office: HeadOffice, asset: Asset, till_id: bytes) -> None:
    """A customer stands at one till: what others hold of theirs for another day comes back."""
    for lease in head_office.lending.book.of_owner(asset.owner):
        if lease.asset == asset and lease.till_id != till_id and lease.left:
            head_office.lending.recall(lease.id)


def _at_its_place(visit: Visit, asked: Standing) -> None:
    """An answer is good at one place only: a till that stands elsewhere says hello first, and so
    does one that has not heard yet that head office was put back.
    """
    mine = select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == visit.till.till_id)
    row = visit.connection.execute(mine).one()
    elsewhere = (row.seq, bytes(row.hash)) != (asked.seq, bytes.fromhex(asked.head))
    if elsewhere or lives.is_awaited(visit):
        kept = Standing(epoch=row.epoch, seq=row.seq, head=bytes(row.hash).hex())
        raise Refused(409, Problem(code="OTHER_PLACE", retry="after_action", acked=kept))


def _same(lease: Lease, asset: Asset) -> Lease:
    """A wish that comes again is about the same thing."""
    if lease.asset != asset:
        raise never(409, "RID_REUSED")
    return lease


def _asset(sent: AssetSent) -> Asset:
    try:
        asset = sent.read()
    except ValueError:
        raise never(400, "UNKNOWN_ASSET") from None
    if asset.kind not in LENT:
        raise never(400, "UNKNOWN_ASSET")
    return asset


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise never(400, "UNKNOWN_ZONE") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise never(400, "BAD_MESSAGE") from None


def _granted(lease: Lease, zone: tzinfo) -> GrantSent:
    # It runs to the end of its last day, which is the beginning of the next one.
    last_day = store_day(lease.not_after - timedelta(seconds=1), zone)
    return GrantSent.of(
        Grant(lease_id=lease.id, asset=lease.asset, amount=lease.amount, last_day=last_day)
    )


def _by_store(connection: Connection, held: Mapping[bytes, int]) -> tuple[Held, ...]:
    """Who holds most, by the code of the store: a cashier knows stores, not tills' ids."""
    rows = connection.execute(
        select(TILL.c.till_id, TILL.c.store_code).where(TILL.c.till_id.in_(list(held)))
    )
    sums: dict[str, int] = {}
    for till_id, store in rows:
        sums[store] = sums.get(store, 0) + held[bytes(till_id)]
    most = sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:HELD_MAX]
    return tuple(Held(store=store, n=n) for store, n in sorted(most))


def _seeing(connection: Connection, till_ids: Sequence[bytes], now_s: int) -> Question:
    """What notes that some tills, at least one, were heard of."""
    if on_postgresql(connection):
        return _SEEN_BY_NOBODY_ELSE, (now_s, of_ids(till_ids))
    return many_of(connection, _SEEN, till_ids, now_s)
