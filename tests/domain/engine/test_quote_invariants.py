"""What holds of every quote, whatever is in the basket (LOYALTY 3.4)."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket, Redemption
from posloyalty.domain.shop.by_hand import DiscountByHand
from posloyalty.domain.shop.product import TaxMode
from tests.domain.engine.made import (
    MEMBER_ID,
    SALE_ID,
    basket,
    lot,
    member,
    product,
    quote,
    rules,
    weighed,
)

TIER = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
rate_at = "split"
level = [{ id = "silver", from = 50, times = "1.2" }, { id = "gold", from = 120, times = "1.7" }]
"""
OFFERS = """
[[multiplier]]
id = "x"
times = "3/2"
on = { tag = ["x"] }
[[offer]]
id = "line"
scope = "line"
percent = "7%"
on = { tag = ["x"] }
[[offer]]
id = "fixed"
scope = "line"
fixed_price = "3.21"
on = { tag = ["y"] }
[[offer]]
id = "order"
scope = "order"
amount = "4.44"
when = { min_spend = "20.00" }
[[offer]]
id = "member"
scope = "order"
percent = "12.5%"
on = { not = { tag = ["y"] } }
when = { member = true }
group = "m"
[[offer]]
id = "gold"
scope = "order"
percent = "20%"
when = { tier = { at_least = "gold" } }
exclusive = true
"""
RULES = rules(TIER, OFFERS)
POLICY = '[policies]\ndiscount_on = "before_tax"\n'
BEFORE_TAX = rules(TIER, OFFERS, POLICY)
PAYING = "[policies]\nearned_pays = true\nreward_lowers_earn = false\n"
OWN_POINTS = rules(TIER, OFFERS, PAYING)
GOODS = (
    product("A", "3.33", tags=("x",)),
    product("B", "12.99", tags=("x", "y"), tax="low9"),
    product("C", "0.01", tax="added10"),
    product("D", "7.77", tax="added20", tags=("y",)),
    product("E", "20.00", discountable=False),
    product("G", "50.00", gift_card=True, tax="none"),
    weighed("W", "39.80"),
)


@st.composite
def discounted(draw: st.DrawFn, goods: Basket) -> Basket:
    """The same with something taken off by hand, off a line and off all of it."""
    places = [line.number for line in goods.lines if line.discountable]
    for number in draw(st.lists(st.sampled_from([0, *places]), unique=True)) if places else ():
        percent = draw(st.booleans())
        goods = goods.discounting(
            number,
            DiscountByHand(
                line=number,
                hundredths=draw(st.integers(1, 10_000)) if percent else 0,
                amount_minor=0 if percent else draw(st.integers(1, 5000)),
            ),
        )
    return goods


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    made = basket(member=draw(st.booleans()))
    for one in draw(st.lists(st.sampled_from(GOODS), min_size=1, max_size=8)):
        quantity = draw(st.integers(1, 4000)) if one.weighed else draw(st.integers(1, 4)) * 1000
        made = made.add(one, quantity_milli=quantity)
    if draw(st.booleans()):
        made = draw(discounted(made))
    wish = Redemption(wallet="points", points=draw(st.integers(0, 9000)))
    return made.redeeming(wish, wallet="points") if made.member_id else made


RULED = st.sampled_from([RULES, BEFORE_TAX, OWN_POINTS])
STATES = st.sampled_from(
    [
        member(),
        member(lot(80)),
        member(lot(5000, last=None), lot(40, name="b"), debt=30),
        member(lot(10), held=(("gold", "2026-11-01", "2026-12-01"),)),
    ]
)


@given(RULED, baskets(), STATES)
def test_every_total_is_the_sum_of_its_lines(
    made: Programme, goods: Basket, state: MemberState
) -> None:
    found = answer(made, goods, state)
    lines = found.lines
    for offer in found.offers:
        assert offer.amount_minor == sum(share for _, share in offer.shares) > 0
        by_line = [dict(line.offers).get(offer.offer_id, 0) for line in lines]
        assert sum(by_line) == offer.amount_minor
    for spent in found.redemptions:
        assert spent.amount_minor == sum(share for _, share in spent.shares)
        assert spent.points == sum(share for _, share in spent.point_shares)
    for gain in found.earnings:
        assert gain.points == sum(share for _, share in gain.shares)
        assert gain.points == sum(dict(line.earned).get(gain.wallet, 0) for line in lines)
    assert found.offers_minor == sum(sum(s for _, s in line.offers) for line in lines)
    assert found.redeemed_minor == sum(line.redeemed_minor for line in lines)
    assert found.tax_minor == sum(line.tax_minor for line in lines)
    assert found.tax_minor == sum(tax.tax_minor for tax in found.taxes)
    assert found.payable_minor == sum(line.net_minor for line in lines)


@given(RULED, baskets(), STATES)
def test_payable_is_gross_less_offers_and_points_plus_added_tax_and_never_negative(
    made: Programme, goods: Basket, state: MemberState
) -> None:
    found = answer(made, goods, state)
    added = sum(tax.tax_minor for tax in found.taxes if tax.mode is TaxMode.EXCLUSIVE)
    assert (
        found.gross_minor - found.offers_minor - found.redeemed_minor + added
        == found.payable_minor
        >= 0
    )
    for line in found.lines:
        assert line.net_minor >= 0
        assert 0 <= line.tax_minor <= line.net_minor


@given(RULED, baskets(), STATES, st.randoms(use_true_random=False))
def test_the_order_of_scanning_changes_nothing(
    made: Programme, goods: Basket, state: MemberState, random: Random
) -> None:
    shuffled = list(goods.lines)
    random.shuffle(shuffled)
    assert by_content(answer(made, replace(goods, lines=tuple(shuffled)), state)) == by_content(
        answer(made, goods, state)
    )


@given(RULED, baskets(), STATES)
def test_the_same_question_has_the_same_answer_on_another_till(
    made: Programme, goods: Basket, state: MemberState
) -> None:
    told = {id(RULES): (), id(BEFORE_TAX): (POLICY,), id(OWN_POINTS): (PAYING,)}
    again = rules(TIER, OFFERS, *told[id(made)])
    assert quote(again, goods, state if goods.member_id else None) == answer(made, goods, state)


@given(RULED, baskets(), STATES)
def test_every_offer_is_applied_or_refused_with_a_reason(
    made: Programme, goods: Basket, state: MemberState
) -> None:
    found = answer(made, goods, state)
    applied = [one.offer_id for one in found.offers if not one.by_hand]
    refused = [one.offer_id for one in found.refused]
    assert sorted(applied + refused) == sorted(offer.id for offer in RULES.offers)
    assert all(one.reasons for one in (*found.offers, *found.refused))


@given(RULED, baskets(), STATES)
def test_the_wallet_after_is_the_wallet_before_and_what_the_sale_did(
    made: Programme, goods: Basket, state: MemberState
) -> None:
    found = answer(made, goods, state)
    for before, after, gain in zip(found.wallets, found.wallets_after, found.earnings, strict=True):
        spent = sum(one.points for one in found.redemptions)
        assert after.balance == before.balance - spent + gain.points


def answer(made: Programme, goods: Basket, state: MemberState) -> Quote:
    assert goods.sale_id == SALE_ID
    assert goods.member_id in (None, MEMBER_ID)
    return quote(made, goods, state if goods.member_id else None)


def by_content(found: Quote) -> tuple[object, ...]:
    """A quote without its line numbers: equal lines may swap their shares."""
    lines = sorted(
        (
            line.line.product.sku,
            line.line.quantity_milli,
            line.offers,
            line.redeemed_minor,
            line.net_minor,
            line.tax_minor,
            line.earned,
        )
        for line in found.lines
    )
    totals = (found.payable_minor, found.tax_minor, found.redeemed_minor, found.taxes)
    return (tuple(lines), totals, tuple((one.offer_id, one.amount_minor) for one in found.offers))
