"""The entry line: not a field. It echoes what is typed or scanned, and its place takes messages.

`present(hint, echo)` shows the echo, or the hint while there is none. `say` puts a message over it
in the same 52 px; the shell takes it away after 6 s or at the next step. `pressed` tells a tap.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget
from shiboken6 import isValid

from ui.appearance.look import Appearance
from ui.appearance.metrics import ENTRY_HEIGHT, RADIUS_CONTROL
from ui.presenters.ports import ToastKind
from ui.widgets import paint
from ui.widgets.buttons import ActionButton

LATER_MS = 50
EDGES = 3

_SHAPES = {
    ToastKind.NEWS: ("note", "ink"),
    ToastKind.GOOD: ("check-circle", "success"),
    ToastKind.LOOK: ("look", "warn"),
    ToastKind.REFUSED: ("refused", "danger"),
}
_GROUNDS = {
    ToastKind.NEWS: ("sunken", "edge"),
    ToastKind.GOOD: ("success_soft", "success"),
    ToastKind.LOOK: ("warn_soft", "warn"),
    ToastKind.REFUSED: ("danger_soft", "danger"),
}


class Toast(QWidget):
    """One message with its shape and, if it can be undone, the button for it."""

    def __init__(self, look: Appearance, undo_words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._message = ""
        self._kind = ToastKind.NEWS
        self._undo: Callable[[], None] | None = None
        self.button = ActionButton(look, undo_words, icon="undo", key="Ctrl+Z", parent=self)
        self.button.clicked.connect(self._undone)
        self.button.hide()
        self.hide()

    @property
    def message(self) -> str:
        """What is said now; empty when nothing is."""
        return self._message

    def say(self, message: str, kind: ToastKind, undo: Callable[[], None] | None = None) -> None:
        """Show a message and tell it to the screen reader: refusals at once, others politely."""
        self._message, self._kind, self._undo = message, kind, undo
        self.setAccessibleName(message)
        self.button.setVisible(undo is not None)
        self._arrange()
        self.show()
        self.raise_()
        self.update()
        announce(self, message, at_once=kind is ToastKind.REFUSED)

    def clear(self) -> None:
        """Take the message away."""
        self._message, self._undo = "", None
        self.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the undo button at the right edge."""
        self._arrange()

    def _arrange(self) -> None:
        size = self.button.sizeHint()
        inset = (self.height() - size.height()) // 2
        self.button.setGeometry(
            self.width() - size.width() - inset, inset, size.width(), size.height()
        )

    def _undone(self) -> None:
        undo, self._undo = self._undo, None
        self.clear()
        if undo is not None:
            undo()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, shape, words over at most two lines."""
        look, painter = self._look, QPainter(self)
        fill, edge = _GROUNDS[self._kind]
        shape, ink = _SHAPES[self._kind]
        paint.box(
            painter,
            self.rect(),
            fill=look.colour(fill),
            edge=look.colour(edge),
            width=look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        side, x = look.px(24), look.px(12)
        paint.icon(painter, look, shape, ink, x, (self.height() - side) // 2, side)
        x += side + look.px(10)
        right = self.button.x() if self._undo is not None else self.width()
        width = right - x - look.px(8)
        one_line = look.text_width(self._message, "body", bold=True) <= width
        font = look.font("body" if one_line else "caption", bold=True)
        broken = paint.lines(self._message, font, width, 1 if one_line else 2)
        # On the strip there is less room than two lines take: they stand closer, off its edges.
        room = (self.height() - 2 * look.px(EDGES)) // len(broken)
        height = min(look.line_height("caption"), room)
        top = (self.height() - height * len(broken)) // 2
        for at, words in enumerate(broken):
            rect = QRect(x, top + at * height, width, height)
            paint.text(painter, rect, words, font, look.colour("ink"))


class EntryLine(QWidget):
    """The echo of keys and scans, with the messages over it."""

    pressed = Signal()

    def __init__(
        self,
        look: Appearance,
        *,
        name: str,
        undo_words: str,
        key: str = "F3",
        icon: str = "scan",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._key = key
        self._name = name
        self._hint = ""
        self._echo = ""
        self.setAccessibleName(name)
        self.setFixedHeight(look.px(ENTRY_HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toast = Toast(look, undo_words, self)

    @property
    def echo(self) -> str:
        """What has been typed and not yet taken."""
        return self._echo

    def present(self, hint: str, echo: str) -> None:
        """Show the echo, or the hint while nothing is typed."""
        if (hint, echo) == (self._hint, self._echo):
            return
        self._hint, self._echo = hint, echo
        self.setAccessibleName(f"{self._name}: {echo}" if echo else self._name)
        self.setAccessibleDescription(hint)
        self.update()

    def say(self, message: str, kind: ToastKind, undo: Callable[[], None] | None = None) -> None:
        """Show a message in the same place."""
        self.toast.say(message, kind, undo)

    def clear_toast(self) -> None:
        """Show the echo again."""
        self.toast.clear()

    def sizeHint(self) -> QSize:
        """It takes the width it gets."""
        return QSize(self._look.px(240), self._look.px(ENTRY_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Messages cover exactly this place."""
        self.toast.setGeometry(self.rect())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap asks for the item search."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, echo or hint, key."""
        look, painter = self._look, QPainter(self)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("surface" if self._echo else "sunken"),
            edge=look.colour("focus" if self._echo else "edge"),
            width=look.px(2) if self._echo else look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        side, x = look.px(24), look.px(12)
        paint.icon(painter, look, self._icon, "ink2", x, (self.height() - side) // 2, side)
        x += side + look.px(10)
        key_width = paint.hint_size(look, self._key)[0] if self._key else 0
        rect = QRect(x, 0, self.width() - x - key_width - look.px(16), self.height())
        if self._echo:
            font = look.font("strong", tabular=True)
            paint.text(painter, rect, self._echo, font, look.colour("ink"))
        else:
            font = look.font("body")
            shown = paint.lines(self._hint, font, rect.width(), 1)[0]
            paint.text(painter, rect, shown, font, look.colour("ink3"))
        if self._key:
            top = (self.height() - look.px(20)) // 2
            paint.hint(painter, look, self.width() - look.px(8), top, self._key, on="sunken")


def announce(widget: QWidget, message: str, *, at_once: bool = False) -> None:
    """Have the screen reader say a message: politely, or interrupting what it says.

    What is said before its window is there is said a moment later, behind the window's painting.
    """
    if widget.window().isVisible():
        _announce(widget, message, at_once)
        return

    def later() -> None:
        if isValid(widget):
            _announce(widget, message, at_once)

    QTimer.singleShot(LATER_MS, later)


def _announce(widget: QWidget, message: str, at_once: bool) -> None:
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    event = QAccessibleAnnouncementEvent(widget, message)
    assertive = QAccessible.AnnouncementPoliteness.Assertive
    polite = QAccessible.AnnouncementPoliteness.Polite
    event.setPoliteness(assertive if at_once else polite)
    QAccessible.updateAccessibility(event)
