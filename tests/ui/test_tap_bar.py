"""Scrolling by taps: the buttons of a scroll bar, and that every list and area has such a bar."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.gallery import Gallery
from ui.appearance import Appearance
from ui.appearance.fonts import load_faces
from ui.keyboard import wait
from ui.views.parts import scrolling
from ui.widgets.tap_bar import TapBar

HEIGHT, INSIDE = 300, 2_000


@pytest.fixture
def area(qtbot: QtBot) -> QScrollArea:
    load_faces()
    inner = QLabel("tall")
    inner.setFixedHeight(INSIDE)
    made = scrolling(Appearance(), inner)
    qtbot.addWidget(made)
    made.resize(400, HEIGHT)
    made.show()
    return made


def bar_of(area: QAbstractScrollArea) -> TapBar:
    bar = area.verticalScrollBar()
    assert isinstance(bar, TapBar)
    return bar


def tap(bar: TapBar, point: QPoint) -> None:
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=point)


def test_its_buttons_are_large_enough_and_turn_nearly_a_page(area: QScrollArea) -> None:
    bar = bar_of(area)
    assert bar.isVisible()
    for way in (-1, 1):
        assert bar.button(way).width() >= 44
        assert bar.button(way).height() >= 44
    tap(bar, bar.button(1).center())
    # A little of what was seen stays in sight.
    assert HEIGHT // 2 < bar.value() < HEIGHT
    tap(bar, bar.button(-1).center())
    assert bar.value() == 0


def test_taps_reach_the_end_and_stay_there(area: QScrollArea) -> None:
    bar = bar_of(area)
    for _ in range(INSIDE // HEIGHT + 3):
        tap(bar, bar.button(1).center())
    assert bar.value() == bar.maximum() == INSIDE - area.viewport().height()


def test_a_tap_beside_the_handle_turns_a_page_towards_it(area: QScrollArea) -> None:
    bar = bar_of(area)
    low = QPoint(bar.width() // 2, bar.height() - 60)
    tap(bar, low)
    first = bar.value()
    assert first > 0
    tap(bar, QPoint(bar.width() // 2, 50))
    assert bar.value() == 0


def test_the_handle_follows_a_mouse_and_only_while_it_is_held(area: QScrollArea) -> None:
    bar = bar_of(area)
    start = QPoint(bar.width() // 2, 60)
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start + QPoint(0, 80))
    held = bar.value()
    assert held > 0
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(bar, start)
    assert bar.value() == held


def test_what_fits_has_no_bar(qtbot: QtBot) -> None:
    made = scrolling(Appearance(), QWidget())
    qtbot.addWidget(made)
    made.resize(400, 300)
    made.show()
    assert not made.verticalScrollBar().isVisible()


def test_it_does_not_ask_for_height(area: QScrollArea) -> None:
    assert area.minimumSizeHint().height() < 44
    assert bar_of(area).sizeHint().width() == 44


def test_every_list_table_basket_and_note_scrolls_by_taps(qtbot: QtBot) -> None:
    load_faces()
    made = Gallery(Appearance())
    qtbot.addWidget(made)
    made.show()
    made.note.present("\n".join("lines of a note" for _ in range(9)))
    areas = (made.rows, made.table, made.basket, made.note.input)
    assert all(isinstance(area.verticalScrollBar(), TapBar) for area in areas)
    bar = bar_of(made.note.input)
    wait(bar.isVisible)
    assert bar.button(1).height() >= 44
    assert not bar.button(1).adjusted(-7, -7, 7, 7).intersects(bar.button(-1))
    tap(bar, bar.button(1).center())
    assert bar.value() > 0
