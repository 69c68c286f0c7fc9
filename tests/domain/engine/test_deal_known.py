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
from tests.domain.engine.drawn_offers import TAGS, offers, policies
from tests.domain.engine.made import (
    MEMBER_ID,
    NOON,
    STORE,
    TAX,
    basket,
    lot,
    member,
    product,
    rules,
)

EMPTY = basket()


def quoted(programme: Programme, of: Basket) -> Quote:
    state = member(lot(300)) if of.member_id else None
    return evaluate(programme, of, state, NOON, tax_classes=TAX, store=STORE)


@st.composite
def shelves(draw: st.DrawFn) -> list[Product]:
    """A few products, some of them with the tags that offers ask for."""
    prices = st.one_of(st.integers(100, 2000), st.integers(1, 9))
    return [
        product(
            f"P{number}",
            f"{(cents := draw(prices)) // 100}.{cents % 100:02d}",
            tags=tuple(sorted(draw(st.sets(st.sampled_from(TAGS), max_size=2)))),
            discountable=draw(st.integers(0, 9)) > 0,
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


@settings(max_examples=300, deadline=None)
@given(programmes(), journeys())
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


def test_what_is_known_of_deals_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deal_known, "PARTS_MAX", 20)
    monkeypatch.setattr(deal_known, "LINES_MAX", 100)
    programme = offer_shop.programme(300)
    for seed in range(10):
        shopped(programme, offer_shop.basket(seed))
        assert 0 < len(known_of(programme)) <= 20
