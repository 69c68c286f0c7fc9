"""Levels: when a purchase meets one, how long it holds, what is left to the next."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import resources
from posloyalty.domain.engine.context import freeze
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.posting import plan_sale, sold_by
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.calendar import add_months
from tests.domain.engine.made import (
    MEMBER_ID,
    NOON,
    STORE,
    TAX,
    basket,
    lot,
    member,
    product,
    quote,
    rules,
)

LEVELS = """
[[tier_scheme]]
id = "level"
base_name = "Member"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [
  { id = "silver", name = "Silver", from = 200 },
  { id = "gold", name = { zh_CN = "金卡", en = "Gold" }, from = 500 },
]
"""


def cdnow() -> Programme:
    read = load(resources.read("programmes/cdnow.toml"))
    assert isinstance(read, Programme), read
    return read


@pytest.mark.parametrize(
    ("before", "amount", "level"),
    [
        (0, "199.00", None),
        (0, "200.00", "silver"),
        (1, "199.00", "silver"),
        (0, "499.99", "silver"),
        (0, "500.00", "gold"),
        (500, "0.00", "gold"),
        (200, "0.00", "silver"),
    ],
)
def test_a_purchase_meets_the_level_that_its_window_reaches(
    before: int, amount: str, level: str | None
) -> None:
    state = member(*([lot(before)] if before else []))
    found = quote(rules(LEVELS), basket(product("A", amount), member=True), state)
    assert found.tiers_after[0].level == level
    if level:
        assert found.tiers_after[0].held_through == date(2027, 11, 25)


@pytest.mark.parametrize(
    ("earned", "counts"),
    [("2025-11-25", False), ("2025-11-26", True), ("2026-11-25", True)],
)
def test_the_window_begins_after_the_same_day_of_last_year(earned: str, counts: bool) -> None:
    state = member(lot(200, earned=earned))
    found = quote(rules(LEVELS), basket(product("A", "0.00"), member=True), state)
    assert (found.tiers_after[0].level == "silver") is counts


def test_points_that_are_spent_or_run_out_still_count_and_old_balances_do_not() -> None:
    spent = member(lot(200, remaining=0))
    goods = basket(product("A", "1.00"), member=True)
    assert quote(rules(LEVELS), goods, spent).tiers_after[0].level == "silver"
    brought = member(lot(900, earned="1970-01-01", last=None))
    found = quote(rules(LEVELS), goods, brought)
    assert (found.wallets[0].balance, found.tiers_after[0].level) == (900, None)


def test_a_standing_names_the_level_its_last_day_and_the_way_to_the_next() -> None:
    state = member(
        lot(260),
        held=(("silver", "2026-05-01", "2027-05-01"), ("gold", "2025-01-01", "2026-01-01")),
    )
    (now,) = quote(rules(LEVELS), basket(product("A", "1.00"), member=True), state).tiers
    assert (now.level, now.level_name, now.rank, now.levels) == ("silver", "Silver", 1, 2)
    assert (now.held_through, now.progress) == (date(2027, 5, 1), 260)
    assert (now.next_level_name, now.next_at) == ("Gold", 500)


def test_below_the_first_level_there_is_a_name_and_a_way_up() -> None:
    (now,) = quote(rules(LEVELS), basket(product("A", "1.00"), member=True)).tiers
    assert (now.level, now.level_name, now.rank, now.next_at) == (None, "Member", 0, 200)


def test_at_the_top_there_is_no_next_level() -> None:
    state = member(held=(("gold", "2026-11-01", "2026-11-25"),))
    (now,) = quote(rules(LEVELS), basket(product("A", "1.00"), member=True), state).tiers
    assert (now.level, now.next_at, now.next_level_name) == ("gold", None, None)


@pytest.mark.parametrize(("days", "level"), [(0, "gold"), (1, None)])
def test_a_level_is_held_through_its_last_day(days: int, level: str | None) -> None:
    state = member(held=(("gold", "2026-01-01", "2026-11-25"),))
    at = NOON + timedelta(days=days)
    (now,) = quote(rules(LEVELS), basket(product("A", "1.00"), member=True), state, at=at).tiers
    assert now.level == level


def test_names_follow_the_language() -> None:
    state = member(held=(("gold", "2026-11-01", "2027-11-25"),))
    store = replace(STORE, language="zh_CN")
    found = quote(rules(LEVELS), basket(product("A", "1.00"), member=True), state, store=store)
    assert found.tiers[0].level_name == "金卡"


@given(st.lists(st.tuples(st.integers(0, 160), st.integers(0, 30_000)), min_size=1, max_size=12))
def test_the_cdnow_programme_gives_what_an_independent_reckoning_gives(
    purchases: list[tuple[int, int]],
) -> None:
    """Days between purchases and cents, rung one by one, against plain sums."""
    programme = cdnow()
    state = member(purchases=0)
    day = date(1997, 1, 31)
    history: deque[tuple[date, int]] = deque()
    goods = product("CD", "0.00", money="USD", tax="none")
    for number, (days, cents) in enumerate(purchases):
        day += timedelta(days=days)
        at = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        made = basket(replace(goods, price_minor=cents), member=True, money="USD")
        found = evaluate(programme, made, state, at, tax_classes=TAX, store=STORE)
        points = cents // 100
        history.append((day, points))
        assert found.earnings[0].points == points
        assert found.earnings[0].last_day == add_months(day, 12)
        window = sum(p for d, p in history if d > add_months(day, -12))
        level = "gold" if window >= 500 else "silver" if window >= 200 else None
        state = rung(programme, made, state, found, number)
        met = [h for h in state.holdings if h.met_on == day]
        assert (met[-1].level if met else None) == level
        assert all(h.through == add_months(day, 12) for h in met)
        balance = sum(p for d, p in history if add_months(d, 12) >= day)
        assert found.wallets_after[0].balance == balance


def rung(
    programme: Programme, goods: Basket, state: MemberState, found: Quote, number: int
) -> MemberState:
    """The member after the sale, as the book would read them."""
    after = plan_sale(
        freeze(programme, goods, state, found.at, STORE),
        sold_by(found),
        event_id=number.to_bytes(16, "big"),
        at=found.at,
        redemptions=found.redemptions,
        earnings=found.earnings,
    )
    assert all(one.account.owner == MEMBER_ID for one in after.lots)
    assert after.after is not None
    return after.after
