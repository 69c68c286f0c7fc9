"""The window's messages: on the entry line of the screen in front, or on the strip.

A message stays 6 s; one that can be undone stays until the next step clears it. A refusal that
another scan follows at once stays for a moment all the same. A message that is
under way when the view is made anew is shown again on the new one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer
from shiboken6 import isValid

from ui.presenters.ports import ToastKind
from ui.widgets.entry_line import EntryLine, Toast

if TYPE_CHECKING:
    from ui.main_window import MainWindow

STAY_MS: Final = 6_000
SEEN_MS: Final = 1_500
"""So long a refusal stays whatever is scanned."""


class WindowToasts:
    """The `Toasts` of the window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._said: tuple[str, ToastKind, Callable[[], None] | None] | None = None
        self._on_strip: Toast | None = None
        self._on_entry: EntryLine | None = None
        self._timer = QTimer(window)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)
        # What is left of the timer when a refusal may go: nothing more once a scan followed.
        self._rest_ms = 0

    @property
    def said(self) -> str:
        """The message shown now; empty when there is none."""
        return self._said[0] if self._said is not None else ""

    def say(self, message: str, kind: ToastKind, undo: Callable[[], None] | None = None) -> None:
        """Show a message in place of the last one."""
        self._hide()
        self._said = (message, kind, None if undo is None else self._once(undo))
        self._show()
        self._rest_ms = STAY_MS - SEEN_MS
        if undo is None:
            self._timer.start(STAY_MS)
        else:
            self._timer.stop()

    def clear(self) -> None:
        """Take the message away."""
        self._said = None
        self._timer.stop()
        self._hide()

    def scan_follows(self) -> None:
        """Take the message away; a refusal once it could be read: its goods are not rung up."""
        refusal = self._said is not None and self._said[1] is ToastKind.REFUSED
        unread_ms = self._timer.remainingTime() - self._rest_ms
        if not refusal or unread_ms <= 0:
            self.clear()
        elif self._rest_ms:
            self._rest_ms = 0
            self._timer.start(min(unread_ms, SEEN_MS))  # a coarse timer may have more left

    def again(self) -> None:
        """The view changed: show what is being said on the one in front."""
        if self._said is not None:
            self._hide()
            self._show()

    def place(self) -> None:
        """Lay the strip's message over its left part."""
        if self._on_strip is None:
            return
        strip = self._window.strip
        gap = self._window.look.px(4)
        first = strip.lamps[0].x() if strip.lamps else strip.time.x()
        right = max(first, strip.width() // 2) if strip.lamps else strip.time.x()
        self._on_strip.setGeometry(gap, gap, right - 2 * gap, strip.height() - 2 * gap)

    def _once(self, undo: Callable[[], None]) -> Callable[[], None]:
        """Undo, and forget the message that offered it."""

        def undone() -> None:
            self.clear()
            undo()

        return undone

    def _show(self) -> None:
        if self._said is None:
            return
        message, kind, undo = self._said
        view = self._window.navigator.view
        if view is not None and view.entry is not None and view.entry.isVisible():
            self._on_entry = view.entry
            view.entry.say(message, kind, undo)
            return
        words = self._window.context().words
        self._on_strip = Toast(self._window.look, words("common.undo"), self._window.strip)
        self.place()
        self._on_strip.say(message, kind, undo)
        self.place()

    def _hide(self) -> None:
        # Another screen may be in front by now, or the one that said it be thrown away.
        if self._on_entry is not None and isValid(self._on_entry):
            self._on_entry.clear_toast()
        self._on_entry = None
        if self._on_strip is not None:
            self._on_strip.hide()
            self._on_strip.deleteLater()
            self._on_strip = None
