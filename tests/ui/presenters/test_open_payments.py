"""The sheet of open payments: asked again by anybody, settled by a supervisor."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.tender import Tender, TenderKind
from tests.fakes.back_office import CHEN, PIN
from tests.fakes.desk import Desk, full_desk
from tests.fakes.paying import LOST
from ui.presenters.ports import Screen, Sheet


def opened(*answers: object, language: str = "en", **more: object) -> Desk:
    """A counter whose terminal lost the line over 50.00, with the sheet open."""
    counter = full_desk(language, **more)
    counter.till.payments.connected = True
    counter.till.payments.answers = [LOST, *answers]  # type: ignore[list-item]
    counter.press("F12", "Ctrl+2", "5", "0", "Enter")
    counter.pay.settle()
    return counter


def test_what_nobody_knows_is_listed_with_its_time() -> None:
    counter = opened()
    (row,) = counter.payments.state.rows
    assert (row.title, row.amount, row.chosen) == ("Card", "50.00", True)
    assert row.sub.startswith("Not known · 11-22")
    state = counter.payments.state
    assert (state.can_ask, state.can_settle, state.can_return) == (True, True, False)


def test_asked_again_and_taken_it_pays_the_sale_on_the_counter() -> None:
    counter = opened()
    counter.press("Enter")
    assert counter.payments.state.rows == ()
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]
    assert counter.pay.state.pending_rows == ()


def test_still_without_an_answer_it_stays() -> None:
    counter = opened(LOST)
    counter.press("Enter")
    assert len(counter.payments.state.rows) == 1
    assert len(counter.pay.state.pending_rows) == 1


def test_a_supervisor_says_that_it_was_taken() -> None:
    counter = opened(operator=CHEN)
    counter.payments.took()
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]


def test_a_supervisor_says_that_it_was_not() -> None:
    counter = opened(operator=CHEN)
    counter.payments.took_not()
    assert counter.payments.state.rows == ()
    assert (counter.pay.state.paid_rows, counter.pay.state.pending_rows) == ((), ())


def test_for_a_cashier_a_supervisor_answers_on_the_spot() -> None:
    counter = opened()
    counter.payments.took()
    assert counter.navigator.open is Sheet.APPROVE
    assert counter.approve.state.what == "Taken · 50.00"
    counter.press(*PIN, "Enter")
    assert counter.navigator.open is Sheet.PAYMENTS
    assert counter.till.payments.approved not in ([], [None])
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]


def test_without_an_answer_nothing_changes() -> None:
    counter = opened()
    counter.payments.took()
    counter.press("Esc")
    assert counter.till.payments.approved == []
    assert len(counter.pay.state.pending_rows) == 1


def test_money_of_a_sale_that_never_came_is_given_back() -> None:
    counter = opened(operator=CHEN)
    counter.payments.took()
    (payment,) = counter.till.payments.stored.values()
    other = full_desk(operator=CHEN)
    other.till.payments.stored = {payment.id: payment.__class__(**_as_of_another(payment))}
    other.navigator.open_sheet(Sheet.PAYMENTS)
    assert other.payments.state.can_return
    other.payments.returned()
    assert other.payments.state.rows == ()


def test_escape_closes_the_sheet_alone() -> None:
    counter = opened()
    counter.press("Esc")
    assert counter.navigator.open is None
    assert counter.front is Screen.PAY


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_sheet(language: str) -> None:
    counter = opened(language=language)
    counter.payments.reworded()
    assert counter.payments.state.empty
    assert counter.payments.state.rows[0].sub


def _as_of_another(payment: object) -> dict[str, object]:
    names = payment.__dataclass_fields__  # type: ignore[attr-defined]
    return {name: getattr(payment, name) for name in names} | {"sale_id": b"another sale id."}


def test_money_that_goes_back_is_worded_as_such() -> None:
    counter = full_desk("en", operator=CHEN)
    payments = counter.till.payments
    tender = Tender(number=2, kind=TenderKind.CARD, amount_minor=1_200, given_minor=1_200)
    made = payments.begin_back(b"S" * 16, tender, "CNY", CHEN)
    counter.press("F12")
    counter.pay.settle()
    state = counter.payments.state
    assert (state.took, state.took_not) == ("It went back", "It did not go back")
    assert state.rows[0].sub.startswith("Going back, not known")
    counter.payments.took()
    (row,) = counter.payments.state.rows
    assert row.sub.startswith("Went back, counts in no return")
    assert counter.payments.state.returned == "Paid again"
    counter.payments.returned()
    assert counter.payments.state.rows == ()
    assert payments.stored[made.id].step.value == "given_back"
