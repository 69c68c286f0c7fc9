"""Price lists at the counter: whose price a line has, why, and what offers then begin with."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.by_hand import PriceByHand
from posloyalty.domain.shop.place import Place
from posloyalty.domain.shop.price_list import Buyers, ListPrice, PriceList
from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import NOON, SHANGHAI, STORE, basket, member, product, quote, rules
from tests.domain.engine.made import weighed as by_weight

TEA = product("TEA", "20.00")
CUP = product("CUP", "50.00")
LEVELS = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [
  { id = "silver", name = "Silver", from = 100 },
  { id = "gold", name = "Gold", from = 1000 },
]
"""
TEN_OFF = """
[[offer]]
id = "ten"
name = "Ten off"
scope = "line"
percent = "10%"
"""
HOLDS_GOLD = (("gold", "2026-11-01", "2027-11-01"),)
HOLDS_SILVER = (("silver", "2026-11-01", "2027-11-01"),)


def a_list(code: str, **more: object) -> PriceList:
    named = {"id": code.encode().ljust(16, b"."), "code": code, "name": code.title()}
    return PriceList(**{**named, **more})


WEEK = a_list("WEEK", prices={TEA.id: 1900})
CLUB = a_list("CLUB", buyers=Buyers.MEMBERS, prices={TEA.id: 1800})
GOLD = a_list("GOLD", buyers=Buyers.TIER, buyers_of="level/gold", prices={TEA.id: 1700})
KIOSK = a_list("KIOSK", stores=("S09",), prices={TEA.id: 2500})


def shop(*lists: PriceList, store: str = "S01") -> StoreContext:
    return replace(STORE, prices=lists, place=Place(store, "T01"))


def price(found: Quote) -> tuple[int, str]:
    """The price of the first line and the code of its list."""
    line = found.lines[0].line
    return line.unit_price_minor, "" if line.listed is None else line.listed.code


def test_without_lists_a_line_has_the_shelf_price() -> None:
    assert price(quote(rules(), basket(TEA))) == (2000, "")


def test_a_members_price_comes_and_goes_with_the_member() -> None:
    nobody, somebody = basket(TEA), basket(TEA, member=True)
    assert price(quote(rules(), nobody, store=shop(CLUB))) == (2000, "")
    assert price(quote(rules(), somebody, store=shop(CLUB))) == (1800, "CLUB")
    assert price(quote(rules(), somebody.for_member(None), store=shop(CLUB))) == (2000, "")


@pytest.mark.parametrize(
    ("holds", "lists", "found"),
    [
        ((), (CLUB, GOLD), (1800, "CLUB")),
        (HOLDS_SILVER, (CLUB, GOLD), (1800, "CLUB")),
        (HOLDS_GOLD, (CLUB, GOLD), (1700, "GOLD")),
        (HOLDS_GOLD, (replace(GOLD, buyers_of="gold"),), (1700, "GOLD")),
        (HOLDS_GOLD, (replace(GOLD, buyers_of="silver"),), (1700, "GOLD")),
        (HOLDS_GOLD, (replace(GOLD, buyers_of="level/platinum"),), (2000, "")),
        (HOLDS_GOLD, (replace(GOLD, buyers_of="other/gold"),), (2000, "")),
    ],
)
def test_a_tiers_price_is_for_that_level_and_those_above(
    holds: tuple[tuple[str, str, str], ...], lists: tuple[PriceList, ...], found: tuple[int, str]
) -> None:
    state = member(held=holds)
    answer = quote(rules(LEVELS), basket(TEA, member=True), state, store=shop(*lists))
    assert price(answer) == found


def test_a_member_who_may_not_earn_has_no_members_price() -> None:
    frozen = member(status=MemberStatus.FROZEN)
    assert price(quote(rules(), basket(TEA, member=True), frozen, store=shop(CLUB))) == (2000, "")


@pytest.mark.parametrize(("store", "found"), [("S01", (2000, "")), ("S09", (2500, "KIOSK"))])
def test_a_list_for_everybody_may_raise_the_price_in_its_store(
    store: str, found: tuple[int, str]
) -> None:
    assert price(quote(rules(), basket(TEA), store=shop(KIOSK, store=store))) == found


def test_of_lists_for_everybody_the_lowest_counts_and_a_members_may_only_lower_it() -> None:
    dear = a_list("DEAR", buyers=Buyers.MEMBERS, prices={TEA.id: 1950})
    lists = shop(KIOSK, WEEK, dear, store="S09")
    assert price(quote(rules(), basket(TEA, member=True), store=lists)) == (1900, "WEEK")


def test_equal_prices_go_to_the_first_code() -> None:
    twin = replace(WEEK, id=b"T" * 16, code="AAA")
    assert price(quote(rules(), basket(TEA), store=shop(WEEK, twin))) == (1900, "AAA")


def test_a_members_rate_is_one_of_what_everybody_pays() -> None:
    rate = a_list("RATE", buyers=Buyers.MEMBERS, rate=Ratio(9, 10))
    found = quote(rules(), basket(TEA, CUP, member=True), store=shop(WEEK, rate))
    assert [line.line.unit_price_minor for line in found.lines] == [1710, 4500]


def test_a_list_holds_by_the_business_day_that_is_open() -> None:
    week = replace(WEEK, first_day=date(2026, 11, 25), last_day=date(2026, 11, 25))
    night = datetime(2026, 11, 26, 1, 0, tzinfo=SHANGHAI)
    late = replace(shop(week), cutoff=time(4))
    assert price(quote(rules(), basket(TEA), at=night, store=late)) == (1900, "WEEK")
    assert price(quote(rules(), basket(TEA), at=night, store=shop(week))) == (2000, "")


def test_what_a_label_or_the_cashier_priced_keeps_its_price() -> None:
    labelled = basket().add(TEA, gross_minor=1234)
    assert quote(rules(), labelled, store=shop(WEEK)).gross_minor == 1234
    by_hand = basket(TEA).with_price(1, 1950, PriceByHand(shelf_minor=2000, reason="asked"))
    assert price(quote(rules(), by_hand, store=shop(WEEK))) == (1950, "")


def test_a_weighed_line_is_priced_by_the_kilogram_of_its_list() -> None:
    apples = by_weight("APPLES", "12.80")
    week = a_list("WEEK", prices={apples.id: 1000})
    found = quote(rules(), basket((apples, "0.437")), store=shop(week))
    assert (found.lines[0].line.unit_price_minor, found.gross_minor) == (1000, 437)


def test_offers_and_points_begin_with_the_lists_price() -> None:
    found = quote(rules(TEN_OFF), basket((TEA, "2"), member=True), store=shop(CLUB))
    assert (found.gross_minor, found.offers_minor, found.payable_minor) == (3600, 360, 3240)
    assert found.lines[0].line.listed == ListPrice("CLUB", "Club", 2000)
    assert [one.points for one in found.earnings] == [32]


def test_every_list_says_why_it_counts_or_does_not() -> None:
    until = replace(CLUB, last_day=date(2026, 12, 31))
    found = quote(rules(LEVELS), basket(TEA, member=True), store=shop(until, GOLD, WEEK, KIOSK))
    told = [(one.code, one.price_minor, one.counts, one.reasons[0].code) for one in found.prices]
    assert told == [
        ("CLUB", 1800, True, "LIST_TAKEN_UNTIL"),
        ("GOLD", 1700, False, "BELOW_TIER"),
        ("WEEK", 1900, False, "LIST_NOT_LOWEST"),
    ]
    nobody = quote(rules(LEVELS), basket(TEA), store=shop(until, WEEK))
    assert [(one.code, one.counts, one.reasons[0].code) for one in nobody.prices] == [
        ("CLUB", False, "MEMBERS_ONLY"),
        ("WEEK", True, "LIST_TAKEN"),
    ]


@given(st.permutations([WEEK, CLUB, GOLD, KIOSK]), st.booleans())
def test_the_order_of_lists_and_of_scanning_changes_nothing(
    lists: list[PriceList], somebody: bool
) -> None:
    found = {
        quote(rules(LEVELS), basket(*goods, member=somebody), store=shop(*lists)).payable_minor
        for goods in permutations((TEA, CUP))
    }
    assert found == {6800 if somebody else 6900}


@given(
    shelf=st.integers(1, 10_000),
    everybody=st.lists(st.integers(0, 10_000), max_size=3),
    members=st.lists(st.integers(0, 10_000), max_size=3),
)
def test_the_price_is_the_lowest_that_may_count(
    shelf: int, everybody: list[int], members: list[int]
) -> None:
    tea = replace(TEA, price_minor=shelf)
    lists = [a_list(f"E{n}", prices={tea.id: p}) for n, p in enumerate(everybody)]
    lists += [
        a_list(f"M{n}", buyers=Buyers.MEMBERS, prices={tea.id: p}) for n, p in enumerate(members)
    ]
    base = min(everybody, default=shelf)
    goods: Basket = basket(tea, member=True)
    assert price(quote(rules(), goods, store=shop(*lists)))[0] == min([base, *members])
    alone = quote(rules(), goods.for_member(None), at=NOON, store=shop(*lists))
    assert price(alone)[0] == base
