"""What head office answers tills beside keeping their journals: what is new, and what it lends.

Shape: `Answering` is what has to be known for that; `AnswerDesk` holds the endpoints' acts, which
turn messages into questions to it and back. Everything happens inside the transaction of the visit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select

from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.risk import kept_policy
from posloyalty.headoffice.tables import JOURNAL_PLACE, TILL
from posloyalty.headoffice.visits import Refused, Reply, Visit, never, read, reply
from posloyalty.sync.leases import Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.telling import Answer, Grant
from posloyalty.sync.wire.answers import AnswerAsk, AssetSent, GrantSent, WaitAsk, piece_of
from posloyalty.sync.wire.lending import (
    Denial,
    Held,
    ReserveAsk,
    Reserved,
    Wish,
    WishesAnswered,
    WishesAsk,
)
from posloyalty.sync.wire.messages import Problem, Standing

LENT_DAYS_MAX: Final = 31
"""No lease runs longer: what a till that never comes back held is free again after that."""
LENT: Final = frozenset({AssetKind.POINTS, AssetKind.RIGHT, AssetKind.BUDGET})
"""What is lent so far."""


class Answering(Protocol):
    """Head office's ledger and leases, as answers need them."""

    def answer(self, connection: Connection, till_id: bytes, at: datetime) -> Answer:
        """What a till has to hear."""
        ...

    def reserve(
        self,
        connection: Connection,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        wanted: int,
        *,
        at: datetime,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till what is free of what a sale wants, for the day."""
        ...

    def lease(
        self,
        connection: Connection,
        request_id: bytes,
        till_id: bytes,
        asset: Asset,
        amount: int,
        *,
        at: datetime,
        last_day: date,
        zone: tzinfo,
    ) -> Lease | Denied:
        """Lend a till so much through a day."""
        ...

    def held_where(self, connection: Connection, asset: Asset) -> Mapping[bytes, int]:
        """How much of an asset each till holds and has not spent."""
        ...

    def news(self, connection: Connection, till_ids: Collection[bytes]) -> frozenset[bytes]:
        """Those of some tills that have something to ask for."""
        ...


@dataclass(frozen=True, slots=True)
class Parked:
    """A till that waits for news, no longer than so many seconds."""

    till_id: bytes
    for_s: int


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """Answers what is not about keeping a journal."""

    answering: Answering

    def answer(self, visit: Visit) -> Reply:
        """The next piece of what a till has to hear."""
        ask = read(visit.request.body, AnswerAsk)
        _at_its_place(visit, ask.place)
        till_id = bytes(visit.till.till_id)
        answer = self.answering.answer(visit.connection, till_id, visit.now)
        given = piece_of(answer, policy=kept_policy(visit.connection))
        return reply(given, packs=True)

    def parked(self, visit: Visit) -> Parked:
        """A till that may wait."""
        ask = read(visit.request.body, WaitAsk)
        mine = TILL.update().where(TILL.c.till_id == visit.till.till_id)
        visit.connection.execute(mine.values(seen_s=visit.now_s))
        return Parked(bytes(visit.till.till_id), ask.for_s)

    def reserve(self, visit: Visit) -> Reply:
        """Lend what a sale wants, as far as it is free."""
        ask = read(visit.request.body, ReserveAsk)
        asset, zone = _asset(ask.asset), _zone(ask.zone)
        till_id = bytes(visit.till.till_id)
        found = self.answering.reserve(
            visit.connection,
            _own(till_id, ask.rid),
            till_id,
            asset,
            ask.n,
            at=visit.now,
            zone=zone,
        )
        held = self.answering.held_where(visit.connection, asset)
        elsewhere = _by_store(visit.connection, {k: n for k, n in held.items() if k != till_id})
        if isinstance(found, Denied):
            return reply(Reserved(grant=None, why=found.reason, elsewhere=elsewhere))
        return reply(Reserved(grant=_granted(_same(found, asset), zone), elsewhere=elsewhere))

    def lend(self, visit: Visit) -> Reply:
        """Lend what a till would like to hold, wish by wish."""
        ask = read(visit.request.body, WishesAsk)
        grants, denied = [], []
        for wish in ask.want:
            found = self._lent(visit, wish)
            if isinstance(found, Denied):
                denied.append(Denial(rid=wish.rid, why=found.reason, free=found.free))
            else:
                asset = _asset(wish.asset)
                grants.append(_granted(_same(found, asset), _zone(wish.zone)))
        return reply(WishesAnswered(grants=tuple(grants), denied=tuple(denied)))

    def _lent(self, visit: Visit, wish: Wish) -> Lease | Denied:
        zone, last_day = _zone(wish.zone), _day(wish.last)
        today = store_day(visit.now, zone)
        if not today <= last_day <= today + timedelta(days=LENT_DAYS_MAX):
            return Denied("TOO_LONG")
        return self.answering.lease(
            visit.connection,
            _own(bytes(visit.till.till_id), wish.rid),
            bytes(visit.till.till_id),
            _asset(wish.asset),
            wish.n,
            at=visit.now,
            last_day=last_day,
            zone=zone,
        )


def _at_its_place(visit: Visit, asked: Standing) -> None:
    """An answer is good at one place only: a till that stands elsewhere says hello first."""
    mine = select(JOURNAL_PLACE).where(JOURNAL_PLACE.c.till_id == visit.till.till_id)
    row = visit.connection.execute(mine).one()
    if (row.epoch, row.seq, bytes(row.hash)) != (asked.epoch, asked.seq, bytes.fromhex(asked.head)):
        kept = Standing(epoch=row.epoch, seq=row.seq, head=bytes(row.hash).hex())
        raise Refused(409, Problem(code="OTHER_PLACE", retry="after_action", acked=kept))


def _own(till_id: bytes, rid: str) -> bytes:
    """The id of the lease that a till's wish becomes: no till can name another one's."""
    return derive_id("wish", till_id, bytes.fromhex(rid))


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
    """Who holds how much, by the code of the store: a cashier knows stores, not tills' ids."""
    rows = connection.execute(
        select(TILL.c.till_id, TILL.c.store_code).where(TILL.c.till_id.in_(list(held)))
    )
    sums: dict[str, int] = {}
    for till_id, store in rows:
        sums[store] = sums.get(store, 0) + held[bytes(till_id)]
    return tuple(Held(store=store, n=n) for store, n in sorted(sums.items()))
