"""When the on-screen keyboard comes and goes, and that its keys are the field's real keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.ui.stage import Stage, build_stage, end_stage
from tests.ui.touch import Touch
from ui.keyboard import wait
from ui.presenters.ports import Screen, Sheet
from ui.presenters.typing.keys import Act
from ui.widgets.fields import TextField


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = build_stage(language="zh_CN")
    yield made
    end_stage(made)


@pytest.fixture
def touch(stage: Stage) -> Touch:
    return Touch(stage.window)


def field(stage: Stage) -> QLineEdit:
    return stage.view().field.input


def text(stage: Stage) -> str:
    return stage.actor(Screen.SALE).state.text


def test_a_tap_on_a_field_opens_it_and_its_keys_are_told_as_edits(
    stage: Stage, touch: Touch
) -> None:
    assert not touch.keyboard.open
    touch.tap_on(field(stage))
    assert touch.keyboard.target is field(stage)
    touch.write("Ab 1")
    assert (field(stage).text(), text(stage)) == ("Ab 1", "Ab 1")
    touch.key("act:backspace")
    touch.key("act:enter")
    assert text(stage) == "Ab "
    assert stage.actor(Screen.SALE).heard("enter")


def test_chinese_arrives_as_one_step_that_undo_takes_back(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    touch.chinese(("niunai", "牛奶"))
    touch.write("x")
    assert text(stage) == "牛奶x"
    field(stage).undo()
    field(stage).undo()
    assert field(stage).text() == ""


def test_the_caret_moves_by_its_keys_and_by_a_tap(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    touch.write("ac")
    touch.key("act:left")
    touch.write("b")
    touch.key("act:right")
    touch.write("d")
    assert text(stage) == "abcd"


def test_a_length_holds_and_cuts_no_character_in_two(stage: Stage, touch: Touch) -> None:
    field(stage).setMaxLength(3)
    touch.tap_on(field(stage))
    touch.chinese(("ji", "𠮷"), ("ji", "𠮷"))
    assert field(stage).text() == "𠮷"
    touch.chinese(("niunai", "牛奶"))
    assert field(stage).text() == "𠮷牛"
    touch.chinese(("niunai", "牛奶"))
    assert field(stage).text() == "𠮷牛"


def test_a_tap_into_the_same_field_moves_the_caret_and_keeps_what_is_composed(
    stage: Stage, touch: Touch
) -> None:
    touch.tap_on(field(stage))
    touch.chinese(("niunai", "牛奶"))
    touch.key("sign:w")
    left = field(stage).rect()
    left.setWidth(30)
    touch.finger.tap(field(stage), left)
    assert field(stage).cursorPosition() == 0
    touch.key("sign:o")
    touch.key("sign: ")
    assert text(stage) == "我牛奶"


def test_tab_does_not_open_it(stage: Stage, touch: Touch) -> None:
    stage.view().button.setFocus()
    for _ in range(4):
        stage.press(Qt.Key.Key_Tab)
        stage.window.capture.flush()
    field(stage).setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert not touch.keyboard.open


def test_a_real_key_closes_it_and_is_typed(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    stage.type("q")
    assert not touch.keyboard.open
    assert text(stage) == "q"


def test_who_typed_last_with_real_keys_is_not_asked_by_a_click_but_by_the_strip(
    stage: Stage, touch: Touch
) -> None:
    touch.tap_on(field(stage))
    stage.type("q")
    touch.tap_on(field(stage))
    assert not touch.keyboard.open
    touch.finger.tap(stage.window.strip.keys_button)
    assert touch.keyboard.target is field(stage)
    touch.hide()
    touch.tap_on(field(stage))
    assert touch.keyboard.open


def test_a_finger_on_a_touch_screen_opens_it_whoever_typed_last(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    stage.type("q")
    screen = QTest.createTouchDevice(QInputDevice.DeviceType.TouchScreen)
    point = field(stage).mapTo(stage.window, field(stage).rect().center())
    sequence = QTest.touchEvent(stage.window.windowHandle(), screen)
    sequence.press(0, point).commit()
    sequence.release(0, point).commit()
    wait(lambda: touch.keyboard.open, "the finger was not seen")


def test_escape_closes_it_and_does_nothing_else(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    stage.press(Qt.Key.Key_Escape)
    assert not touch.keyboard.open
    assert not stage.actor(Screen.SALE).heard("escape")
    stage.press(Qt.Key.Key_Escape)
    assert stage.actor(Screen.SALE).heard("escape")


def test_a_scan_never_ends_in_a_field_whatever_is_composed(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    touch.chinese(("niunai", "牛奶"))
    touch.key("sign:w")
    touch.key("sign:o")
    stage.scan("6901234567892")
    assert stage.actor(Screen.SALE).heard("scanned") == [("scanned", "6901234567892")]
    assert text(stage) == "牛奶"
    assert touch.keyboard.open
    touch.key("sign: ")
    assert text(stage) == "牛奶我"


def test_a_button_that_is_tapped_while_it_is_open_is_pressed_and_the_field_is_kept(
    stage: Stage, touch: Touch
) -> None:
    touch.tap_on(field(stage))
    touch.tap_on(stage.view().button)
    assert stage.actor(Screen.SALE).heard("pressed")
    assert touch.keyboard.target is field(stage)


def test_what_takes_the_focus_is_not_moved_before_the_finger_is_lifted(
    stage: Stage, touch: Touch
) -> None:
    button = stage.view().button
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    touch.tap_on(field(stage))
    touch.tap_on(button)
    assert stage.actor(Screen.SALE).heard("pressed")
    assert not touch.keyboard.open


def test_it_goes_when_screen_language_look_or_size_change(stage: Stage, touch: Touch) -> None:
    def opened() -> None:
        touch.tap_on(field(stage))
        assert touch.keyboard.open

    opened()
    stage.window.navigator.show(Screen.MEMBER)
    # The other screen's home is no field: there is nothing to type to.
    assert not touch.keyboard.open
    stage.window.navigator.show(Screen.SALE)
    opened()
    stage.session.speak("en")
    stage.window.change_at_once()
    assert not touch.keyboard.open
    opened()
    stage.session.look_changed(look="dark")
    stage.window.change_at_once()
    assert not touch.keyboard.open
    opened()
    stage.window.resize(900, 700)
    stage.window.change_at_once()
    assert not touch.keyboard.open
    opened()
    stage.window.show_menu()
    wait(lambda: not touch.keyboard.open, "it stays under the menu")


def test_a_field_in_the_systems_dialog_is_not_its_business(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    dialog = QDialog(stage.view())
    name = QLineEdit(dialog)
    dialog.open()
    name.setFocus()
    wait(lambda: not touch.keyboard.open, "it stays under the dialog")
    assert name.hasFocus()
    dialog.close()


def test_a_sheet_lies_at_once_where_its_place_has_moved(qtbot: QtBot) -> None:
    made = build_stage(size=(1080, 1920))
    try:
        window, touch = made.window, Touch(made.window)
        window.navigator.open_sheet(Sheet.FIND)
        view, sheet = window.navigator.view, window.navigator.sheet_view
        assert view is not None
        assert sheet is not None
        for act in (lambda: touch.keyboard.show_for(sheet.field.input), touch.keyboard.close):
            before = view.height()
            act()
            assert view.height() != before
            place = view.sheet_place
            assert sheet.geometry().topLeft() == place.mapTo(view, place.rect().topLeft())
    finally:
        end_stage(made)


def test_a_larger_window_of_the_same_layout_keeps_it_at_its_foot(
    stage: Stage, touch: Touch
) -> None:
    touch.tap_on(field(stage))
    stage.window.resize(1500, 900)
    wait(lambda: touch.panel.geometry().bottom() == stage.window.height() - 1, "not at the foot")
    assert touch.finger.reaches(field(stage))


def test_the_strip_offers_it_only_where_there_is_something_to_fill(
    stage: Stage, touch: Touch
) -> None:
    button = stage.window.strip.keys_button
    QApplication.processEvents()
    assert button.isVisible()
    before = stage.window.strip.time.geometry()
    field(stage).setEnabled(False)
    stage.window.navigator.show(Screen.MEMBER)
    stage.view().field.input.setEnabled(False)
    touch.keyboard.moved()
    assert not button.isVisible()
    assert stage.window.strip.time.geometry() == before


def test_the_next_field_is_filled_without_a_tap_on_it(stage: Stage, touch: Touch) -> None:
    second = TextField(stage.view().look, "second", digits=True)
    stage.view().layout().addWidget(second)
    wait(second.input.isVisible)
    touch.tap_on(field(stage))
    touch.write("a")
    touch.key("act:next")
    assert touch.keyboard.target is second.input
    assert touch.panel.key("sign:q") is None
    touch.write("12")
    touch.key("act:clear")
    touch.write("7")
    touch.key("act:next")
    assert touch.keyboard.target is field(stage)
    assert (second.text, field(stage).text()) == ("7", "a")
    second.input.undo()
    assert second.text == "12"


def test_a_low_window_keeps_the_field_in_sight(qtbot: QtBot) -> None:
    made = build_stage(language="zh_TW", scale=200, size=(1366, 768))
    try:
        touch = Touch(made.window)
        touch.tap_on(field(made))
        assert touch.finger.reaches(field(made))
        assert not made.window.strip.isVisible()
        touch.hide()
        assert made.window.strip.isVisible()
        assert made.window.stack.geometry() == made.window.bay.rect()
    finally:
        end_stage(made)


def test_two_fingers_type_one_after_the_other_and_none_is_lost(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    touch.key("act:tongue")
    screen = QTest.createTouchDevice(QInputDevice.DeviceType.TouchScreen)
    places = [_middle(touch, sign) for sign in "ok"]
    sequence = QTest.touchEvent(stage.window.windowHandle(), screen)
    sequence.press(0, places[0]).commit()
    sequence.stationary(0).press(1, places[1]).commit()
    sequence.release(0, places[0]).stationary(1).commit()
    sequence.release(1, places[1]).commit()
    wait(lambda: text(stage) == "ok", f"typed {text(stage)!r}")


def test_the_hand_knows_what_stands_before_the_caret(stage: Stage, touch: Touch) -> None:
    touch.tap_on(field(stage))
    touch.write("abc")
    touch.key("act:left")
    hand = touch.keyboard.hand
    assert hand.before() == "ab"
    hand.press(Act.RIGHT)
    assert hand.before() == "abc"
    stage.view().button.setFocus()
    assert hand.before() == ""


def _middle(touch: Touch, sign: str) -> QPoint:
    key = touch.panel.key(f"sign:{sign}")
    assert key is not None
    return touch.panel.mapTo(touch.window, key.geometry().center())
