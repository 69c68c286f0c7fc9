"""Which widget of a view that was made anew stands where one of the old view stood.

Two views of one screen make the same parts in the same order, whatever they are dressed in. Where
the layout made them differ there is no counterpart, and the view's home gets the keyboard.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from shiboken6 import isValid

from ui.widgets.view import ScreenView


def counterpart(widget: QWidget | None, old: QWidget, new: QWidget) -> QWidget | None:
    """The widget of `new` that may have the keyboard as `widget` had it in `old`; None if none."""
    if widget is None or not isValid(widget) or not old.isAncestorOf(widget):
        return None
    before, after = _seen(old, type(widget)), _seen(new, type(widget))
    if len(before) != len(after) or widget not in before:
        return None
    found = after[before.index(widget)]
    takes = found.isEnabledTo(new) and found.focusPolicy() is not Qt.FocusPolicy.NoFocus
    return found if takes else None


def _seen(view: QWidget, kind: type[QWidget]) -> list[QWidget]:
    """The view's own parts of a kind that are shown with it; a sheet over it has its own."""
    sheets = view.findChildren(ScreenView)
    return [
        part
        for part in view.findChildren(kind)
        if part.isVisibleTo(view) and not any(sheet.isAncestorOf(part) for sheet in sheets)
    ]


def go_on_typing(old: QWidget | None, new: QWidget) -> None:
    """Put the cursor of a field where it stood in the old one."""
    if isinstance(old, QLineEdit) and isinstance(new, QLineEdit) and isValid(old):
        new.setCursorPosition(old.cursorPosition())
