"""Answers from journals that were read into memory: every till's, as they lie in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, tzinfo
from threading import Lock

from sqlalchemy import Connection, select

from posloyalty.headoffice.tables import JOURNAL_EVENT, TILL
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.leases import Asset, Denied, Lease
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.telling import Answer

_J = JOURNAL_EVENT.c


class MemoryAnswering:
    """Implements `answering.Answering` for one process."""

    def __init__(self, office_id: bytes) -> None:
        self._office = HeadOffice(office_id)
        self._known: dict[bytes, int] = {}
        self._one_at_a_time = Lock()

    def answer(self, connection: Connection, till_id: bytes, at: datetime) -> Answer:
        """What a till has to hear."""
        with self._one_at_a_time:
            return self._caught_up(connection).answer(till_id, at)

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
        """Lend a till what is free of what a sale wants."""
        with self._one_at_a_time:
            office = self._caught_up(connection)
            return office.reserve(request_id, till_id, asset, wanted, at=at, zone=zone)

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
        with self._one_at_a_time:
            office = self._caught_up(connection)
            return office.lease(
                request_id, till_id, asset, amount, at=at, last_day=last_day, zone=zone
            )

    def held_where(self, connection: Connection, asset: Asset) -> Mapping[bytes, int]:
        """Who holds how much."""
        with self._one_at_a_time:
            return self._caught_up(connection).lending.book.held_where(asset)

    def news(self, connection: Connection, till_ids: Collection[bytes]) -> frozenset[bytes]:
        """Those that have something to ask for."""
        with self._one_at_a_time:
            office = self._caught_up(connection)
            return frozenset(till_id for till_id in till_ids if office.has_news(till_id))

    def _caught_up(self, connection: Connection) -> HeadOffice:
        rows = connection.execute(select(TILL.c.till_id, TILL.c.store_code, TILL.c.genesis)).all()
        for row in rows:
            till_id = bytes(row.till_id)
            if till_id not in self._known:
                self._office.enrol(till_id, store=row.store_code, genesis=bytes(row.genesis))
                self._known[till_id] = 0
            new = connection.execute(
                select(JOURNAL_EVENT)
                .where(_J.till_id == till_id, _J.seq > self._known[till_id])
                .order_by(_J.seq)
            ).all()
            if new:
                self._office.receive(till_id, [_stored(one) for one in new])
                self._known[till_id] = new[-1].seq
        return self._office


def _stored(row: object) -> StoredEvent:
    body = bytes(row.body)  # type: ignore[attr-defined]  # a row of SQLAlchemy
    event = events.decode(body)
    return StoredEvent(
        seq=row.seq,  # type: ignore[attr-defined]
        epoch=row.epoch,  # type: ignore[attr-defined]
        event_id=bytes(row.event_id),  # type: ignore[attr-defined]
        kind="",
        at=event.at,
        body=body,
        hash=bytes(row.hash),  # type: ignore[attr-defined]
    )
