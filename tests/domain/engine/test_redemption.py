"""Points as money: the useful amount, the wish, and what stands in the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import (
    NOON,
    WALLET,
    basket,
    codes,
    lot,
    member,
    product,
    quote,
    rules,
)


def wallet(*, step: int = 1, more: str = "", points: int = 100, money: str = "1.00") -> str:
    """The usual wallet with another step, rate, or further keys."""
    text = WALLET.replace("step = 1", f"step = {step}\n{more}")
    return text.replace("points = 100", f"points = {points}").replace('"1.00"', f'"{money}"')


@pytest.mark.parametrize(("step", "points", "payable"), [(100, 1100, 37), (1, 1137, 0)])
def test_the_useful_amount_is_never_worth_more_than_the_sale(
    step: int, points: int, payable: int
) -> None:
    made = rules(wallet=wallet(step=step))
    found = quote(made, basket(product("A", "11.37"), member=True, redeem=1234), member(lot(1234)))
    (usable,) = found.usable
    assert (usable.most_points, usable.most_minor) == (points, points)
    assert (found.redemptions[0].points, found.payable_minor) == (points, payable)
    assert codes(found.redemptions[0].reasons) == ["REDEEMED", "REDEEMED_LESS"]


def test_the_customer_chooses_how_many_points_to_spend() -> None:
    found = quote(
        rules(wallet=wallet(step=100)),
        basket(product("A", "30.00"), member=True, redeem=1000),
        member(lot(5000)),
    )
    assert (found.redemptions[0].points, found.payable_minor) == (1000, 2000)
    assert found.wallets_after[0].balance == 4000 + 20
    assert codes(found.redemptions[0].reasons) == ["REDEEMED"]


def test_what_points_pay_earns_nothing_and_is_shared_by_the_lines() -> None:
    goods = basket(product("X", "60.00"), product("Y", "40.00"), member=True, redeem=500)
    found = quote(rules(), goods, member(lot(500)))
    assert (found.payable_minor, found.earnings[0].points) == (9500, 95)
    (spent,) = found.redemptions
    assert (spent.shares, spent.point_shares) == (((1, 300), (2, 200)), ((1, 300), (2, 200)))
    assert [line.earned for line in found.lines] == [(("points", 57),), (("points", 38),)]


def test_a_programme_may_let_the_part_paid_with_points_earn() -> None:
    made = rules(wallet="[policies]\npoints_part_earns = true\n" + WALLET)
    found = quote(made, basket(product("X", "60.00"), member=True, redeem=500), member(lot(500)))
    assert (found.payable_minor, found.earnings[0].points) == (5500, 60)


def test_points_lower_the_taxed_price() -> None:
    goods = basket(product("A", "113.00"), member=True, redeem=1130)
    found = quote(rules(), goods, member(lot(2000)))
    assert (found.payable_minor, found.tax_minor) == (10170, 1170)


@pytest.mark.parametrize(
    ("lots", "debt", "more", "code", "facts"),
    [
        ((99,), 0, "least = 100", "TOO_FEW_POINTS", {"wallet": "points", "short_by_points": 1}),
        ((500,), 450, "least = 100", "TOO_FEW_POINTS", {"wallet": "points", "short_by_points": 50}),
        ((5000,), 0, "least = 2000", "SALE_TOO_SMALL", {"needed_minor": 2000}),
    ],
)
def test_what_stands_in_the_way_is_said_with_numbers(
    lots: tuple[int, ...], debt: int, more: str, code: str, facts: dict[str, object]
) -> None:
    made = rules(wallet=wallet(more=more))
    state = member(*(lot(points) for points in lots), debt=debt)
    (usable,) = quote(made, basket(product("A", "10.00"), member=True), state).usable
    assert usable.most_points == 0
    (reason,) = usable.reasons
    assert (reason.code, dict(reason.facts)) == (code, facts)


@pytest.mark.parametrize(
    ("proof", "needs", "points"),
    [("card", "card", 500), ("phone", "card", 0), ("name", "card", 0), ("phone", "any", 500)],
)
def test_a_member_found_by_phone_or_name_only_earns_unless_the_programme_says_otherwise(
    proof: str, needs: str, points: int
) -> None:
    made = rules(wallet=WALLET.replace('"any"', f'"{needs}"'))
    goods = basket(product("A", "10.00"), member=True, proof=proof, redeem=500)
    found = quote(made, goods, member(lot(500)))
    assert sum(spent.points for spent in found.redemptions) == points
    assert found.usable[0].most_points == points
    if not points:
        assert codes(found.usable[0].reasons) == ["NEEDS_CARD"]
        assert found.earnings[0].points == 10


def test_the_share_of_a_sale_that_points_may_pay_is_kept() -> None:
    made = rules(wallet=wallet(more='most_share = "50%"'))
    goods = basket(product("A", "9.99"), member=True, redeem=5000)
    found = quote(made, goods, member(lot(5000)))
    assert found.redeemed_minor == 499
    assert codes(found.usable[0].reasons) == ["WITHIN_SHARE"]
    assert found.usable[0].reasons[0].fact("percent") == Ratio(50)


def test_gift_cards_and_deposits_are_not_paid_with_points() -> None:
    goods = (product("G", "50.00", gift_card=True), product("D", "2.00", deposit=True))
    found = quote(
        rules(), basket(*goods, product("A", "3.00"), member=True, redeem=5000), member(lot(5000))
    )
    assert (found.redeemed_minor, found.payable_minor) == (300, 5200)


def test_pending_and_expired_points_are_not_usable() -> None:
    state = member(
        lot(100, usable="2026-11-26", earned="2026-11-20"),
        lot(200, earned="2025-11-24", last="2026-11-24"),
        lot(300, earned="2025-11-25", last="2026-11-25"),
    )
    (usable,) = quote(rules(), basket(product("A", "90.00"), member=True), state).usable
    assert (usable.balance, usable.most_points) == (300, 300)


def test_a_wish_that_is_not_a_whole_step_is_lowered_to_one() -> None:
    found = quote(
        rules(wallet=wallet(step=100)),
        basket(product("A", "30.00"), member=True, redeem=250),
        member(lot(5000)),
    )
    assert found.redemptions[0].points == 200


def test_a_rate_that_does_not_divide_burns_no_point_for_nothing() -> None:
    made = rules(wallet=wallet(points=3, money="0.01"))
    found = quote(made, basket(product("A", "9.00"), member=True, redeem=11), member(lot(11)))
    assert (found.redemptions[0].points, found.redeemed_minor) == (9, 3)
    assert (found.usable[0].most_points, found.usable[0].most_minor) == (9, 3)


@given(
    balance=st.integers(0, 3000),
    wish=st.integers(0, 4000),
    step=st.sampled_from([1, 7, 100]),
    points=st.integers(1, 250),
    money=st.integers(1, 250),
    price=st.integers(0, 3000),
    share=st.integers(1, 100),
)
def test_points_are_never_burned_beyond_what_they_are_worth(
    balance: int, wish: int, step: int, points: int, money: int, price: int, share: int
) -> None:
    text = f"{money // 100}.{money % 100:02d}"
    spend = wallet(step=step, points=points, money=text, more=f'most_share = "{share}%"')
    goods = basket(product("A", f"{price // 100}.{price % 100:02d}"), member=True, redeem=wish)
    state = member(lot(balance)) if balance else member()
    found = quote(rules(wallet=spend), goods, state, at=NOON)
    spent = sum(one.points for one in found.redemptions)
    worth = found.redeemed_minor
    assert spent % step == 0
    assert spent <= min(balance, wish)
    assert worth <= price * share // 100
    assert worth == spent * money // points
    # One step less would be worth less: nothing is burned for nothing (I8).
    assert spent == 0 or (spent - step) * money // points < worth
    assert found.payable_minor == price - worth >= 0
