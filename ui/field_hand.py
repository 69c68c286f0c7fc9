"""What the on-screen keyboard does to a field: the very key events that a real keyboard would send.

A sign goes the way of a typed key: first to the key router, which knows what a key does where, then
to the field that has the keyboard. What was composed arrives as from an input method. So undo,
greatest lengths and what the presenter hears are the field's own in both cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.key_router import is_text_field
from ui.presenters.typing.keys import Act

_KEYS: Final = {
    Act.BACKSPACE: (Qt.Key.Key_Backspace, "\b"),
    Act.ENTER: (Qt.Key.Key_Return, "\r"),
    Act.LEFT: (Qt.Key.Key_Left, ""),
    Act.RIGHT: (Qt.Key.Key_Right, ""),
}


class FieldHand:
    """The `Hand` of the typing presenter. `next_field` tells the field after one."""

    def __init__(
        self,
        router: Callable[[QKeyEvent], bool],
        *,
        next_field: Callable[[QWidget], QWidget | None],
        hide: Callable[[], None],
    ) -> None:
        self._router = router
        self._next_field = next_field
        self._hide = hide

    def type(self, sign: str) -> None:
        """Press the keys of a sign, one for each of its characters."""
        for character in sign:
            code = ord(character.upper()) if character.isascii() else 0
            self._stroke(code, character, shift=character.isupper())

    def write(self, text: str) -> None:
        """Write what was composed; what the field has no room for is left out, never half of it."""
        focus = QApplication.focusWidget()
        if focus is None or not is_text_field(focus):
            self.type(text)
            return
        event = QInputMethodEvent()
        event.setCommitString(_fitting(focus, text))
        QApplication.sendEvent(focus, event)

    def press(self, act: Act) -> None:
        """Do what a key does that types nothing."""
        focus = QApplication.focusWidget()
        if act is Act.HIDE:
            self._hide()
        elif act is Act.NEXT:
            following = None if focus is None else self._next_field(focus)
            if following is not None:
                following.setFocus(Qt.FocusReason.TabFocusReason)
        elif act is Act.CLEAR:
            if isinstance(focus, QLineEdit):
                # Selected and deleted, not set: one step that undo takes back.
                focus.selectAll()
                focus.del_()
        elif act in (Act.BACKSPACE, Act.ENTER) or is_text_field(focus):
            code, text = _KEYS[act]
            self._stroke(int(code), text)

    def before(self) -> str:
        """What stands before the caret in its line."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit):
            return focus.text()[: focus.cursorPosition()]
        if isinstance(focus, QPlainTextEdit):
            cursor = focus.textCursor()
            return cursor.block().text()[: cursor.positionInBlock()]
        return ""

    def _stroke(self, code: int, text: str, *, shift: bool = False) -> None:
        held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        pressed = QKeyEvent(QEvent.Type.KeyPress, code, held, text)
        if self._router(pressed):
            return
        focus = QApplication.focusWidget()
        if focus is not None:
            QApplication.sendEvent(focus, pressed)
            released = QKeyEvent(QEvent.Type.KeyRelease, code, held, text)
            QApplication.sendEvent(focus, released)


def _fitting(field: QWidget, text: str) -> str:
    """As much of a text as the field has room for.

    Lengths are counted in UTF-16, and Qt would cut a character beyond the basic plane in two.
    """
    if not isinstance(field, QLineEdit):
        return text
    room = field.maxLength() - _length(field.text()) + _length(field.selectedText())
    while text and _length(text) > room:
        text = text[:-1]
    return text


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
