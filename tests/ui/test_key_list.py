"""The list of keys: every row is spoken, and what does not fit is reached by keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ui.appearance import Appearance
from ui.widgets.key_list import ROW, KeyList, KeyRow

Key = Qt.Key
ROWS = tuple(KeyRow(f"F{n}", f"Act {n}") for n in range(1, 30))


@pytest.fixture
def keys(qtbot: QtBot) -> KeyList:
    """Twenty-nine rows where six fit."""
    made = KeyList(Appearance(), ROWS, name="Keys")
    qtbot.addWidget(made)
    made.resize(320, 300)
    made.show()
    made.resize(320, 6 * ROW + made.height() - made.viewport().height())
    made.doItemsLayout()
    return made


def test_every_row_is_spoken_with_its_key(keys: KeyList) -> None:
    model = keys.model()
    spoken = [model.data(model.index(n, 0)) for n in range(model.rowCount())]
    assert spoken[0] == "F1, Act 1"
    assert (len(spoken), spoken[-1]) == (29, "F29, Act 29")


@pytest.mark.parametrize(
    ("pressed", "at"),
    [
        ([Key.Key_Down], ROW),
        ([Key.Key_Down, Key.Key_Down, Key.Key_Up], ROW),
        ([Key.Key_Up], 0),
        ([Key.Key_PageDown], 5 * ROW),
        ([Key.Key_PageDown, Key.Key_PageUp], 0),
        ([Key.Key_End], 23 * ROW),
        ([Key.Key_End, Key.Key_Home], 0),
        ([Key.Key_A], 0),
    ],
)
def test_arrows_scroll_by_a_row_and_the_page_keys_by_all_but_one(
    qtbot: QtBot, keys: KeyList, pressed: list[Qt.Key], at: int
) -> None:
    for key in pressed:
        qtbot.keyClick(keys, key)
    assert keys.verticalScrollBar().value() == at


def test_words_that_are_too_long_for_a_line_have_two(qtbot: QtBot) -> None:
    short, long = KeyRow("F1", "Keys"), KeyRow("F2", "A great many words about what this key does")
    made = KeyList(Appearance(), (short, long), name="Keys")
    qtbot.addWidget(made)
    made.resize(240, 300)
    made.show()
    made.doItemsLayout()
    heights = [made.visualRect(made.model().index(n, 0)).height() for n in range(2)]
    assert heights == [ROW, ROW + Appearance().line_height("body")]
