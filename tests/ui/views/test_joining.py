"""Joining head office by keyboard: what was typed into goes away, the keyboard does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.fakes.head_office import ADDRESS, CODE
from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from ui.presenters.ports import Screen
from ui.presenters.settings.head_office import RETRY
from ui.views.settings import SettingsView


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[OfficeStage]:
    made = office_stage()
    yield made
    end_stage(made)


def test_the_keyboard_goes_on_at_what_can_be_done_next(stage: OfficeStage) -> None:
    stage.show(Screen.SETTINGS, section="office")
    view = stage.shown
    assert isinstance(view, SettingsView)
    section = view._views["office"]
    section.form.focus("address")
    stage.type(ADDRESS)
    section.form.focus("code")
    stage.type(CODE)
    stage.press(Qt.Key.Key_Return)
    stage.settle()
    assert stage.till.joining.asked == [(ADDRESS, CODE)]
    assert QApplication.focusWidget() is section.acts.buttons[RETRY]
