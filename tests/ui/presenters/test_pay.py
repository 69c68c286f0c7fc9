"""Paying: any payments in any order, the keys they cost, and nothing lost when booking fails."""

from dataclasses import replace

import pytest

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.money import currency
from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.plain_rules import a_quote
from tests.fakes.small_shop import CARD, PAYMENT_CODE
from tests.fakes.till_services import FakeTill
from ui.presenters.chips import ChipIs
from ui.presenters.notes_offered import notes_offered
from ui.presenters.ports import Screen, Sound, ToastKind
from ui.presenters.tendering import PayField


def paying(language: str = "en", **more: object) -> Desk:
    """A counter with 138.76 to pay, on the pay screen."""
    counter = full_desk(language, **more)
    counter.press("F12")
    return counter


def booked(counter: Desk) -> list[tuple[TenderKind, int, int, int]]:
    """Kind, amount, given and change of the last booked payments."""
    tenders = counter.till.check_out.completed[-1]
    return [(t.kind, t.amount_minor, t.given_minor, t.change_minor) for t in tenders]


def test_cash_exact_takes_two_keys():
    counter = full_desk()
    counter.press(*(keys := ["F12", "Enter"]))
    assert len(keys) == 2
    assert counter.front is Screen.DONE
    assert booked(counter) == [(TenderKind.CASH, 13876, 13870, 0)]


def test_cash_with_a_note_of_200_takes_five_keys():
    counter = full_desk()
    counter.press(*(keys := ["F12", "2", "0", "0", "Enter"]))
    assert len(keys) == 5
    assert booked(counter) == [(TenderKind.CASH, 13876, 20000, 6130)]


def test_after_a_members_sale_the_search_learns_of_the_visit():
    counter = full_desk()
    counter.press("F12", "Enter")
    assert counter.till.followed == 1
    counter = desk()
    counter.scan("101")
    counter.press("F12", "Enter")
    assert (counter.front, counter.till.followed) == (Screen.DONE, 0)


def test_a_wallet_with_an_entered_reference():
    counter = full_desk()
    counter.press("F12", "Ctrl+3", *"4200061", "Enter")
    assert booked(counter) == [(TenderKind.QR_WALLET, 13876, 13876, 0)]
    assert counter.till.check_out.completed[-1][0].reference == "4200061"


def test_exact_and_a_note_are_two_taps():
    for note in (0, -1):
        counter = full_desk()
        counter.sale.main_action()
        counter.pay.give(counter.pay.state.notes[note].amount_minor)
        assert counter.front is Screen.DONE


def test_ctrl_0_pays_exactly_in_cash_from_any_kind():
    counter = paying()
    counter.press("Ctrl+2", "Ctrl+0")
    assert booked(counter) == [(TenderKind.CASH, 13876, 13870, 0)]


def test_the_pad_proposes_the_due_and_the_first_digit_replaces_it():
    counter = paying()
    assert (counter.pay.state.amount, counter.pay.state.amount_fresh) == ("138.70", True)
    counter.press("5")
    assert (counter.pay.state.amount, counter.pay.state.amount_fresh) == ("5", False)


def test_cash_rounding_is_shown_for_cash_alone():
    counter = paying()
    assert counter.pay.state.due == "¥138.76"
    assert counter.pay.state.due_label == "Still due (cash 138.70)"
    counter.press("Ctrl+2")
    assert counter.pay.state.due_label == "Still due"
    assert counter.pay.state.amount == "138.76"


def test_the_main_button_says_what_it_will_do():
    counter = paying()
    assert counter.pay.state.main == "Complete"
    counter.press("2", "0", "0")
    assert counter.pay.state.main == "Complete · change 61.30"
    counter.press("Backspace", "Backspace", "Backspace", "5", "0")
    assert counter.pay.state.main == "Take 50, still due 88.76"
    counter.press("Backspace", "Backspace")
    assert (counter.pay.state.main, counter.pay.state.ready) == ("Enter the amount", False)
    counter.press("Ctrl+2")
    assert (counter.pay.state.main, counter.pay.state.ready) == ("Enter the reference", False)
    counter.press("7")
    assert (counter.pay.state.main, counter.pay.state.ready) == ("Complete", True)


def test_payments_are_mixed_in_any_order():
    counter = paying()
    counter.press("Ctrl+2")
    counter.pay.fill(PayField.AMOUNT)
    counter.press("5", "0")
    counter.pay.fill(PayField.REFERENCE)
    counter.press("7", "7", "Enter")
    assert counter.pay.state.due_minor == 8876
    counter.press("Ctrl+1", "4", "0", "Enter", "Ctrl+3", "8", "8", "Enter")
    assert booked(counter) == [
        (TenderKind.CARD, 5000, 5000, 0),
        (TenderKind.CASH, 4000, 4000, 0),
        (TenderKind.QR_WALLET, 4876, 4876, 0),
    ]


def test_a_payment_can_be_taken_back_until_the_sale_is_complete():
    counter = paying()
    counter.press("5", "0", "Enter", "2", "0", "Enter")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00", "20.00"]
    counter.pay.take_back(1)
    assert [row.amount for row in counter.pay.state.paid_rows] == ["20.00"]
    assert counter.pay.state.due_minor == 13876 - 2000
    assert counter.said == "Cash 50.00 taken back"
    counter.press("Ctrl+Z")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00", "20.00"]
    counter.press("Del")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]


def test_arrows_choose_the_payment_that_del_takes_back():
    counter = paying()
    counter.press("5", "0", "Enter", "2", "0", "Enter", "Up", "Up", "Del")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["20.00"]


def test_backspace_never_changes_the_kind_of_payment():
    counter = paying()
    counter.press("Ctrl+2", "1", "Backspace", "Backspace", "Backspace")
    assert [k.kind for k in counter.pay.state.kinds if k.chosen] == [TenderKind.CARD]
    assert counter.pay.state.reference == ""


def test_a_card_takes_no_more_than_is_due_and_needs_its_reference():
    counter = paying()
    counter.press("Ctrl+2", "Enter")
    assert counter.said == "Enter the reference that the terminal shows"
    counter.pay.fill(PayField.AMOUNT)
    counter.press("2", "0", "0")
    counter.pay.fill(PayField.REFERENCE)
    counter.press("9", "Enter")
    assert counter.said == "Only 138.76 is due. Take no more than that"
    assert counter.front is Screen.PAY


def test_a_scanned_payment_code_is_refused_and_never_echoed():
    counter = paying()
    counter.press("Ctrl+3")
    counter.scan(PAYMENT_CODE)
    assert counter.said == ("A payment code. Take it on the terminal, then enter its reference")
    assert counter.till.scan.asked[-1] == (PAYMENT_CODE, "payment")
    assert PAYMENT_CODE not in repr(counter.pay.state)
    assert counter.pay.state.reference == ""


def test_goods_scanned_while_paying_join_the_sale():
    counter = paying()
    counter.press("5", "0", "Enter")
    counter.scan("105")
    assert counter.pay.state.payable_minor == 13876 + 980
    assert counter.pay.state.paid_minor == 5000
    assert counter.pay.state.amount == "98.50"


def test_half_a_scan_is_said_and_is_no_amount():
    counter = paying()
    counter.pay.scan_broken("sale.unknown_code")
    assert counter.pay.state.amount == "138.70"
    assert counter.shell.toasts.said[-1][1] is ToastKind.REFUSED


def test_points_may_be_spent_after_a_part_was_paid():
    counter = paying()
    counter.press("5", "0", "Enter")
    counter.pay.press_chip("points:points")
    assert counter.pay.state.payable_minor == 13876 - 2400
    assert counter.pay.state.due_minor == 13876 - 2400 - 5000


def test_points_spent_may_be_given_back_while_paying():
    counter = paying()
    counter.pay.press_chip("points:points")
    assert [chip.kind for chip in counter.pay.state.chips] == [ChipIs.APPLIED]
    counter.pay.press_chip("points:points")
    assert counter.pay.state.payable_minor == 13876


def test_a_removed_offer_may_be_brought_back_while_paying():
    counter = full_desk()
    counter.sale.press_chip("offer:ten-off")
    counter.sale.press_chip("offer:ten-off")
    counter.press("F12")
    assert counter.pay.state.payable_minor == 13876 + 1000
    counter.pay.press_chip("offer:ten-off")
    assert counter.pay.state.payable_minor == 13876


def test_points_never_make_more_paid_than_is_due():
    counter = paying()
    counter.press("1", "2", "0", "Enter")
    counter.pay.press_chip("points:points")
    assert counter.pay.state.payable_minor == 13876
    assert "Take the payments back first" in counter.said


def test_a_member_scanned_while_paying_never_makes_more_paid_than_is_due():
    counter = desk()
    counter.scan("101")
    counter.press("F12", "4", "9", "Enter")
    counter.scan(CARD)  # milk is 5.00 less for members: 44.90, and 49.00 is paid
    assert counter.pay.state.payable_minor == 4990
    assert counter.sale.state.member is None
    assert "Take the payments back first" in counter.said


def test_esc_goes_back_to_the_sale_only_while_nothing_is_paid():
    counter = paying()
    counter.press("5", "0", "Enter", "Esc")
    assert counter.front is Screen.PAY
    counter.press("Del", "Esc")
    assert counter.front is Screen.SALE
    assert len(counter.basket) == 6


def test_back_and_pay_again_starts_with_the_new_sum():
    counter = paying()
    counter.press("Esc")
    counter.scan("105")
    counter.press("F12")
    assert counter.pay.state.payable_minor == 13876 + 980
    assert counter.pay.state.amount == "148.50"


def test_a_double_enter_completes_once():
    counter = full_desk()
    counter.press("F12")
    step = LanesByStep()
    counter.shell.session.lanes.write = step.write  # type: ignore[method-assign]
    counter.press("Enter")
    assert counter.pay.state.busy
    assert counter.pay.state.main == "Saving"
    counter.press("Enter", "Enter", "F12", "Esc")
    assert len(step.waiting["write"]) == 1
    step.run_all()
    assert len(counter.till.check_out.booked) == 1
    assert counter.front is Screen.DONE


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError("disk full"), "Not completed; basket and payments are kept."),
        (ServiceRefusal("BOOK_FULL"), "Not completed; basket and payments are kept."),
        (ServiceRefusal("QUOTE_STALE"), "Points or rules changed. Look at the new total, then pay"),
    ],
)
def test_a_booking_that_fails_keeps_basket_and_payments_and_can_be_tried_again(fault, words):
    counter = paying()
    basket = counter.basket
    counter.till.check_out.fails = None
    counter.press("2", "0", "0")
    counter.till.check_out.fails = fault
    counter.press("Enter")
    assert counter.said.startswith(words)
    assert counter.front is Screen.PAY
    assert counter.basket == basket
    assert [row.amount for row in counter.pay.state.paid_rows] == ["200.00"]
    assert counter.till.drafts.kept[-1] is not None
    assert counter.pay.state.main == "Complete · change 61.30"
    counter.press("Enter")
    assert counter.front is Screen.DONE
    assert len(counter.till.check_out.booked) == 1


def test_nothing_changes_the_sale_while_a_failed_one_waits_to_be_completed():
    counter = paying()
    counter.till.check_out.fails = OSError("disk full")
    counter.press("Enter")
    counter.scan("105")
    assert counter.said == "Complete this sale first, or take a payment back"
    assert len(counter.basket) == 6


@pytest.mark.parametrize("why", ["QUOTE_STALE", "RIGHT_HELD", "USE_TILL_NOT_SOUND"])
def test_a_refused_sale_is_told_and_quoted_anew_and_asks_for_what_is_too_much_back(why):
    counter = paying()
    check_out = counter.till.check_out

    def cheaper(basket, **_more):
        quote = a_quote(basket)
        return replace(quote, payable_minor=quote.payable_minor - 1000)

    check_out.fails = ServiceRefusal(why)
    check_out.quote = cheaper  # type: ignore[method-assign]
    counter.press("Enter")
    assert counter.said
    assert counter.pay.state.main == "Take a payment back"
    assert len(counter.basket) == 6
    counter.press("Enter")
    assert counter.front is Screen.PAY
    counter.press("Del")
    assert counter.pay.state.due_minor == 13876 - 1000


def test_the_next_sale_starts_empty_and_nothing_is_kept_of_the_last():
    counter = full_desk()
    counter.press("F12", "Enter", "Enter")
    assert counter.front is Screen.SALE
    assert counter.basket == []
    assert counter.sale.state.member is None
    counter.press("Ctrl+Z")
    assert counter.basket == []
    assert counter.shell.sounds.heard[-1] is Sound.SALE_COMPLETE


def test_no_draft_overtakes_the_booked_sale():
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101")
    lanes.run_all()
    counter.scan("105", "106")
    lanes.run("look_up")
    lanes.run("look_up")
    while lanes.waiting["look_up"]:
        lanes.run("look_up")
    counter.press("F12", "Enter")
    kept = len(counter.till.drafts.kept)
    lanes.run_all()
    assert counter.front is Screen.DONE
    assert len(counter.till.drafts.kept) <= kept + 1
    sale = counter.till.check_out.booked[0]
    order = [b.sale_id for b in counter.till.drafts.kept if b is not None]
    assert set(order) == {sale.id}


def test_what_is_scanned_while_the_sale_is_booked_belongs_to_the_next():
    counter = paying()
    step = LanesByStep()
    counter.shell.session.lanes.write = step.write  # type: ignore[method-assign]
    counter.press("Enter")
    product = counter.till.catalogue.quick_keys()[0].keys[0].product
    counter.sale._sale.add(product)
    step.run_all()
    assert counter.basket == [("1", product.name, "2.00")]
    assert len(counter.till.check_out.completed) == 1


def test_nothing_to_pay_completes_without_a_payment():
    till = FakeTill()
    till.check_out.balance = 100_000
    counter = desk(till=till)
    counter.scan("105", "105", "105", "105", "105", CARD)
    counter.press("F5", "Enter", "F12")
    assert counter.pay.state.due_minor == 0
    assert counter.pay.state.main == "Complete"
    counter.press("Enter")
    assert counter.front is Screen.DONE
    assert counter.till.check_out.completed == [()]


@pytest.mark.parametrize(
    ("asked", "code", "notes"),
    [
        (11270, "CNY", (11500, 12000, 15000, 20000)),
        (6280, "CNY", (6500, 7000, 10000)),
        (10000, "CNY", (10500, 11000, 15000, 20000)),
        (5, "CNY", (500, 1000, 5000, 10000)),
        (12700, "TWD", (15000, 20000, 50000, 100000)),
        (1120, "JPY", (1500, 2000, 5000, 10000)),
        (1250, "KWD", (2000, 5000, 10000, 20000)),
        (0, "CNY", ()),
    ],
)
def test_notes_are_the_next_round_sums_of_the_currency(asked, code, notes):
    assert notes_offered(asked, currency(code)) == notes


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_the_whole_screen(language):
    counter = paying(language)
    for keys in (["5", "0", "Enter"], ["Ctrl+2"], ["Enter"], ["Ctrl+3", "1"]):
        counter.press(*keys)
        assert "{" not in repr(counter.pay.state)
