"""Paying a gift card out at the counter: by keys alone, on the terms that hold, answered for."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.pay_out import Document, PayOutTerms, PayOutWay
from tests.fakes.back_office import CHEN, PIN
from tests.fakes.desk import Desk
from tests.fakes.small_shop import CASHIER
from tests.ui.presenters.test_gift_card import CODE, counter
from ui.presenters.ports import Sheet

CHINA = PayOutTerms(
    cash_most=10_000, documents=(Document.ID_CARD, Document.PASSPORT), same_name=True
)


def at_card(minor: int, *, terms: PayOutTerms = CHINA, **more: object) -> Desk:
    """A card with so much on it, on the sheet."""
    made = counter(**more)
    made.till.gift_cards.balances = {CODE: minor}
    made.till.pay_outs.terms = terms
    made.scan(CODE)
    return made


def test_six_keys_and_a_pin_pay_a_card_out_in_cash() -> None:
    at = at_card(4_567)
    at.press("F9")
    assert [(way.words, way.offered) for way in at.gift_card.state.ways] == [
        ("In cash 45.60", True),
        ("To their own account 45.67", True),
    ]
    at.press("1")
    assert at.navigator.open is Sheet.APPROVE
    assert at.approve.state.what == "Pay 45.60 out of •7777 in cash. Which document was shown?"
    assert at.approve.state.reasons == ("Identity card", "Passport")
    at.press("2", *PIN, "Enter")
    ((way, given, seen, approver),) = at.till.pay_outs.done
    assert (way, given, seen) == (PayOutWay.CASH, 4_560, "passport")
    assert approver is not None
    assert approver != CASHIER
    assert at.navigator.open is Sheet.GIFT_CARD
    assert at.gift_card.state.balance == "¥0.00"
    assert at.said == "Give 45.60 in cash. •7777 is closed"
    assert at.till.drawer.opened == 1


def test_a_transfer_leaves_the_drawer_shut() -> None:
    at = at_card(15_000, operator=CHEN)
    at.press("F9", "2", "1")
    assert at.till.pay_outs.done == [(PayOutWay.ACCOUNT, 15_000, "id_card", CHEN)]
    assert at.said.startswith("Transfer 150.00. •7777 is closed")
    assert at.till.drawer.opened == 0


def test_above_the_limit_cash_is_refused_with_the_limit_and_what_to_do() -> None:
    at = at_card(10_001, operator=CHEN)
    at.press("F9")
    state = at.gift_card.state
    assert [way.offered for way in state.ways] == [False, True]
    assert state.note == "In cash 100.00 at most. More goes by transfer, or is spent."
    at.press("1")
    assert at.said.startswith("In cash 100.00 at most, 100.01 are left.")
    assert "to the holder's own account" in at.said
    assert (at.navigator.open, at.till.pay_outs.done) == (Sheet.GIFT_CARD, [])


def test_where_nothing_is_asked_no_document_is() -> None:
    at = at_card(50_000, terms=PayOutTerms(), operator=CHEN)
    at.press("F9")
    assert [way.words for way in at.gift_card.state.ways] == [
        "In cash 500.00",
        "To an account 500.00",
    ]
    at.press("1")
    assert at.till.pay_outs.done == [(PayOutWay.CASH, 50_000, "", CHEN)]


def test_f9_once_more_or_leaving_the_question_pays_nothing() -> None:
    at = at_card(4_567)
    at.press("F9", "F9")
    assert at.gift_card.state.ways == ()
    at.press("1", "F9", "1", "Esc")
    assert at.till.pay_outs.done == []


def test_what_becomes_of_a_bonus_is_said_before() -> None:
    at = at_card(4_567)
    at.till.pay_outs.bonus_minor = 2_000
    at.press("F9")
    assert at.gift_card.state.note == "The bonus of 20.00 becomes void."


def test_head_office_is_asked_first_where_other_tills_know_the_card() -> None:
    at = at_card(4_567, operator=CHEN)
    at.till.lending.asks_now = True
    at.press("F9", "1")
    assert at.till.reserving.reserved == [b"\1" * 16]
    at.press("1")
    assert len(at.till.pay_outs.done) == 1


@pytest.mark.parametrize("frozen", [True, False])
def test_a_card_that_cannot_pay_is_not_paid_out(frozen: bool) -> None:
    at = at_card(4_567 if frozen else 0, operator=CHEN)
    if frozen:
        at.gift_card.freeze()
    at.press("F9")
    assert at.gift_card.state.ways == ()
