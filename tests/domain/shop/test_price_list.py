"""A price list: when and where it holds, and what it asks for a product."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posloyalty.domain.shop.price_list import Buyers, PriceList, lowest
from posloyalty.domain.values.ratio import Ratio
from tests.domain.engine.made import product

TEA = product("TEA", "20.00")


def a_list(**more: object) -> PriceList:
    return PriceList(**{"id": b"L" * 16, "code": "CLUB", "name": "Club", **more})


@pytest.mark.parametrize(
    ("stores", "first", "last", "store", "day", "holds"),
    [
        ((), None, None, "S01", "2026-12-01", True),
        (("S01", "S02"), None, None, "S02", "2026-12-01", True),
        (("S01",), None, None, "S03", "2026-12-01", False),
        ((), "2026-12-01", None, "S01", "2026-11-30", False),
        ((), "2026-12-01", "2026-12-01", "S01", "2026-12-01", True),
        ((), None, "2026-12-01", "S01", "2026-12-02", False),
    ],
)
def test_a_list_holds_in_its_stores_from_its_first_through_its_last_day(
    stores: tuple[str, ...], first: str | None, last: str | None, store: str, day: str, holds: bool
) -> None:
    found = a_list(
        stores=stores,
        first_day=None if first is None else date.fromisoformat(first),
        last_day=None if last is None else date.fromisoformat(last),
    )
    assert found.in_force(store, date.fromisoformat(day)) is holds


def test_a_list_that_was_put_away_holds_nowhere() -> None:
    assert not a_list(active=False).in_force("S01", date(2026, 12, 1))


@pytest.mark.parametrize(
    ("rate", "base", "price"),
    [("90%", 2000, 1800), ("9/10", 5, 5), ("9/10", 4, 4), ("1/3", 1000, 333), ("2", 999, 1998)],
)
def test_a_rate_is_rounded_half_up_once_a_piece(rate: str, base: int, price: int) -> None:
    assert a_list(rate=Ratio.parse(rate)).price_of(TEA, base) == price


def test_a_named_price_stands_before_the_rate() -> None:
    assert a_list(rate=Ratio(1, 2), prices={TEA.id: 1790}).price_of(TEA, 2000) == 1790


def test_a_list_without_a_rate_says_nothing_of_what_it_does_not_name() -> None:
    assert a_list().price_of(TEA, 2000) is None


@pytest.mark.parametrize("flag", ["gift_card", "deposit", "fee"])
def test_a_rate_leaves_money_in_another_form_alone(flag: str) -> None:
    assert a_list(rate=Ratio(1, 2)).price_of(product("X", "9.00", **{flag: True}), 900) is None


def test_a_rate_leaves_alone_what_no_offer_may_lower_but_a_named_price_counts() -> None:
    book = product("BOOK", "20.00", discountable=False)
    assert a_list(rate=Ratio(1, 2)).price_of(book, 2000) is None
    assert a_list(prices={book.id: 1500}).price_of(book, 2000) == 1500


@pytest.mark.parametrize("buyers", list(Buyers))
def test_all_lists_but_everybodys_are_for_members(buyers: Buyers) -> None:
    assert a_list(buyers=buyers).for_members is (buyers is not Buyers.EVERYBODY)


@given(st.dictionaries(st.text("ABC", min_size=1, max_size=3), st.integers(0, 99), min_size=1))
def test_the_lowest_is_found_whatever_the_order_and_ties_go_by_code(found: dict[str, int]) -> None:
    code = lowest(found)
    assert all((found[code], code) <= (price, other) for other, price in found.items())
    assert lowest(dict(reversed(found.items()))) == code
