"""What the member owns as chips: never used unasked, its gain told first, its loss at removal."""

from __future__ import annotations

import pytest

from tests.fakes.desk import Desk, desk, full_desk
from tests.fakes.plain_rules import FIVE
from tests.fakes.small_shop import CARD, WANG
from tests.fakes.till_services import FakeTill
from ui.presenters.chips import ChipIs, ChipState
from ui.presenters.why import WhyIs

FULL = 13876


def owner(*, goods: bool = True) -> Desk:
    """A counter whose member owns a voucher of 5.00 and could have a treat for 800 points."""
    till = FakeTill()
    till.check_out.vouchers = True
    if goods:
        return full_desk(till=till)
    counter = desk(till=till)
    counter.scan("104", CARD)
    return counter


def chip(counter: Desk, name: str) -> ChipState:
    return next(c for c in counter.sale.state.chips if c.id == f"offer:{name}")


def payable(counter: Desk) -> int:
    total = counter.sale.state.total.total_minor
    assert total is not None
    return total


def test_what_the_member_owns_is_offered_with_its_gain_and_not_used() -> None:
    counter = owner()
    five, treat = chip(counter, "five"), chip(counter, "treat")
    assert (five.kind, five.amount, five.sub) == (ChipIs.USABLE, "−5.00", "Theirs, until 24 Dec")
    assert (treat.kind, treat.amount, treat.sub) == (ChipIs.USABLE, "−12.00", "Costs 800 pts")
    assert payable(counter) == FULL


def test_one_press_uses_it_and_undo_brings_it_back() -> None:
    counter = owner()
    counter.sale.press_chip("offer:five")
    assert chip(counter, "five").kind is ChipIs.APPLIED
    assert payable(counter) == FULL - 500
    counter.sale.undo()
    assert payable(counter) == FULL


def test_taking_it_back_shows_the_loss_first() -> None:
    counter = owner()
    counter.sale.press_chip("offer:five")
    counter.sale.press_chip("offer:five")
    assert chip(counter, "five").sub == "5.00 more; press again"
    assert payable(counter) == FULL - 500
    counter.sale.press_chip("offer:five")
    assert payable(counter) == FULL
    assert chip(counter, "five").kind is ChipIs.USABLE


def test_what_cannot_be_used_says_how_much_is_missing() -> None:
    counter = owner(goods=False)
    five = chip(counter, "five")
    assert (five.kind, five.toggles) == (ChipIs.REFUSED, False)
    assert "more" in five.sub


def test_a_choice_that_fell_out_of_use_stays_visible_and_can_be_taken_back() -> None:
    counter = owner()
    counter.sale.press_chip("offer:five")
    while counter.sale.state.rows:
        counter.sale.select(counter.sale.state.rows[0].number)
        counter.sale.remove()
    counter.scan("104")
    five = chip(counter, "five")
    assert (five.kind, five.toggles) == (ChipIs.REFUSED, True)
    counter.sale.press_chip("offer:five")
    basket = counter.sale._sale.basket
    assert basket is not None
    assert FIVE not in basket.chosen


def test_it_can_still_be_used_while_paying() -> None:
    counter = owner()
    counter.press("F12")
    counter.pay.press_chip("offer:five")
    assert counter.pay.state.payable_minor == FULL - 500


def test_why_tells_the_gain_the_cost_and_what_is_then_to_pay() -> None:
    counter = owner()
    counter.sale.why_chip("offer:treat")
    state = counter.why.state
    assert state.holds
    figures = [(row.text, row.amount) for row in state.rows if row.kind is WhyIs.FIGURE]
    assert figures == [("Costs, Points", "800"), ("Then to pay", "126.76")]


def test_a_picked_offer_says_why_it_was_picked_and_can_be_turned_down() -> None:
    counter = owner()
    counter.sale.why_chip("offer:ten-off")
    state = counter.why.state
    assert state.can_turn_down
    assert state.rows[0].text == "You bought it before"
    counter.why.turn_down()
    assert counter.till.snapshots.turned_down == [("mine", WANG, "ten-off")]
    assert counter.navigator.open is None


def test_only_what_was_picked_can_be_turned_down() -> None:
    counter = owner()
    counter.sale.why_chip("offer:member-milk")
    assert not counter.why.state.can_turn_down
    counter.why.turn_down()
    assert counter.till.snapshots.turned_down == []


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
def test_every_language_words_them(language: str) -> None:
    till = FakeTill()
    till.check_out.vouchers = True
    counter = full_desk(language, till=till)
    for name in ("five", "treat"):
        assert chip(counter, name).sub
        counter.sale.why_chip(f"offer:{name}")
        assert "{" not in repr(counter.why.state)
