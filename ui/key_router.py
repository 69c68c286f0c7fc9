"""What a key does: the action table first, then the field or the presenter in front.

One rule for every key that is not a scan's: the open overlay or sheet, then the screen, look it up
in the action table; what the table does not know goes to the text field that has the keyboard, or
as `typed` to the presenter; Tab, Space and arrows on a button stay Qt's own. F12 and Enter are deaf
to auto-repeat and for the first 300 ms of a screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from ui.actions import Action, By, Place, action_for
from ui.widgets.key_names import key_name, printable

DEAF_MS: Final = 300
_TEXT_KEYS: Final = ("Enter", "Up", "Down")
_BUTTON_KEYS: Final = (*_TEXT_KEYS, "Left", "Right")


class Front(Protocol):
    """What lies in front, topmost first, and how long."""

    def places(self) -> tuple[tuple[Place, Any], ...]:
        """The open sheet, if any, and the screen, each with its presenter."""

    def overlay_key(self, name: str) -> bool | None:
        """What the open menu does with a key; None when no menu is open."""

    def shown_ms(self) -> int:
        """How long the screen has been in front."""

    def run(self, action: Action, presenter: Any) -> None:
        """Carry an action out."""

    @property
    def window_widget(self) -> QWidget:
        """The window whose keys these are."""


class KeyRouter:
    """Answers keys for the window."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._heard: Any = None
        # What a typed character brought to the front, and how many were heard since, with that one.
        self._brought: Any = None
        self._since = 0

    def __call__(self, event: QKeyEvent) -> bool:
        """Answer a key press; False leaves it to Qt."""
        if QApplication.activeModalWidget() is not None:
            return False
        focus = QApplication.focusWidget()
        if focus is not None and focus.window() is not self._front.window_widget:
            return False
        name = key_name(event)
        answered = self._front.overlay_key(name)
        if answered is not None:
            return self._in_overlay(name, focus, answered=answered)
        found = self._find(name)
        if found is not None:
            return self._act(event, name, found, focus)
        return self._type(event, focus)

    def take_back(self, count: int) -> None:
        """Characters that were answered turned out to be a scan's: whoever heard them, and is still
        in front, takes them back; and what the first of them opened, such as a search, closes.
        """
        for _ in range(count):
            if self._in_front() is self._heard:
                self._intent("backspace")
        if self._brought is not None and count >= self._since:
            if self._in_front() is self._brought:
                self._intent("escape")
            self._brought = None

    def _in_overlay(self, name: str, focus: QWidget | None, *, answered: bool) -> bool:
        if not answered and name == "Enter" and isinstance(focus, QAbstractButton):
            focus.click()
            return True
        return answered

    def _find(self, name: str) -> tuple[Action, Any] | None:
        """The action of a key: the sheet's own; of the screen beneath only its function keys."""
        if not name:
            return None
        places = self._front.places()
        for depth, (place, presenter) in enumerate(places):
            action = action_for(name, place)
            if action is not None and (depth == 0 or _is_function_key(name)):
                return action, presenter
        return None

    def _act(
        self, event: QKeyEvent, name: str, found: tuple[Action, Any], focus: QWidget | None
    ) -> bool:
        action, presenter = found
        if is_text_field(focus):
            many_lines = not isinstance(focus, QLineEdit)
            if not action.in_fields or (many_lines and name in _TEXT_KEYS):
                return False
        if event.isAutoRepeat() and not action.repeats:
            return True
        if action.guarded and self._front.shown_ms() < DEAF_MS:
            return True
        self._heard = self._brought = None
        if isinstance(focus, QAbstractButton) and name in _BUTTON_KEYS:
            if name == "Enter":
                focus.click()
                return True
            return False
        self._front.run(action, presenter)
        return True

    def _type(self, event: QKeyEvent, focus: QWidget | None) -> bool:
        character = printable(event)
        if not character or is_text_field(focus):
            return False
        if event.isAutoRepeat():
            return True
        if character == " " and isinstance(focus, QAbstractButton):
            return False
        front = self._in_front()
        if front is not None:
            front.typed(character)
        self._heard = self._in_front()
        if self._heard is not front:
            self._brought, self._since = self._heard, 0
        self._since += 1
        return True

    def _in_front(self) -> Any:
        """The presenter of what lies topmost; None of nothing."""
        places = self._front.places()
        return places[0][1] if places else None

    def _intent(self, name: str) -> None:
        act: Callable[[], None] | None = getattr(self._in_front(), name, None)
        if act is not None:
            act()


def run_action(action: Action, presenter: Any, shell: Any) -> None:
    """Call the intent of an action: the presenter's method, or the shell's."""
    owner = shell if action.by is By.SHELL else presenter
    getattr(owner, action.intent)(*action.arguments)


def is_text_field(widget: QWidget | None) -> bool:
    """Whether keys belong to this widget as text."""
    if isinstance(widget, QLineEdit):
        return not widget.isReadOnly()
    return isinstance(widget, (QPlainTextEdit, QTextEdit)) and not widget.isReadOnly()


def _is_function_key(name: str) -> bool:
    return name.startswith("F") and name[1:].isdigit()
