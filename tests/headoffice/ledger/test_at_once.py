"""A long batch is folded as it comes in, and comes to what the ledger's lane would make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger import at_once
from posloyalty.headoffice.ledger.at_once import AT_ONCE_FROM, AtOnce
from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.ledger.ledger_rows import lot_of
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.archive_tables import EVENT_OWNER, OWNER_PLACE
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import LOT, OWNER_FAULT, TRANSFER
from posloyalty.headoffice.store.statements import ask
from posloyalty.headoffice.store.trips import Trip
from posloyalty.headoffice.tills.keeping import keep
from posloyalty.sync import events
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Received
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, follow_all, ledger_of, spending, stands
from tests.headoffice.ledger.test_archive import ANNA, Joining, act, add, earning
from tests.sync.fleet import Fleet
from tests.sync.restores import RestoredFleet


class AtOnceArchive(Joining):
    """An archive that folds what a till sends with the very batch, and counts whom it folded."""

    overspend = Overspend.STORE
    folded = 0
    left = 0

    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(database, connection)
        self._office = database

    def receive(
        self, till_id: bytes, stretch: Iterable[StoredEvent], *, under: int = 0
    ) -> Received:
        self._forget()
        folds = _Counted(self, self._open, now_s=0, overspend=self.overspend, settles=False)
        return keep(
            self._office,
            self._open,
            till_id,
            stretch,
            place=self.place(till_id),
            under=under,
            now_s=0,
            folds=folds,
        )


class _Counted(AtOnce):
    def __init__(self, archive: AtOnceArchive, connection: Connection, **more: Any) -> None:
        super().__init__(connection, **more)
        self._archive = archive

    def write(self, taken: Any, numbered: Mapping[bytes, Any]) -> set[bytes]:
        left = super().write(taken, numbered)
        self._archive.folded += len(numbered) - len(left)
        self._archive.left += len(left)
        return left


@pytest.mark.long(sample=4)  # both kinds, on both databases
@pytest.mark.parametrize("kind", [Fleet, RestoredFleet])
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_whatever_comes_in_whatever_order_it_stands_as_the_folds_say(
    office: OpenOffice, seed: int, kind: type[Fleet]
) -> None:
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        archive = AtOnceArchive(office.database, connection)
        fleet = kind(seed, archive=archive)
        archive.overspend = fleet.office.overspend
        ledger = ledger_of(office, fleet)
        for _ in range(7):
            fleet.run(10)
            follow_all(ledger, connection)
        stands(connection, fleet.office)
    assert archive.folded > 10, "nobody was folded at once"
    assert archive.left > 0, "nobody was left to the lane"


def _waiting(office: OpenOffice) -> int:
    return Ledger(office.database, office_id=bytes.fromhex(office.office.id)).waiting()


@pytest.mark.parametrize(("events_sent", "waits"), [(AT_ONCE_FROM, 0), (AT_ONCE_FROM - 1, 19)])
def test_a_batch_of_20_events_is_folded_when_it_is_acknowledged_and_one_of_19_waits(
    office: OpenOffice, till: ATill, events_sent: int, waits: int
) -> None:
    for n in range(1, events_sent + 1):
        add(till, earning(bytes([n]) * 16, n, 10 * n))
    assert till.push(office, 1, events_sent).status == 200
    assert _waiting(office) == waits
    assert len(office.recent.owners(100)) == waits
    follow(office)
    with office.database.read() as connection:
        assert sum(r.remaining for r in connection.execute(select(LOT))) == sum(
            10 * n for n in range(1, events_sent + 1)
        )
        stands(connection, office.head_office(connection))
        undecided = OWNER_PLACE.c.arrived > OWNER_PLACE.c.decided
        assert connection.execute(select(OWNER_PLACE).where(undecided)).first() is None


def test_points_that_a_batch_earns_and_spends_come_out_of_their_lot(
    office: OpenOffice, till: ATill
) -> None:
    add(till, earning(ANNA, 1, 100))
    for n in range(2, 30):
        add(till, spending(ANNA, n, 3, at="2026-02-10T10:00:00.000+00:00"))
    till.push(office, 1, 29)
    assert _waiting(office) == 0
    with office.database.read() as connection:
        (lot,) = map(lot_of, connection.execute(select(LOT)))
        assert lot.remaining == 100 - 28 * 3
        stands(connection, office.head_office(connection))


def test_spending_that_the_named_lots_do_not_hold_takes_the_next(
    office: OpenOffice, till: ATill
) -> None:
    for n in range(1, 3):
        add(till, earning(ANNA, n, 100))
    for n in range(3, 23):
        add(till, earning(bytes([n]) * 16, n, 1))
    till.push(office, 1, 22)
    for n in range(23, 43):
        add(till, spending(ANNA, n, 8, at="2026-02-10T10:00:00.000+00:00"))  # all from lot 1
    till.push(office, 23, 42)
    assert _waiting(office) == 0
    with office.database.read() as connection:
        lots = [r.remaining for r in connection.execute(select(LOT).where(LOT.c.owner == ANNA))]
        stands(connection, office.head_office(connection))
    assert sorted(lots) == [0, 40]


def test_who_waits_or_has_something_late_is_left_to_the_lane(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    add(till, earning(ANNA, 1, 100))
    add(till, spending(ANNA, 2, 80, at="2026-02-10T10:00:00.000+00:00"))
    till.push(office, 1, 2)
    assert _waiting(office) == 1
    for n in range(3, 23):
        add(till, spending(ANNA, n, 1, at="2026-02-10T10:00:00.000+00:00"))
    till.push(office, 3, 22)
    assert _waiting(office) == 1  # as before, since what waited comes first
    follow(office)
    for n in range(100, 120):
        add(other, spending(ANNA, n, 1, at="2026-02-10T09:00:00.000+00:00"))
    other.push(office, 1, 20)
    assert _waiting(office) == 1  # before what was folded
    follow(office)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))
        reversed_ones = [r for r in connection.execute(select(TRANSFER)) if r.reverses]
        assert reversed_ones


def test_who_cannot_be_booked_holds_up_neither_the_batch_nor_anybody_else(
    office: OpenOffice, till: ATill
) -> None:
    add(till, earning(ANNA, 1, 100))
    forged = earning(b"b" * 16, 1, 70)  # the very ids of Anna's transfer and lot
    forged = events.Act(
        **{name: getattr(forged, name) for name in forged.__struct_fields__}
        | {"id": derive_id("test", 99).hex()}
    )
    add(till, forged)
    for n in range(3, 30):
        add(till, earning(bytes([n]) * 16, n, 10))
    heard = till.push(office, 1, 29)
    assert (heard.status, heard.said["new"]) == (200, 29)
    assert _waiting(office) == 29
    follow(office)
    with office.database.read() as connection:
        lots = {bytes(r.owner): r.remaining for r in connection.execute(select(LOT))}
        faults = [bytes(r.owner) for r in connection.execute(select(OWNER_FAULT))]
    assert len(faults) == 1
    assert sum(lots.values()) == 27 * 10 + (70 if faults[0] == ANNA else 100)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_programmes_own_accounts_are_locked_last_and_let_go_in_the_same_trip(
    office: OpenOffice, till: ATill, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    say, commit = Trip.say, Trip.commit

    def heard(trip: Trip, wording: str, values: Sequence[Any]) -> None:
        said.append(wording)
        say(trip, wording, values)

    def committed(trip: Trip) -> None:
        said.append("COMMIT")
        commit(trip)

    for n in range(1, AT_ONCE_FROM + 1):
        add(till, earning(bytes([n]) * 16, n, 10))
    monkeypatch.setattr(Trip, "say", heard)
    monkeypatch.setattr(Trip, "commit", committed)
    assert till.push(office, 1, AT_ONCE_FROM).status == 200
    (locked,) = [place for place, one in enumerate(said) if "INSERT INTO account" in one]
    assert said[locked + 1 :] == ["COMMIT"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_whoever_another_till_brings_meanwhile_is_known_with_what_it_brought(
    office: OpenOffice, till: ATill, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    for one in (till, other):
        add(one, earning(ANNA, 1, 100))  # the same event, as of a till that was put back
    for n in range(2, 30):
        add(till, earning(bytes([n]) * 16, n, 10))
    opening: list[str] = []

    def asked(connection: Connection, *questions: tuple[str, Any]) -> list[list[Any]]:
        if not opening and "INSERT INTO owner_place" in questions[0][0]:
            opening.append("ANNA is new to this till, and not yet to the other")
            other.push(office, 1, 1)
        return ask(connection, *questions)

    monkeypatch.setattr(at_once, "ask", asked)
    assert till.push(office, 1, 29).status == 200
    assert opening
    follow(office)
    with office.database.read() as connection:
        mine = EVENT_OWNER.c.owner == ANNA
        assert len(connection.execute(select(EVENT_OWNER).where(mine)).all()) == 1
        assert [
            r.remaining for r in connection.execute(select(LOT).where(LOT.c.owner == ANNA))
        ] == [100]
        stands(connection, office.head_office(connection))


def test_a_right_that_was_used_before_it_was_opened_is_left_to_the_lane(
    office: OpenOffice, till: ATill, clock: SetClock
) -> None:
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    right = derive_id("right", 1).hex()
    use = events.RightStep(id=derive_id("use", 1).hex(), right=right, move="use")
    add(other, act(b"z" * 16, 900, rights=(use,)))
    other.push(office, 1, 1)
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    issue = events.RightStep(id=derive_id("issue", 1).hex(), right=right, move="issue", opens=opens)
    add(till, act(ANNA, 1, rights=(issue,)))
    for n in range(2, 30):
        add(till, earning(bytes([n]) * 16, n, 10))
    till.push(office, 1, 29)
    assert _waiting(office) == 2  # whoever used it, and Anna, whose it turns out to be
    follow(office)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))


def test_only_who_is_new_is_opened(office: OpenOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[bytes]] = []
    opening = AtOnce._open

    def noted(self: AtOnce, new: Sequence[bytes]) -> bool:
        opened.append(list(new))
        return opening(self, new)

    monkeypatch.setattr(AtOnce, "_open", noted)
    known, new = b"k" * 16, b"n" * 16
    with office.database.write() as connection:
        for counts in ({known: 1}, {known: 2}, {known: 1, new: 1}):
            numbered, _ = AtOnce(connection, now_s=7).lock(counts, [])
            assert {owner: one.arrived for owner, one in numbered.items()} == counts
        rows = connection.execute(select(OWNER_PLACE.c.owner, OWNER_PLACE.c.due_s))
        assert {(bytes(owner), due_s) for owner, due_s in rows} == {(known, 7), (new, 7)}
    assert opened == [[known], [new]]
