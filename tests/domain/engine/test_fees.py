"""Fees that an offer takes off, which are no goods: no offer on goods lowers them, what is off them
lowers no minimum spend, and the best deal stays the best one.
"""

from __future__ import annotations

from random import Random

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.product import Product
from tests.domain.engine.made import basket, member, product, quote, rules
from tests.domain.engine.naive_choice import differences, quoted, taken
from tests.domain.engine.rolled_deals import rolled

FREE = ('scope = "line"', "on = { fee = true, tag = ['delivery'] }", 'percent = "100%"')
FROM_100 = ('scope = "order"', 'amount = "5.00"', 'when = { min_spend = "100.00" }')
POINTS = '[[earn]]\nid = "base"\nper_spend = { points = 1, money = "1.00" }\n'


def goods(price: str = "100.00") -> Product:
    return product("SHIRT", price)


def fee(price: str = "6.99", *, discountable: bool = True) -> Product:
    return product("DELIVERY", price, tags=("delivery",), fee=True, discountable=discountable)


def offer(name: str, *lines: str) -> str:
    return "\n".join((f'[[offer]]\nid = "{name}"', *lines)) + "\n"


def off(found: Quote) -> dict[str, int]:
    return {one.offer_id: one.amount_minor for one in found.offers}


def test_an_offer_on_fees_takes_off_fees_and_nothing_else() -> None:
    made = rules(offer("free", 'scope = "line"', "on = { fee = true }", 'percent = "100%"'))
    found = quote(made, basket(goods(), fee(), product("BAG", "0.50", fee=True)))
    assert (off(found), found.payable_minor) == ({"free": 749}, 10000)


@pytest.mark.parametrize(
    "on", ["", "on = { tag = ['delivery'] }", "on = { product = ['DELIVERY'] }"]
)
def test_an_offer_that_does_not_ask_for_fees_leaves_them(on: str) -> None:
    made = rules(offer("half", 'scope = "order"', on, 'percent = "50%"'))
    found = quote(made, basket(fee(), product("TRAY", "10.00")))
    assert found.payable_minor == (1199 if not on else 1699)


def test_goods_that_are_called_like_the_fee_are_not_taken_off_with_it() -> None:
    made = rules(offer("free", *FREE))
    found = quote(made, basket(product("BOX", "9.00", tags=("delivery",)), fee()))
    assert (off(found), found.payable_minor) == ({"free": 699}, 900)


def test_a_fee_that_no_offer_may_lower_stays() -> None:
    made = rules(offer("free", *FREE))
    assert quote(made, basket(goods(), fee(discountable=False))).payable_minor == 10699


def test_money_in_another_form_is_no_fee() -> None:
    made = rules(offer("free", 'scope = "line"', "on = { fee = true }", 'percent = "100%"'))
    found = quote(made, basket(product("BOTTLE", "1.00", deposit=True, fee=True)))
    assert found.payable_minor == 100


def test_what_is_off_a_fee_is_off_no_minimum_spend() -> None:
    made = rules(offer("free", *FREE), offer("five", *FROM_100))
    assert off(quote(made, basket(goods(), fee()))) == {"free": 699, "five": 500}
    assert off(quote(made, basket(goods("99.99"), fee()))) == {"free": 699}


def test_in_order_what_is_off_a_fee_is_off_no_minimum_spend_either() -> None:
    policies = '[policies]\noffers_win = "priority"\n'
    made = rules(policies, offer("free", *FREE), offer("five", *FROM_100))
    assert off(quote(made, basket(goods(), fee()))) == {"free": 699, "five": 500}


def test_what_is_off_a_fee_lowers_no_threshold_of_earning() -> None:
    double = '[[multiplier]]\nid = "twice"\ntimes = 2\nwhen = { min_spend = "100.00" }\n'
    made = rules(double, offer("free", *FREE))
    found = quote(made, basket(goods(), fee(), member=True), member())
    assert (found.payable_minor, found.earnings[0].points) == (10000, 200)


def test_delivery_is_free_from_what_line_offers_leave() -> None:
    free = ('scope = "order"', "on = { fee = true }", 'percent = "100%"')
    made = rules(
        offer("ten", 'scope = "line"', 'amount = "10.00"'),
        offer("free", *free, 'when = { min_spend = "100.00" }'),
    )
    assert off(quote(made, basket(goods("110.00"), fee()))) == {"ten": 1000, "free": 699}
    # 109.99 less 10.00 are too little; without them the customer would pay more.
    assert off(quote(made, basket(goods("109.99"), fee()))) == {"ten": 1000}
    dear = quote(made, basket(goods("109.99"), fee("10.01")))
    assert off(dear) == {"free": 1001}


def test_of_a_group_it_is_the_fee_or_the_goods() -> None:
    made = rules(
        offer("free", *FREE, 'group = "g"'),
        offer("seven", 'scope = "line"', 'amount = "7.00"', 'group = "g"'),
        offer("five", *FROM_100),
    )
    # 7.00 off leaves 99.00, which is short of 5.00 off: the fee is the better choice.
    found = quote(made, basket(goods("106.00"), fee()))
    assert off(found) == {"free": 699, "five": 500}
    found = quote(made, basket(goods("107.00"), fee()))
    assert off(found) == {"seven": 700, "five": 500}


def test_of_two_that_cost_the_same_the_one_on_the_fee_earns_more() -> None:
    made = rules(
        offer("a-goods", 'scope = "line"', 'amount = "5.00"', 'group = "g"'),
        offer("fee", 'scope = "line"', 'amount = "5.00"', "on = { fee = true }", 'group = "g"'),
        earn=POINTS,
    )
    found = quote(made, basket(goods(), fee(), member=True), member())
    assert (off(found), found.earnings[0].points) == ({"fee": 500}, 100)


def test_two_teas_bring_the_delivery() -> None:
    made = rules(
        offer(
            "tea",
            "on = { fee = true }",
            "buy_get = { buy = 2, buy_on = { tag = ['tea'] }, get = 1 }",
        )
    )
    tea = product("TEA", "8.00", tags=("tea",))
    assert off(quote(made, basket((tea, "2"), fee()))) == {"tea": 699}
    assert off(quote(made, basket(tea, fee()))) == {}


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("first", range(0, 400, 25))
def test_no_legal_deal_with_fees_is_better(first: int) -> None:
    """Against every legal deal priced piece by piece, in two orders of scanning."""
    for seed in range(first, first + 25):
        case = rolled(seed, owning=seed % 2 == 1, fees=True)
        found = quoted(case)
        assert found.search_complete
        assert differences(case, found) == {}, seed
        order = list(case.goods)
        Random(seed).shuffle(order)
        assert taken(quoted(case, order)) == taken(found), seed
