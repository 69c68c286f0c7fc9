"""Campaigns: never more than the budget, whatever offers share it; states, leases, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.condition import AllOf
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.in_campaign import InCampaign
from posloyalty.domain.programme.kinds.campaign import Campaign, CampaignState
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.load import load
from posloyalty.domain.shop.product import Product
from tests.domain.engine.drawn_offers import CASES, EMPTY, cases
from tests.domain.engine.made import (
    HEAD,
    STORE,
    WALLET,
    basket,
    counted,
    member,
    product,
    quote,
    rules,
)
from tests.domain.engine.naive_deals import every_deal, public

GOODS = (product("A", "7.30"), product("B", "12.00"), product("C", "0.40"))


def club(budget: str, *, offers: str = "") -> Programme:
    """A campaign with a budget and three offers that share it."""
    return rules(
        f"""
[[campaign]]
id = "spring"
name = "Spring"
status = "approved"
budget = {budget}
[[offer]]
id = "a"
scope = "line"
percent = "30%"
campaign = "spring"
[[offer]]
id = "b"
scope = "order"
amount = "3.00"
campaign = "spring"
[[offer]]
id = "c"
scope = "order"
percent = "10%"
campaign = "spring"
[[offer]]
id = "own"
scope = "order"
percent = "5%"
""",
        offers,
    )


def off(found: Quote) -> dict[str, int]:
    return {one.offer_id: one.amount_minor for one in found.offers}


@given(
    st.lists(st.sampled_from(GOODS), min_size=1, max_size=6),
    st.integers(0, 3000),
    st.integers(0, 3000),
    st.sampled_from(["trim", "reject"]),
    st.sampled_from(["shown", "before_tax"]),
)
def test_no_more_is_given_than_is_left(
    goods: list[Product], budget: int, used: int, mode: str, price: str
) -> None:
    policy = f'[policies]\ndiscount_on = "{price}"\n'
    money = f"{budget // 100}.{budget % 100:02}"
    programme = club(f'{{ money = "{money}", mode = "{mode}" }}', offers=policy)
    (campaign,) = programme.of(Campaign)
    before = counted("test/use/a/money", used, "2026-11-20", owner=campaign.owner("test"))
    found = off(quote(programme, basket(*goods), store=replace(STORE, counts=(before,))))
    given_now = sum(amount for name, amount in found.items() if name != "own")
    assert given_now <= max(0, budget - used)


@given(st.lists(st.sampled_from(GOODS), min_size=1, max_size=6), st.integers(0, 4))
def test_no_more_often_than_the_budget_says(goods: list[Product], times: int) -> None:
    found = off(quote(club(f"{{ count = {times} }}"), basket(*goods)))
    assert len(found.keys() - {"own"}) <= times


SPRING = ("spring", LimitUnit.MONEY)


AT_COST = """
[[campaign]]
id = "spring"
name = "Spring"
status = "approved"
budget = {{ shop_cost = "{budget}", mode = "{mode}" }}
[[offer]]
id = "a"
when = {{ min_spend = "5.00" }}
gift = {{ on = {{ product = ["B", "C"] }}, count = 3, shop_cost = "{cost}" }}
campaign = "spring"
[[offer]]
id = "b"
scope = "order"
percent = "10%"
campaign = "spring"
"""


@given(
    st.lists(st.sampled_from(GOODS), min_size=1, max_size=6),
    st.integers(0, 15),
    st.integers(0, 1500),
    st.integers(0, 500),
    st.sampled_from(["trim", "reject"]),
)
def test_offers_cost_the_shop_no_more_than_the_budget_and_are_given_whole(
    goods: list[Product], budget: int, used: int, cost: int, mode: str
) -> None:
    money = f"{cost // 100}.{cost % 100:02}"
    programme = rules(AT_COST.format(budget=f"{budget}.00", mode=mode, cost=money))
    (campaign,) = programme.of(Campaign)
    before = counted("test/use/a/shop_cost", used, "2026-11-20", owner=campaign.owner("test"))
    given_now = at_cost(quote(programme, basket(*goods), store=replace(STORE, counts=(before,))))
    left = budget * 100 - used
    assert sum(given_now.values()) <= max(0, left)
    ample = rules(AT_COST.format(budget="1000000.00", mode=mode, cost=money))
    wanted = at_cost(quote(ample, basket(*goods)))
    if left > 0 and sum(wanted.values()) <= left:
        assert given_now == wanted


def at_cost(found: Quote) -> dict[str, int]:
    """What each offer costs the shop."""
    return {one.offer_id: one.costs_shop for one in found.offers}


def test_a_till_sees_its_lease_as_the_budget() -> None:
    programme = club('{ money = "100.00" }')
    goods = basket((GOODS[1], "10"))
    whole = off(quote(programme, goods))
    assert whole["a"] > 2000
    leased = off(quote(programme, goods, store=replace(STORE, budgets={SPRING: 2000})))
    assert sum(amount for name, amount in leased.items() if name != "own") == 2000
    none = quote(programme, goods, store=replace(STORE, budgets={SPRING: 0}))
    assert {one.offer_id: one.reasons[0].code for one in none.refused} == dict.fromkeys(
        "abc", "BUDGET_USED_UP"
    )


@pytest.mark.parametrize(
    ("status", "day", "state"),
    [
        ("draft", "2026-03-10", CampaignState.DRAFT),
        ("approved", "2026-02-28", CampaignState.SCHEDULED),
        ("approved", "2026-03-01", CampaignState.ACTIVE),
        ("approved", "2026-03-31", CampaignState.ACTIVE),
        ("approved", "2026-04-01", CampaignState.ENDED),
        ("paused", "2026-03-10", CampaignState.PAUSED),
        ("archived", "2026-03-10", CampaignState.ARCHIVED),
    ],
)
def test_where_it_stands_follows_from_decision_and_day(
    status: str, day: str, state: CampaignState
) -> None:
    (campaign,) = rules(
        f'[[campaign]]\nid = "c"\nstatus = "{status}"\nfrom = 2026-03-01\nthrough = 2026-03-31'
    ).of(Campaign)
    assert campaign.state(date.fromisoformat(day)) is state


@pytest.mark.parametrize(
    ("lines", "code", "path"),
    [
        ('status = "running"', "NOT_CHOICE", "campaign[1].status"),
        (
            "from = 2026-03-02\nthrough = 2026-03-01",
            "ENDS_BEFORE_START",
            "campaign[1].through",
        ),
        ("budget = {}", "KIND_MISSING", "campaign[1].budget"),
        ('budget = { money = "-1.00" }', "TOO_LITTLE", "campaign[1].budget.money"),
        ('budget = { shop_cost = "-1.00" }', "TOO_LITTLE", "campaign[1].budget.shop_cost"),
        ("budget = { count = 1.5 }", "FLOAT", "campaign[1].budget.count"),
        ('budget = { count = 1, mode = "cut" }', "NOT_CHOICE", "campaign[1].budget.mode"),
        ('budget = { points = 1, wallet = "x" }', "NOT_DECLARED", "campaign[1].budget.wallet"),
        ('control = "2.5%"', "WHOLE_PERCENT", "campaign[1].control"),
        ('control = "101%"', "NOT_RATIO_TO", "campaign[1].control"),
        (
            '[[earn]]\nid = "e"\nper_sale = { points = 1 }\ncampaign = "d"',
            "NOT_DECLARED",
            "earn[1].campaign",
        ),
        ('[[segment]]\nid = "s"\ncampaign = "c"', "UNKNOWN_KEY", "segment[1].campaign"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(lines: str, code: str, path: str) -> None:
    text = "\n".join((HEAD.format(currency="CNY"), WALLET, '[[campaign]]\nid = "c"', lines))
    findings = load(text.encode())
    assert isinstance(findings, list)
    assert [(one.code, one.path) for one in findings] == [(code, path)]


@settings(max_examples=CASES)
@given(cases(), st.integers(0, 2500), st.data())
def test_the_deal_within_a_budget_is_the_best_that_the_rule_allows(
    context: Context, left: int, data: st.DataObject
) -> None:
    """The rule, by hand: each offer of the campaign may have all that is left; where they come to
    more together, those that applied have it in the order of their ids, and the others nothing.
    """
    ids = [one.id for one in context.programme.offers]
    own = set(data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True)))
    made = in_campaign(context.programme, own, left)
    found = quote(made, replace(EMPTY, lines=context.goods.lines))
    payable = sum(context.goods.gross) - sum(one.amount_minor for one in found.offers)
    assert found.search_complete
    assert payable in set(by_the_rule(context, own, left))


def in_campaign(made: Programme, own: set[str], left: int) -> Programme:
    """The same offers, some of them a campaign's that has so much left."""
    money = f"{left // 100}.{left % 100:02}"
    with_one = rules(
        f'[[campaign]]\nid = "c"\nstatus = "approved"\nbudget = {{ money = "{money}" }}\n'
    )
    offers = tuple(
        replace(one, when=AllOf((*one.when.parts, InCampaign("c")))) if one.id in own else one
        for one in made.offers
    )
    return replace(with_one, offers=offers)


def by_the_rule(context: Context, own: set[str], left: int) -> Iterator[int]:
    """What may be left to pay: one answer for each of the first deals that cost the same."""
    first = list(priced(context, dict.fromkeys(own, left)))
    least = min(price for price, _ in first)
    for price, off in first:
        given = {name: amount for name, amount in off.items() if name in own}
        if price == least and sum(given.values()) <= left:
            yield price
        elif price == least:
            caps, rest = dict.fromkeys(own, 0), left
            for name in sorted(given):
                caps[name] = min(given[name], rest)
                rest -= caps[name]
            yield min(price for price, _ in priced(context, caps))


def priced(context: Context, caps: Mapping[str, int]) -> Iterator[tuple[int, dict[str, int]]]:
    """Every legal deal of offers of which some take no more off than their caps."""
    capped = tuple(
        replace(one, most_minor=min(caps[one.id], one.most_minor or caps[one.id]))
        if one.id in caps
        else one
        for one in context.programme.offers
    )
    allowed = tuple(one for one in capped if one.most_minor != 0)
    tried = replace(context, programme=replace(context.programme, offers=allowed))
    for deal in every_deal(tried, public(tried)):
        yield deal.payable, dict(deal.off)


SHARED = {
    "offers": [
        f'[[offer]]\nid = "{name}"\nscope = "order"\namount = "{amount}"\ncampaign = "spring"\n'
        for name, amount in (("a", "3.00"), ("b", "2.00"), ("c", "4.00"))
    ],
    "points": [
        '[[multiplier]]\nid = "double"\ntimes = 2\ncampaign = "spring"\n',
        '[[rule]]\nid = "early"\ntrigger = "sale"\ngives = { points = 30 }\ncampaign = "spring"\n',
        '[[rule]]\nid = "later"\ntrigger = "sale"\ngives = { points = 20 }\ncampaign = "spring"\n',
    ],
}


def sharing(parts: list[str], budget: str) -> Programme:
    campaign = f'[[campaign]]\nid = "spring"\nstatus = "approved"\nbudget = {budget}\n'
    return rules(*parts, campaign)


@given(
    st.permutations(GOODS), st.permutations(SHARED["offers"]), st.sampled_from(("trim", "reject"))
)
def test_offers_have_a_budget_in_the_order_of_their_ids_whatever_comes_first(
    goods: list[Product], parts: list[str], mode: str
) -> None:
    """9.00 are wanted of 4.50: 3.00 for a, what is left of it for b, nothing for c."""
    made = sharing(parts, f'{{ money = "4.50", mode = "{mode}" }}')
    found = quote(made, basket(*goods))
    had = {"a": 300, "b": 150} if mode == "trim" else {}
    assert {one.offer_id: one.amount_minor for one in found.offers} == had


@given(st.permutations(GOODS), st.permutations(SHARED["points"]), st.integers(0, 80))
def test_points_of_a_budget_go_to_the_goods_first_and_then_to_rules_by_their_ids(
    goods: list[Product], parts: list[str], left: int
) -> None:
    made = sharing(parts, f"{{ points = {left} }}")
    found = quote(made, basket(*goods, member=True), member())
    doubled = min(20, left)  # 19.70 twice are 39, and 19 without it
    early = 30 if left - doubled >= 30 else 0
    later = 20 if left - doubled - early >= 20 else 0
    assert sum(dict(found.earnings[0].campaigns).values()) == doubled
    given_by_rules = {one.rule_id: one.amount for one in found.awards if one.kind == "points"}
    assert given_by_rules == {
        name: points for name, points in (("early", early), ("later", later)) if points
    }


def test_what_a_limit_holds_back_campaigns_lose_first() -> None:
    """19 and 20 of the campaign's are earned, 25 may be: 6 are the campaign's."""
    wallet = WALLET.replace(
        'name = "Points"', 'name = "Points"\ncap = [{ points = 25, per = "sale" }]'
    )
    made = rules(
        SHARED["points"][0],
        '[[campaign]]\nid = "spring"\nstatus = "approved"\nbudget = { points = 100 }\n',
        wallet=wallet,
    )
    found = quote(made, basket(*GOODS, member=True), member())
    assert (found.earnings[0].points, found.earnings[0].campaigns) == (25, (("spring", 6),))
