"""What is left on a gift card, paid out at the real window: keys, sentences, the slip."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.pay_out import PaidOut, PayOutWay
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.workshop import Workshop
from posloyalty.sync import events
from posloyalty.sync.pay_out_event import paid_out_of
from tests.journeys.cashier import Cashier, a_cashier, case_file, gift_code
from ui.presenters.ports import Screen

PASSPORT = "4"


def paid_out(cashier: Cashier) -> tuple[bytes, PaidOut]:
    """The newest pay-out, by its event."""
    with cashier.till.book.read() as reader:
        *_, last = reader.journal.events()
    found = paid_out_of(events.decode(last.body))
    assert found is not None
    return last.event_id, found


def sell_card(cashier: Cashier, code: str, price: str) -> None:
    """Ring a card up and take cash for it."""
    cashier.scan(cashier.goods["CARD"], gift_code(code))
    cashier.type(price)
    cashier.press("Enter")
    cashier.press("F12", "Ctrl+0")
    assert cashier.front is Screen.DONE
    cashier.press("F12")


def test_a_card_is_paid_out_by_three_keys_with_the_document_that_was_shown(
    workshop: Workshop, qtbot: QtBot
) -> None:
    """By a manager: scan, F9, the way, the document. In China 45.67 are 45.60 in coins."""
    with a_cashier(case_file("kinds/card-paid-out-cn"), workshop) as cashier:
        sell_card(cashier, "1001", "45.67")
        before = cashier.keys
        cashier.scan(gift_code("1001"))
        cashier.press("F9")
        assert cashier.shows("In cash 45.60")
        cashier.press("1")
        assert cashier.shows("Which document was shown?")
        cashier.press(PASSPORT)
        assert cashier.keys - before == 3
        assert cashier.shows("Closed")
        paper_id, paid = paid_out(cashier)
        assert (paid.way, paid.given_minor, paid.seen) == (PayOutWay.CASH, 4_560, "passport")
        slip = Printed(lambda: cashier.till.receipts.receipt(paper_id, copy=False)).lines()
        assert "Document seen Passport" in slip
        assert cashier.till.verify.verify().holds


def test_above_the_limit_the_screen_says_it_and_the_money_is_transferred(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(case_file("kinds/card-paid-out-cn"), workshop) as cashier:
        sell_card(cashier, "1002", "100.01")
        cashier.scan(gift_code("1002"))
        cashier.press("F9", "1")
        assert cashier.shows("In cash 100.00 at most")
        cashier.press("2", PASSPORT)
        _, paid = paid_out(cashier)
        assert (paid.way, paid.given_minor) == (PayOutWay.ACCOUNT, 10_001)
        cashier.press("Esc")
        cashier.scan_goods("TEA")
        cashier.press("F12", "Ctrl+4")
        cashier.scan(gift_code("1002"))
        assert cashier.front is Screen.PAY
        assert cashier.shows("was given back or replaced")
