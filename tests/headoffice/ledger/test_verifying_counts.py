"""What is kept of campaigns is proved from the journals, and moved on without waiting."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.counted_tables import OWNER_COUNTED, OWNER_TOLD
from posloyalty.sync import events
from posloyalty.sync.journals import Place
from posloyalty.sync.office.telling import Answer, heard
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow
from tests.headoffice.ledger.test_archive import ANNA, act, add, earning
from tests.headoffice.ledger.test_heard_in_part import only
from tests.headoffice.ledger.test_verifying import proof

SPRING, AUTUMN = (derive_id("campaign", name) for name in ("spring", "autumn"))
METER = "use/rule:a-mug/count"


def giving(number: int) -> events.Act:
    """Something of Anna's for which the campaign counts."""
    count = events.Count(m=METER, d="2026-02-10", n=number, owner=SPRING.hex())
    return act(ANNA, number, meters=(count,))


def told(office: OpenOffice, till: ATill) -> Answer:
    """What a till is told at its place."""
    with office.database.write() as connection:
        return office.head_office(connection).answer(till.id, office.clock.now())


def hears(office: OpenOffice, till: ATill) -> int:
    """A till takes in what it is told, and sends it on; how much that was."""
    found = told(office, till).tellings
    for one in found:
        add(till, heard(one, hlc=(1, 1)))
    if found:
        last = len(till.journal)
        assert till.push(office, last - len(found) + 1, last).status == 200
    return len(found)


@pytest.fixture
def kept(
    office: OpenOffice, till: ATill, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> tuple[ATill, ATill]:
    """One till gave three times and then once more, of which another one has not heard."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.counting.KEEP_STEP", 1)
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    for number in (1, 2, 3):
        add(till, giving(number))
    add(till, earning(ANNA, 9, 50))
    till.push(office, 1, 4)
    assert hears(office, other) == 3
    add(till, giving(4))
    till.push(office, 5, 5)
    for one in (till, other):
        told(office, one)
    follow(office)
    return till, other


@pytest.mark.usefixtures("kept")
def test_what_is_kept_passes_and_is_all_that_was_given(office: OpenOffice) -> None:
    with office.database.read() as connection:
        (counted,) = connection.execute(select(OWNER_COUNTED)).all()
        rows = connection.execute(select(OWNER_TOLD).order_by(OWNER_TOLD.c.till_id)).all()
    assert (bytes(counted.owner), counted.sums) == (SPRING, f'[["{METER}","2026-02-10",10]]')
    mine = [(row.arrival, row.own) for row in rows if bytes(row.owner) == SPRING]
    assert mine == [(4, 4), (3, 4)]
    assert proof(office).holds


def test_a_till_that_is_put_back_is_told_again_what_it_has_lost(
    office: OpenOffice, kept: tuple[ATill, ATill]
) -> None:
    _, other = kept
    with office.database.write() as connection:
        base = Place(epoch=1, seq=1, hash=other.hash_at(1))  # it had heard of one
        assert office.head_office(connection).reopen(other.id, base, 2)
    assert len(told(office, other).tellings) == 3
    assert proof(office).holds


OF_ANNA = (
    "INSERT INTO owner_told SELECT p.till_id, m.owner, 0, 9, 0, 0 FROM till p, event_owner m"
    " WHERE m.event_id IN (SELECT event_id FROM transfer) ORDER BY p.till_id LIMIT 1"
)
CHANGES = (
    (f'UPDATE owner_counted SET sums = \'[["{METER}","2026-02-10",9]]\'', "counts"),
    ("UPDATE owner_counted SET sums = '[]'", "counts"),
    ("UPDATE owner_counted SET sums = '{'", "counts"),
    ("UPDATE owner_counted SET arrival = 3", "counts"),
    ("UPDATE owner_told SET arrival = 4", "told"),
    (OF_ANNA, "told"),
)


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(("change", "named"), CHANGES)
def test_a_wrong_row_is_named(office: OpenOffice, change: str, named: str) -> None:
    with office.database.write() as connection:
        connection.exec_driver_sql(change)
    assert [one.what for one in proof(office).differences] == [named]


def test_a_row_that_passed_over_the_rest_of_an_event_is_named(
    office: OpenOffice, till: ATill, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"), till_code="T2")
    both = [events.Count(m=METER, d="2026-02-10", n=1, owner=one.hex()) for one in (SPRING, AUTUMN)]
    add(till, act(ANNA, 1, meters=tuple(both)))
    till.push(office, 1, 1)
    with monkeypatch.context() as first:
        first.setattr(DatabaseArchive, "due", only(SPRING))
        assert hears(office, other) == 1
    follow(office)
    row = {"till_id": other.id, "owner": AUTUMN, "arrival": 1, "own": 0, "epoch": 0, "seq": 0}
    with office.database.write() as connection:
        connection.execute(OWNER_TOLD.insert().values(row))
    wrong = [(one.what, one.expected, one.found) for one in proof(office).differences]
    assert wrong == [("told", "1", "0")]
    with office.database.write() as connection:
        connection.execute(OWNER_TOLD.delete())
    assert hears(office, other) == 1
    with office.database.write() as connection:
        connection.execute(OWNER_TOLD.insert().values(row))
    assert proof(office).holds


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where several write
def test_whoever_moves_a_row_on_makes_nobody_wait(
    office: OpenOffice, kept: tuple[ATill, ATill]
) -> None:
    till, other = kept
    add(till, giving(5))
    till.push(office, 6, 6)
    with office.database.write() as connection:
        office.head_office(connection).answer(till.id, office.clock.now())
        assert len(told(office, other).tellings) == 2  # while the first has the campaign's row
    assert proof(office).holds
