"""A till that head office cannot be reached from, at the real window: what waits says so where it
is chosen, as of when, and what can be done instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import tomlkit
from pytestqt.qtbot import QtBot

from posloyalty.scenario.workshop import Workshop
from tests.journeys.cashier import Cashier, a_cashier, gift_code, instant
from tests.journeys.test_card_paid_out import sell_card
from ui.presenters.ports import Screen, Sheet

SHOP = Path(__file__).with_name("shop_out_of_reach.toml")
TEN = datetime(2026, 3, 1, 10)
OFFLINE = "Offline since 03-01 10:30"


@pytest.fixture
def cashier(workshop: Workshop, qtbot: QtBot) -> Iterator[Cashier]:
    file = dict(tomlkit.parse(SHOP.read_text(encoding="utf-8")).unwrap())
    with a_cashier(file, workshop) as made:
        yield made


def lose_the_line(cashier: Cashier) -> None:
    """Head office hears of everything, and twenty minutes later of nothing any more."""
    world, placed = cashier.world, cashier.placed
    world.pass_to(instant(world, TEN + timedelta(minutes=30)))
    world.exchange(placed)
    world.pass_to(instant(world, TEN + timedelta(minutes=50)))
    placed.online = placed.till.lending.online = False


def test_a_gift_card_is_refused_as_soon_as_it_is_scanned_to_pay(cashier: Cashier) -> None:
    sell_card(cashier, "1001", "50.00")
    lose_the_line(cashier)
    cashier.scan_goods("TEA")
    cashier.press("F12", "Ctrl+4")
    cashier.scan(gift_code("1001"))
    assert cashier.shows(f"{OFFLINE}: gift card")
    assert cashier.shows("Pay otherwise, or try again later")
    cashier.press("Ctrl+1", "Enter")  # in cash, by two keys
    assert cashier.front is Screen.DONE


def test_its_sheet_says_as_of_when_and_what_it_can_pay_here(cashier: Cashier) -> None:
    sell_card(cashier, "1001", "50.00")
    lose_the_line(cashier)
    cashier.scan(gift_code("1001"))
    assert cashier.stage.window.navigator.sheet is Sheet.GIFT_CARD
    assert cashier.shows("Can pay here now")
    assert cashier.shows("03-01 10:30")
    cashier.press("F9")
    assert cashier.shows(f"{OFFLINE}: gift card")
    assert cashier.shows("Pay it out when online again")


def test_a_card_that_comes_back_waits_and_the_other_goods_come_back(cashier: Cashier) -> None:
    cashier.scan(cashier.goods["CARD"], gift_code("1001"))
    cashier.type("50")
    cashier.press("Enter")
    cashier.scan_goods("TEA")
    cashier.press("F12", "Enter")
    sale = cashier.newest()
    cashier.press("F12")
    lose_the_line(cashier)
    cashier.press("F8")
    cashier.scan(cashier.code_of(sale))
    cashier.press("Space")  # the card's line is chosen first
    assert cashier.shows(f"{OFFLINE}: it may be used up elsewhere. Return the rest now, this later")
    cashier.press("Down", "Space", "2")
    assert cashier.figure("Refund") == "36.00"


def test_a_reward_and_a_voucher_say_at_their_chips_why_they_wait(cashier: Cashier) -> None:
    age = "Balance without what other tills did since 03-01 10:30"
    cashier.scan(cashier.cards["wang"])
    cashier.scan_goods("TEA")
    cashier.press("F12", "Enter")
    cashier.press("F12")
    lose_the_line(cashier)
    cashier.scan_goods("TEA")
    cashier.scan(cashier.cards["wang"])
    assert cashier.shows("Takes 10; this till can use 1 now")
    assert cashier.shows("Usable when online again")
    assert cashier.shows("Most here; 2,500 left")
    assert cashier.shows("As of 10:30")
    member = cashier.stage.sale.state.member
    assert member is not None
    assert member.stale  # the time stands in amber, with a clock
    cashier.press("F12")  # and the sale goes on without them
    assert cashier.shows("Balance after 3,000 Points")
    assert cashier.shows("Balance after 14 Stamps")
    cashier.press("Enter")
    assert cashier.front is Screen.DONE
    assert age in cashier.paper()
    sale = cashier.newest()
    cashier.press("F12", "F8")
    cashier.scan(cashier.code_of(sale))
    cashier.press("Space", "2", "F12")
    assert cashier.front is Screen.DONE
    assert cashier.newest() != sale
    assert age in cashier.paper()
