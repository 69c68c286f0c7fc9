"""What the files of two cases leave to the till: pieces of one line's points, and a paid sale."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier, case_file
from ui.presenters.ports import Screen

UNWANTED, MISTAKE = "2", "1"


def test_each_line_takes_back_the_points_that_it_was_given(
    workshop: Workshop, qtbot: QtBot
) -> None:
    """Case 1: three lines of 0.99 earn 2, spread 1, 1, 0; so they go back 1, 1, 0."""
    with a_cashier(case_file("cases/01-round-once"), workshop) as cashier:
        cashier.scan(cashier.cards["wang"])
        cashier.scan_goods("A", "B", "C")
        assert cashier.figure("To pay ¥") == "2.97"
        assert cashier.figure("Earns") == "2"
        cashier.press("F12", "Enter")
        sale = cashier.newest()
        taken = []
        for place in range(3):
            begin_return(cashier, sale)
            cashier.press(*["Down"] * place, "Space", UNWANTED)
            assert cashier.figure("Refund ") == "0.99"
            taken.append(cashier.figures("points taken back"))
            cashier.press("F12")
            assert cashier.front is Screen.DONE
        assert taken == [["-1"], ["-1"], []]
        assert cashier.shows("balance 0")


def test_a_sale_that_is_voided_after_payment_gives_all_of_it_back(
    workshop: Workshop, qtbot: QtBot
) -> None:
    """Case 37: voided from the done screen, with its reason, whole; and once only."""
    with a_cashier(case_file("cases/37-voided-line"), workshop) as cashier:
        cashier.scan(cashier.cards["wang"])
        cashier.scan_goods("COFFEE", "CAKE")
        cashier.press("F12", "Enter")
        assert cashier.shows("balance 43")
        sale = cashier.newest()
        cashier.press("Ctrl+Backspace")
        assert cashier.front is Screen.RETURN
        cashier.press(MISTAKE)
        assert cashier.figure("Void, refund ") == "43.00"
        cashier.press("F12")
        assert cashier.front is Screen.DONE
        assert cashier.shows("balance 0")
        assert any("Taken back -43" in line for line in cashier.paper())
        begin_return(cashier, sale)
        cashier.press("Space", UNWANTED, "F12")
        assert cashier.front is Screen.RETURN


def begin_return(cashier: Cashier, sale: bytes) -> None:
    """F8 at the sale, and the receipt's code."""
    if cashier.front is not Screen.SALE:
        cashier.press("F12")
    cashier.press("F8")
    cashier.scan(cashier.code_of(sale))
