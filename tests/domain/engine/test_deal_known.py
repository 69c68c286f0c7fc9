"""What is known of earlier quotes changes no answer: a sale that grows, shrinks and finds its
member is quoted as if every quote were the first one.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from posloyalty.domain.engine import deal_known
from posloyalty.domain.engine.deal_known import known_of
from posloyalty.domain.engine.evaluate import evaluate
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.product import Product
from tests.benchmarks import offer_shop
from tests.domain.engine.drawn_offers import (
    CASES,
    CENTS,
    TAGS,
    bundled,
    limits,
    money,
    offers,
    on,
    plain,
    policies,
)
from tests.domain.engine.made import (
    MEMBER_ID,
    NOON,
    STORE,
    TAX,
    basket,
    counted,
    lot,
    member,
    product,
    rules,
)

EMPTY = basket()
LIMITED = rules(
    '[[offer]]\nid = "o"\nbuy_get = { buy = 1, get = 1 }\non = { tag = ["tea"] }\n'
    'limit = [{ most = 2, per = "day" }]\n'
)


def quoted(programme: Programme, of: Basket) -> Quote:
    state = member(lot(300)) if of.member_id else None
    return evaluate(programme, of, state, NOON, tax_classes=TAX, store=STORE)


@st.composite
def shelves(draw: st.DrawFn) -> list[Product]:
    """A few products, some of them with the tags that offers ask for."""
    taxes = draw(st.sampled_from([["std13"], ["std13", "none"], ["added10", "added20"]]))
    prices = st.one_of(st.integers(100, 2000), st.integers(1, 9))
    return [
        product(
            f"P{number}",
            f"{(cents := draw(prices)) // 100}.{cents % 100:02d}",
            tags=tuple(sorted(draw(st.sets(st.sampled_from(TAGS), max_size=2)))),
            discountable=draw(st.integers(0, 9)) > 0,
            tax=draw(st.sampled_from(taxes)),
        )
        for number in range(draw(st.integers(2, 5)))
    ]


@st.composite
def journeys(draw: st.DrawFn) -> list[Basket]:
    """The baskets of one sale: scans, removals, other quantities, a member, an offer turned off."""
    shelf, now, found = draw(shelves()), EMPTY, []
    for _ in range(draw(st.integers(2, 7))):
        step = draw(st.sampled_from(["scan", "scan", "scan", "remove", "count", "member", "offer"]))
        if step == "scan":
            now = now.add(draw(st.sampled_from(shelf)))
        elif step == "member":
            now = now.for_member(None if now.member_id else MEMBER_ID, proof="card")
        elif step == "offer":
            now = now.declining(f"o{draw(st.integers(0, 4))}", declined=draw(st.booleans()))
        elif now.lines:
            line = draw(st.sampled_from(now.lines)).number
            count = 0 if step == "remove" else 1000 * draw(st.integers(1, 3))
            now = now.with_quantity(line, count)
        found.append(now)
    return found


@st.composite
def programmes(draw: st.DrawFn) -> list[str]:
    """The offers and policies of a programme, as texts."""
    count = draw(st.integers(1, 5))
    told = [draw(policies())] if draw(st.integers(0, 3)) == 0 else []
    return [*told, *[draw(offers(number, hard=True, gifts=True)) for number in range(count)]]


@st.composite
def shelf_offers(draw: st.DrawFn, number: int) -> str:
    """An offer about goods of its own, as shops have most."""
    scope = draw(st.sampled_from(["line", "bundle"]))
    effect = draw(bundled() if scope == "bundle" else plain(scope))
    group, bound = draw(st.sampled_from(["", "", "g", "h"])), draw(st.integers(0, 3))
    text = f'[[offer]]\nid = "o{number}"\nscope = "{scope}"\n{effect}'
    text += f"on = {on(draw(st.sampled_from(TAGS)))}\npriority = {draw(st.integers(0, 1))}\n"
    text += f'base = "{draw(st.sampled_from(["sequential", "initial"]))}"\n'
    text += f'group = "{group}"\n' if group else ""
    text += "when = { member = true }\n" if draw(st.integers(0, 4)) == 0 else ""
    text += f"most = {money(draw(CENTS))}\n" if bound == 1 else ""
    return text + (f"limit = [{draw(limits())}]\n" if bound == 2 else "")


@st.composite
def order_offers(draw: st.DrawFn, number: int) -> str:
    """An offer about the whole basket."""
    text = f'[[offer]]\nid = "o{number}"\nscope = "order"\n{draw(plain("order"))}'
    if draw(st.booleans()):
        text += f"when = {{ min_spend = {money(draw(CENTS))} }}\n"
    return text + draw(st.sampled_from(["", "", 'group = "order"\n', "exclusive = true\n"]))


@st.composite
def shops(draw: st.DrawFn) -> list[str]:
    """The offers of a programme as shops write them."""
    own, whole = draw(st.integers(1, 4)), draw(st.integers(0, 2))
    shelves = [draw(shelf_offers(number)) for number in range(own)]
    return [*shelves, *[draw(order_offers(number)) for number in range(own, own + whole)]]


@settings(max_examples=CASES, deadline=None)
@given(st.one_of(shops(), shops(), programmes()), journeys())
def test_every_quote_of_a_sale_is_the_quote_from_scratch(
    texts: list[str], journey: list[Basket]
) -> None:
    programme = rules(*texts)
    for now in journey:
        assert quoted(programme, now) == quoted(rules(*texts), now)


def shopped(programme: Programme, of: Basket) -> Quote:
    state = offer_shop.state()
    return evaluate(programme, of, state, NOON, tax_classes=offer_shop.TAX, store=STORE)


def test_a_shop_of_many_offers_quotes_each_scan_as_from_scratch() -> None:
    programme = offer_shop.programme(300)
    for seed in range(4):
        now = offer_shop.basket(seed, 12)
        for article in offer_shop.goods()[seed * 40 : seed * 40 + 12 : 3]:
            now = now.add(article)
            assert shopped(programme, now) == shopped(offer_shop.programme(300), now)


def test_what_limits_leave_is_part_of_what_is_known() -> None:
    of = basket((product("A", "4.00", tags=("tea",)), "6")).for_member(MEMBER_ID, proof="card")
    for used, off in [(0, 800), (1, 400), (2, 0), (0, 800)]:
        before = counted("test/use/o/count", used, "2026-11-25")
        state = member(lot(300), meters=(before,) if used else ())
        found = evaluate(LIMITED, of, state, NOON, tax_classes=TAX, store=STORE)
        assert found.offers_minor == off


def test_which_conditions_hold_is_part_of_what_is_known() -> None:
    programme = rules(
        '[[offer]]\nid = "o"\nscope = "line"\npercent = "10%"\non = { tag = ["tea"] }\n'
        "when = { member = true }\n",
        '[[offer]]\nid = "p"\nscope = "line"\npercent = "5%"\non = { tag = ["tea"] }\n',
    )
    of = basket(product("A", "4.00", tags=("tea",)))
    for who, off in [(None, 20), (MEMBER_ID, 40 + 18), (None, 20)]:
        assert quoted(programme, of.for_member(who, proof="card")).offers_minor == off


def test_a_product_that_changes_its_tags_is_another_one() -> None:
    programme = rules(
        '[[offer]]\nid = "o"\nscope = "line"\npercent = "10%"\non = { tag = ["tea"] }\n',
        '[[offer]]\nid = "p"\nscope = "line"\npercent = "50%"\non = { product = ["A", "B"] }\n',
    )
    for tags, off in [(("tea",), 80 + 360), ((), 40 + 380), (("tea", "new"), 80 + 360)]:
        goods = product("A", "4.00", tags=tags), product("B", "4.00", tags=("tea",))
        assert quoted(programme, basket(*goods)).offers_minor == off


def test_what_is_known_of_deals_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deal_known, "DEALS_MAX", 20)
    monkeypatch.setattr(deal_known, "LINES_MAX", 100)
    programme = offer_shop.programme(300)
    for seed in range(10):
        now = offer_shop.basket(seed)
        fresh = shopped(offer_shop.programme(300), now)
        assert shopped(programme, now) == fresh
        assert 0 < len(known_of(programme)) <= 20
