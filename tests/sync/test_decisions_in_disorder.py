"""Decisions when clocks are wrong and journals come late: found by the simulation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.sync.fold import Overspend
from posloyalty.sync.leases import Asset, AssetKind, Denied
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.head_office import HeadOffice
from posloyalty.sync.office.owned import AHEAD_MOST
from tests.sync.books import left_of
from tests.sync.fleet import LEDGER, OFFICE, START, SmallTill, member
from tests.sync.small_rules import SmallRules

ANNA, BEN = member("anna"), member("ben")
LATER = START + timedelta(hours=1)


class Chain:
    """Two tills that know both members, and head office."""

    def __init__(self, office: HeadOffice | None = None) -> None:
        usual = HeadOffice(OFFICE, overspend=Overspend.STORE, rules=SmallRules())
        self.office = usual if office is None else office
        self.one, self.other = SmallTill("T1", "S1"), SmallTill("T2", "S2")
        for till in (self.one, self.other):
            self.office.enrol(till.id, store=till.store, genesis=till.genesis)
            for who in (ANNA, BEN):
                till.greet(who, START)

    def exchange(self, *tills: SmallTill, at: datetime = LATER) -> None:
        """Each sends all and hears until there is nothing new."""
        for _ in range(4):
            for till in tills:
                self.office.receive(till.id, till.journal)
                assert till.apply(self.office.answer(till.id, at), at)

    def left(self, who: bytes) -> int:
        return left_of(Belongings.of(self.office.fold(who)))


def earn(till: SmallTill, who: bytes, points: int, at: datetime) -> None:
    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).earn(LEDGER, points, usable_from=plan.day, last_day=None)

    till.act(who, at, do)


def spend(till: SmallTill, who: bytes, points: int, at: datetime) -> None:
    def do(plan: EventPlan, state: MemberState) -> None:
        plan.postings(state).redeem(LEDGER, points)

    till.act(who, at, do)


@pytest.fixture
def chain() -> Chain:
    return Chain()


def test_what_stores_lost_before_a_merge_does_not_become_the_members_debt(chain: Chain) -> None:
    earn(chain.one, ANNA, 100, START)
    chain.exchange(chain.one, chain.other)
    for till in (chain.one, chain.other):
        spend(till, ANNA, 100, START + timedelta(minutes=1))
    chain.exchange(chain.one, chain.other)
    assert chain.office.fold(ANNA).risk(LEDGER) == 100
    assert chain.office.merge(BEN, ANNA, LATER)
    assert chain.office.fold(ANNA).risk(LEDGER) == 100
    assert chain.office.fold(ANNA).debt(LEDGER) == chain.office.fold(BEN).debt(LEDGER) == 0


def test_what_is_spent_after_a_merge_under_the_old_name_is_the_members(chain: Chain) -> None:
    earn(chain.one, ANNA, 100, START)
    chain.exchange(chain.one, chain.other)
    assert chain.office.merge(BEN, ANNA, START + timedelta(minutes=5))
    spend(chain.other, ANNA, 100, START + timedelta(minutes=10))
    chain.exchange(chain.one, chain.other)
    assert (chain.left(ANNA), chain.left(BEN)) == (0, 0)
    assert chain.office.fold(ANNA).risk(LEDGER) == 0


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(days=1)])
def test_a_decision_stands_behind_what_a_till_with_a_clock_ahead_did(
    chain: Chain, ahead: timedelta
) -> None:
    earn(chain.one, ANNA, 70, LATER + ahead)
    chain.exchange(chain.one)
    assert chain.office.erase(ANNA, LATER)
    assert chain.left(ANNA) == 0
    chain.exchange(chain.one, chain.other)
    assert left_of(chain.one.books[ANNA]) == 0


def test_what_comes_for_another_name_of_somebody_erased_ends_with_them(chain: Chain) -> None:
    chain.exchange(chain.one)
    assert chain.office.merge(BEN, ANNA, START)
    chain.exchange(chain.one)
    assert chain.office.erase(BEN, START + timedelta(minutes=1))
    earn(chain.other, ANNA, 40, START + timedelta(minutes=2))
    chain.exchange(chain.one, chain.other)
    assert (chain.left(ANNA), chain.left(BEN)) == (0, 0)


def test_nobody_is_merged_with_a_record_that_is_erased(chain: Chain) -> None:
    chain.exchange(chain.one)
    assert chain.office.erase(BEN, START)
    assert not chain.office.merge(BEN, ANNA, LATER)
    assert not chain.office.merge(ANNA, BEN, LATER)


def test_points_that_a_till_dated_ahead_are_not_lent_before_their_time(chain: Chain) -> None:
    asset = Asset(AssetKind.POINTS, LEDGER, ANNA)
    last = (LATER + timedelta(days=9)).date()
    earn(chain.one, ANNA, 50, START)
    earn(chain.one, ANNA, 30, LATER + timedelta(minutes=20))
    chain.exchange(chain.one)
    assert chain.office.owned(asset, last, at=LATER, zone=UTC) == 50
    assert chain.office.owned(asset, last, at=LATER + timedelta(hours=1), zone=UTC) == 80
    found = chain.office.lease(
        b"l" * 16, chain.other.id, asset, 60, at=LATER, last_day=last, zone=UTC
    )
    assert found == Denied("ASSET_SHORT", 50)


def test_points_that_a_till_spent_ahead_of_its_time_are_not_lent(chain: Chain) -> None:
    asset = Asset(AssetKind.POINTS, LEDGER, ANNA)
    last = (LATER + timedelta(days=9)).date()
    earn(chain.one, ANNA, 50, START)
    spend(chain.one, ANNA, 20, LATER + timedelta(minutes=20))
    chain.exchange(chain.one)
    assert chain.office.owned(asset, last, at=LATER, zone=UTC) == 30


def test_what_a_till_spent_ahead_is_not_lent_because_more_is_earned_still_later(
    chain: Chain,
) -> None:
    asset = Asset(AssetKind.POINTS, LEDGER, ANNA)
    last = (LATER + timedelta(days=9)).date()
    earn(chain.one, ANNA, 58, START)
    earn(chain.one, ANNA, 71, LATER + timedelta(minutes=25))
    spend(chain.one, ANNA, 100, LATER + timedelta(minutes=26))
    earn(chain.one, ANNA, 98, LATER + timedelta(minutes=28))
    chain.exchange(chain.one)
    assert chain.office.owned(asset, last, at=LATER, zone=UTC) == 29


@pytest.mark.parametrize(("many", "lent"), [(AHEAD_MOST, 50), (AHEAD_MOST + 1, 0)])
def test_of_whoever_has_too_much_dated_ahead_nothing_is_lent(
    chain: Chain, many: int, lent: int
) -> None:
    asset = Asset(AssetKind.POINTS, LEDGER, ANNA)
    last = (LATER + timedelta(days=9)).date()
    earn(chain.one, ANNA, 50, START)
    for number in range(many):
        earn(chain.one, ANNA, 1, LATER + timedelta(seconds=1 + number))
    chain.exchange(chain.one)
    assert chain.office.owned(asset, last, at=LATER, zone=UTC) == lent
    later = LATER + timedelta(hours=1)
    assert chain.office.owned(asset, last, at=later, zone=UTC) == 50 + many
