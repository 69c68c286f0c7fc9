"""Donations on top of a quote: added last, and no figure of the goods is another (case 32)."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.donation import Donation
from tests.domain.engine.made import basket, lot, member, product, quote, rules

RULES = rules(
    """
[[cause]]
id = "a"
name = "A"
round_up = "1.00"
amounts = [{ money = "5.00" }]
[[cause]]
id = "b"
name = "B"
round_up = "10.00"
[[offer]]
id = "tenth"
scope = "order"
percent = "10%"
"""
)
TEA = product("TEA", "47.30")


@pytest.mark.parametrize(
    ("wishes", "given"),
    [
        ((), []),
        ((Donation("a"),), [("a", 43)]),
        ((Donation("b"),), [("b", 743)]),
        ((Donation("b"), Donation("a")), [("a", 43), ("b", 700)]),
        ((Donation("a", 500), Donation("b")), [("a", 500), ("b", 243)]),
        ((Donation("a", 499),), []),  # an amount that the cause does not take
        ((Donation("b", 500),), []),
        ((Donation("gone"),), []),
    ],
)
def test_what_is_given_is_added_to_what_is_paid_and_to_nothing_else(
    wishes: tuple[Donation, ...], given: list[tuple[str, int]]
) -> None:
    goods = basket(TEA, member=True)
    state = member(lot(5000))
    plain = quote(RULES, goods, state)
    wished = goods
    for wish in wishes:
        wished = wished.donating(wish.cause, wish)
    found = quote(RULES, wished, state)
    total = sum(amount for _, amount in given)
    assert [
        (line.line.product.sku.removeprefix("cause/"), line.net_minor)
        for line in found.lines
        if line.donation
    ] == given
    assert found.lines[: len(plain.lines)] == plain.lines
    assert (found.payable_minor, found.gross_minor) == (
        plain.payable_minor + total,
        plain.gross_minor + total,
    )
    assert (found.earnings, found.usable, found.taxes, found.offers, found.spend_minor) == (
        plain.earnings,
        plain.usable,
        plain.taxes,
        plain.offers,
        plain.spend_minor,
    )
    assert {one.cause: one.given_minor for one in found.giving if one.given_minor} == dict(given)


def test_points_pay_no_donation() -> None:
    goods = basket(TEA, member=True, redeem=9999).donating("a", Donation("a", 500))
    found = quote(RULES, goods, member(lot(9999)))
    assert found.payable_minor == 500
    assert [(one.round_up_minor, one.amounts) for one in found.giving] == [(0, (500,)), (0, ())]
