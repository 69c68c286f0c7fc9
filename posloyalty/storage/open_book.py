"""Making a book and opening one, given its key.

Opening is the same every time: the file must be there and be this key's, not of a later release;
it is upgraded when it is older (a copy first), its journal's last thousand events must chain, and
only then is it handed out. The lock and the key are the caller's business (`bootstrap`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, insert, select

from posloyalty.domain.values.calendar import format_instant
from posloyalty.services.book.book_faults import BookDamaged, BookExists, ChainDamaged
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.ports import BookFacts, Clock, Ids
from posloyalty.storage.engine import APART_CACHE_KIB, faults_at, open_engine
from posloyalty.storage.place import BookPlace
from posloyalty.storage.repositories.journal import JournalReads
from posloyalty.storage.repositories.settings import Settings
from posloyalty.storage.tables import BOOK
from posloyalty.storage.unit_of_work import SqlBook
from posloyalty.storage.upgrade import upgrade, upgraded
from posloyalty.storage.witness import Safe, Witnesses
from posloyalty.sync.journal import ChainBroken, genesis_predecessor, verified

TAIL_EVENTS: Final = 1000
ZONE_SETTING: Final = "shop.timezone"


def make_book(place: BookPlace, key: bytes, facts: BookFacts, *, at: datetime) -> None:
    """Make the file with its tables and say whose it is; raises `BookExists`."""
    if place.book.exists():
        raise BookExists(place=str(place.folder))
    with faults_at(place.book):
        place.folder.mkdir(parents=True, exist_ok=True)
    upgrade(place, key, at=at, making=True)
    engine = open_engine(place.book, key, cache_kib=APART_CACHE_KIB, query_only=False)
    try:
        with faults_at(place.book), engine.connect() as connection, connection.begin():
            connection.execute(
                insert(BOOK).values(
                    id=1,
                    book_id=facts.book_id,
                    till_id=facts.till_id,
                    certificate=facts.certificate,
                    store_code=facts.store_code,
                    till_code=facts.till_code,
                    made_by=facts.made_by,
                    made_at=format_instant(at),
                )
            )
    finally:
        engine.dispose()


def open_book(
    place: BookPlace,
    key: bytes,
    *,
    clock: Clock,
    make_ids: Callable[[bytes], Ids],
    safe: Safe | None = None,
) -> SqlBook:
    """Open the book; `make_ids` gets the till's id, `safe` keeps a witness beside the key.

    Raises a `BookError` of the kind it is.
    """
    place.require_book()
    with ExitStack() as undo:
        writer = upgraded(place, key, at=clock.now())
        undo.callback(writer.engine.dispose)
        undo.callback(writer.close)
        with faults_at(place.book), writer.begin():
            facts = read_facts(writer, place.book)
            zone = _zone(Settings(writer).get(ZONE_SETTING), clock)
            verify_tail(JournalReads(writer, facts), facts)
        ids = make_ids(facts.till_id)
        witnesses = Witnesses(place.witness, safe=safe, book_id=facts.book_id)
        book = SqlBook(place, key, facts, TillClock(clock, zone), ids, witnesses, writer=writer)
        undo.pop_all()
    return book


def read_facts(connection: Connection, place: Path) -> BookFacts:
    """Whose book this is; raises `BookDamaged` when it does not say."""
    row = connection.execute(select(BOOK)).first()
    if row is None:
        raise BookDamaged(place=str(place), detail="the book does not say whose it is")
    return BookFacts(
        book_id=row.book_id,
        till_id=row.till_id,
        certificate=row.certificate,
        store_code=row.store_code,
        till_code=row.till_code,
        made_by=row.made_by,
    )


def verify_tail(journal: JournalReads, facts: BookFacts, *, events: int = TAIL_EVENTS) -> int:
    """Check that the last events chain; returns how many. Raises `ChainDamaged`."""
    head = journal.head()
    first = max(1, head.seq - events + 1)
    before = list(journal.events(after_seq=first - 2, limit=1)) if first > 1 else []
    after_hash = before[0].hash if before else genesis_predecessor(facts.till_id, facts.certificate)
    checked = 0
    try:
        for _event in verified(
            journal.events(after_seq=first - 1),
            till_id=facts.till_id,
            after_seq=first - 1,
            after_hash=after_hash,
        ):
            checked += 1
    except ChainBroken as broken:
        raise ChainDamaged(seq=broken.seq, expected=broken.expected, found=broken.found) from broken
    return checked


def _zone(name: str | None, clock: Clock) -> tzinfo:
    """The store's zone; before the wizard has set one, the machine's."""
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise BookDamaged(place=name, detail="an unknown time zone") from fault
    here = clock.now().tzinfo
    assert here is not None
    return here
