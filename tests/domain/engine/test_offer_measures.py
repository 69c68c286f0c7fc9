"""On what thresholds and bounds are measured, under every policy, and never on what is given."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from tests.domain.engine.made import basket, codes, product, quote, rules

COAT = product("COAT", "180.00")
MUG, BAG, HAT = product("MUG", "25.00"), product("BAG", "20.00"), product("HAT", "40.00")


def policies(**told: str) -> str:
    return "[policies]\n" + "".join(f'{key} = "{value}"\n' for key, value in told.items())


def an_offer(name: str, effect: str, when: str = "", *more: str) -> str:
    held = f"when = {{ {when} }}" if when else ""
    return "\n".join(("[[offer]]", f'id = "{name}"', held, effect, *more)) + "\n"


def gift(name: str, of: str, at_least: str, *, count: int = 1, price: str = "") -> str:
    stated = f', price = "{price}"' if price else ""
    effect = f"gift = {{ on = {{ product = [{of}] }}, count = {count}{stated} }}"
    return an_offer(name, effect, f'min_spend = "{at_least}"')


def order(name: str, amount: str, when: str = "", *more: str) -> str:
    return an_offer(name, f'amount = "{amount}"', when, 'scope = "order"', *more)


def taken(found: Quote) -> dict[str, int]:
    return {one.offer_id: one.amount_minor for one in found.offers}


MUG_FREE = gift("mug", '"MUG"', "150.00")


@pytest.mark.parametrize("measured", ["net_of_line", "gross", "net_of_all"])
@pytest.mark.parametrize("first", ["line", "order"])
def test_what_is_given_meets_no_threshold(measured: str, first: str) -> None:
    made = rules(
        policies(minimum_on=measured, first=first),
        MUG_FREE,
        order("a", "10.00", 'min_spend = "181.00"'),
    )
    found = quote(made, basket(COAT, MUG))
    assert taken(found) == {"mug": 2500}
    (refused,) = found.refused
    assert (codes(refused.reasons), dict(refused.reasons[0].facts)["short_by_minor"]) == (
        ["BELOW_MINIMUM"],
        100,
    )


def test_what_is_given_raises_no_band_whatever_the_offers_are_called() -> None:
    bands = 'bands = { step = [{ from = "181.00", percent = "10%" }] }'
    for name in ("a", "z"):
        made = rules(MUG_FREE, an_offer(name, bands, "", 'scope = "order"'))
        assert taken(quote(made, basket(COAT, MUG))) == {"mug": 2500}


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_a_gift_does_not_meet_the_threshold_of_another(names: tuple[str, str]) -> None:
    made = rules(gift(names[0], '"MUG"', "150.00"), gift(names[1], '"BAG"', "190.00"))
    assert taken(quote(made, basket(COAT, MUG, BAG))) == {names[0]: 2500}


@pytest.mark.parametrize(
    ("goods", "given"),
    [
        (basket((MUG, "3"), (BAG, "2"), COAT), {1: 3600}),  # both are of the mugs
        (basket(MUG, (BAG, "2"), COAT), {1: 1800, 2: 1800}),
        (basket((BAG, "3"), COAT), {1: 3600}),
    ],
)
def test_the_stated_price_is_that_of_the_pieces_of_each_line(
    goods: Basket, given: dict[int, int]
) -> None:
    found = quote(rules(gift("two", '"MUG", "BAG"', "150.00", count=2, price="18.00")), goods)
    (one,) = found.offers
    assert dict(one.gifts) == given


def test_a_limit_that_lets_in_all_or_nothing_looks_at_what_the_offers_own_bound_leaves() -> None:
    limit = 'limit = [{ most_money = "35.00", per = "sale", mode = "reject" }]'
    within = an_offer("ten", 'percent = "50%"', "", 'scope = "order"', 'most = "30.00"', limit)
    assert taken(quote(rules(within), basket(COAT))) == {"ten": 3000}
    beyond = within.replace('most = "30.00"', 'most = "40.00"')
    assert taken(quote(rules(beyond), basket(COAT))) == {}


def test_a_threshold_from_above_is_measured_where_it_is_measured_on_prices() -> None:
    made = rules(
        policies(minimum_on="gross"), order("small", "10.00", 'not = { min_spend = "100.00" }')
    )
    assert taken(quote(made, basket(COAT))) == {}
    assert taken(quote(made, basket(HAT))) == {"small": 1000}


def test_what_stands_alone_is_measured_at_the_end_like_all_others() -> None:
    """Of 40.00 the offer alone leaves 15.00, which is below its own threshold."""
    alone = order("alone", "25.00", 'min_spend = "20.00"', "exclusive = true")
    made = rules(policies(minimum_on="net_of_all"), alone, order("five", "5.00"))
    assert taken(quote(made, basket(HAT))) == {"five": 500}


def test_a_line_offer_is_measured_on_prices_whatever_order_offers_are_measured_on() -> None:
    made = rules(
        policies(minimum_on="net_of_all"),
        an_offer("half", 'percent = "50%"', 'min_spend = "40.00"', 'scope = "line"'),
    )
    assert taken(quote(made, basket(HAT))) == {"half": 2000}


def test_by_priority_what_stands_alone_joins_where_nothing_before_it_could() -> None:
    made = rules(
        policies(offers_win="priority"),
        an_offer("first", 'percent = "50%"', "", 'scope = "line"', 'on = { product = ["MUG"] }'),
        order("second", "9.00", 'min_spend = "50.00"', "priority = 1"),
        order("third", "5.00", "", "priority = 2", "exclusive = true"),
    )
    assert taken(quote(made, basket(HAT))) == {"third": 500}
    assert taken(quote(made, basket(COAT))) == {"second": 900}


def test_by_priority_a_threshold_that_is_measured_at_the_end_is_kept() -> None:
    made = rules(
        policies(offers_win="priority", minimum_on="net_of_all"),
        order("a", "10.00", 'min_spend = "175.00"'),
        order("b", "5.00", "", "priority = 1"),
    )
    assert taken(quote(made, basket(COAT))) == {"b": 500}
