"""Money that a terminal gives back for a return: on disk before it is asked, never given twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.services.ports import TerminalAnswer, TerminalOutcome
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events
from posloyalty.sync.audit import entry_of
from tests.services.a_shop import Shop, new_shop
from tests.services.counter import STD13, goods

CASHIER = Operator(id=b"C" * 16, name="Lin", role=Role.CASHIER)
PRICE = 2_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with new_shop(tmp_path, programme=None) as made:
        till = made.till
        till.shop.save(replace(till.shop.details(), terminal="simulator"), made.manager)
        with till.book.write() as unit:
            unit.catalogue.save_tax_class(STD13)
            unit.commit()
        yield made


def article(shop: Shop, price_minor: int) -> Product:
    product = goods(1, price_minor)
    with shop.till.book.write() as unit:
        unit.catalogue.save_product(product, initials="")
        unit.commit()
    return product


def sold(shop: Shop, price_minor: int = PRICE, pieces: int = 1) -> Sale:
    """A sale by card, whatever the simulator would have said of its amount."""
    payments, check_out = shop.till.payments, shop.till.check_out
    basket = check_out.open_basket()
    basket = basket.add(article(shop, price_minor), quantity_milli=pieces * 1000)
    quote = check_out.quote(basket)
    due = quote.payable_minor
    payment = payments.begin(basket.sale_id, TenderKind.CARD, due, "CNY", CASHIER)
    took = TerminalAnswer(outcome=TerminalOutcome.APPROVED, reference="TOOK-1")
    payment = payments.note(payment, took, CASHIER)
    return check_out.complete(basket, quote, (payment.tender(1),), CASHIER)


def wish(shop: Shop, milli: int = 1000, references: tuple[tuple[int, str], ...] = ()) -> RefundWish:
    made = shop.till.refunds.wish((1, milli))
    return replace(made, cause="unwanted", references=references)


def tender(shop: Shop, sale: Sale, milli: int = 1000) -> Tender:
    (one,) = shop.till.refunds.quote(sale.id, wish(shop, milli)).tenders
    return one


def sent_back(shop: Shop, sale: Sale, milli: int = 1000) -> Payment:
    """What goes back of a sale's goods, asked of the terminal and answered on disk."""
    payments = shop.till.payments
    payment = payments.begin_back(sale.id, tender(shop, sale, milli), "CNY", CASHIER)
    return payments.note(payment, payments.refund(payment, "TOOK-1"), CASHIER)


def booked(shop: Shop, sale: Sale, *given: Payment, milli: int = 1000) -> Refund:
    asked = wish(shop, milli, tuple((one.back, one.mark) for one in given))
    quote = shop.till.refunds.quote(sale.id, asked)
    return shop.till.refunds.complete(sale.id, asked, quote, shop.manager)


def refused(shop: Shop, sale: Sale, *given: Payment, milli: int = 1000) -> str:
    with pytest.raises(ServiceRefusal) as caught:
        booked(shop, sale, *given, milli=milli)
    return caught.value.reason


def test_what_the_terminal_gave_back_is_the_returns_tender_with_its_reference(shop: Shop) -> None:
    sale = sold(shop)
    payment = sent_back(shop, sale)
    assert (payment.step, payment.back, payment.amount_minor) == (PaymentStep.APPROVED, 1, PRICE)
    refund = booked(shop, sale, payment)
    assert [one.reference for one in refund.tenders] == [payment.reference]
    assert shop.till.payments.back_of_sale(sale.id) == ()
    assert shop.till.payments.unsettled() == ()
    assert shop.till.verify.verify().holds


def test_it_is_on_disk_before_the_terminal_hears_of_it(shop: Shop) -> None:
    sale = sold(shop)
    payment = shop.till.payments.begin_back(sale.id, tender(shop, sale), "CNY", CASHIER)
    shop.reopen()
    (found,) = shop.till.payments.back_of_sale(sale.id)
    assert (found.id, found.step, found.back) == (payment.id, PaymentStep.ASKED, 1)
    assert shop.till.payments.unsettled() == (found,)
    assert shop.till.verify.verify().holds


def test_the_event_says_to_which_tender_it_goes_back(shop: Shop) -> None:
    payment = sent_back(shop, sold(shop))
    with shop.till.book.read() as reader:
        event = events.decode(list(reader.journal.events())[-1].body)
    assert isinstance(event, events.Payment)
    assert (event.back, event.step, event.ref) == (1, "approved", payment.reference)


@pytest.mark.parametrize(
    ("price", "step", "later"),
    [
        (2_001, PaymentStep.DECLINED, None),
        (2_002, PaymentStep.UNKNOWN, PaymentStep.DECLINED),
        (2_003, PaymentStep.UNKNOWN, PaymentStep.APPROVED),
        (2_004, PaymentStep.UNKNOWN, PaymentStep.UNKNOWN),
    ],
)
def test_declined_timed_out_and_lost_are_told_apart_and_asked_again(
    shop: Shop, price: int, step: PaymentStep, later: PaymentStep | None
) -> None:
    payments = shop.till.payments
    payment = sent_back(shop, sold(shop, price))
    assert payment.step is step
    if later is not None:
        assert payments.note(payment, payments.ask(payment), CASHIER).step is later


def test_what_is_not_known_books_no_return_until_a_supervisor_settled_it(shop: Shop) -> None:
    sale = sold(shop, 2_004)
    payment = sent_back(shop, sale)
    assert refused(shop, sale) == refused(shop, sale, payment) == "BACK_OPEN"
    with pytest.raises(ServiceRefusal, match="NOT_ALLOWED"):
        shop.till.payments.settle(payment.id, CASHIER, took=True)
    settled = shop.till.payments.settle(payment.id, shop.manager, took=True)
    refund = booked(shop, sale, settled)
    assert [one.reference for one in refund.tenders] == [payment.id.hex()[:12].upper()]
    assert shop.till.payments.unsettled() == ()


def test_settled_as_not_given_the_return_is_booked_without_it(shop: Shop) -> None:
    sale = sold(shop, 2_004)
    payment = sent_back(shop, sale)
    shop.till.payments.settle(payment.id, shop.manager, took=False)
    assert [one.reference for one in booked(shop, sale).tenders] == ["TOOK-1"]


def test_a_declined_one_is_no_part_of_the_return_and_may_be_tried_again(shop: Shop) -> None:
    sale = sold(shop, 2_001)
    assert sent_back(shop, sale).step is PaymentStep.DECLINED
    assert sent_back(shop, sale).step is PaymentStep.DECLINED
    assert booked(shop, sale).total_minor == 2_001


def test_what_went_back_counts_in_a_return_or_is_looked_after(shop: Shop) -> None:
    sale = sold(shop, pieces=2)
    payment = sent_back(shop, sale)
    assert refused(shop, sale) == "BACK_OPEN"
    assert refused(shop, sale, payment, milli=2000) == "BACK_OPEN"
    assert shop.till.payments.unsettled() == (payment,)
    booked(shop, sale, payment)
    with pytest.raises(ServiceRefusal, match="PAYMENT_ENDED"):
        shop.till.payments.returned(payment.id, shop.manager)


def test_the_same_part_of_a_sale_is_not_sent_back_twice(shop: Shop) -> None:
    sale = sold(shop, pieces=2)
    payment = sent_back(shop, sale)
    with pytest.raises(ServiceRefusal, match="BACK_OPEN"):
        sent_back(shop, sale)
    booked(shop, sale, payment)
    again = sent_back(shop, sale)
    assert again.reference != payment.reference
    booked(shop, sale, again)
    assert shop.till.verify.verify().holds


def test_money_that_came_again_needs_no_return(shop: Shop) -> None:
    sale = sold(shop)
    payment = sent_back(shop, sale)
    shop.till.payments.returned(payment.id, shop.manager)
    assert shop.till.payments.unsettled() == ()
    assert shop.till.payments.back_of_sale(sale.id) == ()


def test_money_that_goes_back_is_no_payment_of_its_sale(shop: Shop) -> None:
    sale = sold(shop)
    sent_back(shop, sale)
    assert [one.back for one in shop.till.payments.of_sale(sale.id)] == [0]


def test_without_a_terminal_nothing_is_sent_and_the_sales_reference_stands(shop: Shop) -> None:
    sale = sold(shop)
    shop.till.shop.save(replace(shop.till.shop.details(), terminal="none"), shop.manager)
    with pytest.raises(ServiceRefusal, match="NO_TERMINAL"):
        sent_back(shop, sale)
    assert [one.reference for one in booked(shop, sale).tenders] == ["TOOK-1"]


def test_what_a_supervisor_said_of_it_stands_in_the_audit(shop: Shop) -> None:
    payment = sent_back(shop, sold(shop, 2_004))
    shop.till.payments.settle(payment.id, shop.manager, took=True)
    with shop.till.book.read() as reader:
        last = list(reader.journal.events())[-1]
    event = events.decode(last.body)
    assert isinstance(event, events.Event)
    told = entry_of(event)
    assert told is not None
    assert told.kind == "money_back_took"
