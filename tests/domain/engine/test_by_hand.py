"""Discounts by hand: after the offers, before points, over the goods that may be discounted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.authority import Limit
from posloyalty.domain.shop.basket import Basket, BasketRefusal
from posloyalty.domain.shop.by_hand import DiscountByHand, PriceByHand, need_of
from posloyalty.domain.shop.operator import Right
from tests.domain.engine.made import basket, lot, member, product, quote, rules

RULES = rules(
    """
[[offer]]
id = "spend"
scope = "order"
when = { min_spend = "20.00" }
amount = "2.00"
"""
)
TEA, CAKE = product("TEA", "10.00"), product("CAKE", "15.00")
BAG = product("BAG", "0.50", fee=True)
BOOK = product("BOOK", "30.00", discountable=False)


def off(line: int = 0, *, percent: int = 0, minor: int = 0, name: str = "by hand") -> Basket:
    """Tea and cake, with something taken off."""
    discount = DiscountByHand(line=line, hundredths=percent * 100, amount_minor=minor, name=name)
    return basket(TEA, CAKE, BAG).discounting(line, discount)


def shares(found: Quote, name: str) -> list[int]:
    return [dict(line.offers).get(name, 0) for line in found.lines]


@pytest.mark.parametrize(
    ("goods", "payable"),
    [
        (off(1, percent=10), 2258),  # 25.50 - 2.00, and a tenth of the 9.20 that the tea is then
        (off(2, minor=300), 2050),
        (off(0, percent=50), 1200),  # half of 23.00; the bag is a fee and keeps its price
        (off(0, minor=99_999), 50),
        (off(1, percent=100), 1430),
    ],
)
def test_it_comes_off_what_the_offers_leave(goods: Basket, payable: int) -> None:
    found = quote(RULES, goods, None)
    assert found.payable_minor == payable
    assert found.offers_minor == 2550 - payable
    assert shares(found, "spend") == [80, 120, 0]


def test_offers_do_not_see_it() -> None:
    """The threshold of 20.00 was met by what the goods are worth, and stays met."""
    found = quote(RULES, off(0, minor=2000), None)
    assert [one.offer_id for one in found.offers] == ["spend", "by-hand:0"]


def test_a_line_s_own_comes_before_the_basket_s_and_both_are_spread_without_a_rest() -> None:
    goods = off(0, percent=10).discounting(1, DiscountByHand(line=1, hundredths=5000))
    found = quote(RULES, goods, None)
    assert shares(found, "by-hand:1") == [460, 0, 0]
    assert shares(found, "by-hand:0") == [46, 138, 0]


def test_points_and_earning_go_by_what_is_left() -> None:
    goods = replace(off(0, percent=50), member_id=b"member-number-01", proof="card")
    found = quote(RULES, goods, member(lot(5000)))
    assert found.payable_minor == 1200
    (earning,) = found.earnings
    assert earning.points == 11  # the bag's half is a fee and never earns
    assert found.usable[0].most_minor <= 1200


def test_tax_is_on_what_is_left() -> None:
    found = quote(RULES, off(0, percent=100), None)
    assert [tax.tax_minor for tax in found.taxes] == [6]  # 13 % within the bag's 0.50


def test_money_in_another_form_is_never_discounted() -> None:
    with pytest.raises(BasketRefusal, match="NOT_DISCOUNTABLE"):
        off(3, percent=10)
    with pytest.raises(BasketRefusal, match="NOT_DISCOUNTABLE"):
        basket(BOOK).discounting(0, DiscountByHand(hundredths=100))


def test_it_goes_with_its_line_and_the_basket_s_with_the_last() -> None:
    goods = off(1, percent=10).discounting(0, DiscountByHand(hundredths=100))
    assert [one.line for one in goods.without(1).discounts] == [0]
    assert goods.without(1).without(2).without(3).discounts == ()


def test_another_takes_its_place_and_none_takes_it_away() -> None:
    goods = off(1, percent=10).discounting(1, DiscountByHand(line=1, amount_minor=50))
    assert [one.amount_minor for one in goods.discounts] == [50]
    assert goods.discounting(1, None).discounts == ()


def test_a_price_by_hand_is_the_line_s_price_for_every_rule() -> None:
    goods = basket(TEA, CAKE).with_price(2, 900, PriceByHand(shelf_minor=1500, reason="label"))
    found = quote(RULES, goods, None)
    assert found.payable_minor == 1900  # 19.00 are below the offer's 20.00
    assert need_of(goods, 2) is not None


def test_the_shelf_s_price_by_hand_is_no_price_by_hand() -> None:
    hand = PriceByHand(shelf_minor=1500)
    goods = basket(TEA, CAKE).with_price(2, 900, hand).with_price(2, 1500, hand)
    assert goods == basket(TEA, CAKE)


@pytest.mark.parametrize(
    ("goods", "line", "right", "percent", "amount"),
    [
        (off(1, percent=10), 1, Right.DISCOUNT, 1000, 100),
        (off(0, minor=255), 0, Right.DISCOUNT, 1000, 255),
        (
            basket(TEA).with_price(1, 900, PriceByHand(shelf_minor=1000)),
            1,
            Right.CHANGE_PRICE,
            1000,
            100,
        ),
        # A tenth off the price, and a tenth of the rest: 1.90 of 10.00.
        (
            basket(TEA)
            .with_price(1, 900, PriceByHand(shelf_minor=1000))
            .discounting(1, DiscountByHand(line=1, hundredths=1000)),
            1,
            Right.DISCOUNT,
            1895,
            190,
        ),
        # Whoever takes off the basket answers for what its lines were lowered by too.
        (
            off(1, percent=50).discounting(0, DiscountByHand(amount_minor=100)),
            0,
            Right.DISCOUNT,
            2352,
            600,
        ),
    ],
)
def test_what_it_takes_is_measured_against_the_shelf(
    goods: Basket, line: int, right: Right, percent: int, amount: int
) -> None:
    need = need_of(goods, line)
    assert need is not None
    assert need.right is right
    takes = dict(need.takes)
    assert takes[Limit.DISCOUNT_AMOUNT] == amount
    assert abs(takes[Limit.DISCOUNT_PERCENT] - percent) <= 5


def test_the_name_is_the_receipt_s_and_the_quote_says_whose_it_is() -> None:
    found = quote(RULES, off(1, percent=10, name="Dented −10 %"), None)
    applied = found.offers[-1]
    assert (applied.name, applied.by_hand, applied.whole_order) == ("Dented −10 %", True, False)
    assert applied.reasons[0].code == "BY_HAND"
