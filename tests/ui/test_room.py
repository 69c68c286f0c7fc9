"""What little room asks for: words set smaller, a label that gives way, what is chosen in sight."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.walk import cut_sideways, cut_texts, cut_words
from ui.appearance import Appearance, Layout
from ui.appearance.fonts import load_faces
from ui.presenters.form import Choice
from ui.presenters.shift_state import StepState
from ui.views.choices import ChoiceGrid
from ui.views.parts import KeepingArea, at_the_foot, scrolling
from ui.views.shift_parts import StepBar
from ui.widgets.buttons import SMALLER, ActionButton, Kind, main_button
from ui.widgets.fields import TextField
from ui.widgets.lists import ListRow, RowList
from ui.widgets.number_pad import NumberPad
from ui.widgets.text import Tag
from ui.widgets.totals import FigureList

LOOK = Appearance(language="en")
LONG = "Complete · give back 1,046.91"
ODDS = "Three winners in all, one of ten thousand entries at the very most · through 31 Dec"
ROWS, ROW_PX, SEEN_PX = 40, 50, 120


@pytest.fixture(autouse=True)
def _faces(qapp: QApplication) -> None:
    load_faces()


@pytest.mark.parametrize("role", SMALLER)
def test_a_main_button_is_whole_at_every_width_down_to_its_least(qtbot: QtBot, role: str) -> None:
    button = main_button(LOOK, LONG, role=role)
    qtbot.addWidget(button)
    least, own = button.minimumSizeHint().width(), button.sizeHint().width()
    for width in range(least, own + 50):
        button.resize(width, button.sizeHint().height())
        assert button.words_width() <= width
        assert cut_words(button) == []
    assert button.shown_role == role


def test_a_narrower_main_button_takes_the_largest_words_that_fit(qtbot: QtBot) -> None:
    button = main_button(LOOK, LONG, role="title")
    qtbot.addWidget(button)
    roles = []
    for width in range(button.sizeHint().width(), button.minimumSizeHint().width() - 1, -1):
        button.resize(width, button.sizeHint().height())
        if button.shown_role not in roles:
            roles.append(button.shown_role)
    assert roles == ["title", "strong", "body"]


def test_another_button_is_never_narrower_than_its_words(qtbot: QtBot) -> None:
    button = ActionButton(LOOK, LONG, kind=Kind.PLAIN)
    qtbot.addWidget(button)
    assert button.minimumSizeHint() == button.sizeHint()


def test_a_whole_sub_line_takes_the_lines_that_it_needs_and_no_other_row_does(
    qtbot: QtBot,
) -> None:
    rows = RowList(LOOK, name="More for this member")
    qtbot.addWidget(rows)
    rows.resize(320, 600)
    rows.show()
    qtbot.waitExposed(rows)
    rows.present(
        (
            ListRow(id="draw", title="Winter draw", sub=ODDS, amount="130 entries", whole=True),
            ListRow(id="story", title="My morning", sub="2026-1", whole=True),
            ListRow(id="other", title="Other", sub=ODDS),
        )
    )
    model = rows.model()
    heights = [rows.visualRect(model.index(place, 0)).height() for place in range(3)]
    assert heights[0] > heights[1] == heights[2]
    rows.resize(900, 600)
    QApplication.processEvents()
    wide = [rows.visualRect(model.index(place, 0)).height() for place in range(3)]
    assert wide[0] == wide[1] == heights[1]


def area_of(qtbot: QtBot) -> tuple[KeepingArea, list[QLabel]]:
    """A low area of many rows, shown."""
    area, inner = KeepingArea(), QWidget()
    column = QVBoxLayout(inner)
    labels = [QLabel(str(place)) for place in range(ROWS)]
    for label in labels:
        label.setFixedHeight(ROW_PX)
        column.addWidget(label)
    area.setWidgetResizable(True)
    area.setWidget(inner)
    area.resize(300, SEEN_PX)
    qtbot.addWidget(area)
    return area, labels


def in_sight(area: KeepingArea, label: QLabel) -> bool:
    top = label.mapTo(area.viewport(), label.rect().topLeft()).y()
    return top >= 0 and top + label.height() <= area.viewport().height()


def test_what_was_chosen_before_the_area_was_laid_out_is_in_sight_once_it_is(qtbot: QtBot) -> None:
    area, labels = area_of(qtbot)
    area.keep(labels[-3])
    area.show()
    qtbot.waitExposed(area)
    QApplication.processEvents()
    assert in_sight(area, labels[-3])
    labels[0].setFixedHeight(ROW_PX * 9)  # what stands before it grows
    QApplication.processEvents()
    assert in_sight(area, labels[-3])


def test_whoever_scrolls_is_not_called_back_while_nothing_changes(qtbot: QtBot) -> None:
    area, labels = area_of(qtbot)
    area.show()
    qtbot.waitExposed(area)
    area.keep(labels[-1])
    assert in_sight(area, labels[-1])
    area.verticalScrollBar().setValue(0)
    QApplication.processEvents()
    assert in_sight(area, labels[0])


def test_alternatives_fit_a_column_that_has_room_for_one_alone(qtbot: QtBot) -> None:
    names = ("Everybody", "Every member", "Silver and above", "Platinum and above")
    grid = ChoiceGrid(LOOK, "For whom", tuple(Choice(value=name, label=name) for name in names))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(grid)
    qtbot.addWidget(area)
    widest = max(button.sizeHint().width() for button in grid.buttons)
    for width in (widest * 4, widest + 40):
        area.resize(width, 600)
        area.show()
        for _ in range(3):
            QApplication.processEvents()
        assert grid.width() <= area.viewport().width()
        assert all(button.height() >= 44 for button in grid.buttons)
    assert len({button.x() for button in grid.buttons}) == 1


def test_labels_break_before_they_widen_the_narrowest_column(qtbot: QtBot) -> None:
    inner = QWidget()
    inside = QVBoxLayout(inner)
    figures = FigureList(LOOK)
    for part in (figures, TextField(LOOK, "What was taken off by hand, all in all")):
        inside.addWidget(part)
    figures.present((("Day, proved by the code that was read", "2026-11-22", "ink"),))
    area = scrolling(LOOK, inner)
    qtbot.addWidget(area)
    area.resize(240, 400)
    area.show()
    qtbot.waitExposed(area)
    assert cut_sideways(area) == []
    assert cut_texts(area) == []


def test_a_pad_lies_at_the_foot_and_grows_no_larger_than_a_hand_wants_it(qtbot: QtBot) -> None:
    look = Appearance(language="en", layout=Layout.NARROW)
    pad = NumberPad(look, clear_words="Clear", backspace_name="Back")
    place = QWidget()
    place.setLayout(at_the_foot(look, pad))
    qtbot.addWidget(place)
    for height, least in ((900, 300), (200, 200)):
        place.resize(300, height)
        place.show()
        QApplication.processEvents()
        assert pad.y() + pad.height() == height
        assert least <= pad.height() <= 400


def test_short_steps_show_the_words_of_the_one_at_hand_and_keep_the_others_names(
    qtbot: QtBot,
) -> None:
    steps = (
        StepState(words="Count cash", done=True, now=False),
        StepState(words="Compare", done=False, now=True),
        StepState(words="Print Z", done=False, now=False),
    )
    widths = []
    for short in (False, True):
        bar = StepBar(LOOK, short=short)
        qtbot.addWidget(bar)
        bar.present(steps)
        tags = bar.findChildren(Tag)
        assert [tag.accessibleName() for tag in tags] == ["Count cash", "2 Compare", "3 Print Z"]
        widths.append([tag.sizeHint().width() for tag in tags])
    long_, brief = widths
    assert brief[1] == long_[1]
    assert brief[0] < long_[0]
    assert brief[2] < long_[2]
