"""Scenes of the tour about the shop's money: the shift and its drawer, a payment that hangs, a gift
card that is sold and pays.

Shape: each scene is a function of the tour, by its name in `MONEY`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import resources
from posloyalty.domain.shop.tender import CashRounding, take_cash
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.programmes.ready_programmes import fitted
from posloyalty.services.shop.demo_shop import PROGRAMME
from ui.keyboard import wait
from ui.presenters.ports import Screen, Sheet
from ui.presenters.shift_state import Step
from ui.tour_scenes import DEAR, VOICES

if TYPE_CHECKING:
    from ui.tour import Tour

# So much is missing when the drawer is counted for the picture.
SHORT_MINOR: Final = 500
# A payment that the simulated terminal loses the line of, and a gift card with what it is sold for.
LOST: Final = "1.03"
CARD: Final = "LG1:MRQXO3RNGE"
SOLD_FOR: Final = 15_000
CURRENCY: Final = "CNY"
STORED_VALUE: Final = """
[[gift_card]]
id = "gift"
name = { zh_CN = "礼品卡", zh_TW = "禮物卡", en = "Gift card" }
"""


def shift_open(tour: Tour) -> None:
    """The float; where a shift is open already, its count comes first."""
    till = tour.till.session.till
    view = till.shifts.current()
    operator = tour.till.session.operator
    if view is not None and operator is not None:
        till.shifts.count(((1, till.shifts.report().due_minor),), operator)
        till.shifts.close(operator)
    tour.till.window.navigator.show(Screen.SHIFT)
    _at_step(tour, Step.OPEN)
    tour.keyboard.type("500")


def shift_count(tour: Tour) -> None:
    """What is due and a little less, in as few notes and coins as can be."""
    tour.till.window.navigator.show(Screen.SHIFT)
    _at_step(tour, Step.COUNT)
    tour.rest()
    shifts = tour.till.session.till.shifts
    left = shifts.report().due_minor - SHORT_MINOR
    for worth in shifts.pieces():
        tour.keyboard.type(str(left // worth))
        tour.keyboard.press("Enter" if worth != shifts.pieces()[-1] else "Up")
        left %= worth


def cash(tour: Tour) -> None:
    """So much goes to the safe."""
    tour.till.window.navigator.show(Screen.CASH)
    wait(lambda: tour.state(Screen.CASH).reasons, "no reasons are offered")
    tour.keyboard.type("300")
    tour.keyboard.press("Down")


def shift_compare(tour: Tour) -> None:
    """What was counted beside what is due."""
    tour.till.window.navigator.show(Screen.SHIFT)
    _at_step(tour, Step.COUNT)
    tour.press("F12")
    _at_step(tour, Step.COMPARE)


def shift_z(tour: Tour) -> None:
    """The Z of the closed shift, approved where that is asked for."""
    tour.presenter(Screen.SHIFT).main_action()
    tour.settle()
    if tour.till.window.navigator.sheet is Sheet.APPROVE:
        tour.keyboard.press("1")
    _at_step(tour, Step.PAPER)


def _at_step(tour: Tour, step: Step) -> None:
    wait(lambda: tour.state(Screen.SHIFT).step is step, f"the shift is not at {step.name}")


def pay_pending(tour: Tour) -> None:
    """A terminal that lost its line after it was asked for a part."""
    session, operator = tour.till.session, tour.operator
    till = session.till
    session.shop_changed(
        till.shop.save(replace(till.shop.details(), terminal="simulator"), operator)
    )
    tour.till.window.navigator.show(Screen.SALE)
    tour.settle()
    tour.keyboard.scan(tour.article(DEAR).codes[0][-13:])
    wait(lambda: tour.state(Screen.SALE).can_pay, "the scan did not arrive")
    tour.go_and_pay()
    tour.press("Ctrl+2")
    tour.keyboard.type(LOST)
    tour.press("Enter")
    wait(lambda: tour.state(Screen.PAY).pending_rows, "no payment is open")


def payments(tour: Tour) -> None:
    """The payments that nobody knows the end of."""
    tour.presenter(Screen.PAY).settle()
    wait(lambda: tour.state(Sheet.PAYMENTS).rows, "no payment is listed")


def pay_card(tour: Tour) -> None:
    """A gift card that was sold by a programme with gift cards pays a part."""
    tour.press("Esc")
    _sell_card(tour)
    tour.till.window.navigator.show(Screen.SALE)
    tour.go_and_pay()
    tour.keyboard.scan(CARD)
    wait(lambda: tour.state(Screen.PAY).reference, "the card was not found")


def gift_card(tour: Tour) -> None:
    """What is left on the card."""
    tour.press("Esc")
    wait(lambda: tour.front is Screen.SALE, "the sale did not come back")
    tour.keyboard.scan(CARD)
    wait(lambda: tour.state(Sheet.GIFT_CARD).balance, "the card was not found")


def _sell_card(tour: Tour) -> None:
    """Put a programme with gift cards in effect and sell one, as the shop would."""
    session, operator = tour.till.session, tour.operator
    till = session.till
    till.programmes.install(_with_stored_value(till.shop.details().timezone))
    card = replace(
        tour.article(DEAR),
        id=derive_id("tour", "gift card"),
        sku="GIFT",
        codes=(),
        price_minor=None,
        gift_card=True,
    )
    basket = till.check_out.open_basket().add(card, unit_price_minor=SOLD_FOR, card=CARD)
    quote = till.check_out.quote(basket)
    paid = take_cash(
        quote.payable_minor, (), given_minor=quote.payable_minor, rounding=CashRounding()
    )
    till.check_out.complete(basket, quote, (paid,), operator)


def _with_stored_value(timezone: str) -> bytes:
    """The demo shop's programme, with gift cards, stories and a draw beside what it has."""
    text = resources.text(PROGRAMME).replace("language = 1", "language = 2", 1)
    text = text.replace("version = 1", "version = 2", 1) + STORED_VALUE + VOICES
    return fitted(text.encode("utf-8"), currency_code=CURRENCY, timezone=timezone)


MONEY: Final[dict[str, Callable[[Tour], None]]] = {
    "shift-open": shift_open,
    "shift-count": shift_count,
    "cash": cash,
    "shift-compare": shift_compare,
    "shift-z": shift_z,
    "pay-pending": pay_pending,
    "payments": payments,
    "pay-card": pay_card,
    "gift-card": gift_card,
}
"""In no order of their own: the tour says when it comes to each."""
