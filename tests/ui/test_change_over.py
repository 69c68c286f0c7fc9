"""Another language, look, scale or size: the old screen stays until the new one is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.stage import ActorView, Stage, build_stage, end_stage
from ui.menu import MenuSheet
from ui.presenters.ports import Screen, Sheet, ToastKind

Change = Callable[[Stage], None]
CHANGES: dict[str, Change] = {
    "language": lambda stage: stage.session.speak("zh_CN"),
    "look": lambda stage: stage.session.look_changed(look="dark"),
    "scale": lambda stage: stage.session.look_changed(scale=150),
    "size": lambda stage: stage.window.resize(1024, 768),
}


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    made = build_stage()
    yield made
    end_stage(made)


@pytest.fixture(params=CHANGES)
def change(request: pytest.FixtureRequest) -> Change:
    return CHANGES[request.param]


def rest(qtbot: QtBot, stage: Stage) -> None:
    """Let the change come to its end by itself, in turns of the event loop."""
    qtbot.waitUntil(lambda: not stage.window.changing and stage.window.idle.at_rest)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_it_comes_to_its_end_in_turns_of_its_own(
    stage: Stage, change: Change, qtbot: QtBot
) -> None:
    old, strip = stage.view(), stage.window.strip
    change(stage)
    assert stage.view() is old
    assert old.isVisible()
    rest(qtbot, stage)
    assert stage.view() is not old
    assert stage.view().isVisible()
    assert stage.view().context == stage.window.context()
    assert stage.window.strip is not strip
    assert stage.window.strip.isVisible()
    views = stage.window.stack.findChildren(ActorView)
    assert views == [stage.view()], "an old view was left behind"


def test_what_is_typed_meanwhile_is_on_the_new_view_with_the_cursor_where_it_was(
    stage: Stage, change: Change, qtbot: QtBot
) -> None:
    old = stage.view()
    old.field.input.setFocus()
    stage.type("ab")
    change(stage)
    stage.type("cd")
    stage.press(Qt.Key.Key_Left)
    rest(qtbot, stage)
    assert stage.view() is not old
    assert stage.view().field.text == "abcd"
    assert QApplication.focusWidget() is stage.view().field.input
    stage.type("-")
    assert stage.view().field.text == "abc-d"


def test_a_button_has_the_keyboard_on_the_new_view_too(
    stage: Stage, change: Change, qtbot: QtBot
) -> None:
    stage.view().button.setFocus(Qt.FocusReason.TabFocusReason)
    change(stage)
    rest(qtbot, stage)
    assert QApplication.focusWidget() is stage.view().button


def test_keys_and_scans_meanwhile_are_answered_once(
    stage: Stage, change: Change, qtbot: QtBot
) -> None:
    change(stage)
    stage.press(Qt.Key.Key_F2)
    stage.scan("6901234567892")
    rest(qtbot, stage)
    assert stage.actor(Screen.SALE).heard("member") == [("member",)]
    assert stage.actor(Screen.SALE).heard("scanned") == [("scanned", "6901234567892")]


def test_an_open_sheet_stays_open_and_gives_the_keyboard_back(
    stage: Stage, change: Change, qtbot: QtBot
) -> None:
    stage.view().button.setFocus(Qt.FocusReason.TabFocusReason)
    navigator = stage.window.navigator
    navigator.open_sheet(Sheet.FIND)
    assert isinstance(navigator.sheet_view, ActorView)
    navigator.sheet_view.field.input.setFocus()
    change(stage)
    rest(qtbot, stage)
    sheet = navigator.sheet_view
    assert isinstance(sheet, ActorView)
    assert sheet.isVisible()
    assert sheet.context == stage.window.context()
    assert QApplication.focusWidget() is sheet.field.input
    assert stage.actor(Sheet.FIND).heard("closed") == []
    navigator.close_sheet()
    assert QApplication.focusWidget() is stage.view().button


def test_an_open_menu_stays_open_with_the_keyboard_where_it_was(stage: Stage, qtbot: QtBot) -> None:
    def menu() -> MenuSheet:
        (found,) = [one for one in stage.window.findChildren(MenuSheet) if one.isVisible()]
        return found

    stage.window.show_menu()
    old = menu()
    old.dress.buttons[1].setFocus(Qt.FocusReason.TabFocusReason)
    old.dress.buttons[1].click()
    rest(qtbot, stage)
    assert menu() is not old
    assert stage.window.look.tokens.name == "dark"
    assert QApplication.focusWidget() is menu().dress.buttons[1]
    stage.press(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is stage.view()


def test_a_message_is_said_on_the_new_view(stage: Stage, qtbot: QtBot) -> None:
    stage.session.look_changed(look="dark")
    stage.window.toasts.say("Done", ToastKind.GOOD)
    rest(qtbot, stage)
    entry = stage.view().entry
    assert entry is not None
    assert entry.toast.message == "Done"


@pytest.mark.long(sample=4)
@pytest.mark.parametrize("turns", range(12))
def test_another_change_meanwhile_begins_again_and_leaves_nothing_behind(
    stage: Stage, qtbot: QtBot, turns: int
) -> None:
    stage.window.navigator.open_sheet(Sheet.FIND)
    stage.session.speak("zh_TW")
    for _ in range(turns):
        QApplication.processEvents()
    stage.session.look_changed(look="dark", scale=150)
    rest(qtbot, stage)
    assert stage.view().context == stage.window.context()
    assert stage.view().words.language == "zh_TW"
    assert stage.actor(Screen.SALE).state.worded == 1
    assert stage.actor(Sheet.FIND).state.worded == 1
    assert len(stage.window.stack.findChildren(ActorView)) == 2


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("turns", range(12))
def test_another_screen_meanwhile_is_shown_as_it_shall_be(
    stage: Stage, change: Change, qtbot: QtBot, turns: int
) -> None:
    navigator = stage.window.navigator
    navigator.show(Screen.MEMBER)
    navigator.back()
    change(stage)
    for _ in range(turns):
        QApplication.processEvents()
    navigator.show(Screen.MEMBER)
    assert stage.view().context == stage.window.context()
    navigator.back()
    assert stage.view().context == stage.window.context()
    rest(qtbot, stage)
    assert len(stage.window.stack.findChildren(ActorView)) == 2


@pytest.mark.parametrize("turns", range(4))
def test_the_screen_that_is_left_meanwhile_is_not_made_anew(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, turns: int
) -> None:
    navigator = stage.window.navigator
    made: list[object] = []
    make = ActorView.__init__
    monkeypatch.setattr(
        ActorView, "__init__", lambda view, *given: (made.append(given[0]), make(view, *given))[1]
    )
    stage.session.speak("zh_TW")
    for _ in range(turns):
        QApplication.processEvents()
    begun = made.count(stage.actor(Screen.SALE))
    navigator.show(Screen.HISTORY)
    assert stage.view().words.language == "zh_TW"
    assert stage.view().isVisible()
    assert stage.window.strip.isVisible()
    rest(qtbot, stage)
    assert made == [stage.actor(Screen.SALE)] * begun + [stage.actor(Screen.HISTORY)]
    assert stage.window.stack.findChildren(ActorView) == [stage.view()]


def test_who_is_in_a_hurry_has_what_is_wanted_worded_and_the_rest_a_moment_later(
    stage: Stage, qtbot: QtBot
) -> None:
    navigator = stage.window.navigator
    for screen in (Screen.MEMBER, Screen.HISTORY, Screen.SALE):
        navigator.show(screen)
    stage.session.speak("zh_TW")
    navigator.show(Screen.MEMBER)
    worded = {at: stage.actor(at).state.worded for at in (Screen.MEMBER, Screen.HISTORY)}
    assert worded == {Screen.MEMBER: 1, Screen.HISTORY: 0}
    rest(qtbot, stage)
    for screen in (Screen.MEMBER, Screen.HISTORY, Screen.SALE):
        assert stage.actor(screen).state.worded == 1


@pytest.mark.long(sample=5)
@pytest.mark.parametrize("turns", range(12))
def test_a_sheet_or_a_menu_meanwhile_lies_over_the_new_view(
    stage: Stage, change: Change, qtbot: QtBot, turns: int
) -> None:
    change(stage)
    for _ in range(turns):
        QApplication.processEvents()
    stage.window.navigator.open_sheet(Sheet.FIND)
    sheet = stage.window.navigator.sheet_view
    assert sheet is not None
    assert sheet.isVisible()
    assert sheet.context == stage.view().context == stage.window.context()
    stage.window.show_menu()
    (menu,) = [one for one in stage.window.findChildren(MenuSheet) if one.isVisible()]
    assert menu.accessibleName() == stage.session.words("app.menu")
    rest(qtbot, stage)
    assert menu.isVisible()
    assert stage.window.navigator.sheet_view is sheet


@pytest.mark.long(sample=2)
@pytest.mark.parametrize("early", [True, False], ids=["meanwhile", "afterwards"])
def test_that_all_screens_are_made_is_told_once(
    stage: Stage, change: Change, qtbot: QtBot, early: bool
) -> None:
    told: list[int] = []
    stage.window.prepare(lambda: told.append(1))
    if not early:
        rest(qtbot, stage)
    change(stage)
    rest(qtbot, stage)
    assert told == [1]


def test_a_presenter_that_is_not_in_front_is_worded_anew_too(stage: Stage, qtbot: QtBot) -> None:
    stage.window.navigator.show(Screen.MEMBER)
    stage.window.navigator.show(Screen.SALE)
    stage.session.speak("zh_TW")
    rest(qtbot, stage)
    for screen in (Screen.MEMBER, Screen.SALE):
        assert stage.actor(screen).state.worded == 1
