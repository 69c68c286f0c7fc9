"""The history where there is more than a page of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.office_stage import OfficeStage, office_stage
from tests.ui.stage import end_stage
from tests.ui.walk import cut_words, wrong_controls
from ui.presenters.history import PAGE
from ui.presenters.ports import Screen
from ui.widgets.buttons import ActionButton
from ui.widgets.lists import RowList

Make = Callable[..., OfficeStage]


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    """Open stages; all are closed at the end."""
    stages: list[OfficeStage] = []

    def made(**more: Any) -> OfficeStage:
        stage = office_stage(**more)
        stages.append(stage)
        stage.show(Screen.HISTORY)
        stage.rest()
        return stage

    yield made
    for stage in stages:
        end_stage(stage)


@pytest.mark.parametrize("language", ["zh_CN", "zh_TW", "en"])
@pytest.mark.parametrize(
    ("size", "scale"),
    [((1366, 768), 100), ((768, 1024), 100), ((1366, 768), 200), ((1024, 768), 200)],
)
def test_every_button_is_whole_while_there_are_older_ones(
    make: Make, language: str, size: tuple[int, int], scale: int
) -> None:
    stage = make(language=language, size=size, scale=scale)
    assert stage.presenter(Screen.HISTORY).state.more
    assert [*wrong_controls(stage.shown, stage.window.look), *cut_words(stage.shown)] == []


def test_the_end_of_a_narrow_list_brings_the_older_ones_without_a_button(make: Make) -> None:
    stage = make(size=(1024, 768), scale=200)
    shown = [one.text() for one in stage.shown.findChildren(ActionButton) if one.isVisible()]
    assert stage.session.words("history.more") not in shown
    (rows,) = stage.shown.findChildren(RowList)
    assert len(rows.rows) == PAGE
    bar = rows.verticalScrollBar()
    bar.setValue(bar.maximum() - 1)
    stage.rest()
    assert len(rows.rows) == PAGE
    bar.setValue(bar.maximum())
    stage.rest()
    assert len(rows.rows) == 2 * PAGE
