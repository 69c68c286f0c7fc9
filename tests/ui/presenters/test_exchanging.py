"""Exchanging at the counter: one sale, one difference, either way, in one transaction."""

from __future__ import annotations

from typing import Any

import pytest

from posloyalty.domain.shop.sale import Sale
from tests.fakes.desk import Desk as Counter
from tests.fakes.desk import desk as keyed_desk
from tests.services.returning.test_exchange_sale import CARD_SAVES, sold_by_card
from tests.services.returning.test_refund_sale import basket
from tests.ui.presenters.returning.conftest import Desk, _made_shop, desk, shop  # noqa: F401
from ui.presenters.ports import Screen
from ui.presenters.tendering import PayField


@pytest.fixture
def counter(desk: Desk) -> Counter:  # noqa: F811
    till: Any = desk.real
    return keyed_desk(operator=desk.session.operator, till=till)


def begin(counter: Counter, sale: Sale, keys: str = " 3") -> None:
    """Goods of a sale come back, and the cashier goes on into the sale."""
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(*keys, "F9")


def halves(desk: Desk, sale: Sale) -> tuple[Any, Any]:  # noqa: F811
    """The refund of a sale and the newest sale."""
    (row,) = desk.real.refund_history.of_sale(sale.id)
    stored = desk.real.refund_history.refund(row.number)
    newest = desk.real.history.sale(desk.real.history.page(limit=1)[0].number)
    assert stored is not None
    assert newest is not None
    return stored.refund, newest.sale


def test_dearer_goods_cost_the_difference(desk: Desk, counter: Counter) -> None:  # noqa: F811
    sale = desk.sold(1)  # 4.50
    begin(counter, sale)
    assert counter.front is Screen.SALE
    assert counter.sale.state.hint == "Exchange: 4.50 returned. Scan new goods"
    counter.scan("103")  # 7.50
    assert counter.sale.state.pay == "Pay  ¥3.00"
    counter.press("F12")
    (first,) = counter.pay.state.paid_rows
    assert (first.title, first.amount) == ("Returned · Cash", "4.50")
    assert counter.pay.state.due_minor == 300
    counter.press("5", "Enter")
    assert (counter.front, counter.done.state.change) == (Screen.DONE, "¥2.00")
    refund, new = halves(desk, sale)
    assert (refund.total_minor, new.payable_minor) == (450, 750)
    assert [one.amount_minor for one in new.tenders] == [450, 300]
    assert [told.code for told in new.told if told.code == "EXCHANGE"] == ["EXCHANGE"]


def test_cheaper_goods_give_the_difference_back(desk: Desk, counter: Counter) -> None:  # noqa: F811
    sale = desk.sold(0, 0, 0, 1)  # 7.50
    begin(counter, sale)
    counter.scan("100")
    assert counter.sale.state.pay == "Exchange · back ¥3.00"
    counter.press("F12")
    assert counter.pay.state.main == "Complete · give back 3.00"
    counter.press("Enter")
    state = counter.done.state
    assert (state.change_label, state.change) == ("Give back", "¥3.00")
    refund, new = halves(desk, sale)
    assert sum(one.given_minor for one in refund.tenders) - new.payable_minor == 300


def test_nothing_is_booked_before_it_is_paid_and_f8_puts_it_off(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = desk.sold(1)
    begin(counter, sale)
    counter.scan("103")
    counter.press("F12", "Esc")
    assert counter.front is Screen.SALE
    counter.press("F6")
    assert counter.said == "Finish the exchange first, or put it off with F8"
    counter.press("F8")
    assert counter.returning.state.lines[0].sub == "bought 1, can return 1"
    counter.press("Esc")
    counter.navigator.show(Screen.SALE)
    assert counter.sale.state.pay == "Pay  ¥7.50"
    assert desk.real.refund_history.of_sale(sale.id) == ()


def test_the_money_of_what_comes_back_stays_among_the_payments(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = desk.sold(1)
    begin(counter, sale)
    counter.scan("103")
    counter.press("F12", "Del")
    assert counter.said == "This is the money of the returned goods. It stays"
    counter.press("1", "Enter", "Del")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["4.50"]
    counter.scan("100")
    assert counter.said == "Complete this sale first, or take a payment back"


def test_an_exchange_asks_for_goods_and_reason_first(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = desk.sold(1)
    begin(counter, sale, keys=" ")
    assert counter.said == "Choose a reason first: 1 to 4"
    assert counter.front is Screen.RETURN


def test_the_member_of_the_returned_sale_comes_along(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    from tests.services.returning.test_refund_sale import member

    sale = desk.sold(20, member_id=member(desk.real))
    begin(counter, sale, keys="+3")
    counter.scan("103")
    assert counter.sale.state.member is not None
    counter.press("F12", "1", "0", "Enter")
    refund, new = halves(desk, sale)
    assert refund.member_id == new.member_id == member(desk.real)


@pytest.fixture
def card_counter(desk: Desk) -> Counter:  # noqa: F811
    """The same under a programme that takes 1.00 off where all of a sale is paid by card."""
    desk.real.programmes.install(CARD_SAVES.encode())
    till: Any = desk.real
    return keyed_desk(operator=desk.session.operator, till=till)


def test_the_price_of_an_exchange_follows_how_its_difference_is_paid(
    desk: Desk,  # noqa: F811
    card_counter: Counter,
) -> None:
    counter = card_counter
    sale = sold_by_card(desk.real, basket(desk.real, 1))  # 4.50, for 3.50
    begin(counter, sale)
    counter.scan("103")  # 7.50
    counter.press("F12")
    assert (counter.pay.state.payable, counter.pay.state.due) == ("7.50", "¥4.00")
    counter.press("Ctrl+2")
    assert (counter.pay.state.payable, counter.pay.state.due) == ("6.50", "¥3.00")
    assert ("1 offer", "−1.00", "success") in counter.pay.state.sums
    counter.press("Ctrl+1")
    assert counter.pay.state.due == "¥4.00"
    counter.press("Ctrl+2", *"4711", "Enter")
    assert counter.front is Screen.DONE
    refund, new = halves(desk, sale)
    assert (refund.total_minor, new.payable_minor) == (350, 650)
    assert [one.amount_minor for one in new.tenders] == [350, 300]


def test_exact_cash_in_an_exchange_waits_for_the_price_of_cash(
    desk: Desk,  # noqa: F811
    card_counter: Counter,
) -> None:
    counter = card_counter
    sale = sold_by_card(desk.real, basket(desk.real, 1))
    begin(counter, sale)
    counter.scan("103")
    counter.press("F12", "Ctrl+2", "Ctrl+0")
    assert counter.front is Screen.DONE
    assert [one.amount_minor for one in halves(desk, sale)[1].tenders] == [350, 400]


def test_two_kinds_for_the_difference_cost_what_both_bring(
    desk: Desk,  # noqa: F811
    card_counter: Counter,
) -> None:
    counter = card_counter
    sale = sold_by_card(desk.real, basket(desk.real, 1))
    begin(counter, sale)
    counter.scan("103")
    counter.press("F12", "Ctrl+2")
    counter.pay.fill(PayField.AMOUNT)
    counter.press("1", "Tab")
    counter.pay.fill(PayField.REFERENCE)
    counter.press(*"4711", "Enter")
    assert counter.pay.state.due == "¥2.00"
    counter.press("Ctrl+1")
    assert counter.pay.state.due == "¥3.00"
    counter.press("Enter")
    assert [one.amount_minor for one in halves(desk, sale)[1].tenders] == [350, 100, 300]
