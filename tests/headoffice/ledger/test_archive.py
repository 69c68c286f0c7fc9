"""The archive in the database: whole worlds of tills come to what they come to in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.archive import DatabaseArchive
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import (
    EVENT_OWNER,
    HEARD_OWNER,
    OWNER_PLACE,
    TILL_DUE,
)
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.tables import JOURNAL_PLACE, TILL
from posloyalty.headoffice.tills.keeping import file_backlog
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.sync.fleet import OFFICE, Fleet, agreed
from tests.sync.restores import RestoredFleet

SEEDS = (1, 2, 3)
STEPS = 60


class Joining(DatabaseArchive):
    """An archive whose tills join without a code."""

    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(database, connection, office_id=OFFICE, now_s=0)
        self._open = connection

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        self._open.execute(
            TILL.insert().values(
                till_id=till_id,
                store_code=store,
                till_code="T1",
                public_key=bytes(32),
                certificate=b"",
                genesis=genesis,
                revoked=0,
                joined_s=0,
                issued_s=0,
                app="",
                seen_s=0,
                waiting=0,
            )
        )
        self._open.execute(
            JOURNAL_PLACE.insert().values(
                till_id=till_id, epoch=1, seq=0, hash=genesis, signature=b"", moved_s=0
            )
        )
        super().enrol(till_id, store=store, genesis=genesis)


@pytest.mark.long(sample=4)  # with leases and without, on both databases
@pytest.mark.parametrize("lending", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_fleet_comes_to_the_same_as_in_memory(
    office: OpenOffice, seed: int, lending: bool
) -> None:
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        fleet = Fleet(seed, lending=lending, archive=Joining(office.database, connection))
        fleet.run(STEPS)
        agreed(fleet)
        assert fleet.counts["events"] > 10


@pytest.mark.long(sample=4)  # with leases and without, on both databases
@pytest.mark.parametrize("lending", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_so_does_one_whose_tills_are_put_back_from_copies(
    office: OpenOffice, seed: int, lending: bool
) -> None:
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        archive = Joining(office.database, connection)
        fleet = RestoredFleet(seed, lending=lending, archive=archive)
        fleet.run(STEPS)
        agreed(fleet)
        assert fleet.counts["restored"] > 0


def noted(office: OpenOffice, owner: bytes) -> list[tuple[bytes, int]]:
    """The events that count for an owner, by till and place."""
    with office.database.read() as connection:
        found = office.head_office(connection).archive.events_of(owner)
    return sorted((one.till_id, one.seq) for one in found)


def act(member_id: bytes, number: int, **more: object) -> events.Act:
    """An activity of a member."""
    return events.Act(
        id=derive_id("test", number).hex(),
        at="2026-02-10T08:00:00.000+00:00",
        hlc=(0, 0),
        kind="activity",
        what="test",
        day="2026-02-10",
        member=member_id.hex(),
        **more,  # type: ignore[arg-type]
    )


def add(till: ATill, event: events.Event, *, event_id: bytes = b"") -> None:
    till.add(events.encode(event), event_id=event_id or bytes.fromhex(event.id))


def earning(member_id: bytes, number: int, points: int) -> events.Act:
    """An activity that earns points."""
    post = events.Post(
        id=derive_id("post", number).hex(),
        code="earn",
        ledger="club/points",
        dr=("issued",),
        cr=("member", member_id.hex()),
        n=points,
        opens=events.LotOpened(id=derive_id("lot", number).hex(), earned="2026-02-10"),
    )
    return act(member_id, number, post=(post,))


ANNA, BEN = b"a" * 16, b"b" * 16


def test_an_event_is_found_by_everybody_whom_it_concerns(office: OpenOffice, till: ATill) -> None:
    count = events.Count(m="given/spring", d="2026-02-10", n=1, owner=BEN.hex())
    add(till, act(ANNA, 1, meters=(count,)))
    add(till, earning(ANNA, 2, 50))
    assert till.push(office, 1, 2).status == 200
    assert noted(office, ANNA) == [(till.id, 1), (till.id, 2)]
    assert noted(office, BEN) == [(till.id, 1)]


def test_a_right_used_before_its_making_was_heard_of_is_found_later(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    right = derive_id("right", 1)
    use = events.RightStep(id=derive_id("use", 1).hex(), right=right.hex(), move="use")
    add(other, act(BEN, 5, rights=(use,)))
    other.push(office, 1, 1)
    assert noted(office, ANNA) == []
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    issue = events.RightStep(
        id=derive_id("issue", 1).hex(), right=right.hex(), move="issue", opens=opens
    )
    add(till, act(ANNA, 6, rights=(issue,)))
    till.push(office, 1, 1)
    assert noted(office, ANNA) == [(till.id, 1), (other.id, 1)]
    assert noted(office, BEN) == [(other.id, 1)]


@pytest.mark.parametrize("first", ["use", "issue"])
def test_a_use_and_the_making_of_its_right_that_arrive_at_once_find_each_other(
    office: OpenOffice, clock: SetClock, first: str
) -> None:
    user, maker = ATill(clock, number=2), ATill(clock, number=3)
    for one in (user, maker):
        one.join(office, office.administration.new_code("S1"))
    right = derive_id("right", 2)
    use = events.RightStep(id=derive_id("use", 2).hex(), right=right.hex(), move="use")
    add(user, act(BEN, 40, rights=(use,)))
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    issue = events.RightStep(
        id=derive_id("issue", 2).hex(), right=right.hex(), move="issue", opens=opens
    )
    add(maker, act(ANNA, 41, rights=(issue,)))
    before, after = (user, maker) if first == "use" else (maker, user)
    kept, done = Event(), Event()

    def slowly() -> None:
        with office.database.write() as connection:
            office.archive(connection).receive(before.id, before.journal[:1])
            kept.set()
            done.wait(1)  # the other one may get as far as it can meanwhile

    with ThreadPoolExecutor(2) as threads:
        slow = threads.submit(slowly)
        kept.wait(20)
        assert after.push(office, 1, 1).status == 200
        done.set()
        slow.result()
    assert noted(office, ANNA) == [(user.id, 1), (maker.id, 1)]


def test_the_same_event_at_two_tills_counts_once(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    for one in (till, other):
        add(one, earning(ANNA, 7, 40))
        one.push(office, 1, 1)
    assert noted(office, ANNA) == [(till.id, 1)]
    with office.database.read() as connection:
        found = office.head_office(connection)
        assert sum(lot.remaining for lot in found.fold(ANNA).lots) == 40
        assert sum(lot.remaining for lot in found.archive.book(other.id, ANNA).lots.values()) == 40


def test_what_was_only_heard_of_counts_for_nobody_and_hinders_nobody(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    told = earning(ANNA, 8, 30)
    heard = events.Heard(
        id=told.id, at=told.at, hlc=(0, 0), what="activity", src=till.id.hex(), post=told.post
    )
    add(other, heard)
    other.push(office, 1, 1)
    assert noted(office, ANNA) == []
    add(till, told)
    till.push(office, 1, 1)
    assert noted(office, ANNA) == [(till.id, 1)]


@pytest.mark.parametrize("points", [0, -5, 2**60])
def test_amounts_that_cannot_be_move_nothing(office: OpenOffice, till: ATill, points: int) -> None:
    add(till, earning(ANNA, 9, points))
    add(till, earning(ANNA, 10, 20))
    assert till.push(office, 1, 2).status == 200
    with office.database.read() as connection:
        found = office.head_office(connection).fold(ANNA)
    assert [lot.remaining for lot in found.lots] == [20]


def test_journals_kept_before_there_was_an_archive_are_filed_at_the_next_start(
    office: OpenOffice, till: ATill
) -> None:
    for number in range(20, 27):
        add(till, earning(ANNA, number, 10))
    till.push(office, 1, 7)
    with office.database.write() as connection:
        for table in (EVENT_OWNER, OWNER_PLACE, HEARD_OWNER, TILL_DUE):
            connection.execute(table.delete())
        connection.execute(JOURNAL_PLACE.update().values(filed_seq=0, last_at_us=0))
    assert noted(office, ANNA) == []
    assert file_backlog(office.database, now_s=0) == 7
    assert noted(office, ANNA) == [(till.id, seq) for seq in range(1, 8)]
    assert file_backlog(office.database, now_s=0) == 0


def test_tills_that_sell_to_the_same_members_at_once_lose_nothing(
    office: OpenOffice, clock: SetClock
) -> None:
    members = [bytes([65 + n]) * 16 for n in range(5)]
    tills = [ATill(clock, number=number) for number in range(2, 6)]
    for place, one in enumerate(tills):
        one.join(office, office.administration.new_code("S1"))
        for n in range(40):
            # Each till meets them in another order, so that their locks would cross.
            who = members[(n * (place + 1) + place) % 5]
            add(one, earning(who, 1000 * one.number + n, 1))
    with ThreadPoolExecutor(4) as threads:
        jobs = [(one, first) for first in range(1, 41, 8) for one in tills]
        rounds = [jobs[n : n + 4] for n in range(0, len(jobs), 4)]
        for jobs_now in rounds:
            found = list(threads.map(lambda job: job[0].push(office, job[1], job[1] + 7), jobs_now))
            assert {one.status for one in found} == {200}
    with office.database.read() as connection:
        pure = office.head_office(connection)
        assert sum(len(pure.fold(who).lots) for who in members) == 160
