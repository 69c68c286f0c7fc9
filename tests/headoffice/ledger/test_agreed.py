"""An answer that goes on from where a till agreed is the one that everything together says.

Two head offices go through the same worlds: one in the database, whose ledger follows now and then
and which keeps at every chance how far tills agree, and one in memory that folds everything each
time. Each answer, decision and lease of both must be the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.headoffice.ledger import archive as archives
from posloyalty.headoffice.ledger.verifying_agreed import differing
from posloyalty.headoffice.running.opening import OpenOffice
from posloyalty.headoffice.store.counted_tables import OWNER_AGREED, OWNER_REPLANNED
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journals import Filed
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.memory import MemoryArchive
from posloyalty.sync.office.since_agreed import Since
from tests.benchmarks import often
from tests.fakes.time import SetClock
from tests.headoffice.ledger.standing import follow_all, ledger_of
from tests.headoffice.ledger.test_archive import Joining
from tests.headoffice.ledger.test_counting import Both
from tests.headoffice.ledger.test_ledger import FollowedRestored
from tests.sync.fleet import LEDGER, OFFICE, SmallTill
from tests.sync.small_rules import SmallRules

STEPS = 40
WORLDS = 4
BOUGHT = 100


class Spied(Joining):
    """An archive of which it is counted how often what came since would do."""

    tally: Counter[str]

    def since_agreed(self, till_id: bytes, owner: bytes, bearer: Overspend) -> Since | None:
        found = super().since_agreed(till_id, owner, bearer)
        self.tally["went on" if found is not None else "whole"] += 1
        return found

    def knows_all(self, owner: bytes, new: Collection[bytes]) -> Sequence[Filed] | None:
        found = super().knows_all(owner, new)
        self.tally["knew all" if found is not None else "who knows"] += 1
        return found


class BothLend(Both):
    """The same of what lies at tills."""

    @property
    def lending(self) -> Both:
        return Both(self.kept.lending, self.full.lending)  # type: ignore[arg-type]


class Agreeing(FollowedRestored):
    """Tills that are put back from copies, between two head offices."""

    def __init__(self, seed: int, kept: Spied, connection: Connection, *, lending: bool) -> None:
        super().__init__(seed, lending=lending, archive=kept)
        self.heals_within = 400
        self.connection = connection
        bearer = self.office.overspend
        full = HeadOffice(OFFICE, overspend=bearer, rules=SmallRules(), archive=MemoryArchive())
        for till in self.tills:
            full.enrol(till.id, store=till.store, genesis=till.genesis)
        self.office = cast("HeadOffice", BothLend(self.office, full))


@pytest.mark.parametrize("lending", [False, True])
def test_every_answer_is_as_of_everything(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, lending: bool
) -> None:
    office.administration.add_store("S0", "Side Street")
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    seen: Counter[str] = Counter()

    @given(st.randoms(use_true_random=False))
    # A world is made smaller by nobody: that takes longer than to read its steps.
    @settings(
        max_examples=WORLDS,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
    )
    def every(random: Random) -> None:
        with office.database.write() as connection:
            nested = connection.begin_nested()
            archive = Spied(office.database, connection)
            archive.tally = seen
            seed = random.randrange(100_000)
            fleet = Agreeing(seed, archive, connection, lending=lending)
            fleet.ledger = ledger_of(office, fleet)
            fleet.run(STEPS)
            assert fleet.office.decided is not None
            seen["agreed"] += len(connection.execute(select(OWNER_AGREED)).all())
            follow_all(fleet.ledger, connection)
            assert list(differing(archive, connection, ())) == []
            seen["replanned"] += len(connection.execute(select(OWNER_REPLANNED)).all())
            nested.rollback()

    every()
    wanted = ("agreed", "went on", "whole", "knew all", "who knows")
    assert min(seen[one] for one in wanted) > 0, seen
    assert lending or seen["replanned"] > 0, seen


def test_of_a_member_who_bought_often_an_answer_reads_what_is_new(
    office: OpenOffice, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []
    whole, rows = archives.filed_of_row, archives.rows_of

    def noted(row: Any) -> Any:
        read.append(row)
        return whole(row)

    def noted_rows(*of: Any) -> Any:
        found = rows(*of)
        read.extend(found)
        return found

    counter = often.Counter(office, clock, stores=False)
    counter.sell(BOUGHT)
    counter.sell_one()
    monkeypatch.setattr(archives, "filed_of_row", noted)
    monkeypatch.setattr(archives, "rows_of", noted_rows)
    counter.by_processor(counter.answer)
    assert 0 < len(read) <= 8, "the one sale: to decide, to tell, and as it waits for the ledger"


def acts(fleet: Agreeing, till: SmallTill, points: int) -> None:
    """A lot more of so many points, or so many are spent, as the till's own book has it, or a
    purchase without any.
    """
    fleet.at += timedelta(days=1)

    def do(plan: EventPlan, state: MemberState) -> None:
        postings = plan.postings(state)
        if points > 0:
            postings.earn(LEDGER, points, usable_from=plan.day, last_day=None)
        elif points < 0:
            postings.redeem(LEDGER, -points)
        plan.count("purchases", fleet.members[0], 1)

    till.act(fleet.members[0], fleet.at, do)


@contextmanager
def agreeing(office: OpenOffice) -> Iterator[tuple[Agreeing, Spied, Connection]]:
    """Tills that agree with head office of a member with a lot of 40 and one of 50."""
    office.administration.add_store("S0", "Side Street")
    with office.database.write() as connection:
        archive = Spied(office.database, connection)
        archive.tally = Counter()
        fleet = Agreeing(1, archive, connection, lending=False)
        fleet.ledger = ledger_of(office, fleet)
        for points in (100, 50, -60):
            acts(fleet, fleet.tills[0], points)
        for _ in range(2):
            fleet.heal()
            follow_all(fleet.ledger, connection)
        archive.tally.clear()
        yield fleet, archive, connection
        connection.rollback()


@pytest.mark.parametrize("folds", [True, False])
def test_what_head_office_took_from_another_lot_is_told_so(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, folds: bool
) -> None:
    """Two tills spend of one lot that holds either alone: what is beyond comes of the next one."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, archive, connection):
        one, other, *_ = fleet.tills
        acts(fleet, one, -5)
        fleet.heal()
        assert archive.tally["went on"] > 0
        for till in (one, other):
            acts(fleet, till, -30)
        for till in (one, other):
            fleet.send_new(till)
            if folds:
                follow_all(fleet.ledger, connection)
        fleet.heal()
        assert other.usable(fleet.members[0], fleet.at.date()) == 25


@pytest.mark.parametrize("heard", [True, False])
def test_of_what_every_till_knew_nothing_is_to_be_decided(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch, heard: bool
) -> None:
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, archive, connection):
        kept, who = cast("Both", fleet.office).kept, fleet.members[0]
        one, other, *_ = fleet.tills
        acts(fleet, one, 10)
        if heard:
            fleet.heal()
            follow_all(fleet.ledger, connection)
        acts(fleet, other, 10)
        for till in (one, other):
            fleet.send_new(till)
        new = archive.touched([who])[who]
        assert len(new) == (1 if heard else 2)
        assert kept._asks_nothing(who, new, fleet.at) is heard
        assert archive.tally["knew all"] > 0


def test_who_bears_a_loss_decided_anew_before_the_ledger_follows_is_told(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Till and head office agree of a loss that the store bears; then it is the member's."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, _, connection):
        both, who = cast("Both", fleet.office), fleet.members[0]
        for bearer in (Overspend.STORE, Overspend.MEMBER):
            both.kept.overspend = both.full.overspend = fleet.ledger._overspend = bearer
            if bearer is Overspend.MEMBER:
                follow_all(fleet.ledger, connection)
                break
            acts(fleet, fleet.tills[0], 10)
            fleet.heal()
            follow_all(fleet.ledger, connection)
            for till in fleet.tills[:2]:
                acts(fleet, till, -90)
            fleet.heal()
        acts(fleet, fleet.tills[0], 5)
        fleet.heal()
        assert both.full.fold(who).debts, "nobody bears anything"


def test_a_policy_that_the_ledger_never_went_by_leaves_no_row(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A loss is the member's for a moment, and the store's again before the ledger followed."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, archive, connection):
        both, who = cast("Both", fleet.office), fleet.members[0]
        for till in fleet.tills[:2]:
            acts(fleet, till, -90)
        fleet.heal()
        follow_all(fleet.ledger, connection)
        for bearer, points in ((Overspend.MEMBER, 5), (Overspend.STORE, 0)):
            both.kept.overspend = both.full.overspend = bearer
            acts(fleet, fleet.tills[0], points)
            fleet.heal()
            assert bool(both.full.fold(who).debts) is (bearer is Overspend.MEMBER)
        follow_all(fleet.ledger, connection)
        assert list(differing(archive, connection, ())) == []


def test_what_arrived_while_events_were_read_leaves_no_row(
    office: OpenOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two events that came meanwhile only the later one was read."""
    monkeypatch.setattr("posloyalty.headoffice.ledger.agreed.KEEP_STEP", 1)
    with agreeing(office) as (fleet, archive, connection):
        till, who = fleet.tills[0], fleet.members[0]
        place, bearer = archive.place(till.id), fleet.office.overspend
        assert place is not None
        connection.execute(OWNER_AGREED.delete())
        archive.due(till.id)
        read = archive.numbered(who, 0)
        for gap, rows in ((True, 0), (False, 1)):
            archive._all[who] = [*read[:-2], read[-1]] if gap else read
            archive.agree(till.id, [who], place, bearer)
            assert len(connection.execute(select(OWNER_AGREED)).all()) == rows
