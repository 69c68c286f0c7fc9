"""What scrolls up and down is whole from side to side, beside the bar by which it is scrolled."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from posloyalty.wording import LANGUAGES
from tests.ui.office_stage import office_stage
from tests.ui.stage import end_stage
from tests.ui.walk import cut_sideways
from ui.menu import MenuSheet
from ui.presenters.ports import Screen
from ui.widgets.tap_bar import TapBar

# Each layout beside the till's words in full, down to the least room at twice the size.
PLACES_OF_MENUS = ((1366, 768, 100), (1024, 768, 100), (1366, 768, 150), (1024, 768, 200))


@pytest.mark.parametrize(("width", "height", "scale"), PLACES_OF_MENUS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_is_whole_beside_its_bar(
    qtbot: QtBot, language: str, width: int, height: int, scale: int
) -> None:
    stage = office_stage(language=language, size=(width, height), scale=scale)
    try:
        stage.show(Screen.SALE)
        stage.window.show_menu()
        stage.settle()
        QTest.qWait(1)
        (menu,) = stage.window.findChildren(MenuSheet)
        assert menu.isVisible()
        assert cut_sideways(menu) == []
    finally:
        end_stage(stage)


def test_four_quick_keys_abreast_are_whole_beside_the_list_of_products(qtbot: QtBot) -> None:
    """In the lowest window of the compact layout, where they scroll."""
    stage = office_stage(language="en", size=(1024, 600))
    try:
        stage.show(Screen.SETTINGS, section="keys")
        QTest.qWait(1)
        assert any(bar.isVisible() for bar in stage.shown.findChildren(TapBar))
        assert cut_sideways(stage.shown) == []
    finally:
        end_stage(stage)
