"""Holding and recalling at the counter: keys, names, what lies open meanwhile, and faults."""

import pytest

from posloyalty.services.refusal import ServiceRefusal
from tests.fakes.desk import Desk, desk, full_desk
from ui.presenters.ports import Sheet


def test_one_key_holds_and_two_bring_the_basket_back() -> None:
    counter = full_desk()
    before = counter.basket
    counter.press("F6")
    assert (counter.basket, counter.sale.state.held) == ([], 1)
    assert counter.said == "On hold: 王小雨"
    counter.press("F7", "Enter")
    assert (counter.basket, counter.sale.state.held) == (before, 0)
    assert counter.sale.state.member is not None


def test_digits_before_it_are_its_name_and_undo_takes_it_up_again() -> None:
    counter = desk()
    counter.scan("101")
    counter.press("1", "2", "F6")
    assert (counter.said, counter.sale.state.echo) == ("On hold: 12", "")
    undo = counter.shell.toasts.undo
    assert undo is not None
    undo()
    assert len(counter.basket) == 1


def test_several_are_held_and_the_one_that_is_chosen_comes_back() -> None:
    counter = desk()
    for code, name in (("101", "1"), ("102", "2"), ("104", "3")):
        counter.scan(code)
        counter.press(name, "F6")
    counter.press("F7")
    assert [row.name for row in counter.recall.state.rows] == ["3", "2", "1"]
    counter.press("Down", "Down", "Enter")
    assert counter.basket[0][1] == "纯牛奶 250ml×12"
    assert counter.sale.state.held == 2


def test_an_open_basket_is_held_in_place_of_the_one_that_is_recalled() -> None:
    counter = desk()
    counter.scan("101")
    counter.press("F6")
    counter.scan("102")
    counter.press("F7", "Enter")
    assert counter.said == "Recalled. The other basket is on hold now"
    assert counter.basket[0][1] == "纯牛奶 250ml×12"
    assert counter.sale.state.held == 1
    counter.press("F7", "Enter")
    assert counter.basket[0][1] == "饮用天然水 550ml"


def test_a_row_says_what_it_holds_and_is_named_by_typing() -> None:
    counter = desk()
    counter.scan("101", "102")
    counter.press("F6", "F7")
    (row,) = counter.recall.state.rows
    assert row.name == "纯牛奶 250ml×12 and 1 more"
    assert row.sub == "11-22 14:05 · 2 lines · 2 items · 李敏"
    assert row.total == "51.90"
    counter.press("B", "o", "b", "Enter")
    assert counter.recall.state.rows[0].name == "Bob"
    assert counter.navigator.open is Sheet.RECALL


def test_nothing_is_held_of_an_empty_basket_and_the_sheet_says_so() -> None:
    counter = desk()
    counter.press("F6")
    assert counter.said == "Nothing to hold"
    counter.press("F7")
    assert counter.recall.state.empty == "Nothing is on hold"
    counter.press("Enter", "Esc")
    assert counter.navigator.open is None


@pytest.mark.parametrize("keys", [("F6",), ("F7", "Enter")])
def test_a_fault_leaves_everything_as_it_was(keys: tuple[str, ...]) -> None:
    counter = desk()
    counter.scan("101")
    counter.press("F6")
    counter.scan("102")
    before = counter.basket
    counter.press(*keys[:-1])
    counter.till.hold.fails = ServiceRefusal("HELD_TOO_MANY", most=20)
    counter.press(keys[-1])
    assert counter.said == "20 baskets are on hold. Recall one first."
    assert (counter.basket, counter.sale.state.held) == (before, 1)
    counter.scan("104")
    assert len(counter.basket) == 2


def test_a_scan_that_comes_while_a_basket_is_put_aside_begins_the_next() -> None:
    counter = stepped()
    counter.scan("101")
    counter.shell.lanes.run_all()  # type: ignore[union-attr]
    counter.press("F6")
    counter.scan("102")
    counter.shell.lanes.run_all()  # type: ignore[union-attr]
    assert [name for _, name, _ in counter.basket] == ["饮用天然水 550ml"]
    assert counter.sale.state.held == 1


def stepped() -> Desk:
    counter = desk(by_step=True)
    counter.shell.lanes.run_all()  # type: ignore[union-attr]
    return counter
