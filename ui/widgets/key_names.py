"""A key event's name as the action table writes it: "F12", "Ctrl+1", "Enter", "+", "Del"."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

Key = Qt.Key
_NAMED: Final = {
    Key.Key_Return: "Enter",
    Key.Key_Enter: "Enter",
    Key.Key_Escape: "Esc",
    Key.Key_Backspace: "Backspace",
    Key.Key_Delete: "Del",
    Key.Key_Up: "Up",
    Key.Key_Down: "Down",
    Key.Key_Left: "Left",
    Key.Key_Right: "Right",
    Key.Key_Tab: "Tab",
    **{Key(Key.Key_F1 + place): f"F{place + 1}" for place in range(12)},
}
GROUP_SEPARATOR: Final = "\x1d"
_SIGNS: Final = {Key.Key_Plus: "+", Key.Key_Minus: "-", Key.Key_Slash: "/"}


def key_name(event: QKeyEvent) -> str:
    """The name, or an empty text for a key that the table cannot name."""
    control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    alt = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    if event.modifiers() & alt:
        return ""
    key = Key(event.key()) if event.key() in _KNOWN else None
    if key in _NAMED:
        name = _NAMED[key]
    elif control and Key.Key_0 <= event.key() <= Key.Key_Z:
        name = chr(event.key())
    elif event.text() in _SIGNS.values():
        name = event.text()
    else:
        return ""
    return f"Ctrl+{name}" if control else name


def printable(event: QKeyEvent) -> str:
    """The character that the key types, or an empty text.

    GS1 scanners send the group separator as Ctrl+]; it counts as a character.
    """
    text, held = event.text(), event.modifiers()
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    if text == GROUP_SEPARATOR or (control and event.key() == Key.Key_BracketRight):
        return GROUP_SEPARATOR
    if (control or held & Qt.KeyboardModifier.MetaModifier) and not (
        held & Qt.KeyboardModifier.AltModifier
    ):
        return ""
    return text if len(text) == 1 and text.isprintable() else ""


_KNOWN: Final = {int(key) for key in _NAMED} | {int(key) for key in _SIGNS}
