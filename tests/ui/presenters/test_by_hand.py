"""Prices and discounts by hand: keyed in, given a reason, approved where it takes more."""

from __future__ import annotations

import pytest

from posloyalty.domain.shop.deeds import DeedKind
from tests.fakes.back_office import CHEN, LI, PIN
from tests.fakes.desk import Desk, desk
from ui.presenters.ports import Sheet


def counter(*codes: str) -> Desk:
    made = desk(operator=LI)
    made.scan(*(codes or ("101",)))
    return made


def payable(made: Desk) -> int:
    return made.sale.state.total.total_minor


def noted(made: Desk) -> list[tuple[DeedKind, str, str | None, bool]]:
    """Kind, reason, who else approved, and whether undo took it back."""
    return [
        (
            deed.kind,
            "" if approval is None else approval.reason,
            None if approval is None or approval.operator == LI else approval.operator.name,
            deed.undoes,
        )
        for deed, approval in made.till.deeds.noted
    ]


def test_a_discount_within_the_authority_costs_its_digits_and_a_reason() -> None:
    made = counter()
    before = payable(made)
    made.press("Ctrl+D", "1", "0", "Enter")
    assert made.navigator.open is Sheet.APPROVE
    assert payable(made) == before
    made.press("1")
    assert made.navigator.open is None
    assert payable(made) == before - 499
    assert [offer.name for offer in made.sale.state.rows[0].offers][-1] == "优惠 10%"
    assert noted(made) == [(DeedKind.LINE_DISCOUNT, "damaged", None, False)]


def test_beyond_it_a_supervisor_s_pin_is_asked_for() -> None:
    made = counter()
    made.press("F9", "2", "0", "Enter", "3")
    assert made.navigator.open is Sheet.APPROVE
    made.press(*PIN, "Enter")
    basket = made.shell.session and made.sale.state
    assert basket is not None
    assert noted(made) == [(DeedKind.BASKET_DISCOUNT, "complaint", CHEN.name, False)]


def test_nothing_is_changed_when_the_sheet_is_closed() -> None:
    made = counter()
    before = payable(made)
    made.press("F9", "2", "0", "Enter", "Esc")
    assert payable(made) == before
    assert noted(made) == []


def test_an_amount_in_place_of_a_percentage() -> None:
    made = counter()
    before = payable(made)
    made.press("Ctrl+D", "%", "2", ".", "5", "0", "Enter", "1")
    assert payable(made) == before - 250


@pytest.mark.parametrize("keys", [("1", "0", "1"), ("9", "9", "9")])
def test_more_than_all_of_it_is_no_percentage(keys: tuple[str, ...]) -> None:
    made = counter()
    made.press("Ctrl+D", *keys)
    pad = made.sale.state.pad
    assert pad is not None
    assert not pad.ready


def test_another_price_shows_the_shelf_s_beside_it() -> None:
    made = counter()
    made.press("/", "4", "5", "Enter", "1")
    row = made.sale.state.rows[0]
    assert row.unit_price == "45.00"
    assert row.note == "shelf 49.90"
    assert noted(made) == [(DeedKind.PRICE_CHANGED, "label", None, False)]


def test_a_higher_price_needs_a_reason_and_nobody_else() -> None:
    made = counter()
    made.press("/", "9", "9", "Enter", "1")
    assert made.navigator.open is None
    assert made.sale.state.rows[0].unit_price == "99.00"


def test_the_shelf_s_own_price_needs_no_reason() -> None:
    made = counter()
    made.press("/", "4", "5", "Enter", "1")
    made.press("/", "4", "9", ".", "9", "0", "Enter")
    assert made.navigator.open is None
    assert made.sale.state.rows[0].note == ""


def test_a_price_by_hand_and_a_discount_count_together() -> None:
    made = counter()
    made.press("/", "4", "5", "Enter", "1", "Ctrl+D", "5", "Enter", "1")
    assert made.navigator.open is Sheet.APPROVE
    assert made.approve.state.names


def test_undo_takes_it_back_and_is_written_down() -> None:
    made = counter()
    before = payable(made)
    made.press("Ctrl+D", "1", "0", "Enter", "1", "Ctrl+Z")
    assert payable(made) == before
    assert noted(made)[-1] == (DeedKind.LINE_DISCOUNT, "", None, True)


def test_its_chip_takes_it_away_at_once() -> None:
    made = counter()
    before = payable(made)
    made.press("F9", "5", "Enter", "1")
    (chip,) = [one for one in made.sale.state.chips if one.id.startswith("offer:by-hand")]
    assert chip.sub == "Given at the till"
    made.sale.press_chip(chip.id)
    assert payable(made) == before


def test_a_discount_of_nothing_takes_it_away_without_a_reason() -> None:
    made = counter()
    before = payable(made)
    made.press("F9", "5", "Enter", "1", "F9", "0", "Enter")
    assert (payable(made), made.navigator.open) == (before, None)
    assert made.said == "Whole basket: no discount by hand"


def test_scans_go_on_while_a_discount_is_keyed_in() -> None:
    made = counter()
    made.press("F9", "5")
    made.scan("102")
    pad = made.sale.state.pad
    assert pad is not None
    assert pad.value == "5"


def test_a_line_removed_while_its_discount_waits_for_approval_gets_none() -> None:
    made = counter("101", "102")
    made.press("Ctrl+D", "5", "0", "Enter", "1")
    made.sale.remove()
    made.press(*PIN, "Enter")
    assert [kind for kind, *_ in noted(made)] == [DeedKind.LINE_REMOVED]


def test_removals_are_written_down_when_they_happen() -> None:
    made = counter("101", "102")
    made.press("Del", "Ctrl+Z", "Ctrl+Backspace")
    assert noted(made) == [
        (DeedKind.LINE_REMOVED, "", None, False),
        (DeedKind.LINE_REMOVED, "", None, True),
        (DeedKind.BASKET_CLEARED, "", None, False),
    ]
