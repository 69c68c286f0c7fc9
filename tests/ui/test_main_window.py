"""The window: screens and their way back, focus given back, menu, looks, lock, messages, keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from tests.ui.stage import Stage, build_stage, end_stage
from ui.appearance import Layout
from ui.menu import KeysSheet, MenuSheet
from ui.presenters.ports import Screen, Sheet, ToastKind
from ui.widgets.kept_pictures import kept_pictures

Key = Qt.Key


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = build_stage()
    yield made
    end_stage(made)


def overlays(stage: Stage) -> list[type]:
    return [
        type(widget)
        for widget in stage.window.children()
        if isinstance(widget, (MenuSheet, KeysSheet)) and widget.isVisible()
    ]


def test_a_screen_is_opened_with_its_arguments_and_left_with_a_word(stage: Stage) -> None:
    stage.window.navigator.show(Screen.PAY, due=5)
    assert stage.actor(Screen.PAY).calls == [("opened", {"due": 5})]
    assert stage.actor(Screen.SALE).calls[-1] == ("closed",)


def test_back_goes_the_way_one_came_and_never_in_circles(stage: Stage) -> None:
    navigator = stage.window.navigator
    for screen in (Screen.MEMBER, Screen.HISTORY, Screen.RECEIPT):
        navigator.show(screen)
    navigator.show(Screen.MEMBER)
    navigator.back()
    assert navigator.screen is Screen.SALE
    navigator.back()
    assert navigator.screen is Screen.SALE


def test_a_screen_is_found_again_as_it_was_left_with_the_keyboard_where_it_was(
    stage: Stage,
) -> None:
    field = stage.view().field.input
    field.setFocus()
    stage.type("abc")
    stage.window.navigator.show(Screen.MEMBER)
    stage.window.navigator.back()
    assert QApplication.focusWidget() is field
    assert stage.view().field.text == "abc"


def test_a_closed_sheet_gives_the_keyboard_back(stage: Stage) -> None:
    field = stage.view().field.input
    field.setFocus()
    stage.window.navigator.open_sheet(Sheet.FIND, text="x")
    assert QApplication.focusWidget() is not field
    stage.press(Key.Key_Escape)
    assert QApplication.focusWidget() is field
    assert stage.actor(Sheet.FIND).calls == [("opened", {"text": "x"}), ("closed",)]
    assert stage.actor(Screen.SALE).heard("escape") == []


def test_one_sheet_is_open_at_a_time_and_lies_over_its_place_only(stage: Stage) -> None:
    navigator = stage.window.navigator
    navigator.open_sheet(Sheet.FIND)
    navigator.open_sheet(Sheet.WHY)
    view = navigator.sheet_view
    assert view is not None
    assert navigator.sheet is Sheet.WHY
    place = stage.view().sheet_place
    assert place is not None
    assert view.geometry() == place.geometry()
    assert stage.actor(Sheet.FIND).calls[-1] == ("closed",)


def test_another_screen_closes_the_sheet(stage: Stage) -> None:
    stage.window.navigator.open_sheet(Sheet.WHY)
    stage.window.navigator.show(Screen.PAY)
    assert stage.window.navigator.sheet is None
    assert stage.actor(Sheet.WHY).calls[-1] == ("closed",)


def test_keys_of_a_sheet_come_first_and_the_screens_function_keys_still_work(
    stage: Stage,
) -> None:
    stage.window.navigator.open_sheet(Sheet.FIND)
    stage.settle()
    stage.press(Key.Key_Down)
    stage.press(Key.Key_F5)
    stage.press(Key.Key_Delete)
    assert stage.actor(Sheet.FIND).heard("down") == [("down",)]
    assert stage.actor(Screen.SALE).heard("redeem") == [("redeem",)]
    assert stage.actor(Screen.SALE).heard("remove") == []


@pytest.mark.parametrize(
    ("key", "intent"),
    [
        (Key.Key_F2, "member"),
        (Key.Key_F3, "find"),
        (Key.Key_F5, "redeem"),
        (Key.Key_F12, "main_action"),
        (Key.Key_Return, "enter"),
        (Key.Key_Enter, "enter"),
        (Key.Key_Escape, "escape"),
        (Key.Key_Up, "up"),
        (Key.Key_Delete, "remove"),
        (Key.Key_Backspace, "backspace"),
    ],
)
def test_keys_of_the_sale_call_their_intent_once(stage: Stage, key: Key, intent: str) -> None:
    stage.press(key)
    stage.window.capture.flush()
    assert stage.actor(Screen.SALE).heard(intent) == [(intent,)]


def test_plus_and_minus_are_the_lines_but_in_a_field_they_are_text(stage: Stage) -> None:
    stage.type("+-")
    assert stage.actor(Screen.SALE).heard("more") == [("more",)]
    assert stage.actor(Screen.SALE).heard("fewer") == [("fewer",)]
    stage.view().field.input.setFocus()
    stage.type("+-*/")
    assert stage.view().field.text == "+-*/"
    assert len(stage.actor(Screen.SALE).heard("more")) == 1


def test_delete_and_undo_in_a_field_are_the_fields(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    stage.type("ab")
    stage.press(Key.Key_Home)
    stage.press(Key.Key_Delete)
    assert stage.view().field.text == "b"
    stage.press(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stage.view().field.text == "ab"
    assert stage.actor(Screen.SALE).heard("remove") == []
    assert stage.actor(Screen.SALE).heard("undo") == []


def test_tender_keys_carry_their_number(stage: Stage) -> None:
    stage.window.navigator.show(Screen.PAY)
    stage.press(Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    stage.press(Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert stage.actor(Screen.PAY).heard("tender") == [("tender", 3)]
    assert stage.actor(Screen.PAY).heard("exact") == [("exact",)]


def test_main_key_and_enter_are_deaf_for_the_first_moment_of_a_screen(stage: Stage) -> None:
    stage.window.navigator.show(Screen.PAY)
    stage.clock.now += 299
    stage.press(Key.Key_F12)
    stage.press(Key.Key_Return)
    assert stage.actor(Screen.PAY).heard("main_action") == []
    assert stage.actor(Screen.PAY).heard("enter") == []
    stage.clock.now += 1
    stage.press(Key.Key_F12)
    assert stage.actor(Screen.PAY).heard("main_action") == [("main_action",)]


def test_a_main_key_held_down_counts_once(stage: Stage) -> None:
    handle = stage.window.windowHandle()
    none = Qt.KeyboardModifier.NoModifier
    stage.press(Key.Key_F12)
    for _ in range(5):
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_F12, none, "", True)
        QCoreApplication.sendEvent(handle, event)
    assert stage.actor(Screen.SALE).heard("main_action") == [("main_action",)]


def test_a_button_reached_by_tab_is_pressed_by_enter_and_by_space(stage: Stage) -> None:
    stage.view().button.setFocus(Qt.FocusReason.TabFocusReason)
    stage.press(Key.Key_Return)
    stage.type(" ")
    assert stage.actor(Screen.SALE).heard("pressed") == [("pressed",), ("pressed",)]
    assert stage.actor(Screen.SALE).heard("enter") == []


def test_a_tap_does_not_take_the_keyboard(stage: Stage) -> None:
    before = QApplication.focusWidget()
    QTest.mouseClick(stage.view().button, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is before
    assert stage.actor(Screen.SALE).heard("pressed") == [("pressed",)]


def test_the_menu_opens_by_key_and_by_finger_and_closes_by_escape(stage: Stage) -> None:
    stage.press(Key.Key_F10)
    assert overlays(stage) == [MenuSheet]
    stage.press(Key.Key_Escape)
    assert overlays(stage) == []
    assert stage.actor(Screen.SALE).heard("escape") == []
    stage.window.strip.menu_button.click()
    assert overlays(stage) == [MenuSheet]


def test_the_menu_goes_to_a_screen_by_keys_alone(stage: Stage) -> None:
    stage.press(Key.Key_F10)
    stage.press(Key.Key_Return)
    assert stage.window.navigator.screen is Screen.HISTORY
    assert overlays(stage) == []


def test_before_the_sign_in_the_menu_leads_nowhere(stage: Stage) -> None:
    stage.window.navigator.show(Screen.SIGN_IN)
    stage.window.show_menu()
    menu = next(w for w in stage.window.children() if isinstance(w, MenuSheet) and w.isVisible())
    assert [button.key for button in menu.buttons] == ["F1"]


def test_f1_lists_the_keys_of_the_screen(stage: Stage) -> None:
    stage.press(Key.Key_F1)
    assert overlays(stage) == [KeysSheet]
    stage.press(Key.Key_F1)
    assert overlays(stage) == []


def shown_overlay(stage: Stage) -> QWidget:
    (found,) = [
        widget
        for widget in stage.window.children()
        if isinstance(widget, (MenuSheet, KeysSheet)) and widget.isVisible()
    ]
    return found


@pytest.mark.parametrize("key", [Key.Key_F10, Key.Key_F1])
def test_menu_and_keys_are_made_once_for_a_look_and_a_language(
    stage: Stage, qtbot: QtBot, key: Qt.Key
) -> None:
    stage.press(key)
    first = shown_overlay(stage)
    stage.press(Key.Key_Escape)
    stage.press(key)
    assert shown_overlay(stage) is first
    stage.press(Key.Key_Escape)
    stage.session.speak("zh_TW")
    stage.window.change_at_once()
    qtbot.waitUntil(lambda: not isValid(first))
    stage.press(key)
    assert shown_overlay(stage).accessibleName() == stage.session.words(
        "app.menu" if key is Key.Key_F10 else "app.keys"
    )


def test_each_screen_has_its_own_menu_and_keys(stage: Stage) -> None:
    seen = []
    for screen in (Screen.SALE, Screen.HISTORY, Screen.SIGN_IN):
        stage.window.navigator.show(screen)
        for shows in (stage.window.show_menu, stage.window.show_keys):
            shows()
            seen.append(shown_overlay(stage))
    assert len(set(seen)) == 6
    stage.window.navigator.show(Screen.PAY)
    stage.window.show_menu()
    assert shown_overlay(stage) is seen[2]


def test_menu_and_keys_of_a_sale_are_made_in_idle_moments(stage: Stage, qtbot: QtBot) -> None:
    stage.window.prepare()
    qtbot.waitUntil(lambda: stage.window.idle.at_rest)
    made = {
        widget
        for widget in stage.window.children()
        if isinstance(widget, (MenuSheet, KeysSheet)) and not widget.isVisible()
    }
    for shows in (stage.window.show_menu, stage.window.show_keys):
        shows()
        assert shown_overlay(stage) in made


def test_what_a_turn_left_undrawn_is_painted_in_the_turns_behind_it(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_pictures()
    stage.window.show_menu()
    qtbot.wait(20)
    kept.forget()
    stage.window.grab()
    whole = len(kept)
    monkeypatch.setattr("ui.main_window.DRAWN_S", 0.0)
    kept.forget()
    for part in stage.window.findChildren(QWidget):
        part.update()
    qtbot.waitUntil(lambda: len(kept) > 0)
    assert len(kept) < whole
    qtbot.waitUntil(lambda: len(kept) == whole)


def test_locking_shows_the_sign_in_and_keeps_the_sale(stage: Stage) -> None:
    sale = stage.actor(Screen.SALE)
    stage.press(Key.Key_F11)
    assert stage.window.navigator.screen is Screen.SIGN_IN
    assert stage.session.operator is None
    stage.window.navigator.show(Screen.SALE)
    assert stage.actor(Screen.SALE) is sale


def test_another_language_words_every_presenter_anew_and_makes_the_view_again(
    stage: Stage,
) -> None:
    before = stage.view()
    stage.view().field.input.setFocus()
    stage.type("half")
    stage.session.speak("zh_TW")
    stage.window.change_at_once()
    assert stage.view() is not before
    assert stage.view().words.language == "zh_TW"
    assert stage.view().field.text == "half"
    assert stage.actor(Screen.SALE).state.worded == 1
    assert stage.window.windowTitle() == stage.session.words("app.title")


@pytest.mark.parametrize("look", ["dark", "contrast", "light"])
@pytest.mark.parametrize("scale", [100, 150, 200])
def test_look_and_scale_change_while_running(stage: Stage, look: str, scale: int) -> None:
    stage.window.navigator.open_sheet(Sheet.WHY)
    stage.session.look_changed(look=look, scale=scale)
    stage.window.change_at_once()
    assert stage.window.look.tokens.name == look
    assert stage.window.strip.height() == 48 * scale // 100
    assert stage.view().look == stage.window.look
    sheet = stage.window.navigator.sheet_view
    assert sheet is not None
    assert sheet.look == stage.window.look


@pytest.mark.parametrize("steps", range(8))
def test_a_look_that_changes_while_screens_are_made_ahead_finds_none_of_the_old(
    stage: Stage, steps: int
) -> None:
    navigator = stage.window.navigator
    making = chain(
        navigator.prepare_sheet(Sheet.FIND, over=Screen.SALE), navigator.prepare(Screen.MEMBER)
    )
    for _ in range(steps):
        next(making, None)
    stage.session.look_changed(look="dark", scale=150)
    stage.window.change_at_once()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for _ in making:
        pass
    navigator.open_sheet(Sheet.FIND)
    assert navigator.sheet_view is not None
    assert navigator.sheet_view.look.tokens.name == "dark"
    navigator.show(Screen.MEMBER)
    assert stage.view().look.tokens.name == "dark"


def test_another_size_takes_another_layout_and_loses_nothing(stage: Stage) -> None:
    stage.view().field.input.setFocus()
    stage.type("half")
    stage.window.resize(1024, 768)
    stage.window.change_at_once()
    assert stage.view().look.layout is Layout.COMPACT
    assert stage.view().field.text == "half"
    stage.window.resize(1080, 1920)
    stage.window.change_at_once()
    assert stage.view().look.layout is Layout.PORTRAIT


@pytest.mark.parametrize("kind", [ToastKind.GOOD, ToastKind.NEWS, ToastKind.LOOK])
def test_any_other_message_goes_with_the_next_scan(stage: Stage, kind: ToastKind) -> None:
    stage.window.toasts.say("Done", kind)
    stage.window.toasts.scan_follows()
    assert stage.window.toasts.said == ""


def test_a_message_survives_another_look(stage: Stage) -> None:
    stage.window.toasts.say("Done", ToastKind.GOOD)
    stage.session.look_changed(look="dark")
    stage.window.change_at_once()
    entry = stage.view().entry
    assert entry is not None
    assert entry.toast.message == "Done"


def test_keys_of_another_window_are_its_own(stage: Stage, qtbot: QtBot) -> None:
    other = QPushButton("other")
    qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    QTest.qWaitForWindowActive(other)
    other.setFocus()
    QTest.keyClick(other.windowHandle(), Key.Key_F2)
    assert stage.actor(Screen.SALE).heard("member") == []


def test_the_strip_shows_time_and_menu_and_says_what_a_lamp_means(stage: Stage) -> None:
    assert stage.window.strip.time.text() == "14:05"
    assert stage.window.strip.menu_button.accessibleName() == stage.session.words("action.menu")


class _Windows(QObject):
    """Notes every widget that is shown as a window of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.mark.parametrize("layout", list(Layout))
def test_no_widget_ever_opens_a_window_of_its_own(
    qtbot: QtBot, qapp: QApplication, layout: Layout
) -> None:
    from tests.ui.gallery import Gallery
    from ui.appearance import Appearance

    watch = _Windows()
    qapp.installEventFilter(watch)
    gallery = Gallery(Appearance(layout=layout))
    qtbot.addWidget(gallery)
    gallery.show()
    qapp.removeEventFilter(watch)
    assert watch.shown == ["Gallery"]


@pytest.mark.parametrize("over", ["menu", "sheet", "screen"])
def test_a_field_that_is_gone_meanwhile_gives_the_keyboard_to_the_screen(
    stage: Stage, over: str
) -> None:
    window, field = stage.window, stage.view().field.input
    field.setFocus()
    if over == "menu":
        window.show_menu()
    elif over == "sheet":
        window.navigator.open_sheet(Sheet.FIND)
    else:
        window.navigator.show(Screen.MEMBER)
    field.deleteLater()
    QCoreApplication.sendPostedEvents(field, QEvent.Type.DeferredDelete.value)
    if over == "menu":
        window.close_overlay()
    elif over == "sheet":
        window.navigator.close_sheet()
    else:
        window.navigator.back()
    assert QApplication.focusWidget() is stage.view()
