"""The names of the sign-in by keyboard, as they stand on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.fakes.back_office import LI
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen
from ui.views.sign_in import NameButton, NameGrid


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[OfficeStage]:
    made = office_stage(operator=None)
    yield made
    end_stage(made)


def chosen(stage: OfficeStage) -> NameButton:
    (button,) = (b for b in stage.shown.findChildren(NameButton) if b.isChecked())
    return button


def test_the_right_key_chooses_the_name_beside_and_down_the_one_below(stage: OfficeStage) -> None:
    stage.show(Screen.SIGN_IN)
    places = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        stage.press(key)
        button = chosen(stage)
        places.append((button.x() > 0, button.y() > 0))
    assert places == [(True, False), (True, True), (False, True), (False, False)]


def test_on_a_name_with_the_keyboard_arrows_stay_the_buttons_own(stage: OfficeStage) -> None:
    stage.show(Screen.SIGN_IN)
    before = chosen(stage)
    before.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(Qt.Key.Key_Right)
    assert chosen(stage) is before


def test_among_forty_names_the_chosen_one_is_in_sight(stage: OfficeStage) -> None:
    stage.till.sign_in.people = tuple(
        replace(LI, id=bytes([n]) * 16, name=f"n{n}") for n in range(40)
    )
    stage.show(Screen.SIGN_IN)
    stage.press(Qt.Key.Key_Up)
    stage.settle()
    button = chosen(stage)
    assert button.accessibleName().startswith("n38")
    assert button.visibleRegion().boundingRect().height() == button.height()


def test_a_name_that_stays_keeps_its_button_when_other_names_come(stage: OfficeStage) -> None:
    stage.show(Screen.SIGN_IN)
    grid = stage.shown.findChild(NameGrid)
    assert isinstance(grid, NameGrid)
    tiles, pressed = stage.presenter(Screen.SIGN_IN).state.operators, []
    grid.pressed = pressed.append
    first = grid.buttons[0]
    # The services say them in another order, and one that the front door did not know.
    more = replace(tiles[0], operator_id=b"z" * 16, name="Zhao")
    finger = QPoint(10, 10)
    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=finger)
    grid.present((more, *reversed(tiles)))
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=finger)
    assert pressed == [tiles[0].operator_id]
    stage.rest()
    assert [button.operator_id for button in grid.buttons] == [
        more.operator_id,
        *(tile.operator_id for tile in reversed(tiles)),
    ]
    assert grid.buttons[-1] is first
    assert first.y() == max(button.y() for button in grid.buttons) > 0


def test_a_name_that_is_no_more_cannot_be_reached_for(stage: OfficeStage) -> None:
    stage.show(Screen.SIGN_IN)
    grid = stage.shown.findChild(NameGrid)
    assert isinstance(grid, NameGrid)
    tiles = stage.presenter(Screen.SIGN_IN).state.operators
    grid.present(tiles[1:])
    seen = [one.accessibleName() for one in grid.findChildren(NameButton) if one.isVisible()]
    assert not [name for name in seen if name.startswith(tiles[0].name)]
