"""The screens' place gives way: what is filled stays in view, the rest comes back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.appearance import Appearance
from ui.appearance.fonts import load_faces
from ui.views.parts import scrolling
from ui.widgets.bay import Bay
from ui.widgets.tap_bar import TapBar

WHOLE = 700


class Screen(QWidget):
    """A head, a form of twelve fields that scrolls, and a main button's place below."""

    def __init__(self, *, head: int = 100) -> None:
        super().__init__()
        self.fields = [QLineEdit() for _ in range(12)]
        inner = QWidget()
        rows = QVBoxLayout(inner)
        for field in self.fields:
            field.setFixedHeight(44)
            rows.addWidget(field)
        self.head, self.main = QLabel("head"), QLabel("main")
        self.head.setFixedHeight(head)
        self.main.setFixedHeight(72)
        column = QVBoxLayout(self)
        column.addWidget(self.head)
        column.addWidget(scrolling(Appearance(), inner), 1)
        column.addWidget(self.main)


@pytest.fixture
def screen(qtbot: QtBot) -> Screen:
    load_faces()
    return Screen()


def bay_of(qtbot: QtBot, screen: Screen) -> Bay:
    stack = QStackedWidget()
    stack.addWidget(screen)
    made = Bay(stack)
    qtbot.addWidget(made)
    made.resize(600, WHOLE)
    made.show()
    return made


def seen(bay: Bay, widget: QWidget) -> bool:
    """Whether the whole of a widget lies in the bay and in what scrolls around it."""
    region = widget.visibleRegion().boundingRect()
    return region.size() == widget.size() and bay.rect().contains(
        widget.mapTo(bay, widget.rect().center())
    )


def test_the_screens_fill_it_as_a_rule(qtbot: QtBot, screen: Screen) -> None:
    made = bay_of(qtbot, screen)
    assert screen.parentWidget().geometry() == made.rect()
    made.resize(300, 100)
    assert screen.parentWidget().geometry() == made.rect()


@pytest.mark.parametrize("height", [500, 400, 300, 200, 120])
@pytest.mark.parametrize("place", [0, 6, 11])
def test_any_field_can_be_brought_into_view_at_any_height(
    qtbot: QtBot, screen: Screen, height: int, place: int
) -> None:
    made = bay_of(qtbot, screen)
    made.give_way(True)
    made.resize(600, height)
    field = screen.fields[place]
    made.reveal(field, screen.main)
    assert seen(made, field)
    if height >= 200:
        assert seen(made, screen.main)


@pytest.mark.parametrize("height", [300, 240, 200, 120])
def test_the_bar_of_what_scrolls_keeps_both_its_buttons_whole(
    qtbot: QtBot, screen: Screen, height: int
) -> None:
    made = bay_of(qtbot, screen)
    made.give_way(True)
    made.resize(600, height)
    made.reveal(screen.fields[6], screen.main)
    (bar,) = (one for one in screen.findChildren(TapBar) if one.isVisible())
    assert bar.height() >= bar.least_height()
    assert seen(made, screen.fields[6])


def test_with_room_for_all_nothing_is_moved(qtbot: QtBot, screen: Screen) -> None:
    made = bay_of(qtbot, screen)
    made.give_way(True)
    made.resize(600, 450)
    made.reveal(screen.fields[0], screen.main)
    assert screen.parentWidget().geometry() == made.rect()
    assert seen(made, screen.head)


def test_what_is_in_view_already_is_not_scrolled(qtbot: QtBot, screen: Screen) -> None:
    made = bay_of(qtbot, screen)
    made.give_way(True)
    made.resize(600, 450)
    made.reveal(screen.fields[1], screen.main)
    before = screen.fields[1].mapTo(made, screen.fields[1].rect().center())
    made.reveal(screen.fields[0], screen.main)
    made.reveal(screen.fields[1], screen.main)
    assert screen.fields[1].mapTo(made, screen.fields[1].rect().center()) == before


def test_afterwards_the_screens_have_their_whole_place_again(qtbot: QtBot, screen: Screen) -> None:
    made = bay_of(qtbot, screen)
    made.give_way(True)
    made.resize(600, 120)
    made.reveal(screen.fields[11], None)
    assert screen.parentWidget().y() < 0
    made.give_way(False)
    made.resize(600, WHOLE)
    assert screen.parentWidget().geometry() == made.rect()
