"""Lost receipts keyed in at the real window: the paper, its articles, the entries one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.operator import Role
from posloyalty.domain.shop.sale import Sale
from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier, case_file, gift_code
from tests.services.another_till import AnotherTill
from ui.menu import MenuSheet
from ui.presenters.ports import Screen, Sheet
from ui.views.key_in import KeyInView

OTHER = AnotherTill()
TIME = "Time on the receipt"


def a_lost_till(cashier: Cashier) -> None:
    """The other till of the shop is gone, as the manager says."""
    tills, manager = cashier.till.tills, cashier.placed.manager
    currency, made = cashier.till.shop.details().currency, cashier.till.clock.now()
    file = replace(OTHER, currency=currency, made=made - timedelta(days=3)).file
    tills.trust(file, manager)
    tills.say_gone(OTHER.till_id, manager)


def today(cashier: Cashier) -> date:
    return cashier.till.clock.now().date()


def open_screen(cashier: Cashier) -> None:
    """By the menu's own button."""
    press_in_menu(cashier)
    assert cashier.front is Screen.KEY_IN


def press_in_menu(cashier: Cashier) -> None:
    cashier.press("F10")
    (menu,) = [one for one in cashier.stage.window.findChildren(MenuSheet) if one.isVisible()]
    (button,) = [one for one in menu.buttons if one.text() == "Key in lost receipts"]
    button.click()
    cashier._rest()


def tab_to(cashier: Cashier, label: str) -> None:
    """Tab from entry to entry until one has the keyboard."""
    for _ in range(40):
        held = QApplication.focusWidget()
        if isinstance(held, QLineEdit) and held.accessibleName().startswith(label):
            return
        cashier.press("Tab")
    raise AssertionError(f"no Tab leads to {label}")


def newest(cashier: Cashier) -> Sale:
    with cashier.till.book.read() as reader:
        stored = reader.sales.by_id(cashier.newest())
    assert stored is not None
    return stored.sale


def shop() -> dict[str, Any]:
    return case_file("kinds/card-paid-out-cn")


def test_a_stack_of_paper_is_keyed_in_with_the_keyboard_and_a_scanner(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        a_lost_till(cashier)
        open_screen(cashier)
        assert cashier.shows("Scan the code of a receipt whose sale is lost")
        cashier.scan(OTHER.receipt(today(cashier), payable=10_866))
        assert cashier.shows("Receipt S01-T03-1-0042 of till S01-T03")
        assert cashier.figure("To pay, proved") == "108.66"
        cashier.scan_goods("TEA")
        cashier.press("+")
        tab_to(cashier, TIME)
        cashier.type("09:05")
        assert cashier.shows("Agrees with the receipt")
        assert cashier.figure("These goods come to") == "108.66"
        cashier.press("F12")
        assert cashier.shows("S01-T03-1-0042 is keyed in: 108.66")
        assert cashier.shows("1 receipt keyed in: 108.66")
        sale = newest(cashier)
        assert (sale.again, sale.payable_minor, sale.at.strftime("%H:%M")) == (
            "S01-T03-1-0042",
            10_866,
            "09:05",
        )
        cashier.scan(OTHER.receipt(today(cashier), payable=5_433, seq=43))
        assert cashier.shows("Receipt S01-T03-1-0043 of till S01-T03")
        cashier.press("Esc", "Esc")
        assert cashier.front is Screen.SALE
        assert cashier.till.verify.verify().holds


def test_what_does_not_come_to_the_paper_is_said_until_it_does(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        a_lost_till(cashier)
        open_screen(cashier)
        cashier.scan(OTHER.receipt(today(cashier), payable=5_000))
        cashier.press("F12")
        assert cashier.shows("Some entries are still missing")
        cashier.scan_goods("TEA")
        tab_to(cashier, TIME)
        cashier.type("08:30")
        assert cashier.shows("The receipt says 50.00, these goods come to 54.33")
        before = newest_or_none(cashier)
        cashier.press("F12")
        assert newest_or_none(cashier) == before
        tab_to(cashier, "Taken off by hand")
        cashier.type("4.33")
        assert cashier.shows("Agrees with the receipt")
        cashier.press("F12")
        assert newest(cashier).payable_minor == 5_000


def test_another_price_a_piece_less_and_a_wrong_article_are_put_right_by_touch(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        a_lost_till(cashier)
        open_screen(cashier)
        cashier.scan(OTHER.receipt(today(cashier), payable=4_000))
        cashier.scan_goods("TEA", "TEA")
        view = cashier.stage.window.navigator.view
        assert isinstance(view, KeyInView)
        fewer, more, price, remove = view.acts
        more.click()
        fewer.click()
        fewer.click()
        price.click()
        cashier.type("20.00")
        cashier.press("Enter")
        more.click()
        view.form.changed.emit("time", "08:00")
        cashier._rest()
        assert cashier.shows("Agrees with the receipt")
        remove.click()
        cashier._rest()
        assert cashier.shows("Scan or type the articles on the paper")


def test_a_gift_card_that_was_sold_is_scanned_behind_its_article(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        a_lost_till(cashier)
        open_screen(cashier)
        cashier.scan(OTHER.receipt(today(cashier), payable=10_000))
        cashier.scan_goods("CARD")
        cashier.press("/")
        cashier.type("100.00")
        cashier.press("Enter")
        tab_to(cashier, TIME)
        cashier.type("08:00")
        assert cashier.shows("Scan the gift card that")
        cashier.scan(gift_code("1001"))
        assert cashier.shows("Agrees with the receipt")
        cashier.press("F12")
        cashier.press("Esc")
        cashier.scan(gift_code("1001"))
        assert cashier.shows("100.00")


def test_a_receipt_twice_or_of_nobody_is_said_and_a_till_for_training_keys_nothing_in(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        open_screen(cashier)
        code = OTHER.receipt(today(cashier), payable=5_433)
        cashier.scan(code)
        assert cashier.shows("A till unknown here")
        a_lost_till(cashier)
        cashier.scan(code)
        cashier.scan_goods("TEA")
        tab_to(cashier, TIME)
        cashier.type("08:00")
        cashier.press("F12")
        cashier.scan(code)
        assert cashier.shows("Receipt S01-T03-1-0042 was keyed in already")


def test_a_cashier_asks_somebody_who_may_and_who_does_not_leaves(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        cashier.stage.session.sign_in(replace(cashier.placed.manager, role=Role.CASHIER))
        press_in_menu(cashier)
        assert cashier.stage.window.navigator.sheet is Sheet.APPROVE
        cashier.press("Esc")
        assert cashier.front is Screen.SALE


def newest_or_none(cashier: Cashier) -> bytes | None:
    with cashier.till.book.read() as reader:
        sales = [one.event_id for one in reader.journal.events() if one.kind == "sale"]
    return sales[-1] if sales else None


def test_a_receipt_whose_code_cannot_be_read_is_keyed_in_by_its_number(
    workshop: Workshop, qtbot: QtBot
) -> None:
    with a_cashier(shop(), workshop) as cashier:
        a_lost_till(cashier)
        open_screen(cashier)
        cashier.type("S01-T03-1-0044")
        cashier.press("Enter")
        assert cashier.shows("The number alone proves nothing")
        cashier.scan_goods("TEA")
        tab_to(cashier, "Day on the receipt")
        cashier.type(today(cashier).isoformat())
        tab_to(cashier, "To pay on the receipt")
        cashier.type("54.33")
        tab_to(cashier, TIME)
        cashier.type("25:00")
        cashier.press("F12")
        assert cashier.shows("A time is needed, such as 14:05")
        tab_to(cashier, "Day on the receipt")
        tab_to(cashier, TIME)
        for _ in range(5):
            cashier.press("Backspace")
        cashier.type("07:45")
        cashier.press("F12")
        sale = newest(cashier)
        assert (sale.again, sale.receipt, sale.payable_minor) == ("S01-T03-1-0044", "", 5_433)
