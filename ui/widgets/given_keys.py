"""Keys that were handed on to a field, and how to take them back so that nothing shows of them.

Each key is kept with what the field said before and behind it: text, cursor, selection. A key that
replaced a selection, that the field refused, or that somebody has typed over since is therefore
never "taken back" by deleting whatever stands before the cursor. The field's own undo takes the key
back, so that Ctrl+Z afterwards goes where it would have gone without the scan.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from posloyalty.devices.wedge import LONGEST

Page = QPlainTextEdit | QTextEdit


@dataclass(frozen=True, slots=True)
class Written:
    """What a field says. The selection goes from `anchor` to `cursor`; where none is they agree."""

    text: str
    anchor: int
    cursor: int

    @property
    def unselected(self) -> str:
        """The text without its selection: what stays when something is typed."""
        begin, end = sorted((self.anchor, self.cursor))
        return self.text[:begin] + self.text[end:]


class Field(Protocol):
    """What has to be asked of a field of either kind."""

    def written(self) -> Written:
        """What it says now."""

    def undo(self) -> None:
        """Take the last of what was typed back, maybe with what was typed before it."""

    def insert(self, text: str) -> None:
        """Write at the cursor, in place of the selection."""

    def replace(self, text: str) -> None:
        """Say this and nothing else."""

    def select(self, anchor: int, cursor: int) -> None:
        """Put cursor and selection there."""


class GivenKeys:
    """The last keys that were handed on, in order."""

    def __init__(self) -> None:
        self._keys: deque[_Given | None] = deque(maxlen=LONGEST)

    def answered(self) -> None:
        """A key was answered by what lies in front, which knows itself how to take it back."""
        self._keys.append(None)

    def press(self, widget: QWidget | None, press: Callable[[], None]) -> None:
        """Have a key pressed on a widget, and keep what it changed there."""
        field = _field(widget)
        before = None if field is None else field.written()
        press()
        self._keys.append(_Given(widget, field, before, _written(widget, field)))

    def take_back(self, count: int) -> int:
        """Take the last keys back from their fields; how many of them had been answered."""
        answered = 0
        for _ in range(min(count, len(self._keys))):
            key = self._keys.pop()
            if key is None:
                answered += 1
            else:
                key.take_back()
        return answered


@dataclass(frozen=True, slots=True)
class _Given:
    """One key: where it went, and what it changed there. Without a field it changed nothing."""

    widget: QWidget | None
    field: Field | None
    before: Written | None
    behind: Written | None

    def take_back(self) -> None:
        """Make the field say what it said, if the key is still the last that changed it."""
        field, before, behind = self.field, self.before, self.behind
        now = _written(self.widget, field)
        if field is None or before is None or behind is None or now is None:
            return
        if now.text == behind.text:
            if before.text != behind.text:
                _undo(field, before.text)
            field.select(before.anchor, before.cursor)


def _undo(field: Field, wanted: str) -> None:
    """Undo goes back to where this typing began: what was typed before the key comes again."""
    field.undo()
    now = field.written()
    if now.text == wanted:
        return
    rest, at = now.unselected, min(now.anchor, now.cursor)
    typed = wanted[at : at + len(wanted) - len(rest)]
    if len(rest) <= len(wanted) and rest[:at] + typed + rest[at:] == wanted:
        field.insert(typed)
    else:
        field.replace(wanted)


def _written(widget: QWidget | None, field: Field | None) -> Written | None:
    return field.written() if field is not None and isValid(widget) else None


class _Line:
    """A field of one line."""

    def __init__(self, edit: QLineEdit) -> None:
        self._edit = edit

    def written(self) -> Written:
        edit, cursor = self._edit, self._edit.cursorPosition()
        if not edit.hasSelectedText():
            return Written(edit.text(), cursor, cursor)
        begin, end = edit.selectionStart(), edit.selectionEnd()
        return Written(edit.text(), begin if cursor == end else end, cursor)

    def undo(self) -> None:
        self._edit.undo()

    def insert(self, text: str) -> None:
        self._edit.insert(text)

    def replace(self, text: str) -> None:
        # Not `setText`, of which whoever listens to what is typed would hear nothing.
        self._edit.selectAll()
        self._edit.insert(text)

    def select(self, anchor: int, cursor: int) -> None:
        if anchor == cursor:
            self._edit.setCursorPosition(cursor)
        else:
            self._edit.setSelection(anchor, cursor - anchor)


class _Page:
    """A field of many lines."""

    def __init__(self, edit: Page) -> None:
        self._edit = edit

    def written(self) -> Written:
        cursor = self._edit.textCursor()
        return Written(self._edit.toPlainText(), cursor.anchor(), cursor.position())

    def undo(self) -> None:
        self._edit.undo()

    def insert(self, text: str) -> None:
        self._edit.textCursor().insertText(text)

    def replace(self, text: str) -> None:
        self._edit.selectAll()
        self.insert(text)

    def select(self, anchor: int, cursor: int) -> None:
        placed = self._edit.textCursor()
        placed.setPosition(anchor)
        placed.setPosition(cursor, QTextCursor.MoveMode.KeepAnchor)
        self._edit.setTextCursor(placed)


def _field(widget: QWidget | None) -> Field | None:
    if isinstance(widget, QLineEdit):
        return _Line(widget)
    return _Page(widget) if isinstance(widget, (QPlainTextEdit, QTextEdit)) else None
