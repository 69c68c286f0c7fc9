"""Tills that were put back from copies: nothing counts twice, and everybody comes to the same."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.sync.epochs import MARKS_MAX, ROUNDS_MAX, marks, narrowed, next_epoch
from posloyalty.sync.fold import Overspend
from posloyalty.sync.journal import genesis_predecessor
from posloyalty.sync.journals import Journals, Place
from posloyalty.sync.leases import Asset, AssetKind, Denied
from posloyalty.sync.office.head_office import HeadOffice
from tests.sync.fleet import LEDGER, OFFICE, SmallTill, agreed, member
from tests.sync.restores import KEPT, RestoredFleet
from tests.sync.small_rules import SmallRules
from tests.sync.test_fold import START, Till

SEEDS = 40
SAMPLE = 16
STEPS = 60


@given(st.data())
def test_the_last_common_place_is_found_in_few_rounds(data: st.DataObject) -> None:
    head = data.draw(st.integers(0, 2**40))
    common = data.draw(st.integers(0, head))
    lo, hi, rounds = 0, head, 0
    while asked := marks(lo, hi):
        assert 0 < len(asked) <= MARKS_MAX
        assert all(lo < seq <= hi for seq in asked)
        lo, hi = narrowed(lo, hi, asked, max((s for s in asked if s <= common), default=lo))
        rounds += 1
    assert lo == common
    assert rounds <= ROUNDS_MAX


def test_an_answer_about_a_place_that_nobody_asked_about_is_refused() -> None:
    with pytest.raises(ValueError, match="not asked"):
        narrowed(0, 10, (3, 6), 4)


def test_the_next_epoch_is_after_every_one_that_is_known() -> None:
    assert next_epoch(1, 4, 2) == 5


@pytest.mark.long(sample=SAMPLE)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_restored_tills_and_head_office_come_to_the_same(seed: int) -> None:
    fleet = RestoredFleet(seed)
    fleet.run(STEPS)
    agreed(fleet)


@pytest.mark.long(sample=SAMPLE)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_till_whose_witness_tells_spends_no_lease_twice(seed: int) -> None:
    fleet = RestoredFleet(seed, lending=True)
    fleet.run(STEPS)
    agreed(fleet)
    assert fleet.counts["overspent"] == 0


def test_tills_are_restored_and_lose_something_at_all() -> None:
    counts = [played(seed).counts for seed in range(10)]
    assert sum(one["restored"] for one in counts) > 15
    assert sum(one["reopened"] for one in counts) > 5
    assert sum(one["lost"] for one in counts) > 20


def played(seed: int) -> RestoredFleet:
    fleet = RestoredFleet(seed)
    fleet.run(STEPS)
    return fleet


def test_a_till_hears_of_its_own_sale_that_its_book_lost() -> None:
    fleet = RestoredFleet(1)
    till, who = fleet.tills[0], fleet.members[0]
    fleet.send_new(till)
    fleet.watched[till.id].copy = {name: deepcopy(getattr(till, name)) for name in KEPT}
    fleet.earn(till, who)
    lost = till.journal[-1].event_id
    fleet.send_new(till)
    fleet.random.random = lambda: 0.9  # type: ignore[method-assign]
    fleet.restore(till)
    assert all(one.event_id != lost for one in till.journal)
    fleet.send_new(till)
    answer = fleet.office.answer(till.id, fleet.at)
    assert [one.event_id for one in answer.tellings] == [lost]
    assert till.apply(answer, fleet.at)
    fleet.heal()
    agreed(fleet)


def test_a_lease_that_the_book_lost_is_closed_and_not_lent_again() -> None:
    fleet = RestoredFleet(1, lending=True)
    till, who = fleet.tills[0], fleet.members[0]
    fleet.earn(till, who)
    fleet.send_new(till)
    fleet.watched[till.id].copy = {name: deepcopy(getattr(till, name)) for name in KEPT}
    day, book = fleet.at.date(), fleet.office.lending.book
    ledger = till.earned[0][1].credit.ledger
    asset = Asset(AssetKind.POINTS, ledger, who)
    owned = fleet.office.owned(asset, day, at=fleet.at, zone=UTC)
    fleet.office.lease(b"l" * 16, till.id, asset, owned, at=fleet.at, last_day=day, zone=UTC)
    assert till.apply(fleet.office.answer(till.id, fleet.at), fleet.at)
    spent_from(till, who, fleet, ledger, 1)
    fleet.send_new(till)
    assert book.held(asset) == owned - 1
    fleet.restore(till)
    fleet.send_new(till)
    # One of its points is spent; nobody can spend the others twice, so they are free again.
    assert book.held(asset) == 0
    assert fleet.office.answer(till.id, fleet.at).grants == ()


def spent_from(till: SmallTill, who: bytes, fleet: RestoredFleet, ledger: str, points: int) -> None:
    (lease,) = till.lent(who, ledger, fleet.at.date())

    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).redeem(ledger, points)
        plan.use(lease, points)

    till.act(who, fleet.at, do)


def test_what_was_lent_since_an_epoch_stays_lent_where_it_is_opened_again() -> None:
    who, day = member("anna"), START.date()
    till, points = SmallTill("A"), Asset(AssetKind.POINTS, LEDGER, who)
    office = HeadOffice(OFFICE, overspend=Overspend.STORE, rules=SmallRules())
    office.enrol(till.id, store=till.store, genesis=till.genesis)
    till.greet(who, START)
    gives(till, who, 100)
    office.receive(till.id, till.journal)

    def lends(name: bytes, amount: int) -> object:
        return office.lease(name, till.id, points, amount, at=START, last_day=day, zone=UTC)

    lends(b"before it opened", 60)
    base = Place(epoch=1, seq=2, hash=till.journal[1].hash)
    assert office.reopen(till.id, base, 2)
    assert office.lending.book.held(points) == 0, "its book does not hold that lease"
    lends(b"since it opened.", 60)
    assert office.reopen(till.id, base, 2), "the network held the same request back"
    assert office.lending.book.held(points) == 60
    assert isinstance(lends(b"another one's...", 41), Denied)


def gives(till: SmallTill, who: bytes, points: int) -> None:
    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).earn(LEDGER, points, usable_from=plan.day, last_day=None)

    till.act(who, START, do)


def test_an_epoch_is_opened_behind_a_common_place_only() -> None:
    till = Till("A")
    for _ in range(3):
        till.earn(10, START)
    journals = Journals()
    journals.enrol(till.id, store="S1", genesis=genesis_of(till))
    journals.receive(till.id, till.journal)
    second = till.journal[1]
    base = Place(epoch=1, seq=2, hash=second.hash)
    elsewhere = Place(epoch=1, seq=2, hash=bytes(32))
    assert not journals.reopen(till.id, elsewhere, 2)
    assert not journals.reopen(till.id, base, 1)
    assert not journals.reopen(till.id, Place(epoch=1, seq=9, hash=second.hash), 2)
    assert journals.reopen(till.id, base, 2)
    assert journals.place(till.id) == Place(epoch=2, seq=2, hash=second.hash)
    # What the book lost still counts, and the epoch that was left takes nothing more.
    assert len(journals.filed()) == 3
    assert journals.receive(till.id, till.journal[2:]).duplicates == 1
    till.earn(10, START)
    assert journals.receive(till.id, till.journal[3:]).taken == 0


def genesis_of(till: Till) -> bytes:
    return genesis_predecessor(till.id, b"c")
