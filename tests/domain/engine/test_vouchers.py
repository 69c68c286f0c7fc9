"""Vouchers and rewards at the counter: which can be used, on what, how often, and why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.kinds.voucher import Voucher
from posloyalty.domain.shop.basket import Basket, Chosen
from tests.domain.engine.club import Club
from tests.domain.engine.made import (
    MEMBER_ID,
    STORE,
    basket,
    codes,
    counted,
    lot,
    member,
    product,
    quote,
    rules,
)
from tests.domain.engine.test_offers import applied, refused

FIVE = '[[voucher]]\nid = "five"\namount = "5.00"\n'
DRINK = """
[[reward]]
id = "drink"
cost = 100
on = { tag = ["drink"] }
free = { up_to = "10.00" }
"""
SMALL = product("SMALL", "6.00", tags=("drink",))
LARGE = product("LARGE", "12.00", tags=("drink",))


def voucher(name: str = "v", *, of: str = "five", last: str | None = None, **more: object) -> Right:
    made = Right(
        id=name.encode().ljust(16, b"."), kind="voucher", of=of, owner=MEMBER_ID, programme="test"
    )
    end = None if last is None else date.fromisoformat(last)
    return structs.replace(made, last_day=end, **more)  # type: ignore[arg-type]


def choose(goods: Basket, *rights: Right) -> Basket:
    for one in rights:
        goods = goods.choosing(Chosen(kind="voucher", of=one.of, right_id=one.id))
    return goods


def reward(goods: Basket, times: int = 1, *, line: int | None = None) -> Basket:
    for _ in range(times):
        goods = goods.choosing(Chosen(kind="reward", of="drink", line=line))
    return goods


REFUSALS = {
    "used": (voucher(used=1), "VOUCHER_USED"),
    "ended": (voucher(last="2026-11-24"), "VOUCHER_EXPIRED"),
    "not yet": (voucher(from_day=date(2026, 11, 26)), "VOUCHER_NOT_YET"),
    "held": (voucher(held=True), "VOUCHER_HELD"),
    "withdrawn": (voucher(cancelled=1), "VOUCHER_WITHDRAWN"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_voucher_that_cannot_be_used_says_why(case: str) -> None:
    right, code = REFUSALS[case]
    goods = choose(basket(product("A", "20.00"), member=True), right)
    found = quote(rules(FIVE), goods, member(rights=(right,)))
    assert (found.payable_minor, codes(refused(found, "five").reasons)) == (2000, [code])


def test_the_one_that_ends_first_is_used_first_and_one_of_a_kind_in_a_sale() -> None:
    first, second = voucher("z", last="2026-11-30"), voucher("a", last="2026-12-31")
    state = member(rights=(second, first))
    goods = basket(product("A", "20.00"), member=True)
    proposed = quote(rules(FIVE), goods, state).proposals
    assert [one.choice.right_id for one in proposed] == [first.id, second.id]
    both = quote(rules(FIVE), choose(goods, second, first), state)
    assert applied(both) == {"five": 500}
    assert [one.reasons[0].code for one in both.refused] == ["ENOUGH_FOR_A_SALE"]
    two = quote(rules(FIVE + "per_sale = 2\n"), choose(goods, second, first), state)
    assert two.payable_minor == 1000


@pytest.mark.parametrize(("auto", "payable"), [("never", 2000), ("always", 1500)])
def test_without_being_asked_it_is_used_only_where_the_programme_says_so(
    auto: str, payable: int
) -> None:
    made = rules(FIVE + f'auto_use = "{auto}"\n')
    found = quote(made, basket(product("A", "20.00"), member=True), member(rights=(voucher(),)))
    assert found.payable_minor == payable


def test_what_would_run_out_is_used_without_being_asked_and_only_as_often_as_may_be() -> None:
    made = rules(FIVE + 'auto_use = "expiring"\nauto_use_days = 3\n')
    rights = tuple(voucher(n, last=f"2026-11-2{n}") for n in "689")
    found = quote(made, basket(product("A", "20.00"), member=True), member(rights=rights))
    assert applied(found) == {"five": 500}
    assert [one.uses.right for one in found.offers if one.uses] == [rights[0]]


def test_nobody_else_may_use_it_unless_it_can_be_handed_on() -> None:
    other = voucher(code="LV1:AAAA", owner=b"another-member-1")
    store = replace(STORE, shown=(other,))
    shown = Chosen(kind="voucher", of="five", right_id=other.id, code=other.code)
    goods = basket(product("A", "20.00"), member=True).choosing(shown)
    found = quote(rules(FIVE), goods, store=store)
    assert codes(refused(found, "five").reasons) == ["VOUCHER_OF_OTHER"]
    made = rules(FIVE + 'codes = "each"\ntransferable = true\n')
    assert quote(made, goods, store=store).payable_minor == 1500
    assert quote(made, goods.for_member(None), store=store).payable_minor == 1500


def test_who_may_not_earn_uses_nothing() -> None:
    state = member(lot(500), rights=(voucher(),), status=MemberStatus.FROZEN)
    goods = reward(choose(basket(SMALL, member=True), voucher()))
    found = quote(rules(FIVE, DRINK), goods, state)
    assert found.payable_minor == 600
    assert {one.reasons[0].code for one in found.refused} == {"MEMBER_FROZEN"}


def test_a_public_code_is_for_whoever_shows_it_as_often_as_it_may() -> None:
    text = FIVE + 'code = "spring-5"\nlimit = [{ most = 1, per = "lifetime" }]\n'
    (kind,) = rules(text).of(Voucher)
    shown = Chosen(kind="voucher", of="five", code="SPRING-5")
    assert kind.code == shown.code
    goods = basket(product("A", "20.00"), member=True)
    assert quote(rules(text), goods).proposals == ()
    assert quote(rules(text), goods.choosing(shown)).payable_minor == 1500
    used = member(meters=(counted("test/use/voucher:five/count", 1, "2026-11-01"),))
    found = quote(rules(text), goods.choosing(shown), used)
    assert codes(refused(found, "five").reasons) == ["LIMIT_REACHED"]


def test_a_free_piece_is_the_dearest_and_the_member_pays_what_is_beyond() -> None:
    state = member(lot(300))
    goods = basket(SMALL, LARGE, (product("B", "20.00"), "1"), member=True)
    found = quote(rules(DRINK), reward(goods), state)
    assert (found.payable_minor, applied(found)) == (2800, {"drink": 1000})
    by_line = {line.line.product.sku: line.net_minor for line in found.lines}
    assert by_line == {"SMALL": 600, "LARGE": 200, "B": 2000}
    named = quote(rules(DRINK), reward(goods, line=1), state)
    assert applied(named) == {"drink": 600}


def test_of_one_line_every_free_piece_is_worth_what_a_piece_costs() -> None:
    goods = basket((SMALL, "3"), member=True)
    found = quote(rules(DRINK), reward(goods, 2), member(lot(300)))
    assert (found.payable_minor, applied(found)) == (600, {"drink": 600, "drink~2": 600})
    (wallet,) = found.wallets_after
    assert wallet.balance == 300 - 200 + 6


@pytest.mark.parametrize(
    ("points", "more", "code"),
    [
        (99, "", "TOO_FEW_POINTS"),
        (100, 'limit = [{ most = 0, per = "day" }]\n', "LIMIT_REACHED"),
        (100, 'when = { min_spend = "6.01" }\n', "BELOW_MINIMUM"),
    ],
)
def test_a_reward_that_cannot_be_had_says_why(points: int, more: str, code: str) -> None:
    goods = reward(basket(SMALL, member=True))
    found = quote(rules(DRINK + more), goods, member(lot(points)))
    assert (found.payable_minor, codes(refused(found, "drink").reasons)) == (600, [code])


def test_found_by_phone_points_buy_nothing_unless_the_reward_lets_them() -> None:
    goods = reward(basket(SMALL, member=True, proof="phone"))
    found = quote(rules(DRINK), goods, member(lot(100)))
    assert codes(refused(found, "drink").reasons) == ["NEEDS_CARD"]
    free = rules(DRINK + 'redeem_needs = "any"\n')
    assert applied(quote(free, goods, member(lot(100)))) == {"drink": 600}


def test_what_a_campaign_has_left_is_counted_by_every_sale() -> None:
    club = Club(
        rules(DRINK + 'limit = [{ most = 1, per = "lifetime", of = "campaign" }]\n'),
        member(lot(500)),
    )
    goods = reward(basket(SMALL, member=True))
    first = quote(club.programme, goods, club.state)
    assert first.payable_minor == 0
    names = {key for key, _ in club.programme.limited}
    assert "reward:drink" in names


@given(pieces=st.integers(1, 6), times=st.integers(0, 8), price=st.integers(1, 3000))
def test_no_reward_gives_more_than_it_is_worth_or_takes_points_for_nothing(
    pieces: int, times: int, price: int
) -> None:
    drink = replace(SMALL, price_minor=price)
    goods = reward(basket((drink, str(pieces)), member=True), times)
    found = quote(rules(DRINK), goods, member(lot(500)))
    taken = min(pieces, times, 5)
    assert [one.amount_minor for one in found.offers] == [min(price, 1000)] * taken
    assert found.payable_minor == price * pieces - min(price, 1000) * taken
    assert found.wallets_after[0].balance == 500 - 100 * taken + found.payable_minor // 100
