"""Visits out of journals, and outages out of a seed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.insight.past_visits import (
    Outage,
    OutageHabits,
    Outages,
    drawn_outages,
    visits_of,
)
from posloyalty.sync import events
from posloyalty.sync.journals import Filed

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANNA = b"anna".ljust(16, b".")
LEDGER = "club/points"
HERS = Account(LEDGER, AccountKind.MEMBER, ANNA)
ISSUED = Account(LEDGER, AccountKind.ISSUED)
REDEEMED = Account(LEDGER, AccountKind.REDEEMED)
HABITS = OutageHabits(store_per_mille=300, chain_per_mille=50, mean_minutes=120)


def transfer(debit: Account, credit: Account, amount: int, code: TransferCode) -> Transfer:
    return Transfer(
        id=b"t%d" % amount,
        event_id=b"e",
        debit=debit,
        credit=credit,
        amount=amount,
        code=code,
    )


def filed(*transfers: Transfer, minutes: int = 0, seq: int = 1) -> Filed:
    return Filed(
        till_id=b"till",
        store="S1",
        epoch=1,
        seq=seq,
        event_id=b"event %d" % seq,
        at=NOON + timedelta(minutes=minutes),
        event=events.Opaque(id="", t="sale", v=1, at="", hlc=(0, 0)),
        does=Consequences(transfers=transfers),
    )


EARNED = transfer(ISSUED, HERS, 300, TransferCode.EARN)
SPENT = transfer(HERS, REDEEMED, 120, TransferCode.REDEEM)
EXPIRED = transfer(HERS, Account(LEDGER, AccountKind.BREAKAGE), 50, TransferCode.EXPIRE)
ELSEWHERE = transfer(
    Account("club/stars", AccountKind.MEMBER, ANNA), REDEEMED, 7, TransferCode.REDEEM
)


def test_a_visit_says_what_it_changed_and_what_of_it_was_spent() -> None:
    (visit,) = visits_of([filed(EARNED, SPENT, EXPIRED, ELSEWHERE)], ANNA, LEDGER, UTC)
    assert (visit.change, visit.spent) == (300 - 120 - 50, 120)
    assert (visit.store, visit.till_id, visit.day) == ("S1", b"till", date(2026, 3, 2))


def test_a_visit_that_moved_nothing_is_a_visit() -> None:
    assert [one.change for one in visits_of([filed()], ANNA, LEDGER, UTC)] == [0]


def test_visits_stand_in_the_order_in_which_they_happened_and_on_the_days_of_the_zone() -> None:
    late = filed(EARNED, minutes=11 * 60, seq=1)
    early = filed(SPENT, seq=2)
    zone = timezone(timedelta(hours=8))
    found = visits_of([late, early], ANNA, LEDGER, zone)
    assert [one.spent for one in found] == [120, 0]
    assert [one.day for one in found] == [date(2026, 3, 2), date(2026, 3, 3)]


def outage(begins: int, ends: int) -> Outage:
    return Outage(NOON + timedelta(minutes=begins), NOON + timedelta(minutes=ends))


@pytest.mark.parametrize(
    ("minute", "begun"), [(-1, None), (0, 0), (9, 0), (10, 0), (29, 0), (30, None), (60, 60)]
)
def test_outages_that_touch_are_one_and_end_just_before_their_end(
    minute: int, begun: int | None
) -> None:
    outages = Outages({"S1": [outage(60, 70), outage(10, 30), outage(0, 10)]})
    found = outages.at("S1", NOON + timedelta(minutes=minute))
    assert (None if found is None else found.begins) == (
        None if begun is None else NOON + timedelta(minutes=begun)
    )


def test_stores_that_are_out_at_the_same_moment_are_named() -> None:
    outages = Outages({"S2": [outage(0, 10)], "S1": [outage(5, 20)], "S3": [outage(15, 20)]})
    assert outages.stores_out(NOON + timedelta(minutes=7)) == ("S1", "S2")
    assert outages.at("nowhere", NOON) is None
    assert outages.number == 3


def draw(seed: int, habits: OutageHabits = HABITS, days: int = 200) -> Outages:
    first = date(2026, 1, 1)
    last = first + timedelta(days=days - 1)
    return drawn_outages(["S1", "S2"], first, last, habits, zone=UTC, seed=seed)


@given(st.integers(0, 2**32))
def test_the_same_seed_draws_the_same_outages(seed: int) -> None:
    times = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(24 * 20)]
    first, again = draw(seed, days=20), draw(seed, days=20)
    assert [first.stores_out(at) for at in times] == [again.stores_out(at) for at in times]


def test_outages_come_about_as_often_as_the_habits_say() -> None:
    alone = OutageHabits(store_per_mille=300, chain_per_mille=0, mean_minutes=1)
    number = sum(draw(seed, alone).number for seed in range(20))
    # 20 x 2 x 200 days at 0.3 are 2,400; five standard deviations are 205.
    assert abs(number - 2400) < 205


def test_an_outage_of_head_office_is_every_stores() -> None:
    shared = OutageHabits(store_per_mille=0, chain_per_mille=1000, mean_minutes=30)
    outages = draw(7, shared, days=30)
    begun = [one for one in (outages.at("S1", at) for at in _minutes(30)) if one is not None]
    assert begun
    assert all(outages.at("S2", one.begins) == one for one in begun)


def test_without_a_chance_nothing_is_ever_out() -> None:
    never = OutageHabits(store_per_mille=0, chain_per_mille=0, mean_minutes=60)
    assert draw(1, never).number == 0


@pytest.mark.parametrize("numbers", [(-1, 0, 1), (0, 1001, 1), (0, 0, 0)])
def test_habits_that_cannot_be_are_refused(numbers: tuple[int, int, int]) -> None:
    store, chain, minutes = numbers
    with pytest.raises(ValueError, match="no such habits"):
        OutageHabits(store_per_mille=store, chain_per_mille=chain, mean_minutes=minutes)


def _minutes(days: int) -> list[datetime]:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [first + timedelta(minutes=n) for n in range(0, days * 24 * 60, 7)]
