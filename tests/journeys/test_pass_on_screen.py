"""A pass (LOYALTY P29) at the counter: sold, used, given back for what is left, and over.

Thirty coffees for 360.00, one a day: by scans and keys at the window of a real till, read off the
screen and the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from pytestqt.qtbot import QtBot

from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier, case_file, instant
from ui.presenters.ports import Screen, Sheet

UNWANTED = "2"
FIRST = date(2026, 3, 1)


@pytest.fixture
def cashier(workshop: Workshop, qtbot: QtBot) -> Iterator[Cashier]:
    with a_cashier(case_file("kinds/P29-pass"), workshop) as made:
        yield made


def morning(cashier: Cashier, day: date) -> None:
    """It is that day, nine in the morning."""
    cashier.world.pass_to(instant(cashier.world, datetime.combine(day, time(9))))


def sell(cashier: Cashier) -> bytes:
    """A pass for the member, in cash."""
    cashier.scan(cashier.cards["wang"])
    cashier.scan_goods("PASS30")
    cashier.press("F12", "Enter")
    assert cashier.front is Screen.DONE
    sale = cashier.newest()
    cashier.press("F12")
    return sale


def choose_use(cashier: Cashier) -> None:
    """The member's card, and what they can do beside buying: the pass is the first of it."""
    cashier.scan(cashier.cards["wang"])
    cashier.press("Ctrl+M")
    assert cashier.stage.window.navigator.sheet is Sheet.DOINGS


def use(cashier: Cashier) -> None:
    """One coffee: the card, and three keys."""
    choose_use(cashier)
    before = cashier.keys
    cashier.press("Enter", "F12")
    assert cashier.keys - before <= 2
    cashier.press("Esc")


def test_without_a_member_it_is_refused_at_its_line_before_anybody_pays(cashier: Cashier) -> None:
    cashier.scan_goods("PASS30")
    assert cashier.shows("30 coffees: Belongs to a member. Find the member first")
    cashier.press("F12")
    assert cashier.front is Screen.SALE
    cashier.scan(cashier.cards["wang"])
    cashier.press("F12", "Enter")
    assert cashier.front is Screen.DONE


def test_it_is_used_by_the_members_card_as_often_a_day_as_it_may_be(cashier: Cashier) -> None:
    sell(cashier)
    use(cashier)
    assert cashier.shows("30 coffees: Used once, 29 left")
    choose_use(cashier)
    cashier.press("Enter", "F12")
    assert cashier.shows("30 coffees: used as often as it may be (1). Again from 2 Mar on.")
    assert not cashier.shows("28 left")
    cashier.press("Esc", "Esc")
    morning(cashier, FIRST + timedelta(days=1))
    use(cashier)
    assert cashier.shows("30 coffees: Used once, 28 left")


def test_seven_used_coffees_cost_their_price_and_276_go_back(cashier: Cashier) -> None:
    sale = sell(cashier)
    for day in range(7):
        morning(cashier, FIRST + timedelta(days=day))
        use(cashier)
    cashier.press("F8")
    cashier.scan(cashier.code_of(sale))
    cashier.press("Space", UNWANTED)
    assert cashier.figure("Refund ") == "276.00"
    assert cashier.figures("Already used: 30 coffees") == ["-84.00"]
    cashier.press("F12")
    assert cashier.front is Screen.DONE
    assert cashier.figure("¥") == "276.00"
    paper = cashier.paper()
    assert any("276.00" in line for line in paper)
    assert any("84.00" in line for line in paper)
    cashier.press("F12")
    choose_use(cashier)
    assert not cashier.shows("23 of 30 left")


def test_after_its_last_day_it_says_so_and_nothing_is_used(cashier: Cashier) -> None:
    sell(cashier)
    morning(cashier, date(2026, 5, 1))
    choose_use(cashier)
    cashier.press("Enter", "F12")
    assert cashier.shows("30 coffees was good through 30 Apr.")
    assert not cashier.shows("29 left")
