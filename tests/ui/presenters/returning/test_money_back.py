"""A return whose money goes back by the connected terminal: approved, declined, lost, gone on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.payment import PaymentStep
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.services.ports import TerminalAnswer, TerminalOutcome
from tests.ui.presenters.returning.conftest import Desk
from ui.presenters.ports import Screen, Sheet


@pytest.fixture
def counter(desk: Desk) -> Desk:
    """The desk with a terminal that answers by the amount's last digits."""
    shop = replace(desk.real.shop.details(), terminal="simulator")
    desk.real.shop.save(shop, desk.real.people.all()[0])
    return desk


def ticked(desk: Desk, card: int) -> Sale:
    """A sale of 4.50, so much of it by card, with its goods ticked and a reason."""
    sale = desk.sold(1, card=card)
    desk.screen.opened(sale_id=sale.id)
    desk.keys(" 2")
    return sale


def card_reference(desk: Desk) -> str | None:
    return next(t.reference for t in desk.refund.tenders if t.kind is TenderKind.CARD)


def done(desk: Desk) -> bool:
    return bool(desk.navigator.shown) and desk.navigator.shown[-1][0] is Screen.DONE


def test_the_terminal_gives_the_money_back_before_the_return_is_booked(counter: Desk) -> None:
    sale = ticked(counter, 200)
    counter.screen.main_action()
    assert done(counter)
    assert (card_reference(counter) or "").startswith("SIM-")
    assert counter.real.payments.back_of_sale(sale.id) == ()


def test_without_a_terminal_the_sales_reference_stands(desk: Desk) -> None:
    sale = ticked(desk, 200)
    desk.screen.main_action()
    (tender,) = [one for one in sale.tenders if one.kind is TenderKind.CARD]
    assert card_reference(desk) == tender.reference


def test_what_was_paid_in_cash_asks_no_terminal(counter: Desk) -> None:
    ticked(counter, 0)
    counter.screen.main_action()
    assert done(counter)
    assert [one.kind for one in counter.refund.tenders] == [TenderKind.CASH]


def test_what_is_declined_books_nothing_and_is_tried_again(counter: Desk) -> None:
    ticked(counter, 201)
    assert counter.state.second == "Exchange"
    counter.screen.main_action()
    assert not done(counter)
    assert counter.told.startswith("2.01 did not go back: the bank or wallet refused")
    assert (counter.state.second, counter.state.can_exchange) == ("Given back otherwise", True)
    counter.screen.main_action()
    assert not done(counter)


def test_after_it_was_declined_somebody_may_have_given_it_back_otherwise(counter: Desk) -> None:
    ticked(counter, 201)
    counter.screen.main_action()
    counter.screen.exchange()
    assert done(counter)
    assert not (card_reference(counter) or "").startswith("SIM-")


def test_a_cashier_has_a_supervisor_answer_for_that(counter: Desk) -> None:
    counter.cashier()
    ticked(counter, 201)
    counter.screen.main_action()
    counter.screen.exchange()
    assert counter.navigator.open is Sheet.APPROVE
    assert not done(counter)


def test_another_sum_is_an_exchange_again(counter: Desk) -> None:
    ticked(counter, 201)
    counter.screen.main_action()
    counter.keys("3")
    assert counter.state.second == "Exchange"


def test_a_lost_line_books_nothing_and_the_next_press_asks_again(counter: Desk) -> None:
    sale = ticked(counter, 203)
    counter.screen.main_action()
    assert not done(counter)
    assert counter.told == "It is not known whether 2.03 went back. F12 asks the terminal again"
    (payment,) = counter.real.payments.back_of_sale(sale.id)
    assert payment.step is PaymentStep.UNKNOWN
    counter.screen.main_action()
    assert done(counter)
    assert (card_reference(counter) or "").startswith("SIM-")


def test_a_line_that_stays_gone_is_settled_by_a_supervisor_and_gone_on_with(counter: Desk) -> None:
    sale = ticked(counter, 204)
    counter.screen.main_action()
    counter.screen.main_action()
    (payment,) = counter.real.payments.back_of_sale(sale.id)
    counter.real.payments.settle(payment.id, counter.real.people.all()[0], took=True)
    counter.screen.main_action()
    assert done(counter)
    assert card_reference(counter) == payment.id.hex()[:12].upper()


def test_what_went_back_before_a_cut_is_taken_up_by_the_same_return(counter: Desk) -> None:
    sale = ticked(counter, 200)
    payments, manager = counter.real.payments, counter.real.people.all()[0]
    quote = counter.real.refunds.quote(sale.id, counter.real.refunds.wish((1, 1000)))
    (tender,) = [one for one in quote.tenders if one.kind is TenderKind.CARD]
    payment = payments.begin_back(sale.id, tender, "CNY", manager)
    gave = TerminalAnswer(outcome=TerminalOutcome.APPROVED, reference="BEFORE")
    payments.note(payment, gave, manager)
    counter.screen.main_action()
    assert card_reference(counter) == "BEFORE"


def test_a_voided_sale_goes_back_by_the_terminal_too(counter: Desk) -> None:
    sale = counter.sold(1, card=201)
    counter.screen.opened(sale_id=sale.id, void=True)
    counter.keys("1")
    counter.screen.main_action()
    assert not done(counter)
    assert (counter.state.second, counter.state.can_exchange) == ("Given back otherwise", True)
    counter.screen.exchange()
    assert done(counter)
