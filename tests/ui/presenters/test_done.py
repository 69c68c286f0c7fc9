"""Done: what the cashier and the customer read after the commit, and how the next sale starts."""

import pytest

from posloyalty.services.ports import PrintState
from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.till_services import FakeTill
from ui.presenters.done import ReceiptIs
from ui.presenters.ports import Screen


def done(language: str = "en", **more: object) -> Desk:
    """Wang's sale of 138.76, paid with a note of 200."""
    counter = full_desk(language, **more)
    counter.press("F12", "2", "0", "0", "Enter")
    return counter


def test_the_change_and_how_it_comes_about():
    state = done().done.state
    assert (state.change_label, state.change, state.change_minor) == ("Change", "¥61.30", 6130)
    assert state.given == "Given 200.00 − to pay 138.70 (cash rounding −0.06)"
    assert state.number == "S01-T01-1-0001"
    assert state.saved == "Saved here, goes up when online"


def test_points_earned_used_and_left():
    assert done().done.state.points == ("Points +138, balance 2,618, 120 pending",)


def test_the_member_is_masked_for_the_customer_side():
    assert done().done.state.member == "王**"


def test_a_card_payment_shows_its_sum_and_reference():
    counter = full_desk()
    counter.press("F12", "Ctrl+2", "7", "1", "Enter")
    assert counter.done.state.change_label == "Paid"
    assert counter.done.state.change == "¥138.76"
    assert counter.done.state.given == "Card 71"


def test_the_drawer_opens_for_cash_once_and_not_for_a_card():
    till = FakeTill()
    counter = done(till=till)
    assert till.drawer.opened == 1
    counter.done.reworded()
    assert till.drawer.opened == 1
    by_card = FakeTill()
    full_desk(till=by_card).press("F12", "Ctrl+2", "7", "1", "Enter")
    assert by_card.drawer.opened == 0


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (PrintState.PRINTED, "Receipt printed"),
        (PrintState.PRINTING, "Receipt is printing"),
        (PrintState.WAITING, "Receipt waits for the printer"),
        (PrintState.NOT_WANTED, "No receipt"),
    ],
)
def test_the_receipts_state_is_told(printed, words):
    till = FakeTill()
    till.history.printed = printed
    assert done(till=till).done.state.receipt == words


def test_the_receipts_state_is_asked_again_until_it_is_known():
    till = FakeTill()
    till.history.printed = PrintState.PRINTING
    counter = done(till=till)
    till.history.printed = PrintState.PRINTED
    assert counter.done.state.receipt_is is ReceiptIs.PRINTING
    counter.shell.timer.pass_ms(1000)
    assert counter.done.state.receipt_is is ReceiptIs.PRINTED


def test_a_receipt_that_keeps_waiting_is_worth_a_look():
    till = FakeTill()
    till.history.printed = PrintState.WAITING
    counter = done(till=till)
    assert not counter.done.state.receipt_late
    counter.shell.timer.pass_ms(4000)
    assert counter.done.state.receipt_late


def test_nothing_is_asked_any_more_once_the_screen_is_left():
    till = FakeTill()
    till.history.printed = PrintState.WAITING
    counter = done(till=till)
    counter.press("Enter")
    till.history.printed = PrintState.PRINTED
    counter.shell.timer.pass_ms(5000)
    assert counter.done.state.receipt_is is ReceiptIs.WAITING


def test_a_reprint_is_queued_as_a_copy_and_printed():
    counter = done()
    counter.press("Ctrl+P")
    sale = counter.till.check_out.booked[0]
    assert counter.till.receipts.queued == [(sale.id, True)]
    assert counter.till.receipts.ran == 1


def test_the_next_scan_starts_the_next_sale():
    counter = done()
    counter.scan("105")
    assert counter.front is Screen.SALE
    assert counter.basket == [("1", "全麦吐司 400g", "9.80")]


def test_typed_digits_start_the_next_sale_too():
    counter = done()
    counter.press("1", "0", "5", "Enter")
    assert counter.basket == [("1", "全麦吐司 400g", "9.80")]


@pytest.mark.parametrize("key", ["Enter", "F12", "Esc"])
def test_one_key_goes_on(key):
    counter = done()
    counter.press(key)
    assert counter.front is Screen.SALE


def test_without_a_sale_there_is_nothing_to_show():
    counter = desk()
    counter.navigator.show(Screen.DONE)
    assert counter.front is Screen.SALE


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_whole_screen(language):
    assert "{" not in repr(done(language).done.state)
