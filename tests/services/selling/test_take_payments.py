"""Payments of a terminal on a real book: on disk before it is asked, and never assumed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.ports import TerminalAnswer, TerminalOutcome
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from tests.services.conftest import Shop

CASHIER = Operator(id=b"C" * 16, name="Lin", role=Role.CASHIER)
CODE = "134512345678901234"


@pytest.fixture
def till(shop: Shop) -> Shop:
    shop.till.shop.save(replace(shop.till.shop.details(), terminal="simulator"), shop.manager)
    return shop


def a_basket(shop: Shop) -> Basket:
    product = next(one for one in shop.till.catalogue.search("") if one.price_minor)
    return shop.till.check_out.open_basket().add(product)


def asked(shop: Shop, basket: Basket, amount: int, kind: TenderKind = TenderKind.CARD) -> Payment:
    currency = basket.currency.code
    return shop.till.payments.begin(basket.sale_id, kind, amount, currency, CASHIER)


def taken(shop: Shop, basket: Basket, amount: int) -> Payment:
    payment = asked(shop, basket, amount)
    return shop.till.payments.note(payment, shop.till.payments.take(payment), CASHIER)


def ring(shop: Shop, basket: Basket, *tenders: Tender) -> Sale:
    quote = shop.till.check_out.quote(basket)
    return shop.till.check_out.complete(basket, quote, tenders, CASHIER)


def cash(amount: int) -> Tender:
    return Tender(number=1, kind=TenderKind.CASH, amount_minor=amount, given_minor=amount)


def due(shop: Shop, basket: Basket) -> int:
    return shop.till.check_out.quote(basket).payable_minor


def reason(caught: pytest.ExceptionInfo[ServiceRefusal]) -> str:
    return caught.value.reason


def test_an_approved_payment_is_a_tender_with_the_terminals_reference(till: Shop) -> None:
    basket = a_basket(till)
    payment = taken(till, basket, due(till, basket))
    assert payment.step is PaymentStep.APPROVED
    sale = ring(till, basket, payment.tender(1))
    assert sale.tenders[0].reference == payment.reference != ""
    assert till.till.payments.unsettled() == ()
    assert till.till.verify.verify().holds


def test_a_declined_payment_pays_nothing_and_may_be_tried_again(till: Shop) -> None:
    basket = a_basket(till)
    assert taken(till, basket, 101).step is PaymentStep.DECLINED
    assert till.till.payments.of_sale(basket.sale_id) == ()
    assert taken(till, basket, 101).step is PaymentStep.DECLINED


def test_what_has_no_answer_stays_with_the_sale_and_is_not_asked_for_twice(till: Shop) -> None:
    basket = a_basket(till)
    payment = taken(till, basket, 103)
    assert (payment.step, payment.cause) == (PaymentStep.UNKNOWN, "line_lost")
    assert till.till.payments.of_sale(basket.sale_id) == (payment,)
    with pytest.raises(ServiceRefusal) as twice:
        asked(till, basket, 103)
    assert reason(twice) == "PAYMENT_OPEN"


def test_asked_again_the_terminal_says_what_became_of_it(till: Shop) -> None:
    basket, payments = a_basket(till), till.till.payments
    lost, late = taken(till, basket, 103), taken(till, basket, 102)
    assert payments.note(lost, payments.ask(lost), CASHIER).step is PaymentStep.APPROVED
    assert payments.note(late, payments.ask(late), CASHIER).step is PaymentStep.DECLINED


@pytest.mark.parametrize(
    ("took", "step"), [(True, PaymentStep.TOOK), (False, PaymentStep.TOOK_NOT)]
)
def test_a_supervisor_who_looked_settles_it_and_nobody_else(
    till: Shop, took: bool, step: PaymentStep
) -> None:
    basket, payments = a_basket(till), till.till.payments
    payment = taken(till, basket, 104)
    with pytest.raises(ServiceRefusal) as refused:
        payments.settle(payment.id, CASHIER, took=took)
    assert reason(refused) == "NOT_ALLOWED"
    settled = payments.settle(payment.id, till.manager, took=took)
    assert settled.step is step
    assert payments.of_sale(basket.sale_id) == ((settled,) if took else ())
    with pytest.raises(ServiceRefusal) as ended:
        payments.settle(payment.id, till.manager, took=not took)
    assert reason(ended) == "PAYMENT_ENDED"


def test_for_a_cashier_a_supervisor_answers_and_both_are_in_the_journal(till: Shop) -> None:
    payments = till.till.payments
    payment = taken(till, a_basket(till), 104)
    payments.settle(payment.id, CASHIER, took=True, approved_by=till.manager)
    with till.till.book.read() as reader:
        last = list(reader.journal.events())[-1]
    event = events.decode(last.body)
    assert isinstance(event, events.Payment)
    assert (event.actor, event.ok) == (CASHIER.id.hex(), till.manager.id.hex())
    assert (event.step, event.why) == ("took", "slip_seen")


def test_an_unknown_payment_never_completes_a_sale_and_never_stops_one(till: Shop) -> None:
    basket = a_basket(till)
    amount = due(till, basket)
    payment = taken(till, basket, 104)
    with pytest.raises(ValueError, match="pays nothing"):
        payment.tender(1)
    ring(till, basket, cash(amount))
    assert till.till.payments.unsettled() == (payment,)


def test_a_sale_counts_whatever_a_terminal_took_for_it(till: Shop) -> None:
    basket = a_basket(till)
    amount = due(till, basket)
    payment = taken(till, basket, amount)
    with pytest.raises(ServiceRefusal) as refused:
        ring(till, basket, cash(amount))
    assert reason(refused) == "PAYMENT_NOT_COUNTED"
    payments = till.till.payments
    payments.note_given_back(payment, payments.give_back(payment), CASHIER)
    ring(till, basket, cash(amount))
    assert payments.unsettled() == ()


def test_money_that_does_not_go_back_still_counts(till: Shop) -> None:
    basket, payments = a_basket(till), till.till.payments
    payment = payments.settle(taken(till, basket, 104).id, till.manager, took=True)
    with pytest.raises(ServiceRefusal) as refused:
        payments.note_given_back(payment, payments.give_back(payment), CASHIER)
    assert reason(refused) == "NOT_GIVEN_BACK"
    assert payments.of_sale(basket.sale_id) == (payment,)


def test_a_payment_that_was_cut_off_is_there_after_a_restart(till: Shop) -> None:
    basket = a_basket(till)
    payment = asked(till, basket, 103)
    till.restart()
    assert till.till.payments.of_sale(basket.sale_id) == (payment,)
    assert till.till.payments.unsettled() == (payment,)
    answer = till.till.payments.ask(payment)
    assert till.till.payments.note(payment, answer, CASHIER).step is PaymentStep.APPROVED
    assert till.till.verify.verify().holds


def test_money_of_a_sale_that_never_came_is_listed_until_it_went_back(till: Shop) -> None:
    basket, payments = a_basket(till), till.till.payments
    payment = taken(till, basket, 500)
    assert payments.unsettled() == (payment,)
    with pytest.raises(ServiceRefusal) as refused:
        payments.returned(payment.id, CASHIER)
    assert reason(refused) == "NOT_ALLOWED"
    payments.returned(payment.id, till.manager)
    assert payments.unsettled() == ()


def test_money_that_was_taken_after_all_is_listed_where_the_sale_was_paid_otherwise(
    till: Shop,
) -> None:
    basket, payments = a_basket(till), till.till.payments
    payment = taken(till, basket, 104)
    ring(till, basket, cash(due(till, basket)))
    took = payments.settle(payment.id, till.manager, took=True)
    assert payments.unsettled() == (took,)
    payments.returned(payment.id, till.manager)
    assert payments.unsettled() == ()


def test_a_sale_that_counts_what_a_supervisor_saw_leaves_nothing_to_look_after(till: Shop) -> None:
    basket, payments = a_basket(till), till.till.payments
    amount = due(till, basket)
    payment = payments.settle(taken(till, basket, 104).id, till.manager, took=True)
    rest = replace(cash(amount - 104), number=2)
    ring(till, basket, payment.tender(1), rest)
    assert payments.unsettled() == ()
    with pytest.raises(ServiceRefusal) as refused:
        payments.returned(payment.id, till.manager)
    assert reason(refused) == "PAYMENT_ENDED"


def test_money_of_a_booked_sale_goes_back_by_a_return_alone(till: Shop) -> None:
    basket = a_basket(till)
    payment = taken(till, basket, due(till, basket))
    ring(till, basket, payment.tender(1))
    with pytest.raises(ServiceRefusal) as refused:
        till.till.payments.returned(payment.id, till.manager)
    assert reason(refused) == "PAYMENT_ENDED"


def test_a_terminal_that_is_no_longer_there_knows_nothing(till: Shop) -> None:
    basket = a_basket(till)
    payment = taken(till, basket, 103)
    till.till.shop.save(replace(till.till.shop.details(), terminal="none"), till.manager)
    payments = till.till.payments
    assert not payments.connected
    unheard = TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="no_terminal")
    assert payments.ask(payment) == payments.take(payment) == payments.give_back(payment) == unheard
    with pytest.raises(ServiceRefusal) as refused:
        asked(till, basket, 500)
    assert reason(refused) == "NO_TERMINAL"


def test_a_customers_payment_code_is_in_no_event(till: Shop) -> None:
    basket, payments = a_basket(till), till.till.payments
    payment = asked(till, basket, 500, TenderKind.QR_WALLET)
    payments.note(payment, payments.take(payment, CODE), CASHIER)
    with till.till.book.read() as reader:
        stored = [one.body for one in reader.journal.events()]
    assert sum(isinstance(events.decode(body), events.Payment) for body in stored) == 2
    assert not any(CODE.encode() in body for body in stored)


def test_verify_finds_a_step_that_the_journal_does_not_tell(till: Shop) -> None:
    payment = taken(till, a_basket(till), 500)
    with till.till.book.write() as unit:
        unit.connection.exec_driver_sql("DROP TRIGGER payment_step_no_update")  # type: ignore[attr-defined]
        unit.connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE payment_step SET amount_minor = 501 WHERE step = 'approved'"
        )
        unit.commit()
    found = till.till.verify.verify().differences
    assert [one.what for one in found] == ["payment_step"]
    assert payment.amount_minor == 500
