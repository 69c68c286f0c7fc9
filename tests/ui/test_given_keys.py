"""Keys taken back from real fields: text, selection and undo are as if they had never come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QIntValidator, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from ui.widgets.given_keys import GivenKeys

Made = Callable[[], QWidget]
FIELDS = [QLineEdit, QPlainTextEdit, QTextEdit]


def text_of(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.text()
    assert isinstance(field, (QPlainTextEdit, QTextEdit))
    return field.toPlainText()


def selected(field: QWidget) -> str:
    if isinstance(field, QLineEdit):
        return field.selectedText()
    assert isinstance(field, (QPlainTextEdit, QTextEdit))
    return field.textCursor().selectedText()


def select(field: QWidget, anchor: int, cursor: int) -> None:
    if isinstance(field, QLineEdit):
        field.setSelection(anchor, cursor - anchor)
        return
    assert isinstance(field, (QPlainTextEdit, QTextEdit))
    placed = field.textCursor()
    placed.setPosition(anchor)
    placed.setPosition(cursor, QTextCursor.MoveMode.KeepAnchor)
    field.setTextCursor(placed)


def cursor_of(field: QWidget) -> int:
    if isinstance(field, QLineEdit):
        return field.cursorPosition()
    assert isinstance(field, (QPlainTextEdit, QTextEdit))
    return field.textCursor().position()


def undo(field: QWidget) -> None:
    assert isinstance(field, (QLineEdit, QPlainTextEdit, QTextEdit))
    field.undo()


def give(keys: GivenKeys, field: QWidget, text: str) -> None:
    """Have keys pressed that the scan capture handed on."""
    for character in text:
        keys.press(field, lambda sign=character: QTest.keyClick(field, sign))  # type: ignore[misc]


@pytest.fixture(params=FIELDS, ids=[one.__name__ for one in FIELDS])
def field(request: pytest.FixtureRequest, qtbot: QtBot) -> QWidget:
    """A field in which somebody has typed `abc`."""
    made: QWidget = request.param()
    qtbot.addWidget(made)
    made.show()
    QTest.keyClicks(made, "abc")
    return made


@pytest.mark.parametrize("count", [1, 2, 4])
def test_what_was_typed_before_stays_and_undo_takes_that_back_and_nothing_else(
    field: QWidget, count: int
) -> None:
    keys = GivenKeys()
    give(keys, field, "6901"[:count])
    assert text_of(field) == "abc" + "6901"[:count]
    assert keys.take_back(count) == 0
    assert (text_of(field), cursor_of(field)) == ("abc", 3)
    undo(field)
    assert text_of(field) == ""


def test_undo_behind_it_selects_nothing_that_the_next_key_would_replace(qtbot: QtBot) -> None:
    field = QLineEdit("12 ")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "abc")
    keys = GivenKeys()
    give(keys, field, "6")
    keys.take_back(1)
    assert field.text() == "12 abc"
    field.undo()
    assert (field.text(), field.selectedText()) == ("12 ", "")


@pytest.mark.parametrize(("anchor", "cursor"), [(0, 3), (3, 0), (1, 2)])
def test_a_selection_that_the_key_replaced_is_there_again(
    field: QWidget, anchor: int, cursor: int
) -> None:
    select(field, anchor, cursor)
    before = selected(field)
    keys = GivenKeys()
    give(keys, field, "69")
    assert text_of(field) != "abc"
    keys.take_back(2)
    assert (text_of(field), selected(field), cursor_of(field)) == ("abc", before, cursor)


def test_in_the_middle_of_a_text_the_cursor_stands_where_it_stood(field: QWidget) -> None:
    select(field, 1, 1)
    keys = GivenKeys()
    give(keys, field, "6")
    assert text_of(field) == "a6bc"
    keys.take_back(1)
    assert (text_of(field), cursor_of(field)) == ("abc", 1)


def test_what_somebody_changed_since_is_left_alone(field: QWidget) -> None:
    keys = GivenKeys()
    give(keys, field, "6")
    QTest.keyClicks(field, "x")
    keys.take_back(1)
    assert text_of(field) == "abc6x"


def test_a_key_that_the_field_refused_takes_nothing_with_it(qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setValidator(QIntValidator())
    qtbot.addWidget(field)
    QTest.keyClicks(field, "12")
    keys = GivenKeys()
    give(keys, field, "L")
    assert field.text() == "12"
    heard = list[str]()
    field.textEdited.connect(heard.append)
    keys.take_back(1)
    assert field.text() == "12"
    assert heard == []


def test_a_full_field_loses_nothing(qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setMaxLength(3)
    qtbot.addWidget(field)
    QTest.keyClicks(field, "abc")
    keys = GivenKeys()
    give(keys, field, "6")
    keys.take_back(1)
    assert field.text() == "abc"


def test_a_hidden_entry_is_as_it_was(qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    qtbot.addWidget(field)
    QTest.keyClicks(field, "abc")
    keys = GivenKeys()
    give(keys, field, "6")
    keys.take_back(1)
    assert field.text() == "abc"


def test_whoever_listens_to_the_field_hears_what_it_says_in_the_end(qtbot: QtBot) -> None:
    field, heard = QLineEdit(), list[str]()
    qtbot.addWidget(field)
    field.textEdited.connect(heard.append)
    QTest.keyClicks(field, "abc")
    keys = GivenKeys()
    give(keys, field, "6")
    keys.take_back(1)
    assert heard[-1] == field.text() == "abc"


def test_a_field_whose_presenter_writes_it_anew_is_taken_back_all_the_same(qtbot: QtBot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    heard = list[str]()
    field.textEdited.connect(heard.append)
    field.textEdited.connect(lambda text: field.setText(text.upper()))
    QTest.keyClicks(field, "ab")
    keys = GivenKeys()
    give(keys, field, "l")
    assert field.text() == "ABL"
    keys.take_back(1)
    assert field.text() == heard[-1] == "AB"


@pytest.mark.usefixtures("qapp")
def test_a_field_that_is_gone_is_no_matter() -> None:
    field = QLineEdit()
    keys = GivenKeys()
    give(keys, field, "6")
    delete(field)
    assert keys.take_back(1) == 0


def test_keys_that_were_answered_are_counted_for_whoever_answered(field: QWidget) -> None:
    keys = GivenKeys()
    keys.answered()
    give(keys, field, "6")
    keys.answered()
    assert keys.take_back(3) == 2
    assert text_of(field) == "abc"


def test_a_key_that_went_nowhere_or_to_a_button_needs_no_way_back(qtbot: QtBot) -> None:
    button = QWidget()
    qtbot.addWidget(button)
    keys = GivenKeys()
    give(keys, button, "6")
    keys.press(None, lambda: None)
    assert keys.take_back(2) == 0
