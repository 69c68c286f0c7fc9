"""DESIGN 2: how many keys, and how many taps, each task of the counter takes; scans not counted.

Keys are key events at the window of a real till, taps are presses of one finger on what stands
there. Each task begins where its row of the table does and ends with what it is for.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.scenario.workshop import Workshop
from posloyalty.services.people.people import OperatorForm
from tests.journeys.cashier import Cashier, a_cashier
from tests.ui.touch import Touch
from ui.presenters.ports import Screen, Sheet

SHOP = tomllib.loads(Path(__file__).with_name("day_shop.toml").read_text(encoding="utf-8"))
PIN = "7531"
PAYMENT_CODE = "134567890123456789"
NEW_PHONE = "13912345678"
Task = Callable[[Cashier], None]


@pytest.fixture
def cashier(workshop: Workshop, qtbot: QtBot) -> Iterator[Cashier]:
    with a_cashier(SHOP, workshop, operator="lin") as made:
        yield made


def counted(cashier: Cashier, task: Task) -> int:
    """The keys that a task takes."""
    before = cashier.keys
    task(cashier)
    return cashier.keys - before


def tendered(cashier: Cashier) -> list[tuple[TenderKind, int, str | None]]:
    """The payments of the newest sale."""
    stored = cashier.till.history.sale(cashier.newest())
    assert stored is not None
    return [(one.kind, one.given_minor, one.reference) for one in stored.sale.tenders]


# Keys


def test_cash_exact_is_2(cashier: Cashier) -> None:
    cashier.scan_goods("BREAD")
    assert counted(cashier, lambda at: at.press("F12", "Enter")) == 2
    assert tendered(cashier) == [(TenderKind.CASH, 980, None)]


def test_cash_with_a_200_note_is_5(cashier: Cashier) -> None:
    cashier.scan_goods("MILK")
    assert counted(cashier, lambda at: at.press("F12", "2", "0", "0", "Enter")) == 5
    assert tendered(cashier) == [(TenderKind.CASH, 20_000, None)]
    assert cashier.figure("¥") == "150.10"


def test_a_qr_wallet_with_a_reference_is_3_and_the_reference(cashier: Cashier) -> None:
    cashier.scan_goods("BREAD")
    keys = counted(cashier, lambda at: at.press("F12", "Ctrl+3", *"4711", "Enter"))
    assert keys - len("4711") == 3
    assert tendered(cashier) == [(TenderKind.QR_WALLET, 980, "4711")]


def test_a_qr_wallet_at_a_connected_terminal_is_1_and_a_scan(
    workshop: Workshop, qtbot: QtBot
) -> None:
    connected = {**SHOP, "store": {**SHOP["store"], "terminal": "simulator"}}
    with a_cashier(connected, workshop, operator="lin") as cashier:
        cashier.scan_goods("BREAD")

        def pay(at: Cashier) -> None:
            at.press("F12")
            at.scan(PAYMENT_CODE)

        assert counted(cashier, pay) == 1
        assert cashier.front is Screen.DONE
        ((kind, amount, _),) = tendered(cashier)
        assert (kind, amount) == (TenderKind.QR_WALLET, 980)


def test_a_members_card_is_0(cashier: Cashier) -> None:
    assert counted(cashier, lambda at: at.scan(at.cards["wang"])) == 0
    assert cashier.shows("2,400 pts")


def test_a_member_by_the_last_4_digits_is_6(cashier: Cashier) -> None:
    assert counted(cashier, lambda at: at.press("F2", *"6021", "Enter")) == 6
    assert cashier.front is Screen.SALE
    assert cashier.shows("2,400 pts")


def test_the_most_useful_points_are_2(cashier: Cashier) -> None:
    cashier.scan(cashier.cards["wang"])
    cashier.scan_goods("TEA")
    assert counted(cashier, lambda at: at.press("F5", "Enter")) == 2
    assert cashier.figure("To pay ¥") == "0.50"


def test_joining_is_15(cashier: Cashier) -> None:
    keys = counted(cashier, lambda at: at.press("F2", *NEW_PHONE, "Enter", "Space", "F12"))
    assert keys == 15
    assert cashier.till.members.by_phone(NEW_PHONE) is not None


def test_six_of_one_is_2(cashier: Cashier) -> None:
    assert counted(cashier, lambda at: at.scan_goods("6 BREAD")) == 2
    assert cashier.figure("To pay ¥") == "56.80"


def test_to_remove_and_to_undo_are_1_each(cashier: Cashier) -> None:
    cashier.scan_goods("BREAD", "TEA")
    assert counted(cashier, lambda at: at.press("Del")) == 1
    assert cashier.figure("To pay ¥") == "9.80"
    assert counted(cashier, lambda at: at.press("Ctrl+Z")) == 1
    assert cashier.figure("To pay ¥") == "31.30"


def test_to_hold_is_1_and_to_recall_2(cashier: Cashier) -> None:
    cashier.scan_goods("BREAD", "TEA")
    assert counted(cashier, lambda at: at.press("F6")) == 1
    assert cashier.figure("To pay ¥") == "0.00"
    assert counted(cashier, lambda at: at.press("F7", "Enter")) == 2
    assert cashier.figure("To pay ¥") == "31.30"


def test_a_return_with_its_receipt_is_4(cashier: Cashier) -> None:
    code = sold(cashier, "BREAD")

    def take_back(at: Cashier) -> None:
        at.press("F8")
        at.scan(code)
        at.press("Space", "1", "F12")

    assert counted(cashier, take_back) == 4
    assert cashier.front is Screen.DONE
    assert cashier.figure("¥") == "9.80"


def test_an_override_is_the_pin_and_enter_or_a_badge(cashier: Cashier) -> None:
    boss = with_pin(cashier, "boss")
    badge = cashier.till.badges.issue(boss.id, cashier.placed.manager)
    for answer, keys in ((lambda at: at.press(*PIN, "Enter"), 5), (lambda at: at.scan(badge), 0)):
        code = sold(cashier, "COAT")
        cashier.press("F8")
        cashier.scan(code)
        cashier.press("Space", "2", "F12")
        assert cashier.stage.window.navigator.sheet is Sheet.APPROVE
        assert counted(cashier, answer) == keys
        assert cashier.front is Screen.DONE
        cashier.press("F12")


# Taps


class Taps:
    """One finger, and how often it came down."""

    def __init__(self, cashier: Cashier) -> None:
        self.cashier = cashier
        self.touch = Touch(cashier.stage.window)
        self.count = 0

    def tap(self, *words: str) -> None:
        """Tap buttons by what they say."""
        for word in words:
            self.on(self.touch.button(word))

    def on(self, widget: QWidget) -> None:
        """Tap a widget."""
        self.cashier.stage.settle()
        self.touch.tap_on(widget)
        self.count += 1
        self.cashier.stage.rest()

    def named(self, name: str) -> QAbstractButton:
        """The button of an accessible name."""
        return next(
            one
            for one in self.cashier.stage.window.findChildren(QAbstractButton)
            if one.isVisible() and one.accessibleName().startswith(name)
        )


@pytest.fixture
def taps(cashier: Cashier) -> Taps:
    return Taps(cashier)


def test_by_taps_cash_is_2_exact_or_with_a_200_note(taps: Taps) -> None:
    cashier = taps.cashier
    for button, given in (("Exact", 15_960), ("200", 20_000)):
        before = taps.count
        cashier.scan_goods("MILK", "MILK", "MILK", "EGGS")
        taps.tap("Pay", button)
        assert taps.count - before == 2
        assert tendered(cashier) == [(TenderKind.CASH, given, None)]
        cashier.press("F12")


def test_by_taps_a_qr_wallet_with_a_reference_is_3_and_the_reference(taps: Taps) -> None:
    taps.cashier.scan_goods("BREAD")
    taps.tap("Pay", "QR wallet")
    for digit in "4711":
        taps.on(taps.touch.pad_key(digit))
    taps.tap("Complete")
    assert taps.count - len("4711") == 3
    assert tendered(taps.cashier) == [(TenderKind.QR_WALLET, 980, "4711")]


def test_by_taps_a_qr_wallet_at_a_connected_terminal_is_1_and_a_scan(
    workshop: Workshop, qtbot: QtBot
) -> None:
    connected = {**SHOP, "store": {**SHOP["store"], "terminal": "simulator"}}
    with a_cashier(connected, workshop, operator="lin") as cashier:
        taps = Taps(cashier)
        cashier.scan_goods("BREAD")
        taps.tap("Pay")
        cashier.scan(PAYMENT_CODE)
        assert taps.count == 1
        assert cashier.front is Screen.DONE
        ((kind, amount, _),) = tendered(cashier)
        assert (kind, amount) == (TenderKind.QR_WALLET, 980)


@pytest.fixture
def with_digits(taps: Taps) -> Taps:
    """A till without a keyboard: its digits stay on the member screen once they were wanted."""
    taps.tap("Member", "Digits", "Back")
    taps.count = 0
    return taps


def test_by_taps_a_member_by_the_last_4_digits_is_6(with_digits: Taps) -> None:
    taps = with_digits
    taps.tap("Member")
    for digit in "6021":
        taps.on(taps.touch.pad_key(digit))
    taps.tap("Add to sale")
    assert taps.count == 6
    assert taps.cashier.front is Screen.SALE
    assert taps.cashier.shows("2,400 pts")


def test_by_taps_joining_is_14_of_the_15_that_it_may_be(with_digits: Taps) -> None:
    taps = with_digits
    taps.tap("Member")
    for digit in NEW_PHONE:
        taps.on(taps.touch.pad_key(digit))
    taps.tap("Programme terms", "Join and add")
    assert taps.count == 14
    assert taps.cashier.till.members.by_phone(NEW_PHONE) is not None


def test_by_taps_the_most_useful_points_are_1(taps: Taps) -> None:
    cashier = taps.cashier
    cashier.scan(cashier.cards["wang"])
    cashier.scan_goods("TEA")
    taps.on(taps.named("Redeem 2,100 pts"))
    assert taps.count == 1
    assert cashier.figure("To pay ¥") == "0.50"


def test_by_taps_six_of_one_is_3(taps: Taps) -> None:
    taps.cashier.scan_goods("BREAD")
    taps.on(taps.named("Quantity 1"))
    taps.on(taps.touch.pad_key("6"))
    taps.tap("OK")
    assert taps.count == 3
    assert taps.cashier.figure("To pay ¥") == "56.80"


def test_by_taps_to_remove_and_to_undo_are_1_each(taps: Taps) -> None:
    taps.cashier.scan_goods("BREAD", "TEA")
    taps.on(taps.named("Remove"))
    assert (taps.count, taps.cashier.figure("To pay ¥")) == (1, "9.80")
    taps.tap("Undo")
    assert (taps.count, taps.cashier.figure("To pay ¥")) == (2, "31.30")


def test_by_taps_to_hold_is_1_and_to_recall_2(taps: Taps) -> None:
    taps.cashier.scan_goods("BREAD", "TEA")
    taps.tap("Hold")
    assert (taps.count, taps.cashier.figure("To pay ¥")) == (1, "0.00")
    taps.tap("Recall")
    view: Any = taps.cashier.stage.window.navigator.sheet_view
    taps.touch.tap_row(view.list, 0)
    taps.count += 1
    taps.cashier.stage.rest()
    assert (taps.count, taps.cashier.figure("To pay ¥")) == (3, "31.30")


def test_by_taps_a_return_with_its_receipt_is_4(taps: Taps) -> None:
    cashier = taps.cashier
    code = sold(cashier, "BREAD")
    taps.tap("Return")
    cashier.scan(code)
    view: Any = cashier.stage.shown
    taps.touch.tap_row(view.goods, 0)
    taps.count += 1
    cashier.stage.rest()
    taps.tap("Faulty", "Refund 9.80")
    assert taps.count == 4
    assert cashier.front is Screen.DONE


def test_by_taps_an_override_is_the_pin(taps: Taps) -> None:
    cashier = taps.cashier
    with_pin(cashier, "boss")
    code = sold(cashier, "COAT")
    taps.tap("Return")
    cashier.scan(code)
    view: Any = cashier.stage.shown
    taps.touch.tap_row(view.goods, 0)
    taps.tap("Not wanted", cashier.stage.shown.main.text())
    assert cashier.stage.window.navigator.sheet is Sheet.APPROVE
    before = taps.count
    for digit in PIN:
        taps.on(taps.touch.pad_key(digit))
    taps.tap("Approve")
    # As on a keyboard: the digits and what ends them.
    assert taps.count - before == len(PIN) + 1
    assert cashier.front is Screen.DONE


def sold(cashier: Cashier, sku: str) -> str:
    """Sell one article; the code on its receipt."""
    cashier.scan_goods(sku)
    cashier.press("F12", "Enter", "F12")
    return cashier.code_of(cashier.newest())


def with_pin(cashier: Cashier, name: str) -> Operator:
    """An operator of the file who can sign in, and so approve."""
    one = cashier.placed.operators[name]
    form = OperatorForm(id=one.id, name=one.name, role=one.role, new_pin=PIN)
    cashier.till.people.save(form, cashier.placed.manager)
    return replace(one)
