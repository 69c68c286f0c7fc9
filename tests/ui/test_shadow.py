"""The shadow under a sheet: seen around it, nowhere in the way, gone with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.appearance import Appearance
from ui.widgets.shadow import cast_shadow


@pytest.fixture
def place(qtbot: QtBot) -> QWidget:
    """A white place for a sheet of 400 x 300 in its middle."""
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.setStyleSheet("background: #FFFFFF")
    ground.resize(800, 600)
    ground.show()
    return ground


def _sheet(place: QWidget) -> QWidget:
    sheet = QWidget(place)
    sheet.setGeometry(200, 150, 400, 300)
    return sheet


def _grey(place: QWidget, x: int, y: int) -> int:
    return place.grab().toImage().pixelColor(x, y).lightness()


def test_it_is_darkest_at_the_sheet_and_falls_down(place: QWidget) -> None:
    sheet = _sheet(place)
    cast_shadow(sheet, Appearance())
    sheet.show()
    right = [_grey(place, 600 + away, 300) for away in (1, 8, 16, 40)]
    assert right == sorted(right)
    assert right[0] < 230
    assert right[-1] == 255
    assert _grey(place, 400, 455) < _grey(place, 400, 145)


def test_it_goes_with_the_sheet_and_takes_no_press(place: QWidget) -> None:
    sheet = _sheet(place)
    shadow = cast_shadow(sheet, Appearance())
    assert shadow is not None
    sheet.show()
    assert place.childAt(QPoint(604, 300)) is None
    sheet.move(100, 50)
    assert _grey(place, 504, 200) < 255
    sheet.hide()
    assert not shadow.isVisible()
    assert _grey(place, 504, 200) == 255


def test_high_contrast_has_none(place: QWidget) -> None:
    assert cast_shadow(_sheet(place), Appearance().with_(look="contrast")) is None
