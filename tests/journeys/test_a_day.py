"""A whole day at the real window: the float, sales, cash out, goods back, a blind count, the Z.

The cashier works by keys and scans, menu and reasons by taps; every figure is read off the window
or the paper. Milk and bread for 57.70, the bread back for 9.47 less the
coins that are rounded away: 200.00 + 57.70 - 100.00 to the safe - 9.40 + 43.00 = 191.30.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posloyalty.domain.shop.shift_sums import SumKind
from posloyalty.scenario.printed import Printed
from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier
from tests.journeys.test_key_counts import PIN, Taps, with_pin
from ui.presenters.ports import Screen, Sheet

SHOP = tomllib.loads(Path(__file__).with_name("day_shop.toml").read_text(encoding="utf-8"))
DUE = "191.30"


@pytest.fixture
def taps(workshop: Workshop, qtbot: QtBot) -> Iterator[Taps]:
    with a_cashier(SHOP, workshop, operator="lin") as made:
        yield Taps(made)


def test_a_day_from_the_float_to_the_z_with_a_difference_that_a_supervisor_lets_pass(
    taps: Taps,
) -> None:
    cashier = taps.cashier
    with_pin(cashier, "boss")
    sell_all_day(taps)
    begin_count(taps)
    count(cashier, hundreds=1, tens=7)
    assert cashier.shows("Not within the limit. Count once more; then it is locked.")
    assert not cashier.shows(DUE)
    assert not cashier.shows("short")
    cashier.press("F12")
    assert cashier.beside("Cash due") == DUE
    assert cashier.shows("21.30 short")
    assert cashier.shows("100, 1 piece, 100.00")
    assert cashier.shows("10, 7 pieces, 70.00")
    cashier.press("F12")
    assert cashier.stage.window.navigator.sheet is Sheet.APPROVE
    cashier.press("1", *PIN, "Enter")
    (stored,) = cashier.till.shifts.closes()
    assert stored.close.difference_minor == -2_130
    assert stored.sums.total(SumKind.SALES).amount == 5_770 + 4_300
    told = " / ".join(
        Printed(lambda: cashier.till.receipts.receipt(stored.close.id, copy=False)).lines()
    )
    for text in ("200.00", DUE, "170.00", "-21.30", "boss", "lin"):
        assert text in told, text
    assert cashier.till.verify.verify().holds


def test_a_day_that_is_right_to_the_coin_closes_without_anybody_else(taps: Taps) -> None:
    cashier = taps.cashier
    sell_all_day(taps)
    begin_count(taps)
    count(cashier, hundreds=1, fifties=1, twenties=2, ones=1, dimes=3)
    assert cashier.beside("Cash due") == DUE
    assert cashier.beside("Cash counted") == DUE
    cashier.press("F12")
    (stored,) = cashier.till.shifts.closes()
    assert (stored.close.difference_minor, stored.close.approved_by) == (0, None)
    assert str(stored.close.day) == "2026-03-02"


def sell_all_day(taps: Taps) -> None:
    """The float, two sales of which one is after midnight, cash into the safe, bread back."""
    cashier = taps.cashier
    menu(taps, "Shift")
    cashier.press(*"200", "F12")
    assert cashier.front is Screen.SALE
    cashier.scan(cashier.cards["wang"])
    cashier.scan_goods("MILK", "BREAD")
    assert cashier.figure("To pay ¥") == "57.70"
    cashier.press("F12", "Enter")
    code = cashier.code_of(cashier.newest())
    cashier.press("F12")
    menu(taps, "Cash in")
    cashier.press(*"100")
    taps.tap("Safe")
    cashier.press("F12")
    assert cashier.shows("100.00 taken out · Safe")
    cashier.press("F8")
    cashier.scan(code)
    cashier.press("Down", "Space", "1")
    assert cashier.figure("Refund ") == "9.40"
    cashier.press("F12", "F12")
    cashier.world.pass_to(cashier.world.at + timedelta(hours=15))
    cashier.scan_goods("2 TEA")
    cashier.press("F12", "Enter")
    stored = cashier.till.history.sale(cashier.newest())
    assert stored is not None
    assert str(stored.sale.day) == "2026-03-02"
    cashier.press("F12")


def menu(taps: Taps, words: str) -> None:
    """F10, and where it leads."""
    taps.cashier.press("F10")
    taps.tap(words)


def begin_count(taps: Taps) -> None:
    """The shift's screen: it begins with the count, and says nothing of what is due."""
    menu(taps, "Shift")
    assert taps.cashier.front is Screen.SHIFT
    assert taps.cashier.shows("Blind count: count first, see what is due after.")
    assert not taps.cashier.shows(DUE)


def count(cashier: Cashier, **pieces: int) -> None:
    """Key in how many there are of each, the largest first; Enter goes to the next."""
    for name in ("hundreds", "fifties", "twenties", "tens", "fives", "ones", "halves", "dimes"):
        if pieces.get(name):
            cashier.type(str(pieces[name]))
        if name != "dimes":
            cashier.press("Enter")
    cashier.press("F12")
