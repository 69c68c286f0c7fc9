"""Paying in another way: what it would bring is exact, and nothing of it is taken unasked."""

from __future__ import annotations

import pytest

from posloyalty.domain.engine.quote import Quote, TenderGain
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.tender import TenderKind
from tests.domain.engine.made import basket, codes, lot, member, product, quote, rules

CASH, CARD, QR = TenderKind.CASH, TenderKind.CARD, TenderKind.QR_WALLET
FIFTY = product("A", "50.00")
CARD_FIVE = """
[[offer]]
id = "five"
scope = "order"
amount = "5.00"
when = { tender = "card" }
"""


def quoted(programme: Programme, made: Basket, *kinds: TenderKind) -> Quote:
    return quote(programme, made.paid_by(kinds), member(lot(9000)))


@pytest.mark.parametrize(
    ("kinds", "payable"),
    [((), 5000), ((CASH,), 5000), ((CARD,), 4500), ((CARD, CASH), 5000), ((QR,), 5000)],
)
def test_an_offer_for_a_tender_wants_all_of_the_sale_paid_by_it(
    kinds: tuple[TenderKind, ...], payable: int
) -> None:
    found = quoted(rules(CARD_FIVE), basket(FIFTY, member=True), *kinds)
    assert found.payable_minor == payable
    if payable == 5000:
        (refused,) = found.refused
        assert codes(refused.reasons) == ["ONLY_BY_CARD"]


@pytest.mark.parametrize(
    ("kinds", "holds"),
    [((), False), ((CASH,), False), ((CARD,), True), ((CARD, CASH), False), ((CARD, QR), True)],
)
def test_not_in_cash_means_that_no_part_is_and_waits_for_the_customers_word(
    kinds: tuple[TenderKind, ...], holds: bool
) -> None:
    programme = rules(CARD_FIVE.replace('{ tender = "card" }', '{ not = { tender = "cash" } }'))
    found = quoted(programme, basket(FIFTY, member=True), *kinds)
    assert bool(found.offers) is holds


def test_what_does_not_ask_about_the_tender_is_left_out_or_not_as_before() -> None:
    programme = rules(CARD_FIVE.replace('{ tender = "card" }', "{ not = { member = true } }"))
    assert not programme.looks_at_tenders
    assert quoted(programme, basket(FIFTY, member=True)).offers == ()


def test_it_is_proposed_with_what_it_saves_and_earns() -> None:
    programme = rules(
        CARD_FIVE,
        """
[[rule]]
id = "phone"
trigger = "sale"
when = { tender = "qr_wallet" }
gives = { points = 30 }
""",
    )
    made = basket(FIFTY, member=True)
    assert list(quoted(programme, made).by_tender) == [
        TenderGain(kind=CARD, saves_minor=500),
        TenderGain(kind=QR, saves_minor=0, earns=(("points", 30),)),
    ]
    by_card = quoted(programme, made, CARD)
    assert (by_card.asks_tender, list(by_card.by_tender)) == (True, [])


def test_a_way_that_costs_more_is_not_proposed_for_its_points() -> None:
    programme = rules(
        CARD_FIVE,
        """
[[earn]]
id = "cash-bonus"
when = { tender = "cash" }
per_sale = { points = 100 }
""",
    )
    assert list(quoted(programme, basket(FIFTY, member=True), CARD).by_tender) == []


def test_what_it_saves_counts_everything_that_changes_with_it() -> None:
    """The offer for the card excludes a better one: paying by card saves nothing then."""
    programme = rules(
        CARD_FIVE + "exclusive = true",
        """
[[offer]]
id = "six"
scope = "order"
amount = "6.00"
""",
    )
    assert list(quoted(programme, basket(FIFTY, member=True)).by_tender) == []


def test_a_programme_that_does_not_ask_proposes_nothing() -> None:
    found = quoted(rules(), basket(FIFTY, member=True))
    assert (found.asks_tender, list(found.by_tender)) == (False, [])


def test_points_are_proposed_on_the_price_of_the_tender() -> None:
    made = basket(FIFTY, member=True, redeem=5000)
    assert quoted(rules(CARD_FIVE), made).payable_minor == 0
    assert quoted(rules(CARD_FIVE), made, CARD).redemptions[0].points == 4500
