"""Offers on the price before tax: by hand, and against every legal deal on prices without tax."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings

from posloyalty.domain.engine.context import Context
from posloyalty.domain.engine.goods import arrange
from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.programme.definition import DiscountOn, Programme
from posloyalty.domain.shop.basket import Basket
from tests.domain.engine.drawn_offers import CASES, EMPTY, cases
from tests.domain.engine.made import basket, member, product, quote, rules
from tests.domain.engine.naive import half_up, shares
from tests.domain.engine.naive_deals import every_price

BEFORE_TAX = '[policies]\ndiscount_on = "before_tax"\n'
TEN_OFF = '[[offer]]\nid = "ten"\nscope = "order"\namount = "10.00"\n'
TENTH_OFF = '[[offer]]\nid = "tenth"\nscope = "order"\npercent = "10%"\n'

POT = product("POT", "113.00")
BOOK = product("BOOK", "109.00", tax="low9")
ADDED = product("ADDED", "100.00", tax="added10")
EXEMPT = product("EXEMPT", "100.00", tax="none")


@pytest.mark.parametrize(
    ("goods", "offer", "off", "payable", "tax"),
    [
        # One rate: 10.00 with its 13 %.
        ((POT,), TEN_OFF, 1130, 10170, 1170),
        # As shown 11.30 as well: a percentage hangs on the base by its rounding alone.
        ((POT,), TENTH_OFF, 1130, 10170, 1170),
        # Several rates: 5.00 each before tax.
        ((POT, BOOK), TEN_OFF, 565 + 545, 22200 - 1110, 1235 + 855),
        # Tax that is added: nothing is different.
        ((ADDED,), TEN_OFF, 1000, 9900, 900),
        ((EXEMPT,), TEN_OFF, 1000, 9000, 0),
        # Included beside added: 5.00 each, 5.65 and 5.00 as shown.
        ((POT, ADDED), TEN_OFF, 565 + 500, 10735 + 10450, 1235 + 950),
        # 0.50 with 13 % are 0.565: half-up, once for the class.
        ((product("P", "1.13"),), TEN_OFF.replace("10.00", "0.50"), 57, 56, 6),
        # Less than a minor unit before tax: 0.04 are 0.04 without tax, a tenth of that is nothing.
        ((product("P", "0.04"),), TENTH_OFF, 0, 4, 0),
    ],
)
def test_what_is_off_before_tax_falls_off_the_price_with_its_tax(
    goods: tuple[object, ...], offer: str, off: int, payable: int, tax: int
) -> None:
    found = quote(rules(BEFORE_TAX, offer), basket(*goods))
    assert (found.offers_minor, found.payable_minor, found.tax_minor) == (off, payable, tax)


def test_a_rounding_is_that_of_the_price_before_tax() -> None:
    # 9.99 are 8.84 before tax, of which a tenth is 0.88, with its tax 0.99; of 9.99 it is 1.00.
    goods = basket(product("P", "9.99"))
    assert quote(rules(BEFORE_TAX, TENTH_OFF), goods).offers_minor == 99
    assert quote(rules(TENTH_OFF), goods).offers_minor == 100


def test_what_is_free_costs_nothing_and_what_nothing_touches_its_price() -> None:
    free = '[[offer]]\nid = "free"\nscope = "line"\non = { tag = ["x"] }\npercent = "100%"\n'
    for cents in range(1, 120):
        goods = basket(
            product("A", f"0.{cents % 100:02d}", tags=("x",)),
            product("B", f"1.{(cents * 7) % 100:02d}"),
        )
        found = quote(rules(BEFORE_TAX, free), goods)
        by_sku = {line.line.product.sku: line for line in found.lines}
        assert by_sku["A"].net_minor == 0
        assert by_sku["B"].net_minor == by_sku["B"].line.gross_minor


def test_a_minimum_and_a_bound_are_measured_before_tax() -> None:
    offer = TEN_OFF + 'most = "8.00"\nwhen = { min_spend = "100.00" }\n'
    made = rules(BEFORE_TAX, offer)
    assert quote(made, basket(POT)).offers_minor == 904  # 8.00 and 13 % of it
    short = quote(made, basket(product("P", "112.99")))
    assert short.refused[0].reasons[0].fact("short_by_minor") == 1


def test_what_is_earned_follows_the_price_as_it_is_paid() -> None:
    found = quote(rules(BEFORE_TAX, TEN_OFF), basket(POT, member=True), member())
    assert (found.payable_minor, found.earnings[0].points) == (10170, 101)


def test_a_line_s_share_is_spread_over_its_offers_by_what_each_took_off() -> None:
    second = TEN_OFF.replace("ten", "twenty").replace("10.00", "20.00")
    found = quote(rules(BEFORE_TAX, TEN_OFF, second), basket(POT))
    assert {one.offer_id: one.amount_minor for one in found.offers} == {"ten": 1130, "twenty": 2260}


def test_a_threshold_ahead_is_told_in_prices_as_shown() -> None:
    bands = (
        '[[offer]]\nid = "bands"\nscope = "order"\nbands = { step = [\n'
        '  { from = "100.00", percent = "5%" }, { from = "300.00", percent = "10%" }] }\n'
    )
    found = quote(rules(BEFORE_TAX, bands), basket(product("P", "338.98")))  # 299.98 before tax
    step = found.next_steps[0]
    # 0.02 before tax are missing; 284.98 fall to 270.00, 14.98 less before tax.
    assert (step.missing_minor, step.saves_minor) == (3, 1692)


@settings(max_examples=CASES)
@given(cases())
def test_the_best_deal_is_the_best_before_tax(context: Context) -> None:
    net = without_tax(context)
    found = quote(before_tax(context.programme), of(context))
    least = min(price for price, _ in every_price(net))
    assert sum(net.goods.gross) - off_before_tax(found) == least
    lines = len(context.goods.lines)
    assert abs(found.payable_minor - half_up(Fraction(least * 113, 100))) <= lines + 1
    for line in found.lines:
        assert 0 <= line.net_minor <= line.line.gross_minor


def before_tax(made: Programme) -> Programme:
    return replace(made, policies=replace(made.policies, discount_on=DiscountOn.BEFORE_TAX))


def of(context: Context) -> Basket:
    return replace(EMPTY, lines=context.goods.lines)


def without_tax(context: Context) -> Context:
    """The same goods at prices without 13 % tax, rounded once and spread by largest remainder."""
    lines = context.goods.lines
    gross = [line.gross_minor for line in lines]
    tax = half_up(Fraction(sum(gross) * 13, 113))
    inside = shares(tax, [Fraction(one) for one in gross], gross)
    net = [
        replace(line, gross_minor=line.gross_minor - part)
        for line, part in zip(lines, inside, strict=True)
    ]
    return replace(context, goods=arrange(net))


def off_before_tax(found: Quote) -> int:
    """What offers took off, as their reasons tell it."""
    return sum(
        next(
            (int(str(why.fact("off_minor"))) for why in one.reasons if why.code == "BEFORE_TAX"),
            one.amount_minor,
        )
        for one in found.offers
    )
