"""A connected terminal at the pay screen: one key, nothing assumed, nothing lost."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.tender import TenderKind
from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.lanes import LanesByStep
from tests.fakes.paying import DECLINED, LOST
from tests.fakes.small_shop import PAYMENT_CODE, PAYMENT_CODES
from ui.presenters.ports import Screen, Sheet, Sound
from ui.presenters.tendering import PayField


def connected(*answers: object, language: str = "en") -> Desk:
    """A counter with 138.76 to pay, on the pay screen, with a terminal."""
    counter = full_desk(language)
    counter.till.payments.connected = True
    counter.till.payments.answers = list(answers)  # type: ignore[arg-type]
    counter.press("F12")
    return counter


def stepwise() -> tuple[Desk, LanesByStep]:
    counter = desk(by_step=True)
    lanes = counter.shell.lanes
    assert isinstance(lanes, LanesByStep)
    lanes.run_all()
    counter.scan("101")
    lanes.run_all()
    return counter, lanes


def asking() -> tuple[Desk, LanesByStep]:
    """The terminal is about to be asked for the whole sum: it is on disk."""
    counter, lanes = stepwise()
    counter.till.payments.connected = True
    counter.press("F12")
    lanes.run_all()
    counter.press("Ctrl+2", "Enter")
    lanes.run("write")
    return counter, lanes


def booked(counter: Desk) -> list[tuple[TenderKind, int, str | None]]:
    tenders = counter.till.check_out.completed[-1]
    return [(one.kind, one.amount_minor, one.reference) for one in tenders]


def test_a_scanned_payment_code_pays_with_one_key_and_is_kept_nowhere() -> None:
    counter = connected()
    counter.scan(PAYMENT_CODE)
    assert counter.front is Screen.DONE
    assert booked(counter) == [(TenderKind.QR_WALLET, 13876, "8841")]
    assert counter.till.payments.codes == [PAYMENT_CODE]
    assert PAYMENT_CODE not in repr(counter.till.payments.stored)
    assert PAYMENT_CODE not in repr(counter.shell.toasts.said)
    assert PAYMENT_CODE not in repr(counter.pay.state)


def test_without_a_terminal_the_code_is_refused_with_what_to_do() -> None:
    counter = full_desk()
    counter.press("F12")
    counter.scan(PAYMENT_CODE)
    assert counter.front is Screen.PAY
    assert counter.said.startswith("A payment code. Take it on the terminal")
    assert counter.till.payments.codes == []


NAMES = {"wechat": "WeChat Pay", "alipay": "Alipay", "unionpay": "UnionPay"}


@pytest.mark.parametrize("code", PAYMENT_CODES)
def test_the_scanned_code_says_which_wallet_pays_and_is_kept_nowhere(code: str) -> None:
    scheme = PAYMENT_CODES[code]
    counter = connected()
    counter.scan(code)
    assert counter.front is Screen.DONE
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.kind, tender.scheme, tender.reference) == (TenderKind.QR_WALLET, scheme, "8841")
    assert counter.done.state.given == f"{NAMES[scheme]} 8841"
    assert code not in repr(tender)


@pytest.mark.parametrize("code", PAYMENT_CODES)
def test_without_a_terminal_the_code_chooses_its_wallet_which_waits_for_the_reference(
    code: str,
) -> None:
    scheme = PAYMENT_CODES[code]
    counter = full_desk()
    counter.press("F12")
    counter.scan(code)
    state = counter.pay.state
    assert [one.kind for one in state.kinds if one.chosen] == [TenderKind.QR_WALLET]
    assert (state.field, state.reference, state.ready) == (PayField.REFERENCE, "", False)
    assert state.reference_label == f"{NAMES[scheme]} · Reference"
    counter.press(*"4711", "Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.scheme, tender.reference) == (scheme, "4711")
    assert counter.done.state.given == f"{NAMES[scheme]} 4711"


def test_another_kind_that_is_chosen_after_it_is_of_no_wallet() -> None:
    counter = full_desk()
    counter.press("F12")
    counter.scan(PAYMENT_CODE)
    counter.press("Ctrl+2", *"4711", "Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.kind, tender.scheme) == (TenderKind.CARD, "")
    counter.press("F12")
    counter.scan("101")
    counter.press("F12", "Ctrl+3", *"4712", "Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.kind, tender.scheme) == (TenderKind.QR_WALLET, "")


WALLET_PRESSES = [(1, "wechat"), (2, "alipay"), (3, "unionpay"), (4, ""), (5, "wechat")]


@pytest.mark.parametrize(("presses", "scheme"), WALLET_PRESSES)
def test_the_key_of_qr_wallets_once_more_says_which_it_is(presses: int, scheme: str) -> None:
    counter = full_desk()
    counter.press("F12", "Ctrl+3", *["Ctrl+3"] * presses, *"4711", "Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.kind, tender.scheme, tender.reference) == (TenderKind.QR_WALLET, scheme, "4711")


def test_qr_wallets_stand_where_the_notes_do_until_one_is_tapped() -> None:
    counter = full_desk()
    counter.press("F12", "Ctrl+3")
    shown = [(one.label, one.scheme) for one in counter.pay.state.notes]
    assert shown == [*((NAMES[one], one) for one in NAMES), ("Other", "")]
    assert not counter.pay.state.wants_reference
    counter.pay.choose_wallet("alipay")
    state = counter.pay.state
    assert (state.notes, state.wants_reference) == ((), True)
    assert [one.label for one in state.kinds if one.chosen] == ["Alipay"]
    counter.press(*"47")
    counter.press("Ctrl+3", *"11", "Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.scheme, tender.reference) == ("unionpay", "4711")


def test_whoever_types_the_reference_at_once_is_asked_for_no_wallet() -> None:
    counter = full_desk()
    counter.press("F12", "Ctrl+3", "4")
    assert (counter.pay.state.notes, counter.pay.state.wants_reference) == ((), True)


def test_a_connected_terminal_takes_the_wallet_that_was_tapped() -> None:
    counter = connected()
    counter.press("Ctrl+3")
    counter.pay.choose_wallet("wechat")
    assert not counter.pay.state.wants_reference
    counter.press("Enter")
    (tender,) = counter.till.check_out.completed[-1]
    assert (tender.scheme, tender.reference) == ("wechat", "8841")


def test_the_terminal_gives_the_reference_so_that_nobody_types_it() -> None:
    counter = connected()
    counter.press("Ctrl+2")
    state = counter.pay.state
    assert (state.main, state.ready) == ("Take 138.76 on the terminal", True)
    assert not state.wants_reference
    counter.press("Enter")
    assert booked(counter) == [(TenderKind.CARD, 13876, "8841")]


def test_a_part_is_taken_and_the_rest_is_asked_in_cash() -> None:
    counter = connected()
    counter.press("Ctrl+2", "5", "0", "Enter")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]
    assert counter.pay.state.due_minor == 8876
    counter.press("Enter")
    assert [kind for kind, _, _ in booked(counter)] == [TenderKind.CARD, TenderKind.CASH]


def test_what_is_declined_pays_nothing_and_says_why() -> None:
    counter = connected(DECLINED)
    counter.press("Ctrl+2", "Enter")
    assert counter.front is Screen.PAY
    assert (
        counter.said
        == "138.76 was not taken: the bank or wallet refused. Try again, or take it otherwise"
    )
    assert (counter.pay.state.paid_rows, counter.pay.state.pending_rows) == ((), ())
    counter.press("Enter")
    assert counter.front is Screen.DONE


def test_an_unknown_outcome_never_completes_the_sale() -> None:
    counter = connected(LOST)
    counter.press("Ctrl+2", "Enter")
    assert counter.front is Screen.PAY
    assert counter.till.check_out.completed == []
    (row,) = counter.pay.state.pending_rows
    assert (row.title, row.amount, row.sub) == ("Card", "138.76", "Not known")
    assert counter.pay.state.due_minor == 13876
    assert counter.pay.state.main == "Take 138.76 on the terminal"
    assert counter.shell.sounds.heard[-1] is Sound.LOOK_HERE


def test_asked_again_it_was_taken_and_the_sale_is_complete() -> None:
    counter = connected(LOST)
    counter.press("Ctrl+2", "Enter")
    counter.pay.ask_again(counter.pay.state.pending_rows[0].id)
    assert counter.front is Screen.DONE
    assert booked(counter) == [(TenderKind.CARD, 13876, "8841")]


def test_money_that_comes_late_goes_back() -> None:
    counter = connected(LOST)
    counter.press("Ctrl+2", "Enter", "Ctrl+1", "5", "0", "Enter")
    counter.pay.ask_again(counter.pay.state.pending_rows[0].id)
    assert counter.till.payments.asked[-1] == ("give_back", 13876)
    assert counter.pay.state.pending_rows == ()
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]


def test_taking_a_payment_back_gives_it_back_on_the_terminal_first() -> None:
    counter = connected()
    counter.press("Ctrl+2", "5", "0", "Enter", "Del")
    assert counter.till.payments.asked[-1] == ("give_back", 5000)
    assert counter.pay.state.paid_rows == ()
    counter.press("Ctrl+Z")
    assert counter.pay.state.paid_rows == ()


def test_what_the_terminal_does_not_give_back_still_counts() -> None:
    counter = connected()
    counter.press("Ctrl+2", "5", "0", "Enter")
    counter.till.payments.answers = [LOST]
    counter.press("Del")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00"]
    assert counter.said == "The terminal did not give 50.00 back; it still counts"


def test_no_step_back_loses_what_the_terminal_took() -> None:
    counter = connected()
    counter.press("5", "0", "Enter", "Ctrl+2", "3", "0", "Enter", "Ctrl+Z")
    assert [row.amount for row in counter.pay.state.paid_rows] == ["50.00", "30.00"]


def test_what_was_taken_before_a_restart_is_there_again() -> None:
    counter = connected(LOST)
    counter.press("Ctrl+2", "5", "0", "Enter")
    counter.press("Ctrl+2", "3", "0", "Enter")
    payments = counter.till.payments
    again = desk()
    again.till.payments.connected = True
    again.till.payments.stored = payments.stored
    again.scan("101")
    again.press("F12")
    assert [row.amount for row in again.pay.state.paid_rows] == ["30.00"]
    assert [row.amount for row in again.pay.state.pending_rows] == ["50.00"]


def test_while_the_terminal_is_asked_nothing_else_happens() -> None:
    counter, lanes = asking()
    state = counter.pay.state
    assert (state.main, state.ready, state.busy) == ("Waiting for the terminal", False, True)
    counter.press("Enter", "Ctrl+1", "Esc", "Del")
    assert counter.front is Screen.PAY
    assert len(lanes.waiting["paying"]) == 1
    lanes.run_all()
    assert counter.front is Screen.DONE


def test_a_payment_under_way_is_not_called_unknown() -> None:
    counter, _lanes = asking()
    assert counter.pay.state.pending_rows == ()


def test_the_open_payments_are_one_press_away() -> None:
    counter = connected(LOST)
    counter.press("Ctrl+2", "Enter")
    counter.pay.settle()
    assert counter.navigator.open is Sheet.PAYMENTS


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_what_a_terminal_says(language: str) -> None:
    counter = connected(DECLINED, LOST, language=language)
    counter.press("Ctrl+2", "Enter", "Enter")
    assert counter.pay.state.pending_rows[0].sub
