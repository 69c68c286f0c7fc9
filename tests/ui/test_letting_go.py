"""What is thrown away goes a bundle at a time, and tells nobody what is left of it meanwhile."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QApplication,
    QListView,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ui.letting_go import BUNDLE, ThrownAway, let_go

PAGES = 4


def crowd(count: int) -> QWidget:
    """A widget that holds so many."""
    held = QWidget()
    column = QVBoxLayout(held)
    for _ in range(count):
        column.addWidget(QWidget())
    return held


def stacked() -> QStackedWidget:
    stack = QStackedWidget()
    for _ in range(PAGES):
        stack.addWidget(crowd(BUNDLE))
    return stack


def scrolled() -> QScrollArea:
    area = QScrollArea()
    area.setWidget(crowd(3 * BUNDLE))
    return area


def beside_rows() -> QWidget:
    whole = crowd(BUNDLE)
    layout = whole.layout()
    assert layout is not None
    layout.addWidget(QListView())
    return whole


def goes(widget: QWidget) -> list[int]:
    """How many widgets go with each step; those that were told to go before are gone already."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    counts, there = [], len(QApplication.allWidgets())
    for _ in let_go(widget):
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        left = len(QApplication.allWidgets())
        counts.append(there - left)
        there = left
    return counts


@pytest.mark.parametrize("make", [stacked, scrolled, beside_rows])
def test_no_step_deletes_more_than_a_bundle(qtbot: QtBot, make: type[QWidget]) -> None:
    widget = make()
    all_of_it = 1 + len(widget.findChildren(QWidget))
    counts = goes(widget)
    assert not isValid(widget)
    assert sum(counts) == all_of_it
    assert max(counts) <= BUNDLE, counts


def test_a_small_widget_goes_whole(qtbot: QtBot) -> None:
    assert goes(crowd(BUNDLE - 1))[0] == BUNDLE


def test_a_stack_tells_nobody_that_its_pages_go(qtbot: QtBot) -> None:
    stack, told = stacked(), list[int]()
    stack.setCurrentIndex(1)
    stack.currentChanged.connect(told.append)
    goes(stack)
    assert told == []


def test_the_page_in_front_goes_last_so_that_no_other_comes_to_the_front(qtbot: QtBot) -> None:
    stack = stacked()
    stack.setCurrentIndex(1)
    fronts = set()
    for _ in let_go(stack):
        if isValid(stack):
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            fronts.add(stack.currentWidget() if isValid(stack) else None)
    assert len(fronts - {None}) == 1


def test_what_is_thrown_away_is_hidden_at_once(qtbot: QtBot) -> None:
    widget, away = crowd(2), ThrownAway()
    widget.show()
    away.add(widget)
    assert widget.isHidden()
    for _ in away.clear():
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(widget)


def test_a_button_that_is_pressed_outlives_its_press(qtbot: QtBot) -> None:
    widget = crowd(2)
    next(let_go(widget))
    # What called us is still at work in it: it goes when the event loop has the word again.
    assert isValid(widget)
