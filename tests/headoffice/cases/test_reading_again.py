"""What head office failed at counts once it is read again: real books, a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from posloyalty.headoffice.cases.audit_log import entries
from posloyalty.headoffice.cases.matters import Matter, Matters
from posloyalty.headoffice.cases.reading_again import ReadingAgain
from posloyalty.headoffice.ledger import batch
from posloyalty.headoffice.ledger.verifying import verify_office
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import EVENT_OWNER, LEASE
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.events import ErrorNote
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import filed
from posloyalty.sync.leases import LeaseState
from tests.headoffice.a_chain import Chain, Placed
from tests.headoffice.a_kept_chain import chain_after, sold_and_talked
from tests.headoffice.a_till import ATill
from tests.headoffice.small_events import Books

SPENT: Final = 500


@pytest.fixture
def chain(tmp_path: Path, database_url: str) -> Iterator[Chain]:
    """The member has 2,000 points and a voucher, and everybody knows."""
    with chain_after(sold_and_talked, tmp_path, url=database_url) as found:
        yield found


def fails_at(chain: Chain, till: Placed, body: bytes) -> Matter:
    """Head office falls over an event of a till, which sends it as bytes in the end."""
    till.way.network.poison = body
    for _ in range(6):
        till.talk()
        chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()
    (matter,) = Matters(chain.office.database, chain.clock).open_matters()
    assert matter.code == "WRAPPED"
    return matter


def last_body(till: Placed) -> bytes:
    with till.shop.till.book.read() as reader:
        head = reader.journal.head().seq
        (last,) = reader.journal.events(after_seq=head - 1, limit=1)
    return last.body


def earned(till: Placed) -> bytes:
    """A sale for the member, who gets points for it."""
    till.counter.sell()
    return last_body(till)


def spent(till: Placed) -> bytes:
    """A sale that the member pays a part of with points which head office lent for it."""
    till.redeem(SPENT)
    return last_body(till)


def reads(chain: Chain, matter: Matter) -> None:
    ReadingAgain(chain.office.database, chain.clock).read(matter, by="Ann")
    chain.clock.pass_time(timedelta(minutes=6))
    chain.talk()


def known(chain: Chain) -> list[int]:
    return [till.counter.points() for till in chain.tills]


def proved(chain: Chain) -> bool:
    while chain.office.follow():
        pass
    return verify_office(chain.office.database, chain.office.office, lambda *_: None).holds


@pytest.mark.parametrize("bought", [earned, spent])
def test_a_sale_that_was_kept_unread_counts_everywhere_once_it_is_read(
    chain: Chain, bought: Callable[[Placed], bytes]
) -> None:
    one, _ = chain.tills
    body = bought(one)
    had = one.counter.points()
    assert had != 2_000
    matter = fails_at(chain, one, body)
    assert known(chain) == [had, 2_000]
    assert proved(chain)
    one.counter.sell()  # behind it, by what this till knows
    chain.talk()
    assert known(chain) == [had + 2_000, 4_000]
    reads(chain, matter)
    assert known(chain) == [had + 2_000] * 2
    assert proved(chain)


def test_what_such_a_sale_used_of_a_lease_is_used(chain: Chain) -> None:
    one, _ = chain.tills
    one.counter.sell()
    chain.talk()
    assert used_of_leases(chain) == [0]  # lent ahead, and held by the till
    matter = fails_at(chain, one, spent(one))
    assert used_of_leases(chain) == [0]
    reads(chain, matter)
    assert used_of_leases(chain) == [SPENT]
    assert proved(chain)


def used_of_leases(chain: Chain) -> list[int]:
    """What was used of each lease that a till holds."""
    held = LEASE.c.state == LeaseState.OPEN.value
    with chain.office.database.read() as connection:
        return list(connection.execute(select(LEASE.c.used).where(held)).scalars())


def test_it_stands_behind_what_its_till_had_written_before(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock had gone back: an event is dated as if it had been read when it came."""
    books = Books(till)
    books.joins()
    books.gives(100)
    books.behind = timedelta(hours=1)
    late = bytes.fromhex(books.spends(30))
    books.behind = timedelta()
    with monkeypatch.context() as older:
        older.setattr(batch, "filed", partial(an_older_release, late))
        books.send(office)
    (matter,) = Matters(office.database, office.clock).open_matters()
    ReadingAgain(office.database, office.clock).read(matter, by="Ann")
    asked = select(EVENT_OWNER.c.seq, EVENT_OWNER.c.at_us).order_by(EVENT_OWNER.c.seq)
    with office.database.read() as connection:
        at = {row.seq: row.at_us for row in connection.execute(asked)}
    assert at[3] == at[2]


def an_older_release(unread: bytes, one: StoredEvent, *read: object, **at: object) -> object:
    """An earlier release, which cannot read one event."""
    if one.event_id == unread:
        raise ValueError(one.seq)
    return filed(one, *read, **at)  # type: ignore[arg-type]


def test_an_event_is_read_again_once_and_it_is_written_who_did(chain: Chain) -> None:
    one, _ = chain.tills
    matter = fails_at(chain, one, earned(one))
    reads(chain, matter)
    before = known(chain)
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MATTER"):
        reads(chain, matter)
    assert known(chain) == before
    matters = Matters(chain.office.database, chain.clock)
    assert matters.open_matters() == []
    (decided,) = matters.decided()
    assert (decided.decision, decided.who) == ("read_again", "Ann")
    with chain.office.database.read() as connection:
        last = entries(connection, limit=1)[0]
    assert (last.who, last.what) == ("Ann", "event_read_again")


def test_what_was_accepted_unread_may_be_read_all_the_same(chain: Chain) -> None:
    one, _ = chain.tills
    matter = fails_at(chain, one, earned(one))
    matters = Matters(chain.office.database, chain.clock)
    matters.decide(matter, "accepted", "nobody needs it", by="Ben")
    reads(chain, matters.unread("S1-T1", f"{matter.epoch}-{matter.seq}"))
    assert known(chain) == [4_000, 4_000]


@pytest.mark.parametrize(
    ("till", "place"),
    [("S1-T1", "1-1"), ("S1-T2", "{}"), ("", ""), ("S1-T1", "1"), ("S1-T1", "1-" + "9" * 40)],
)
def test_no_other_event_is_read_again(chain: Chain, till: str, place: str) -> None:
    one, _ = chain.tills
    matter = fails_at(chain, one, earned(one))
    there = place.format(f"{matter.epoch}-{matter.seq}")
    with pytest.raises(ServiceRefusal, match="NO_SUCH_MATTER"):
        Matters(chain.office.database, chain.clock).unread(till, there)


@pytest.mark.long(beside="test_no_other_event_is_read_again")
def test_what_this_release_cannot_read_either_stays_where_it_is(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _ = chain.tills
    with one.shop.till.book.write() as unit:
        stamp = unit.journal.stamp()
        note = ErrorNote(id="ab" * 16, at=stamp.at, hlc=stamp.hlc, code="PRINTER_GONE")
        with monkeypatch.context() as spoilt:
            spoilt.setattr("posloyalty.sync.events.encode", lambda _event: b'{"v":1,"t":"sale"}')
            unit.journal.append(note)
        unit.commit()
    one.talk()
    matters = Matters(chain.office.database, chain.clock)
    (matter,) = matters.open_matters()
    assert matter.code == "UNREADABLE"
    with pytest.raises(ServiceRefusal, match="STILL_UNREADABLE"):
        reads(chain, matter)
    assert matters.open_matters() == [matter]
    assert proved(chain)
