"""The ledger in the database: whatever comes in whatever order, it stands as the fold says."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random
from threading import Event
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.ledger.ledger_reading import Owner, read_all, read_before
from posloyalty.headoffice.running.lane import Lane
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import OWNER_PLACE
from posloyalty.headoffice.store.ledger_tables import (
    ACCOUNT,
    LOT,
    OWNER_FAULT,
    TRANSFER,
)
from posloyalty.headoffice.tills.recent import Recent
from posloyalty.sync import events
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, follow_all, ledger_of, spending, stands
from tests.headoffice.ledger.test_archive import ANNA, Joining, act, add, earning
from tests.sync.fleet import Fleet
from tests.sync.restores import RestoredFleet


class Followed(Fleet):
    """A fleet whose ledger follows now and then, one owner or all."""

    ledger: Ledger
    connection: Connection

    def step(self) -> None:
        super().step()
        if self.random.random() < 0.4:
            self.ledger.follow_in(self.connection, self.random.choice((1, 2, 50)))


class FollowedRestored(Followed, RestoredFleet):
    """The same, with tills that are put back from copies."""


@pytest.mark.long(sample=6)
@pytest.mark.parametrize("kind", [Followed, FollowedRestored])
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_the_ledger_stands_as_the_folds_say(
    office: OpenOffice, seed: int, kind: type[Followed]
) -> None:
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        fleet = kind(seed, archive=Joining(office.database, connection))
        fleet.ledger, fleet.connection = ledger_of(office, fleet), connection
        fleet.run(70)
        follow_all(fleet.ledger, connection)
        stands(connection, fleet.office)
        anew = connection.execute(select(OWNER_PLACE).where(OWNER_PLACE.c.again > 0)).all()
        assert anew, "no event came late"


def test_a_late_event_reverses_and_adds_and_changes_nothing(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    add(till, earning(ANNA, 1, 100))
    add(till, spending(ANNA, 2, 80, at="2026-02-10T10:00:00.000+00:00"))
    till.push(office, 1, 2)
    follow(office)
    with office.database.read() as connection:
        before = connection.execute(select(TRANSFER).order_by(TRANSFER.c.transfer_id)).all()
    add(other, spending(ANNA, 3, 50, at="2026-02-10T09:00:00.000+00:00"))
    other.push(office, 1, 1)
    follow(office)
    with office.database.read() as connection:
        after = connection.execute(select(TRANSFER)).all()
        stands(connection, office.head_office(connection))
        risk = connection.execute(select(ACCOUNT).where(ACCOUNT.c.kind == "store_risk")).one()
    assert {tuple(row) for row in before} <= {tuple(row) for row in after}
    assert (risk.debits - risk.credits, bytes(risk.owner)) == (30, b"S1")
    assert len([row for row in after if row.reverses is not None]) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transfer SET amount = 1",
        "DELETE FROM transfer",
        "UPDATE lot SET remaining = 101",
        "UPDATE lot SET remaining = -1",
        "UPDATE account SET debits = 200 WHERE kind = 'member'",
        "UPDATE held_right SET used = 2",
    ],
)
def test_the_database_itself_refuses_what_cannot_be(
    office: OpenOffice, till: ATill, statement: str
) -> None:
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    issue = events.RightStep(
        id=derive_id("issue", 1).hex(), right=derive_id("right", 1).hex(), move="issue", opens=opens
    )
    add(till, earning(ANNA, 1, 100))
    add(till, act(ANNA, 2, rights=(issue,)))
    till.push(office, 1, 2)
    follow(office)
    with pytest.raises(DBAPIError), office.database.write() as connection:
        connection.execute(text(statement))


def test_who_cannot_be_booked_holds_up_nobody(office: OpenOffice, till: ATill) -> None:
    ben = b"b" * 16
    add(till, earning(ANNA, 1, 100))
    forged = earning(ben, 1, 70)  # the very ids of Anna's transfer and lot, in another event
    forged = events.Act(
        **{name: getattr(forged, name) for name in forged.__struct_fields__}
        | {"id": derive_id("test", 99).hex()}
    )
    add(till, forged)
    add(till, earning(b"c" * 16, 3, 30))
    till.push(office, 1, 3)
    follow(office)
    with office.database.read() as connection:
        lots = {bytes(r.owner): r.remaining for r in connection.execute(select(LOT))}
        faults = [bytes(r.owner) for r in connection.execute(select(OWNER_FAULT))]
    assert len(faults) == 1
    honest = {ANNA: 100, ben: 70}
    del honest[faults[0]]
    assert lots == honest | {b"c" * 16: 30}


@pytest.mark.parametrize(
    "more",
    [
        {"code": "no\0text"},
        {"of": "\0"},
        {"paid": 2**63},
    ],
)
def test_what_a_database_cannot_hold_holds_up_nobody(
    office: OpenOffice, till: ATill, more: dict[str, Any]
) -> None:
    made = {"kind": "voucher", "of": "welcome", "pi": "club", "owner": b"b".hex() * 16} | more
    step = events.RightStep(
        id=derive_id("step", 1).hex(),
        right=derive_id("right", 1).hex(),
        move="issue",
        opens=events.RightOpened(**made),
    )
    add(till, act(b"b" * 16, 1, rights=(step,)))
    add(till, earning(ANNA, 2, 30))
    assert till.push(office, 1, 2).status == 200
    follow(office)
    with office.database.read() as connection:
        lots = {bytes(r.owner): r.remaining for r in connection.execute(select(LOT))}
    assert lots == {ANNA: 30}


def test_of_a_member_is_read_only_what_the_new_events_look_at(
    office: OpenOffice, till: ATill
) -> None:
    for n in range(1, 6):
        add(till, earning(ANNA, n, 10))
    till.push(office, 1, 5)
    follow(office)
    newest = office.recent.find((till.id, 1, 5))
    assert newest is not None
    with office.database.read() as connection:
        owner = Owner(ANNA, 5, last=(0, b"", 1, 1), new=[newest])
        read_before(connection, {ANNA: owner})
        (opened,) = (one.opens for one in newest.does.transfers)
        assert opened is not None
        assert set(owner.lots) == {opened.id}
        read_all(connection, {ANNA: owner})
        assert len(owner.lots) == 5


def test_the_order_of_arrival_changes_nothing(office: OpenOffice, clock: SetClock) -> None:
    """Three tills' pushes in another order, with the ledger following in between."""
    random, tills = Random(5), []
    for number in range(2, 5):
        one = ATill(clock, number=number)
        one.join(office, office.administration.new_code("S1"))
        tills.append(one)
    add(tills[0], earning(ANNA, 1, 100))
    for n in range(2, 20):
        one = tills[n % 3]
        at = f"2026-02-{random.randint(10, 28)}T09:00:00.000+00:00"
        add(one, spending(ANNA, n, random.randint(1, 20), at=at))
    jobs = [(one, seq) for one in tills for seq in range(1, len(one.journal) + 1)]
    sent = {one.id: 0 for one in tills}
    while any(sent[one.id] < len(one.journal) for one in tills):
        one, seq = random.choice(jobs)
        if seq == sent[one.id] + 1:
            assert one.push(office, seq, seq).status == 200
            sent[one.id] = seq
            follow(office)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))


def test_several_lanes_share_the_owners_while_tills_go_on_sending(
    office: OpenOffice, clock: SetClock
) -> None:
    members = [bytes([65 + n]) * 16 for n in range(6)]
    tills = [ATill(clock, number=number) for number in range(2, 5)]
    for one in tills:
        one.join(office, office.administration.new_code("S1"))
        for n in range(36):
            add(one, earning(members[n % 6], 1000 * one.number + n, 5))
    sending = Event()

    def lane(recent: Recent) -> int:
        office_id = bytes.fromhex(office.office.id)
        ledger = Ledger(office.database, office_id=office_id, recent=recent)
        count = 0
        while True:
            found = ledger.follow(2, now_s=0)
            count += found
            if not found and sending.is_set():
                return count

    with ThreadPoolExecutor(5) as threads:
        # One of the server that takes everything in, one of a server where nothing comes in.
        lanes = [threads.submit(lane, one) for one in (office.recent, Recent())]
        for first in range(1, 37, 6):
            jobs = [threads.submit(one.push, office, first, first + 5) for one in tills]
            assert {job.result().status for job in jobs} == {200}
        sending.set()
        folded = [one.result() for one in lanes]
    follow(office)
    assert sum(folded) >= len(members)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))
        assert connection.execute(select(OWNER_FAULT)).first() is None
        undecided = OWNER_PLACE.c.arrived > OWNER_PLACE.c.decided
        assert connection.execute(select(OWNER_PLACE).where(undecided)).first() is None
        balance = select(ACCOUNT.c.credits).where(ACCOUNT.c.kind == "member")
        assert {row.credits for row in connection.execute(balance)} == {3 * 6 * 5}


def test_what_is_remembered_of_a_request_that_was_undone_is_not_believed(
    office: OpenOffice, till: ATill
) -> None:
    add(till, earning(ANNA, 1, 100))
    till.push(office, 1, 1)
    with office.database.read() as connection:
        (there,) = office.head_office(connection).archive.events_of(ANNA)
    recent = Recent()
    does = replace(there.does, transfers=())
    other = structs.replace(there, event_id=b"x" * 16, does=does)
    recent.note([other], [ANNA])
    office_id = bytes.fromhex(office.office.id)
    Ledger(office.database, office_id=office_id, recent=recent).follow(now_s=0)
    with office.database.read() as connection:
        assert [row.remaining for row in connection.execute(select(LOT))] == [100]


def test_a_lane_goes_on_after_a_fault_and_ends_when_it_is_told() -> None:
    steps: list[str] = []
    idle = Event()

    def step() -> int:
        steps.append("step")
        if len(steps) == 1:
            raise OSError("the database is away")
        if len(steps) < 4:
            return 1
        idle.set()
        return 0

    lane = Lane(step, pause_s=0.01, rests_s=0.0)
    lane.start()
    assert idle.wait(60)
    lane.stop()
    done = len(steps)
    lane.wake()
    assert (done >= 4, len(steps)) == (True, done)


def test_a_lane_rests_behind_a_step_that_did_little_and_not_behind_a_full_one() -> None:
    done = iter((4, 4, 1, 4))
    steps: list[int] = []
    rests = Event()

    def step() -> int:
        steps.append(next(done))
        if steps[-1] < 4:
            rests.set()
        return steps[-1]

    lane = Lane(step, rests_s=60.0, full=4)
    lane.start()
    assert rests.wait(60)
    for _ in range(100):
        lane.wake()  # a hundred sales come in meanwhile, and are one piece of work afterwards
    lane.stop()
    assert steps == [4, 4, 1]
