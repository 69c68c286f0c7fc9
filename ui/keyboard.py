"""A keyboard and a scanner without hands: real key events through the window system, time by hand.

Used by the journey and the screenshots. `Keyboard.stamp` is what the window's scan capture takes
for the keys' times; a person's keys lie 90 ms apart, a scanner's 8.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import (
    QCoreApplication,
    QElapsedTimer,
    QEvent,
    QMessageLogContext,
    Qt,
    QThread,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

PERSON_MS: Final = 90
SCANNER_MS: Final = 8
WAIT_MS: Final = 60_000
NAP_MS: Final = 2
_KEYS: Final = {
    "Enter": Qt.Key.Key_Return,
    "Esc": Qt.Key.Key_Escape,
    "Tab": Qt.Key.Key_Tab,
    "Up": Qt.Key.Key_Up,
    "Down": Qt.Key.Key_Down,
    "Left": Qt.Key.Key_Left,
    "Right": Qt.Key.Key_Right,
    "Del": Qt.Key.Key_Delete,
    "Backspace": Qt.Key.Key_Backspace,
    **{f"F{n}": Qt.Key(Qt.Key.Key_F1 + n - 1) for n in range(1, 13)},
}


class NotReached(Exception):
    """What was waited for did not come about."""


class Keyboard:
    """Presses keys on one window."""

    def __init__(self) -> None:
        self._now_ms = 0
        self.window: QWidget | None = None

    def stamp(self, _event: object) -> int:
        """The time of the key that is being pressed."""
        return self._now_ms

    def now_ms(self) -> int:
        """The same time, as the window's clock."""
        return self._now_ms

    def rest(self, ms: int) -> None:
        """Press nothing for a while."""
        self._now_ms += ms

    def press(self, key: str) -> None:
        """Press a named key such as "F12" or "Ctrl+Z", or a character."""
        self._now_ms += PERSON_MS
        self._stroke(key)

    def type(self, text: str) -> None:
        """Type as a person does."""
        for character in text:
            self.press(character)

    def scan(self, code: str) -> None:
        """Scan a code as a keyboard wedge does, ended by Enter."""
        self._now_ms += 1_000
        for character in code:
            self._now_ms += SCANNER_MS
            self._stroke(character, settle=False)
        self._now_ms += SCANNER_MS
        self._stroke("Enter")

    def post(self, key: str) -> None:
        """Press a key without waiting: the event loop brings it to the window."""
        handle, events = self._events(key)
        for event in events:
            QCoreApplication.postEvent(handle, event)

    def _stroke(self, key: str, *, settle: bool = True) -> None:
        handle, events = self._events(key)
        for event in events:
            QCoreApplication.sendEvent(handle, event)
        if settle:
            wait(lambda: True)

    def _events(self, key: str) -> tuple[QWindow, tuple[QKeyEvent, ...]]:
        handle = self.window.windowHandle() if self.window is not None else None
        if handle is None:
            raise NotReached("the window is not shown")
        control = key.startswith("Ctrl+")
        name = key.removeprefix("Ctrl+")
        code = _KEYS.get(name) or Qt.Key(ord(name.upper()))
        modifier = Qt.KeyboardModifier.ControlModifier if control else _shift(name)
        text = name if name not in _KEYS and not control else ("\r" if name == "Enter" else "")
        kinds = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
        return handle, tuple(QKeyEvent(kind, code, modifier, text) for kind in kinds)


def quiet_offscreen() -> None:
    """Leave out what Qt says of every window that is drawn without a display."""

    def handler(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if "propagateSizeHints" not in message:
            print(message, file=sys.stderr)

    qInstallMessageHandler(handler)


def wait(reached: Callable[[], object], what: str = "", *, patience: int = 1) -> None:
    """Let the event loop turn until something is so; `NotReached` after a minute x patience."""
    watch = QElapsedTimer()
    watch.start()
    while True:
        QApplication.processEvents()
        if reached():
            return
        if watch.elapsed() > WAIT_MS * patience:
            raise NotReached(what)
        QThread.msleep(NAP_MS)


def _shift(name: str) -> Qt.KeyboardModifier:
    upper = len(name) == 1 and name.isalpha() and name.isupper()
    return Qt.KeyboardModifier.ShiftModifier if upper else Qt.KeyboardModifier.NoModifier
