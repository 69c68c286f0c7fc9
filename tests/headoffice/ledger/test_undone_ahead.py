"""The ledger in the database, where another till undoes what one dated a day ahead."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest
from msgspec import structs
from sqlalchemy import Connection, select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.at_once import AT_ONCE_FROM
from posloyalty.headoffice.ledger.ledger import Ledger
from posloyalty.headoffice.migrations.versions.v0046_behind_what_is_named import ANEW
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.ledger_tables import FINDING, HELD_RIGHT, LOT
from posloyalty.sync import comes_behind, events
from posloyalty.sync.fold import Overspend
from posloyalty.sync.office.head_office import HeadOffice
from tests.fakes.time import SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, follow_all, spending, stands
from tests.headoffice.ledger.test_archive import ANNA, BEN, Joining, act, add, earning
from tests.sync.fleet import OFFICE
from tests.sync.small_rules import SmallRules
from tests.sync.undone_ahead import ANNA as MEMBER
from tests.sync.undone_ahead import UNDONE, Ahead, Undone

ORDERS = {"-".join(map(str, one)): one for one in permutations(range(3))}


@pytest.fixture
def written(office: OpenOffice) -> Iterator[Connection]:
    """A transaction of a head office with two stores."""
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        yield connection


@pytest.fixture
def ledger(office: OpenOffice) -> Ledger:
    return Ledger(office.database, office_id=OFFICE, overspend=Overspend.STORE, decides=True)


@pytest.mark.parametrize("kind", UNDONE.values(), ids=UNDONE)
def test_rows_are_those_of_the_folds_as_it_happens(
    office: OpenOffice, written: Connection, ledger: Ledger, kind: Undone
) -> None:
    class Followed(Ahead):
        def tells(self) -> None:
            super().tells()
            follow_all(ledger, written)

    chain = Followed(Joining(office.database, written))
    kind.happens(chain)
    assert (chain.points, tuple(chain.uses_left)) == (kind.points, kind.uses)
    stands(written, chain.office)


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
@pytest.mark.parametrize("kind", UNDONE.values(), ids=UNDONE)
def test_rows_are_those_of_the_folds_in_whatever_order_journals_arrive(
    office: OpenOffice,
    written: Connection,
    ledger: Ledger,
    kind: Undone,
    order: tuple[int, ...],
) -> None:
    """As after head office was put back, and tills tell again what they had told."""
    happened = Ahead()
    kind.happens(happened)
    again = HeadOffice(OFFICE, rules=SmallRules(), archive=Joining(office.database, written))
    for place in order:
        till = happened.tills[place]
        again.enrol(till.id, store=till.store, genesis=till.genesis)
        again.receive(till.id, till.journal)
        follow_all(ledger, written)
        stands(written, again)
    assert again.fold(MEMBER) == happened.fold


@pytest.mark.parametrize("kind", UNDONE.values(), ids=UNDONE)
def test_rows_of_an_earlier_release_become_those_of_the_folds(
    office: OpenOffice,
    written: Connection,
    ledger: Ledger,
    kind: Undone,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chain = Ahead(Joining(office.database, written))
    kind.happens(chain)
    with monkeypatch.context() as earlier:
        earlier.setattr(comes_behind, "_names_what_is_later", lambda *_: False)
        follow_all(ledger, written)
    with pytest.raises(AssertionError):
        stands(written, chain.office)
    written.exec_driver_sql(ANEW)
    follow_all(ledger, written)
    stands(written, chain.office)


@pytest.mark.parametrize("many", [0, AT_ONCE_FROM], ids=["by the lane", "as it comes in"])
@pytest.mark.parametrize("kind", ["a lot that was heard of", "a right that nobody heard of"])
def test_what_was_named_before_it_came_is_there_for_who_named_it(
    office: OpenOffice, till: ATill, clock: SetClock, kind: str, many: int
) -> None:
    """As a journal that head office has lost, and hears again from another till first."""
    other = ATill(clock, number=2)
    other.join(office, office.administration.new_code("S1"))
    opened, names = _of_a_lot() if "lot" in kind else _of_a_right()
    for event in names:
        add(other, event)
    other.push(office, 1, len(names))
    follow(office)
    add(till, opened)
    for number in range(many):
        add(till, earning(BEN, 100 + number, 10))
    till.push(office, 1, 1 + many)
    follow(office)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))
        lots = [row.remaining for row in connection.execute(select(LOT).where(LOT.c.owner == ANNA))]
        used = [row.used for row in connection.execute(select(HELD_RIGHT))]
        assert connection.execute(select(FINDING)).all() == []
    assert (lots, used) == (([20], []) if "lot" in kind else ([], [1]))


def _of_a_lot() -> tuple[events.Act, tuple[events.Event, ...]]:
    """100 points at noon; who heard of them spent 80 at ten."""
    earned = dated(earning(ANNA, 1, 100), "12")
    told = events.Heard(
        id=earned.id, at=earned.at, hlc=(0, 0), what="activity", src="aa" * 16, post=earned.post
    )
    return earned, (told, spending(ANNA, 2, 80, at="2026-02-10T10:00:00.000+00:00"))


def _of_a_right() -> tuple[events.Act, tuple[events.Event, ...]]:
    """A voucher that is given at noon; it was used at ten."""
    opens = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    right = derive_id("right", 1).hex()
    issue = events.RightStep(id=derive_id("r", 1).hex(), right=right, move="issue", opens=opens)
    use = events.RightStep(id=derive_id("r", 2).hex(), right=right, move="use")
    used = dated(act(ANNA, 2, rights=(use,)), "10")
    return dated(act(ANNA, 1, rights=(issue,)), "12"), (used,)


def dated(event: events.Act, hour: str) -> events.Act:
    return structs.replace(event, at=f"2026-02-10T{hour}:00:00.000+00:00")
