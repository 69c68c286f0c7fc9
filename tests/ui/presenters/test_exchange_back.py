"""An exchange in which money is left over: what a card gets of it is given by the terminal first.

The old goods cost 7.50 and the new ones 4.50, so two fifths of what the card paid go back to it.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.rounding import Rounding
from posloyalty.services.papers.receipt import Rows
from tests.fakes.desk import Desk as Counter
from tests.fakes.desk import desk as keyed_desk
from tests.ui.presenters.returning.conftest import Desk, _made_shop, desk, shop  # noqa: F401
from ui.presenters.ports import Screen, Sheet


@pytest.fixture
def counter(desk: Desk) -> Counter:  # noqa: F811
    """A whole counter with a terminal that answers by the amount's last digits."""
    details = replace(desk.real.shop.details(), terminal="simulator")
    desk.real.shop.save(details, desk.real.people.all()[0])
    till: Any = desk.real
    return keyed_desk(operator=desk.session.operator, till=till)


def exchanged(desk: Desk, counter: Counter, card: int) -> Sale:  # noqa: F811
    """Goods of 7.50, so much of it by card, come back for one of 4.50; F12 at the pay screen."""
    sale = desk.sold(0, 0, 0, 1, card=card)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("100")
    counter.press("F12", "F12")
    return sale


def refund_of(desk: Desk, sale: Sale) -> Refund | None:  # noqa: F811
    rows = desk.real.refund_history.of_sale(sale.id)
    stored = desk.real.refund_history.refund(rows[0].number) if rows else None
    return None if stored is None else stored.refund


def back(desk: Desk, sale: Sale) -> tuple[Payment, ...]:  # noqa: F811
    """What went back, or may have, and counts in no refund."""
    return desk.real.payments.back_of_sale(sale.id)


def newest(desk: Desk) -> Sale:  # noqa: F811
    stored = desk.real.history.sale(desk.real.history.page(limit=1)[0].number)
    assert stored is not None
    return stored.sale


def test_the_terminal_gives_back_what_is_left_over_and_no_more(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=750)
    assert counter.front is Screen.DONE
    # No coin is handed out: the drawer's figure is not what the card got.
    state = counter.done.state
    assert (state.change_label, state.change, state.change_minor) == ("Given back", "¥3.00", 0)
    assert state.given.endswith("Card gets 3.00")
    refund, new = refund_of(desk, sale), newest(desk)
    assert refund is not None
    (tender,) = refund.tenders
    assert (tender.amount_minor, tender.stays_minor, tender.goes_minor) == (750, 450, 300)
    assert (tender.reference or "").startswith("SIM-")
    # The new goods stand on the payment that really paid, and go back to it one day.
    assert [(t.amount_minor, t.reference) for t in new.tenders] == [(450, "T-1")]
    assert (back(desk, sale), desk.real.payments.unsettled()) == ((), ())


def test_what_is_left_over_in_cash_asks_no_terminal(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=0)
    assert counter.front is Screen.DONE
    refund = refund_of(desk, sale)
    assert refund is not None
    assert [one.kind for one in refund.tenders] == [TenderKind.CASH]


def test_declined_nothing_is_booked_and_f12_tries_again(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=503)
    assert (counter.front, refund_of(desk, sale)) == (Screen.PAY, None)
    assert counter.said.startswith("2.01 did not go back: the bank or wallet refused")
    (row,) = counter.pay.state.pending_rows
    assert (row.title, row.sub, row.amount) == ("Card", "Declined, not given back", "2.01")
    assert (row.again, row.settle) == ("Try again", "Given otherwise")
    assert counter.pay.state.ready
    counter.pay.ask_again(row.id)
    assert (counter.front, refund_of(desk, sale)) == (Screen.PAY, None)
    with desk.real.book.read() as reader:
        asked = reader.payments.back_of_sale(sale.id)
    assert [one.step for one in asked] == [PaymentStep.DECLINED, PaymentStep.DECLINED]


def test_declined_f9_says_that_it_was_given_back_otherwise(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=503)
    counter.press("F9")
    assert counter.front is Screen.DONE
    refund = refund_of(desk, sale)
    assert refund is not None
    card = next(one for one in refund.tenders if one.kind is TenderKind.CARD)
    assert (card.goes_minor, card.reference) == (201, "T-1")


def test_a_cashier_has_a_supervisor_answer_for_that(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=503)
    counter.shell.session.sign_in(desk.cashier())
    counter.press("F9")
    assert (counter.navigator.open, refund_of(desk, sale)) == (Sheet.APPROVE, None)


def test_without_an_answer_nothing_is_booked_and_the_terminal_is_asked_again(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=508)
    assert (counter.front, refund_of(desk, sale)) == (Screen.PAY, None)
    assert counter.said == "It is not known whether 2.03 went back. F12 asks the terminal again"
    (row,) = counter.pay.state.pending_rows
    assert (row.sub, row.again) == ("Going back, not known", "Ask again")
    counter.press("F12")
    assert counter.front is Screen.DONE
    assert len(back(desk, sale)) == 0


def test_a_line_that_stays_gone_is_settled_by_a_supervisor_and_gone_on_with(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=510)
    counter.press("F12")
    assert counter.front is Screen.PAY
    counter.press("F9")
    assert counter.navigator.open is Sheet.PAYMENTS
    counter.payments.took()
    counter.press("Esc", "F12")
    assert counter.front is Screen.DONE
    refund = refund_of(desk, sale)
    assert refund is not None
    assert desk.real.payments.unsettled() == ()


def test_what_went_back_is_taken_up_by_the_same_exchange_and_by_nothing_else(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = exchanged(desk, counter, card=508)
    manager = desk.real.people.all()[0]
    (payment,) = back(desk, sale)
    desk.real.payments.settle(payment.id, manager, took=True)
    counter.press("Esc", "F8", "Esc")
    # The plain return of all would give back more, and is refused.
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F12")
    assert refund_of(desk, sale) is None
    assert "2.03" in counter.said
    counter.press("F9")
    counter.press("F12", "F12")
    assert counter.front is Screen.DONE
    refund = refund_of(desk, sale)
    assert refund is not None
    card = next(one for one in refund.tenders if one.kind is TenderKind.CARD)
    assert (card.goes_minor, card.reference) == (203, payment.id.hex()[:12].upper())


def test_coins_and_card_are_told_apart_before_and_after(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = desk.sold(0, 0, 0, 1, card=500)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("100")
    counter.press("F12")
    state = counter.pay.state
    assert (state.change_label, state.change) == ("Card 2.00 · Cash 1.00", "3.00")
    counter.press("F12")
    done = counter.done.state
    assert (done.change_label, done.change, done.change_minor) == ("Give back", "¥1.00", 100)
    assert done.given.endswith("Card gets 2.00")


def paper_of(desk: Desk, paper_id: bytes) -> list[str]:  # noqa: F811
    """What stands at the left of a receipt's rows."""
    blocks = desk.real.receipts.receipt(paper_id, copy=False).blocks
    return [row.left for block in blocks if isinstance(block, Rows) for row in block.rows]


def test_a_part_that_comes_to_no_coin_stands_nowhere_and_the_drawer_opens_for_what_does(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    details = desk.real.shop.details()
    down = replace(details, cash_step_minor=10, cash_rounding=Rounding.FLOOR)
    desk.real.shop.save(down, desk.real.people.all()[0])
    counter.shell.session.shop_changed(down)
    sale = desk.sold(0, 0, 0, 1, card=740)  # 7.50: 7.40 by card, 0.10 in cash
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("100")  # 4.50, of which 0.06 would be cash
    counter.press("F12")
    (row,) = counter.pay.state.paid_rows
    assert (row.title, row.amount, row.stays) == ("Returned · Card", "4.44", True)
    assert "Returned" in row.spoken
    assert counter.pay.state.change_label == "Card 2.96 · Cash 0.10"
    opened: list[int] = []
    till: Any = desk.real
    vars(till)["drawer"] = SimpleNamespace(open=lambda: opened.append(1))
    counter.press("F12")
    assert counter.front is Screen.DONE
    assert (
        counter.done.state.given
        == "Given 4.44 − to pay 4.44 (cash rounding −0.06) · Card gets 2.96"
    )
    new, refund = newest(desk), refund_of(desk, sale)
    assert refund is not None
    # It is booked all the same: what comes back later is reckoned by it.
    assert [(one.kind, one.amount_minor, one.given_minor) for one in new.tenders] == [
        (TenderKind.CARD, 444, 444),
        (TenderKind.CASH, 6, 0),
    ]
    paper = paper_of(desk, new.id)
    assert any(text.startswith("银行卡") for text in paper)
    assert {"现金", "找零"}.isdisjoint(paper)
    assert "现金" in paper_of(desk, refund.id)
    assert opened == [1]


@pytest.mark.parametrize(("keys", "opens"), [(("Ctrl+2", "Enter"), 0), (("F12",), 1)])
def test_the_drawer_opens_for_coins_that_move_and_not_for_those_that_stay(
    desk: Desk,  # noqa: F811
    counter: Counter,
    keys: tuple[str, ...],
    opens: int,
) -> None:
    opened: list[int] = []
    till: Any = desk.real
    vars(till)["drawer"] = SimpleNamespace(open=lambda: opened.append(1))
    sale = desk.sold(1)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("103")
    counter.press("F12", *keys)
    assert counter.front is Screen.DONE
    assert len(opened) == opens


def test_the_difference_that_a_terminal_takes_belongs_to_the_new_sale(
    desk: Desk,  # noqa: F811
    counter: Counter,
) -> None:
    sale = desk.sold(1)
    counter.navigator.show(Screen.RETURN, sale_id=sale.id)
    counter.press(" ", "3", "F9")
    counter.scan("103")
    counter.press("F12", "Ctrl+2", "Enter")
    assert counter.front is Screen.DONE
    new = newest(desk)
    assert [one.kind.value for one in new.tenders] == ["cash", "card"]
    assert [one.sale_id for one in desk.real.payments.of_sale(new.id)] == [new.id]
    assert desk.real.payments.unsettled() == ()
