"""Public offers: which apply, what each takes off which line, and why the others do not."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import permutations

import pytest

from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.quote import Quote, RefusedOffer
from posloyalty.domain.members.member import Birthday
from posloyalty.domain.shop.basket import Basket
from tests.domain.engine.made import (
    NOON,
    SALE_ID,
    SHANGHAI,
    basket,
    codes,
    member,
    product,
    quote,
    rules,
)


def offer(name: str, effect: str, *, scope: str = "order", **more: str) -> str:
    """One offer; values are written as they stand in the file."""
    lines = [f'[[offer]]\nid = "{name}"\nscope = "{scope}"', effect]
    return "\n".join([*lines, *(f"{key} = {value}" for key, value in more.items())])


def applied(found: Quote) -> dict[str, int]:
    return {one.offer_id: one.amount_minor for one in found.offers}


def refused(found: Quote, name: str) -> RefusedOffer:
    return next(one for one in found.refused if one.offer_id == name)


@pytest.mark.parametrize(
    ("off", "payable", "chosen"), [("15.00", 12000, ["alone"]), ("25.00", 11250, ["a", "ten"])]
)
def test_the_best_deal_is_the_stack_or_the_exclusive_offer(
    off: str, payable: int, chosen: list[str]
) -> None:
    made = rules(
        offer("a", f'amount = "{off}"', scope="line", on='{ product = ["A"] }'),
        offer("ten", 'percent = "10%"'),
        offer("alone", 'percent = "20%"', exclusive="true"),
    )
    found = quote(made, basket(product("A", "100.00"), product("B", "50.00")))
    assert found.payable_minor == payable
    assert sorted(applied(found)) == chosen
    assert found.search_complete


@pytest.mark.parametrize(("base", "payable"), [("sequential", 14400), ("initial", 14000)])
def test_two_percentages_are_taken_in_turn_or_both_of_the_first_price(
    base: str, payable: int
) -> None:
    made = rules(
        offer("a", 'percent = "20%"', base=f'"{base}"'),
        offer("b", 'percent = "10%"', base=f'"{base}"'),
    )
    assert quote(made, basket(product("A", "200.00"))).payable_minor == payable


@pytest.mark.parametrize("on", ["", '{ tag = ["x"] }'])
def test_an_order_percentage_of_the_first_price_is_taken_of_what_line_offers_left(on: str) -> None:
    goods = {"on": on} if on else {}
    made = rules(
        offer("half", 'percent = "50%"', scope="line"),
        offer("a", 'percent = "10%"', base='"initial"', **goods),
        offer("b", 'percent = "10%"', base='"initial"', **goods),
    )
    found = quote(made, basket(product("A", "100.00", tags=("x",))))
    assert applied(found) == {"half": 5000, "a": 500, "b": 500}


@pytest.mark.parametrize(
    ("off", "prices", "shares"),
    [
        ("10.00", ["33.33", "33.33", "33.34"], [333, 333, 334]),
        ("5.00", ["19.90", "9.90", "0.20"], [332, 165, 3]),
    ],
)
def test_an_order_discount_is_spread_by_largest_remainder(
    off: str, prices: list[str], shares: list[int]
) -> None:
    goods = [product(f"P{place}", price) for place, price in enumerate(prices)]
    found = quote(rules(offer("off", f'amount = "{off}"')), basket(*goods))
    assert [share for _, share in found.offers[0].shares] == shares
    assert [dict(line.offers)["off"] for line in found.lines] == shares


@pytest.mark.parametrize(
    ("money", "price", "payable"), [("KWD", "12.345", 11110), ("JPY", "999", 899)]
)
def test_a_percentage_rounds_half_up_in_the_currencys_minor_unit(
    money: str, price: str, payable: int
) -> None:
    made = rules(
        offer("ten", 'percent = "10%"'), wallet='[[wallet]]\nid = "points"\n', earn="", money=money
    )
    goods = basket(product("A", price, tax="none", money=money), money=money)
    assert quote(made, goods).payable_minor == payable


@pytest.mark.parametrize(("price", "short"), [("99.90", 10), ("99.99", 1), ("100.00", 0)])
def test_a_minimum_spend_says_by_how_much_it_is_missed(price: str, short: int) -> None:
    made = rules(offer("twenty", 'amount = "20.00"', when='{ min_spend = "100.00" }'))
    found = quote(made, basket(product("A", price)))
    if not short:
        assert found.payable_minor == 8000
        return
    (missing,) = refused(found, "twenty").reasons
    assert (missing.code, missing.fact("short_by_minor")) == ("BELOW_MINIMUM", short)


def test_a_minimum_spend_is_measured_after_line_offers_and_the_better_set_wins() -> None:
    line = offer("line", 'amount = "5.00"', scope="line", on='{ product = ["A"] }')
    order = offer("order", 'amount = "4.00"', when='{ min_spend = "100.00" }')
    goods = basket(product("A", "60.00"), product("B", "44.00"))
    small = quote(rules(line, order), goods)
    assert applied(small) == {"line": 500}
    assert refused(small, "order").reasons[0].fact("short_by_minor") == 100
    large = quote(rules(line, order.replace("4.00", "20.00")), goods)
    assert applied(large) == {"order": 2000}
    assert codes(refused(large, "line").reasons) == ["BETTER_DEAL"]


def test_of_one_group_only_the_better_offer_applies() -> None:
    made = rules(
        offer("five", 'amount = "5.00"', group='"spend"'),
        offer("ten", 'percent = "10%"', group='"spend"'),
        offer("other", 'amount = "1.00"', priority="5"),
    )
    found = quote(made, basket(product("A", "80.00")))
    assert applied(found) == {"other": 100, "ten": 800}
    assert refused(found, "five").reasons[0].fact("offers") == "ten, other"


def test_a_fixed_price_counts_per_piece_and_never_raises_a_price() -> None:
    made = rules(offer("fixed", 'fixed_price = "9.90"', scope="line"))
    dear, cheap = product("A", "12.00"), product("B", "8.00")
    found = quote(made, basket((dear, "3"), cheap))
    assert applied(found) == {"fixed": 630}
    assert quote(made, basket(cheap)).payable_minor == 800


def test_an_amount_off_counts_once_per_sale_or_once_per_piece() -> None:
    goods = basket((product("A", "12.00"), "3"))
    assert applied(quote(rules(offer("o", 'amount = "1.00"')), goods)) == {"o": 100}
    each = rules(offer("o", 'amount = "1.00"', scope="line"))
    assert applied(quote(each, goods)) == {"o": 300}


def test_a_discount_is_capped_and_says_so() -> None:
    made = rules(offer("welcome", 'percent = "15%"', most='"30.00"'))
    found = quote(made, basket(product("A", "250.00")))
    assert found.payable_minor == 22000
    assert codes(found.offers[0].reasons) == ["OFF_PERCENT", "OFFER_CAPPED"]


def test_a_cap_over_several_lines_keeps_every_line_at_or_above_zero() -> None:
    made = rules(offer("fixed", 'fixed_price = "0.00"', scope="line", most='"10.00"'))
    found = quote(made, basket(product("A", "8.00"), product("B", "7.99")))
    assert applied(found) == {"fixed": 1000}
    assert min(line.net_minor for line in found.lines) >= 0


def test_discounts_never_take_more_than_there_is() -> None:
    made = rules(
        offer("a", 'percent = "60%"', base='"initial"'),
        offer("b", 'percent = "60%"', base='"initial"'),
    )
    found = quote(made, basket(product("A", "10.00"), product("B", "0.01")))
    assert found.payable_minor == 0
    assert all(line.net_minor == 0 for line in found.lines)


def test_goods_that_may_not_be_discounted_and_money_in_other_forms_stay_as_they_are() -> None:
    made = rules(offer("half", 'percent = "50%"'))
    goods = (
        product("B", "10.00", discountable=False),
        product("G", "50.00", gift_card=True),
        product("D", "1.00", deposit=True),
        product("F", "2.00", fee=True),
        product("A", "8.00"),
    )
    found = quote(made, basket(*goods))
    assert applied(found) == {"half": 400}
    assert [bool(line.offers) for line in found.lines] == [False, False, False, False, True]


def test_an_offer_about_nothing_in_the_basket_says_so() -> None:
    made = rules(offer("milk", 'percent = "5%"', scope="line", on='{ tag = ["milk"] }'))
    found = quote(made, basket(product("A", "8.00")))
    assert codes(refused(found, "milk").reasons) == ["NO_GOODS"]


def test_an_offer_without_an_effect_is_not_used() -> None:
    made = rules(offer("fixed", 'fixed_price = "9.00"', scope="line"))
    found = quote(made, basket(product("A", "8.00")))
    assert codes(refused(found, "fixed").reasons) == ["NO_EFFECT"]


def test_a_declined_offer_shows_what_the_customer_pays_more() -> None:
    made = rules(offer("ten", 'percent = "10%"'), offer("two", 'amount = "2.00"'))
    goods = product("A", "80.00")
    found = quote(made, basket(goods, declined=("ten",)))
    assert applied(found) == {"two": 200}
    gone = refused(found, "ten")
    assert (gone.declined, gone.loss_minor) == (True, 800)


def test_declining_the_best_offer_lets_the_next_one_in_and_the_loss_is_the_difference() -> None:
    made = rules(
        offer("alone", 'percent = "20%"', exclusive="true"), offer("ten", 'percent = "10%"')
    )
    found = quote(made, basket(product("A", "100.00"), declined=("alone",)))
    assert applied(found) == {"ten": 1000}
    assert refused(found, "alone").loss_minor == 1000


def test_equal_prices_are_decided_by_points_then_by_fewer_offers_then_by_id() -> None:
    two = rules(
        offer("b", 'amount = "5.00"', exclusive="true"),
        offer("a", 'amount = "5.00"', exclusive="true"),
    )
    assert applied(quote(two, basket(product("A", "80.00")))) == {"a": 500}
    # Five off coffee costs points on coffee that count double; five off cake does not.
    more = rules(
        offer("a", 'amount = "5.00"', scope="line", on='{ tag = ["coffee"] }', exclusive="true"),
        offer("b", 'amount = "5.00"', scope="line", on='{ tag = ["cake"] }', exclusive="true"),
        '[[multiplier]]\nid = "m"\ntimes = 2\non = { tag = ["coffee"] }',
    )
    goods = (product("C", "20.00", tags=("coffee",)), product("K", "20.00", tags=("cake",)))
    assert applied(quote(more, basket(*goods, member=True))) == {"b": 500}


def test_added_tax_of_several_rates_is_part_of_what_is_compared() -> None:
    made = rules(
        offer("high", 'amount = "5.00"', scope="line", on='{ tag = ["h"] }', exclusive="true"),
        offer("low", 'amount = "5.30"', scope="line", on='{ tag = ["l"] }', exclusive="true"),
    )
    goods = (
        product("H", "20.00", tax="added20", tags=("h",)),
        product("L", "20.00", tax="added10", tags=("l",)),
    )
    found = quote(made, basket(*goods))
    assert applied(found) == {"high": 500}  # 5.00 and 1.00 of tax, against 5.30 and 0.53
    assert found.payable_minor == 1500 + 300 + 2000 + 200


@pytest.mark.parametrize(
    ("when", "at", "holds"),
    [
        ("{ weekdays = ['wed'] }", NOON, True),
        ("{ weekdays = ['sat', 'sun'] }", NOON, False),
        ("{ hours = { from = '12:00', to = '14:00' } }", NOON, True),
        ("{ hours = { from = '10:00', to = '12:00' } }", NOON, False),
        ("{ hours = { from = '22:00', to = '02:00' } }", NOON.replace(hour=1), True),
        ("{ hours = { from = '22:00', to = '02:00' } }", NOON.replace(hour=2), False),
        ("{ dates = { from = 2026-11-25, through = 2026-11-25 } }", NOON, True),
        ("{ dates = { from = 2026-11-26 } }", NOON, False),
        ("{ dates = { through = 2026-11-24 } }", NOON, False),
        ("{ member = true }", NOON, True),
        ("{ member = false }", NOON, False),
        ("{ first_purchase = true }", NOON, False),
        ("{ first_purchase = false }", NOON, True),
        ("{ birthday = { days_before = 3, days_after = 3 } }", NOON, True),
        ("{ birthday = {} }", NOON, False),
        ("{ tier = { at_least = 'silver' } }", NOON, True),
        ("{ tier = { at_least = 'gold' } }", NOON, False),
        ("{ contains = { product = ['A'] } }", NOON, True),
        ("{ contains = { product = ['Z'] } }", NOON, False),
        ("{ quantity = { at_least = 2 } }", NOON, True),
        ("{ quantity = { at_least = 3 } }", NOON, False),
        ("{ any = [{ weekdays = ['sat'] }, { member = true }] }", NOON, True),
        ("{ any = [{ weekdays = ['sat'] }, { member = false }] }", NOON, False),
        ("{ all = [{ weekdays = ['wed'] }, { member = true }] }", NOON, True),
        ("{ not = { weekdays = ['wed'] } }", NOON, False),
        ("{ not = { weekdays = ['sat'] }, member = true }", NOON, True),
        ("{ not = { min_spend = '5.00' } }", NOON, False),
        ("{ not = { min_spend = '500.00' } }", NOON, True),
    ],
)
def test_a_condition_holds_or_says_what_is_missing(when: str, at: datetime, holds: bool) -> None:
    tiers = """
[[tier_scheme]]
id = "level"
window = { kind = "rolling_months", months = 12 }
hold_months = 12
level = [{ id = "silver", from = 100 }, { id = "gold", from = 500 }]
"""
    made = rules(tiers, offer("one", 'amount = "1.00"', when=when))
    state = member(
        held=(("silver", "2026-11-01", "2027-11-01"),), birthday=Birthday(11, 28), purchases=2
    )
    goods = basket(product("A", "8.00"), product("B", "9.00"), member=True)
    found = quote(made, goods, state, at=at)
    assert (applied(found) == {"one": 100}) is holds
    assert bool(found.refused) is not holds
    assert all(one.reasons for one in found.refused)


@pytest.mark.parametrize(
    ("rule", "year", "first", "last"),
    [
        ("feb28", 2027, "2027-02-25", "2027-03-03"),
        ("feb28", 2028, "2028-02-26", "2028-03-03"),
        ("mar1", 2027, "2027-02-26", "2027-03-04"),
    ],
)
def test_a_birthday_on_29_february_has_seven_days_every_year(
    rule: str, year: int, first: str, last: str
) -> None:
    window = f'{{ birthday = {{ days_before = 3, days_after = 3, feb29 = "{rule}" }} }}'
    made = rules(offer("b", 'amount = "1.00"', when=window))
    state = member(birthday=Birthday(2, 29))
    goods = basket(product("A", "8.00"), member=True)
    start = datetime(year, 2, 15, 12, tzinfo=SHANGHAI)
    days = [start + timedelta(days=n) for n in range(30)]
    held = [at.date().isoformat() for at in days if quote(made, goods, state, at=at).offers]
    assert (held[0], held[-1], len(held)) == (first, last, 7)


def test_a_birthday_at_new_year_is_near_on_both_sides() -> None:
    window = "{ birthday = { days_before = 2, days_after = 2 } }"
    made = rules(offer("b", 'amount = "1.00"', when=window))
    goods = basket(product("A", "8.00"), member=True)
    before = datetime(2026, 12, 30, 12, tzinfo=SHANGHAI)
    assert quote(made, goods, member(birthday=Birthday(1, 1)), at=before).offers
    after = datetime(2027, 1, 2, 12, tzinfo=SHANGHAI)
    assert quote(made, goods, member(birthday=Birthday(12, 31)), at=after).offers


@pytest.mark.parametrize(
    ("clock", "cutoff", "holds"),
    [("calendar", 4, True), ("business_day", 4, False), ("business_day", 0, True)],
)
def test_a_day_is_the_stores_calendar_day_unless_the_rule_goes_by_the_business_day(
    clock: str, cutoff: int, holds: bool
) -> None:
    eleven = "{ dates = { from = 2026-11-11, through = 2026-11-11 } }"
    made = rules(offer("double-11", 'percent = "11%"', when=eleven, clock=f'"{clock}"'))
    at = datetime.fromisoformat("2026-11-10T16:30:00+00:00")
    store = StoreContext(zone=SHANGHAI, cutoff=time(cutoff))
    found = quote(made, basket(product("A", "8.00")), at=at, store=store)
    assert bool(found.offers) is holds


def test_the_order_of_scanning_changes_nothing() -> None:
    made = rules(
        offer("line", 'percent = "7%"', scope="line", on='{ tag = ["x"] }'),
        offer("order", 'amount = "3.33"'),
        offer("pct", 'percent = "12.5%"', on='{ not = { tag = ["y"] } }'),
    )
    goods = [
        product("A", "3.33", tags=("x",)),
        product("B", "3.33", tags=("x", "y")),
        product("C", "3.34"),
        product("D", "0.01", tags=("x",)),
    ]
    seen = {_by_product(quote(made, _scanned(order))) for order in permutations(goods)}
    assert len(seen) == 1


def _scanned(goods: object) -> Basket:
    return basket(*goods, member=True, redeem=0)  # type: ignore[misc]


def _by_product(found: Quote) -> tuple[object, ...]:
    lines = sorted(
        (line.line.product.sku, line.offers, line.net_minor, line.tax_minor, line.earned)
        for line in found.lines
    )
    assert found.sale_id == SALE_ID
    return (tuple(lines), found.payable_minor, found.tax_minor, found.earnings[0].points)
