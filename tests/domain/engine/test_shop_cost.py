"""What gifts and rewards cost the shop: by line, whatever the order of scanning."""

from __future__ import annotations

from itertools import permutations

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket, Chosen
from tests.domain.engine.made import MEMBER_ID, basket, lot, member, product, quote, rules

GIFTS = """
[[offer]]
id = "gifts"
when = { min_spend = "100.00" }
gift = { on = { product = ["MUG", "BAG"] }, count = 3, shop_cost = "4.01" }

[[offer]]
id = "ten"
scope = "order"
percent = "10%"

[[reward]]
id = "five"
name = "5 off"
cost = 100
amount = "5.00"
shop_cost = "0.10"
"""
COAT, MUG, BAG = product("COAT", "100.00"), product("MUG", "9.00"), product("BAG", "5.00")


def costs(found: Quote) -> dict[str, tuple[tuple[str, int], ...]]:
    return {line.line.product.sku: line.shop_cost for line in found.lines if line.shop_cost}


def test_a_gift_costs_so_much_a_piece_on_the_lines_that_hold_it() -> None:
    found = quote(rules(GIFTS), basket(COAT, (MUG, "2"), (BAG, "4")))
    assert costs(found) == {"MUG": (("gifts", 802),), "BAG": (("gifts", 401),)}
    assert {one.offer_id: one.shop_cost for one in found.offers}["ten"] is None


def test_what_is_not_given_costs_nothing() -> None:
    assert costs(quote(rules(GIFTS), basket(MUG, BAG))) == {}


def test_a_gift_that_may_be_had_for_nothing_is_said_to_cost_nothing() -> None:
    free = rules(GIFTS.replace("4.01", "0.00"))
    assert costs(quote(free, basket(COAT, MUG))) == {"MUG": (("gifts", 0),)}


def test_a_rewards_cost_is_spread_by_what_it_takes_off_and_adds_up_in_every_order() -> None:
    goods = [product("A", "33.33"), product("B", "33.33"), product("C", "33.34")]
    seen = set()
    for order in permutations(goods):
        found = quote(rules(GIFTS), _using(basket(*order)), member(lot(500)))
        told = costs(found)
        assert sum(cost for pairs in told.values() for _, cost in pairs) == 10
        seen.add(tuple(sorted(told.items())))
    assert len(seen) == 1


def _using(one: Basket) -> Basket:
    return one.for_member(MEMBER_ID, proof="card").choosing(Chosen(kind="reward", of="five"))
