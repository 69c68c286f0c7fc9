"""Scans by real key events: any focus, any sheet, never into a field; persons are heard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.stage import Stage, build_stage, end_stage
from ui.presenters.ports import Screen, Sheet, Sound

CODE = "6901234567892"


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = build_stage()
    yield made
    end_stage(made)


def scans(stage: Stage) -> list[str]:
    return [str(call[1]) for call in stage.actor(Screen.SALE).heard("scanned")]


def test_a_scan_reaches_the_screen_without_any_field_being_focused(stage: Stage) -> None:
    stage.scan(CODE)
    assert scans(stage) == [CODE]
    assert stage.actor(Screen.SALE).heard("typed") == []
    assert stage.actor(Screen.SALE).heard("enter") == []


def test_a_scan_leaves_no_key_in_the_text_field_that_has_the_keyboard(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    stage.type("ab")
    stage.scan(CODE)
    assert stage.view().field.text == "ab"
    assert scans(stage) == [CODE]


def test_a_scan_does_not_press_the_button_that_has_the_keyboard(stage: Stage) -> None:
    stage.view().button.setFocus()
    stage.scan("LP1:ABC DEF")
    assert stage.actor(Screen.SALE).heard("pressed") == []
    assert scans(stage) == ["LP1:ABC DEF"]


@pytest.mark.parametrize("sheet", list(Sheet))
def test_a_scan_goes_to_the_screen_below_an_open_sheet(stage: Stage, sheet: Sheet) -> None:
    stage.window.navigator.open_sheet(sheet)
    stage.scan(CODE)
    assert scans(stage) == [CODE]
    assert stage.actor(sheet).heard("typed") == []


def test_a_scan_closes_the_open_menu_and_is_taken(stage: Stage) -> None:
    stage.press(Qt.Key.Key_F10)
    stage.scan(CODE)
    assert scans(stage) == [CODE]
    stage.press(Qt.Key.Key_F2)
    assert stage.actor(Screen.SALE).heard("member") == [("member",)]


@pytest.mark.parametrize("screen", list(Screen))
def test_every_screen_takes_scans(stage: Stage, screen: Screen) -> None:
    stage.window.navigator.show(screen)
    stage.scan(CODE, end=Qt.Key.Key_Tab)
    assert stage.actor(screen).heard("scanned") == [("scanned", CODE)]


def test_two_scans_back_to_back_are_two_scans(stage: Stage) -> None:
    stage.scan(CODE)
    stage.stamps.now -= 495
    stage.scan("4006381333931")
    assert scans(stage) == [CODE, "4006381333931"]


def test_a_member_token_of_a_hundred_and_fifty_characters_is_one_scan(stage: Stage) -> None:
    token = "LP1:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 5
    stage.scan(token)
    assert scans(stage) == [token]


def test_half_a_scan_is_thrown_away_and_said(stage: Stage) -> None:
    stage.scan("69012345", end=None)
    stage.window.capture.flush()
    assert scans(stage) == []
    assert stage.actor(Screen.SALE).heard("typed") == []
    assert stage.window.toasts.said == stage.session.words("app.scan_half")
    assert stage.sounds.heard == [Sound.REFUSED]


def pieces(stage: Stage, *parts: str, gap: int) -> None:
    """Keys as a scanner sends them that stutters between the parts; the loop turns meanwhile."""
    stage.stamps.now += 1_000
    for place, part in enumerate(parts):
        if place:
            QTest.qWait(gap)
            stage.stamps.now += gap - 8
        for character in part:
            stage.stamps.now += 8
            stage.press(Qt.Key.Key_Return if character == "\r" else character)


@pytest.mark.parametrize(
    "parts",
    [("6", "901234567892\r"), ("69", "01234567892\r"), ("69012345", "67892\r"), (CODE, "\r")],
    ids=["behind its first key", "early", "late", "before its end"],
)
def test_two_scans_back_to_back_are_two_scans_though_the_scanner_stutters(
    stage: Stage, parts: tuple[str, str]
) -> None:
    stage.view().field.input.setFocus()
    stage.type("ab")
    pieces(stage, *parts, gap=120)
    pieces(stage, "4006381333931\r", gap=0)
    assert scans(stage) == [CODE, "4006381333931"]
    assert stage.view().field.text == "ab"
    assert stage.actor(Screen.SALE).heard("enter") == []


def test_a_scan_that_pauses_behind_its_first_key_leaves_a_selection_as_it_was(
    stage: Stage,
) -> None:
    field = stage.view().field.input
    field.setFocus()
    stage.type("ab")
    field.selectAll()
    pieces(stage, "6", "901234567892\r", gap=120)
    assert scans(stage) == [CODE]
    assert (field.text(), field.selectedText()) == ("ab", "ab")
    field.undo()
    assert field.text() == ""


def test_without_a_field_whoever_heard_the_first_key_takes_it_back(stage: Stage) -> None:
    pieces(stage, "6", "901234567892\r", gap=120)
    actor = stage.actor(Screen.SALE)
    assert actor.heard("typed") == [("typed", "6")]
    assert actor.heard("backspace") == [("backspace",)]
    assert scans(stage) == [CODE]


def test_whoever_did_not_hear_the_first_key_takes_nothing_back(stage: Stage) -> None:
    pieces(stage, "6", gap=0)
    QTest.qWait(120)
    stage.window.navigator.show(Screen.PAY)
    stage.stamps.now += 112
    for character in "901234567892\r":
        stage.stamps.now += 8
        stage.press(Qt.Key.Key_Return if character == "\r" else character)
    assert stage.actor(Screen.PAY).heard("backspace") == []
    assert stage.actor(Screen.PAY).heard("scanned") == [("scanned", CODE)]


def test_another_key_between_says_that_a_person_typed_the_first(stage: Stage) -> None:
    pieces(stage, "6", gap=0)
    QTest.qWait(60)
    stage.stamps.now += 60
    stage.press(Qt.Key.Key_F2)
    stage.stamps.now += 60
    for character in "BC-12345\r":
        stage.stamps.now += 8
        stage.press(Qt.Key.Key_Return if character == "\r" else character)
    assert scans(stage) == ["BC-12345"]
    assert stage.actor(Screen.SALE).heard("backspace") == []


def test_a_key_of_a_person_just_before_a_scan_stays_where_it_is(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    pieces(stage, "3", CODE + "\r", gap=120)
    assert stage.view().field.text == "3"
    assert scans(stage) == [CODE]


def test_a_scan_that_stops_for_too_long_is_said_and_leaves_no_key_anywhere(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    stage.type("ab")
    pieces(stage, "69012345", "67892", "\r", gap=320)
    assert scans(stage) == []
    assert stage.sounds.heard == [Sound.REFUSED]
    assert stage.window.toasts.said == stage.session.words("app.scan_half")
    assert stage.view().field.text == "ab"
    assert stage.actor(Screen.SALE).heard("enter") == []


def test_another_key_ends_what_half_a_scan_waits_for(stage: Stage) -> None:
    pieces(stage, "69012345", gap=0)
    stage.press(Qt.Key.Key_F2)
    assert stage.window.toasts.said == stage.session.words("app.scan_half")
    assert stage.actor(Screen.SALE).heard("member") == [("member",)]


def test_digits_typed_by_a_person_reach_the_entry_line_in_order(stage: Stage) -> None:
    stage.type("3*69")
    assert [call[1] for call in stage.actor(Screen.SALE).heard("typed")] == list("3*69")


def test_a_person_typing_is_heard_after_one_gap_by_the_loop_alone(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.press("7")
    qtbot.waitUntil(lambda: stage.actor(Screen.SALE).heard("typed") == [("typed", "7")])


def test_typing_into_a_field_writes_there_and_enter_comes_behind_the_letters(
    stage: Stage,
) -> None:
    stage.view().field.input.setFocus()
    for character in "abc":
        stage.stamps.now += 20
        stage.press(character)
    stage.stamps.now += 20
    stage.press(Qt.Key.Key_Return)
    assert stage.view().field.text == "abc"
    assert stage.actor(Screen.SALE).heard("enter") == [("enter",)]


def test_keys_that_leaked_into_a_field_are_taken_back(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    stage.type("ab")
    stage.stamps.now += 500
    for character in CODE[:3]:
        stage.stamps.now += 8
        stage.press(character)
    stage.window.capture.flush()
    assert stage.view().field.text == "ab" + CODE[:3]
    for character in CODE[3:]:
        stage.stamps.now += 8
        stage.press(character)
    stage.stamps.now += 8
    stage.press(Qt.Key.Key_Return)
    assert stage.view().field.text == "ab"
    assert scans(stage) == [CODE]


def test_a_key_held_down_is_no_scan(stage: Stage) -> None:
    handle = stage.window.windowHandle()
    for _ in range(12):
        stage.stamps.now += 30
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", True
        )
        QCoreApplication.sendEvent(handle, event)
    stage.press(Qt.Key.Key_Return)
    assert scans(stage) == []
    assert stage.actor(Screen.SALE).heard("typed") == []


def test_while_the_input_method_composes_every_key_is_its_own(stage: Stage) -> None:
    field = stage.view().field.input
    field.setFocus()
    QCoreApplication.sendEvent(field, QInputMethodEvent("wang", []))
    stage.scan(CODE)
    assert scans(stage) == []
    QCoreApplication.sendEvent(field, QInputMethodEvent("", []))
    stage.scan(CODE)
    assert scans(stage) == [CODE]


def test_capital_letters_and_the_group_separator_are_part_of_a_scan(stage: Stage) -> None:
    stage.stamps.now += 500
    for character in "AB12":
        stage.stamps.now += 8
        stage.press(character)
    stage.stamps.now += 8
    stage.press(Qt.Key.Key_BracketRight, Qt.KeyboardModifier.ControlModifier)
    for character in "XY":
        stage.stamps.now += 8
        stage.press(character)
    stage.stamps.now += 8
    stage.press(Qt.Key.Key_Return)
    assert scans(stage) == ["AB12\x1dXY"]


def test_keys_without_a_time_of_their_own_are_timed_by_their_arrival(
    stage: Stage, qtbot: QtBot
) -> None:
    capture = stage.window.capture
    capture._stamp = capture._own_stamp
    handle = stage.window.windowHandle()
    for place, sign in enumerate("47"):
        event = QKeyEvent(
            QEvent.Type.KeyPress, Qt.Key(ord(sign)), Qt.KeyboardModifier.NoModifier, sign
        )
        assert event.timestamp() == 0
        QCoreApplication.sendEvent(handle, event)
        qtbot.waitUntil(lambda n=place: len(stage.actor(Screen.SALE).heard("typed")) == n + 1)
    assert [call[1] for call in stage.actor(Screen.SALE).heard("typed")] == ["4", "7"]
    assert stage.actor(Screen.SALE).heard("backspace") == []


def test_nothing_is_caught_after_the_window_ended(qtbot: QtBot) -> None:
    stage = build_stage()
    actor = stage.actor(Screen.SALE)
    stage.window.end()
    stage.scan(CODE)
    assert actor.heard("scanned") == []
    end_stage(stage)
    assert QApplication.activeModalWidget() is None
