"""What several tills bring at once comes to the tables as if one had come after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, select

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.headoffice.ledger.at_once import AT_ONCE_FROM, AtOnce
from posloyalty.headoffice.ledger.batch import Batch
from posloyalty.headoffice.ledger.filing import apart
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.store.archive_tables import (
    EVENT_OWNER,
    HEARD_OWNER,
    HOUSEHOLD_MEMBER,
    OWNER_PLACE,
    RETURN_WAITING,
    RIGHT_OWNER,
    RIGHT_WAITING,
    TILL_DUE,
    TILL_OWNER,
)
from posloyalty.headoffice.store.archive_tables import MEMBER as MEMBERS
from posloyalty.headoffice.store.database import Database
from posloyalty.headoffice.store.ledger_tables import ACCOUNT, HELD_RIGHT, LOT
from posloyalty.headoffice.store.tables import JOURNAL_EVENT, JOURNAL_PLACE
from posloyalty.headoffice.tills import intake, keeping
from posloyalty.sync import events
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.journals import Place
from posloyalty.sync.wire import messages
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.headoffice.ledger.standing import follow, follow_all, ledger_of, stands
from tests.headoffice.ledger.test_archive import ANNA, BEN, Joining, act, add, earning, noted
from tests.headoffice.tills.test_together import counted, kept, pushing, told
from tests.sync.fleet import Fleet
from tests.sync.restores import RestoredFleet

_SAME: Sequence[Table] = (
    *(JOURNAL_EVENT, JOURNAL_PLACE, EVENT_OWNER, HEARD_OWNER, RIGHT_OWNER, RIGHT_WAITING),
    *(TILL_OWNER, TILL_DUE, MEMBERS, HOUSEHOLD_MEMBER, RETURN_WAITING, ACCOUNT, LOT, HELD_RIGHT),
)
_BY_LUCK = {"arrival", "arrived", "shop_cost"}
"""In which order an owner's events were numbered is nobody's business."""

STEPS = {Fleet: 70, RestoredFleet: 140}
"""Of these more is done between two uploads, which then cannot be one."""
Doing = Callable[[Joining], object]


class _Told(Joining):
    """An archive that remembers what was done to it, and each batch that it took in."""

    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(database, connection)
        self.done: list[Doing | Batch] = []

    def enrol(self, till_id: bytes, *, store: str, genesis: bytes) -> None:
        self.done.append(lambda one: one.enrol(till_id, store=store, genesis=genesis))
        super().enrol(till_id, store=store, genesis=genesis)

    def decide(self, office_id: bytes, decided: StoredEvent) -> None:
        self.done.append(lambda one: one.decide(office_id, decided))
        super().decide(office_id, decided)

    def reopen(self, till_id: bytes, base: Place, epoch: int) -> bool:
        self.done.append(lambda one: one.reopen(till_id, base, epoch))
        return super().reopen(till_id, base, epoch)


def _lived(
    folder: Path, seed: int, kind: type[Fleet], monkeypatch: pytest.MonkeyPatch
) -> tuple[Fleet, list[Doing | Batch]]:
    """A fleet, and what its head office did for it, batch by batch."""
    whole = keeping.take_in
    with opened_office(folder, "", clock=SetClock(), chance=SeededChance(1)) as office:
        for code in ("S0", "S1"):
            office.administration.add_store(code, code)
        with office.database.write() as connection, monkeypatch.context() as patch:
            archive = _Told(office.database, connection)

            def remembered(database: Any, connection: Any, signed: Any, **more: Any) -> Any:
                archive.done += [batch for batch, _ in signed]
                return whole(database, connection, signed, **more)

            patch.setattr(keeping, "take_in", remembered)
            fleet = (
                Fleet(seed, tills=5, archive=archive)
                if kind is Fleet
                else kind(seed, archive=archive)
            )
            fleet.run(STEPS[kind])
            return fleet, archive.done


def _again(
    office: OpenOffice, connection: Connection, done: Iterable[Doing | Batch], most: int
) -> list[int]:
    """The same once more, as many batches of several tills at once as can be, up to so many;
    gives how many each time.
    """
    archive = Joining(office.database, connection)
    sizes: list[int] = []
    waiting: list[Batch] = []

    def taken(batches: Sequence[Batch]) -> None:
        sizes.append(len(batches))
        folds = AtOnce(connection, now_s=0, settles=False) if len(sizes) % 2 else None
        signed = [(one, b"") for one in batches]
        _, fold = keeping.take_in(office.database, connection, signed, now_s=0, folds=folds)
        fold()

    def all_taken() -> None:
        while waiting:
            lies = apart(waiting)
            taken([one for one, stays in zip(waiting, lies, strict=True) if stays])
            waiting[:] = [one for one, stays in zip(waiting, lies, strict=True) if not stays]

    for one in done:
        if not isinstance(one, Batch):
            all_taken()
            one(archive)
        else:
            if len(waiting) == most or one.till_id in [each.till_id for each in waiting]:
                all_taken()
            waiting.append(one)
    all_taken()
    return sizes


def _rows(connection: Connection, table: Table) -> list[tuple[Any, ...]]:
    told = [one for one in table.columns if one.name not in _BY_LUCK]
    found = [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in connection.execute(select(*told))
    ]
    return sorted(found, key=repr)


@pytest.mark.long(sample=4)  # both kinds, on both databases
@pytest.mark.parametrize("kind", [Fleet, RestoredFleet])
@pytest.mark.parametrize("seed", [31, 34, 35])
def test_whole_worlds_filed_together_are_those_filed_one_by_one(
    office: OpenOffice,
    tmp_path: Path,
    seed: int,
    kind: type[Fleet],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office.administration.add_store("S0", "S0")
    fleet, done = _lived(tmp_path / "lived", seed, kind, monkeypatch)
    with opened_office(tmp_path / "alone", "", clock=SetClock(), chance=SeededChance(1)) as other:
        for code in ("S0", "S1"):
            other.administration.add_store(code, code)
        with other.database.write() as alone, office.database.write() as together:
            assert set(_again(other, alone, done, 1)) == {1}
            sizes = _again(office, together, done, 5)
            assert max(sizes) > 1, "nothing was filed together"
            for one, connection in ((other, alone), (office, together)):
                follow_all(ledger_of(one, fleet), connection)
            for table in _SAME:
                assert _rows(together, table) == _rows(alone, table), table.name
            for connection in (alone, together):
                asked = select(OWNER_PLACE).where(OWNER_PLACE.c.arrived > OWNER_PLACE.c.folded)
                assert connection.execute(asked).first() is None


@pytest.fixture
def tills(office: OpenOffice, clock: SetClock) -> list[ATill]:
    """Three tills of one store, with nothing to send."""
    made = []
    for number in range(1, 4):
        till = ATill(clock, number=number)
        till.join(office, office.administration.new_code("S1"), till_code=f"T{number}")
        made.append(till)
    return made


def test_short_pushes_that_come_together_are_folded_with_them_once_they_are_many(
    office: OpenOffice, tills: list[ATill]
) -> None:
    for number, till in enumerate(tills):
        for n in range(7):
            add(till, earning(ANNA if n == 6 else bytes([7 * number + n]) * 16, 10 * number + n, 5))
    assert 3 * 7 >= AT_ONCE_FROM > 2 * 7
    with counted(office) as commits:
        found = told(office, messages.PUSH, [pushing(till, 1, 7) for till in tills])
    assert found == [(200, "7")] * 3
    assert len(commits) == 1
    assert office.recent.owners(100) == []
    with office.database.read() as connection:
        waits = OWNER_PLACE.c.arrived > OWNER_PLACE.c.folded
        assert connection.execute(select(OWNER_PLACE).where(waits)).first() is None
        mine = select(LOT).where(LOT.c.owner == ANNA)
        assert [row.remaining for row in connection.execute(mine)] == [5, 5, 5]
        stands(connection, office.head_office(connection))


def test_an_event_that_two_tills_bring_at_once_counts_once(
    office: OpenOffice, tills: list[ATill]
) -> None:
    one, other, third = tills
    for till in (one, other):
        add(till, earning(ANNA, 1, 100))  # as of a till that was put back
    add(third, earning(BEN, 2, 30))
    with counted(office) as commits:
        found = told(office, messages.PUSH, [pushing(till, 1, 1) for till in tills])
    assert found == [(200, "1")] * 3
    assert kept(office) == [1, 1, 1]
    assert len(commits) == 2  # the second of the two comes once the first is kept
    follow(office)
    with office.database.read() as connection:
        lots = {bytes(row.owner): row.remaining for row in connection.execute(select(LOT))}
        assert lots == {ANNA: 100, BEN: 30}
        stands(connection, office.head_office(connection))


@pytest.mark.parametrize("turned", [False, True])
def test_a_right_that_one_till_opens_and_another_one_uses_is_its_owners(
    office: OpenOffice, tills: list[ATill], *, turned: bool
) -> None:
    one, other = tills[1::-1] if turned else tills[:2]
    right = derive_id("right", 1).hex()
    made = events.RightOpened(kind="voucher", of="welcome", pi="club", owner=ANNA.hex())
    opens = events.RightStep(id=derive_id("open", 1).hex(), right=right, move="issue", opens=made)
    use = events.RightStep(id=derive_id("use", 1).hex(), right=right, move="use")
    add(other, act(BEN, 1, rights=(opens,)))
    add(one, act(BEN, 2, rights=(use,)))
    assert told(office, messages.PUSH, [pushing(till, 1, 1) for till in (one, other)])
    assert noted(office, ANNA) == sorted([(one.id, 1), (other.id, 1)])
    follow(office)
    with office.database.read() as connection:
        stands(connection, office.head_office(connection))


def test_beyond_so_many_events_each_has_a_transaction_of_its_own(
    office: OpenOffice, tills: list[ATill], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "TOGETHER_MAX", 7)
    for till in tills:
        till.sell(3)
    with counted(office) as commits:
        found = told(office, messages.PUSH, [pushing(till, 1, 3) for till in tills])
    assert found == [(200, "3")] * 3
    assert len(commits) == 2
