"""Limits of a wallet: case 3, days of case 20, and Microsoft's capped points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.caps import capped
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.limits import counting_owners
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import REGISTRY, Stage, works
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.wallet import Wallet
from tests.domain.engine.club import Club
from tests.domain.engine.made import (
    MEMBER_ID,
    STORE,
    codes,
    counted,
    earned,
    lot,
    member,
    product,
    rules,
)

TILL, SHOP = b"till-number-0001", b"shop-number-0001"
AT = replace(STORE, till_id=TILL, store_id=SHOP)


def limited(*limits: str, zone: str = "Asia/Shanghai") -> Programme:
    wallet = f'[[wallet]]\nid = "points"\nlimit = [{", ".join(limits)}]\n'
    made = rules(wallet=wallet)
    return replace(made, zone=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("before", "amount", "mode", "points", "lost"),
    [
        (70, "45.00", "trim", 30, 15),
        (70, "45.00", "reject", 0, 45),
        (70, "29.00", "trim", 29, 0),
        (70, "30.00", "reject", 30, 0),
        (70, "31.00", "trim", 30, 1),
        (70, "31.00", "reject", 0, 31),
        (100, "1.00", "trim", 0, 1),
        (130, "1.00", "trim", 0, 1),
    ],
)
def test_case_3_a_daily_limit_trims_or_rejects_and_notes_what_it_held_back(
    before: int, amount: str, mode: str, points: int, lost: int
) -> None:
    club = Club(limited(f'{{ most_points = 100, per = "day", mode = "{mode}" }}'))
    club.state = member(lot(before, earned="2026-11-25"))
    (only,) = club.buys(product("A", amount), on="2026-11-25").earnings
    assert (only.points, only.capped) == (points, lost)
    assert ("CAPPED" in codes(only.reasons)) is bool(lost)
    meters = club.done[club.sales[0]].meters
    assert total(meters, "capped/test/points") == lost
    assert earned(club.quoted(product("A", amount), on="2026-11-26")) == min(100, int(amount[:-3]))


def test_case_3_a_return_makes_room_again_on_its_own_day() -> None:
    club = Club(limited('{ most_points = 100, per = "day" }'))
    club.buys(product("A", "80.00"), on="2026-11-25")
    assert earned(club.quoted(product("A", "50.00"), on="2026-11-25")) == 20
    club.returns(club.sales[0], on="2026-11-25")
    assert earned(club.quoted(product("A", "50.00"), on="2026-11-25")) == 50


@pytest.mark.parametrize(
    ("per", "inside", "outside"),
    [
        ('"day"', "2026-11-25", "2026-11-24"),
        ('"week"', "2026-11-23", "2026-11-22"),
        ('"month"', "2026-11-01", "2026-10-31"),
        ('"quarter"', "2026-10-01", "2026-09-30"),
        ('"year"', "2026-01-01", "2025-12-31"),
        ('"days", days = 30', "2026-10-27", "2026-10-26"),
    ],
)
def test_a_limit_counts_its_span(per: str, inside: str, outside: str) -> None:
    for day, points in ((inside, 10), (outside, 30)):
        club = Club(limited(f"{{ most_points = 100, per = {per} }}"))
        club.state = member(meters=(counted("earned/test/points", 90, day),))
        assert earned(club.quoted(product("A", "30.00"), on="2026-11-25")) == points, day


def test_a_limit_of_a_lifetime_counts_what_lies_before_everything_that_is_read() -> None:
    club = Club(limited('{ most_points = 100, per = "lifetime" }'), joined="2001-01-01")
    club.state = member(meters=(counted("earned/test/points", 90, "2001-02-01"),))
    assert earned(club.quoted(product("A", "30.00"), on="2026-11-25")) == 10


def test_a_limit_of_a_sale_counts_from_nothing() -> None:
    club = Club(limited('{ most_points = 20, per = "sale" }'))
    assert [earned(club.buys(product("A", "30.00"), on="2026-11-25")) for _ in "12"] == [20, 20]


@pytest.mark.parametrize(("of", "owner"), [("till", TILL), ("store", SHOP)])
def test_a_limit_of_a_till_or_store_counts_what_all_members_took_in(of: str, owner: bytes) -> None:
    programme = limited(f'{{ most_points = 100, per = "day", of = "{of}" }}')
    assert counting_owners(programme, AT) == (owner,)
    before = counted("taken_in/test/points", 90, "2026-11-25", owner=owner)
    club = Club(programme, store=replace(AT, counts=(before,)))
    assert earned(club.buys(product("A", "30.00"), on="2026-11-25")) == 10
    meters = club.done[club.sales[0]].meters
    assert total(meters, "taken_in/test/points", owner=owner) == 10
    yesterday = structs.replace(before, day=date(2026, 11, 24))
    club = Club(programme, store=replace(AT, counts=(yesterday,)))
    assert earned(club.quoted(product("A", "30.00"), on="2026-11-25")) == 30


def test_a_limit_of_a_campaign_is_about_all_that_the_wallet_ever_gave() -> None:
    programme = limited('{ most_points = 100, per = "lifetime", of = "campaign" }')
    (owner,) = counting_owners(programme, AT)
    before = counted("taken_in/test/points", 90, "2026-01-01", owner=owner)
    club = Club(programme, store=replace(AT, counts=(before,)))
    assert earned(club.quoted(product("A", "30.00"), on="2026-11-25")) == 10


def test_a_limit_of_a_household_counts_what_its_members_took_in() -> None:
    home = b"household-number"
    programme = limited('{ most_points = 100, per = "day", of = "household" }')
    club = Club(programme)
    club.state = replace(
        member(meters=(counted("taken_in/test/points", 90, "2026-11-25", owner=home),)),
        household_id=home,
    )
    assert earned(club.quoted(product("A", "30.00"), on="2026-11-25")) == 10
    alone = Club(programme)
    alone.state = member(lot(90, earned="2026-11-25"))
    assert earned(alone.quoted(product("A", "30.00"), on="2026-11-25")) == 10


def test_several_limits_hold_together_and_each_says_what_it_held_back() -> None:
    club = Club(
        limited(
            '{ most_points = 50, per = "sale" }',
            '{ most_points = 100, per = "day" }',
        )
    )
    club.state = member(lot(70, earned="2026-11-25"))
    (only,) = club.buys(product("A", "80.00"), on="2026-11-25").earnings
    assert (only.points, only.capped) == (30, 50)
    lost = [one.fact("lost_points") for one in only.reasons if one.code == "CAPPED"]
    assert lost == [30, 20]


@pytest.mark.parametrize(
    ("zone", "first", "second", "same_day"),
    [
        # 1 November 2026 has 25 hours in New York; one day is still one day.
        ("America/New_York", "2026-11-01T12:01:00", "2026-11-02T12:59:00", True),
        ("America/New_York", "2026-11-01T12:01:00", "2026-11-02T13:00:00", False),
        ("Asia/Shanghai", "2026-11-10T23:59:00", "2026-11-11T00:30:00", False),
        ("Asia/Shanghai", "2026-11-11T00:30:00", "2026-11-11T23:59:00", True),
    ],
)
def test_case_20_a_daily_limit_goes_by_the_days_of_the_programmes_zone(
    zone: str, first: str, second: str, same_day: bool
) -> None:
    """Instants in Shanghai; midnight in New York is 12:00 there, then 13:00."""
    club = Club(limited('{ most_points = 100, per = "day" }', zone=zone))
    club.buys(product("A", "70.00"), on=first)
    assert earned(club.quoted(product("A", "70.00"), on=second)) == (30 if same_day else 70)


# --- Microsoft Rewards: 25 actions of 3 points, limits of 15 and 60 a day by level ---


@contextmanager
def searching(points: int) -> Iterator[None]:
    """A work that gives points for every activity, as an activity rule would."""
    before = REGISTRY.works

    @works(Wallet, Trigger.ACTIVITY, stage=Stage.BONUSES)
    def search(wallet: Wallet, moment: Moment, awards: Awards) -> None:
        awards.credit(wallet.id, points, rule_id="search", name="Search")

    yield
    REGISTRY.works = before


@pytest.mark.parametrize(("most", "credited"), [(15, 15), (30, 30), (60, 60), (90, 75)])
def test_microsoft_rewards_credits_up_to_the_daily_limit_and_records_the_rest_as_capped(
    most: int, credited: int
) -> None:
    club = Club(limited(f'{{ most_points = {most}, per = "day" }}'))
    with searching(3):
        awards = [club.does("search", on="2026-11-25")[0] for _ in range(25)]
    assert sum(award.amount for award in awards) == credited
    assert club.wallet("2026-11-25").balance == credited
    entries = club.state.meters
    assert total(entries, "bonus/test/points", owner=MEMBER_ID) == credited
    assert total(entries, "capped/test/points", owner=MEMBER_ID) == 75 - credited
    assert (codes(awards[-1].reasons) == ["CAPPED"]) is (credited < 75)


def test_nobody_has_no_limit() -> None:
    programme = limited('{ most_points = 10, per = "day" }')
    (wallet,) = programme.wallets
    store = StoreContext(zone=STORE.zone)
    kept = capped(programme, wallet, 7, state=None, store=store, day=date(2026, 11, 25))
    assert (kept.points, kept.lost, kept.reasons) == (7, 0, ())
