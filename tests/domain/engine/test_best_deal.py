"""The search for the best deal, against every legal deal, priced piece by piece (`naive`)."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine import deal_table
from posloyalty.domain.engine.best_deal import BestDeal
from posloyalty.domain.engine.candidates import Candidate
from posloyalty.domain.engine.context import Context, freeze
from posloyalty.domain.engine.taken import Deal
from posloyalty.domain.programme.definition import OffersWin
from tests.domain.engine.drawn_offers import CASES, Owning, candidates, cases, ownings
from tests.domain.engine.made import NOON, STORE, TAX, basket, product, quote, rules
from tests.domain.engine.naive_deals import by_priority, every_deal, every_price


def search(context: Context, every: list[Candidate], points: int = 0) -> Deal:
    return BestDeal(
        context,
        every,
        tax_classes=TAX,
        earned=lambda _deal: 0,
        budget={"points": points},
        uniform=True,
    ).find()


@settings(max_examples=CASES)
@given(cases())
def test_the_search_finds_what_trying_every_deal_finds(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    least = min(price for price, _ in every_price(context))
    assert (deal.payable_minor, sum(deal.amounts)) == (least, least)


def test_a_band_is_taken_alone_where_the_offers_before_it_put_it_out_of_reach() -> None:
    """1875 less 7 % is 1744; 1 % twice leaves 1837, of which the lower band takes 92: 1745."""
    less = 'scope = "order"\npercent = "1%"\n'
    step = '{ from = "5.00", percent = "5%" }, { from = "18.67", percent = "7%" }'
    programme = rules(
        f'[[offer]]\nid = "a"\n{less}',
        f'[[offer]]\nid = "b"\n{less}',
        f'[[offer]]\nid = "c"\nscope = "order"\nbands = {{ step = [{step}] }}\n',
    )
    of = basket((product("P0", "2.70"), "3"), (product("P1", "3.55"), "3"))
    found = quote(programme, of)
    assert ([one.offer_id for one in found.offers], found.payable_minor) == (["c"], 1744)


def test_a_discount_is_left_where_it_would_take_the_effect_of_a_group_that_helps_another() -> None:
    """A cent off each piece (199) leaves nothing of the cheapest to give away, and buy 1 get 1 then
    gives that one; given away first, it leaves the piece of 1.00 to be got: 100.
    """
    programme = rules(
        '[[offer]]\nid = "a"\nscope = "line"\namount = "0.01"\n',
        '[[offer]]\nid = "b"\nscope = "bundle"\npercent = "100%"\npieces = 1\ntake = "cheapest"\n'
        'most = "0.01"\n',
        '[[offer]]\nid = "c"\nscope = "bundle"\nbuy_get = { buy = 1, get = 1 }\n',
    )
    fixed = product("P1", "1.00", discountable=False)
    of = basket((product("P0", "1.00"), "1"), (fixed, "1"), (product("P2", "0.01"), "1"))
    found = quote(programme, of)
    assert [one.offer_id for one in found.offers] == ["b", "c"]
    assert found.payable_minor == 100


@settings(max_examples=CASES)
@given(cases(wide=True))
def test_so_it_does_with_gifts_limits_and_every_policy(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    assert deal.payable_minor == min(price for price, _ in every_price(context))


@settings(max_examples=CASES)
@given(ownings())
def test_so_it_does_with_what_the_customer_owns_and_uses_the_fewest_of_it(case: Owning) -> None:
    deal = search(case.context, case.candidates(), case.points)
    every = list(every_deal(case.context, case.every(), case.points))
    least = min(one.payable for one in every)
    assert (deal.complete, deal.payable_minor) == (True, least)
    assert deal.owned == min(one.owned for one in every if one.payable == least)


@settings(max_examples=CASES)
@given(ownings())
def test_offers_that_win_by_priority_join_in_their_order(case: Owning) -> None:
    ruled = replace(case.context.programme.policies, offers_win=OffersWin.PRIORITY)
    context = replace(case.context, programme=replace(case.context.programme, policies=ruled))
    case = replace(case, context=context)
    deal = search(context, case.candidates(), case.points)
    wanted = by_priority(context, case.every(), case.points)
    assert tuple((one.found.id, one.times) for one in deal.taken) == wanted.taken
    assert deal.payable_minor == wanted.payable


def test_by_priority_a_gift_is_given_as_often_as_leaves_its_minimum_spend() -> None:
    """Two of 1.00 given away leave nothing of the 0.02 asked for, one of them 1.00."""
    programme = rules(
        '[[offer]]\nid = "a"\nwhen = { min_spend = "0.02" }\n'
        'gift = { count = 2, on = { tag = ["x"] } }\n',
        '[policies]\noffers_win = "priority"\n',
    )
    found = quote(programme, basket((product("P0", "1.00", tags=("x",)), "2")))
    assert [(one.offer_id, one.amount_minor) for one in found.offers] == [("a", 100)]


@given(cases(hard=False))
def test_so_it_does_where_no_offer_is_about_pieces(context: Context) -> None:
    deal = search(context, candidates(context))
    assert deal.complete
    assert deal.payable_minor == min(price for price, _ in every_price(context))


@given(cases(), st.randoms())
def test_the_order_of_the_offers_in_the_file_decides_nothing(
    context: Context, random: Random
) -> None:
    every = candidates(context)
    shuffled = list(every)
    random.shuffle(shuffled)
    assert search(context, shuffled) == search(context, every)


@given(cases())
def test_no_line_goes_below_zero_and_shares_add_up(context: Context) -> None:
    deal = search(context, candidates(context))
    assert min(deal.amounts, default=0) >= 0
    off = sum(sum(one.shares) for one in deal.taken)
    assert sum(context.goods.gross) - sum(deal.amounts) == off
    assert all(sum(one.shares) for one in deal.taken)


@given(cases(), st.integers(0, 60))
def test_a_search_cut_short_is_legal_and_says_so(context: Context, effort: int) -> None:
    every = candidates(context)
    before = deal_table.EFFORT_MAX
    deal_table.EFFORT_MAX = effort
    try:
        cut = search(context, every)
    finally:
        deal_table.EFFORT_MAX = before
    legal = {price for price, _ in every_price(context)}
    assert cut.payable_minor in legal
    if cut.complete:
        assert cut.payable_minor == min(legal)


@pytest.mark.parametrize("scope", ["line", "order"])
def test_ten_offers_that_go_together_are_settled_in_few_steps(
    monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    offers_of = [
        f'[[offer]]\nid = "o{n}"\nscope = "{scope}"\npercent = "{3 + n}%"\n' for n in range(10)
    ]
    goods = basket(*(product(f"P{n}", f"{n + 1}.99") for n in range(30)))
    context = freeze(rules(*offers_of), goods, None, NOON, STORE)
    monkeypatch.setattr(deal_table, "EFFORT_MAX", 100)
    deal = search(context, candidates(context))
    assert deal.complete
    assert len(deal.taken) == 10


def test_what_is_taken_of_the_stage_s_first_amounts_sees_past_an_order_offer_before_it() -> None:
    # One group and both order offers leave 1.00; the bill looks dearer when the last offer is
    # reckoned on what the one before it left.
    made = rules(
        '[[offer]]\nid = "pair"\nbuy_get = { buy = 1, get = 1 }\n',
        '[[offer]]\nid = "some"\nscope = "order"\npercent = "91%"\non = { tag = ["y"] }\n'
        'most = "15.76"\n',
        '[[offer]]\nid = "whole"\nscope = "order"\npercent = "16%"\nbase = "initial"\n'
        'when = { min_spend = "14.30" }\n',
    )
    goods = basket(
        product("A", "1.00"),
        product("B", "1.00", discountable=False),
        (product("C", "6.15", tags=("y",)), "3"),
    )
    assert quote(made, goods).payable_minor == 100


def test_the_order_of_scanning_changes_no_bundle() -> None:
    made = rules(
        '[[offer]]\nid = "two"\nbuy_get = { buy = 2, get = 1, percent = "61%" }\n',
        '[[offer]]\nid = "set"\n[offer.bundle]\nprice = "3.00"\n'
        'slot = [{ on = { tag = ["x"] }, count = 2 }]\n',
        '[[offer]]\nid = "third"\non = { tag = ["y"] }\ncheapest_free = { of = 2 }\n',
    )
    goods = [
        product("A", "1.25", tags=("x", "y")),
        product("B", "1.25", tags=("x",)),
        product("C", "1.25", tags=("y",)),
        product("D", "2.50", tags=("x", "y")),
    ]
    seen = {
        tuple(sorted((line.line.product.sku, line.offers, line.net_minor) for line in found.lines))
        for found in (quote(made, basket(*order)) for order in permutations(goods))
    }
    assert len(seen) == 1
