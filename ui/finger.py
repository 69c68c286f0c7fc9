"""A finger without a hand: real presses through the window system, on what is seen and in reach.

Used beside `Keyboard` by tests and pictures. A tap asks first whether the middle of its target is
in front; what is covered or out of view raises `NotReached`, as a person could not tap it.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from ui.keyboard import NotReached, wait


class Finger:
    """Taps on one window."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def reaches(self, widget: QWidget, rect: QRect | None = None) -> bool:
        """Whether the middle of a widget, or of a part of it, is seen and not covered."""
        return self._seen(widget, self._middle(widget, rect))

    def tap(self, widget: QWidget, rect: QRect | None = None) -> None:
        """Tap a widget, or a part of it, in the middle."""
        point = self._middle(widget, rect)
        if not self._seen(widget, point):
            name = widget.accessibleName() or type(widget).__name__
            raise NotReached(f"{name} at {point.x()},{point.y()} is out of reach")
        self.press(point)

    def press(self, point: QPoint) -> None:
        """Press and lift at a point of the window."""
        handle = self._window.windowHandle()
        if handle is None:
            raise NotReached("the window is not shown")
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        place, outer = QPointF(point), QPointF(self._window.mapToGlobal(point))
        for kind, held in (
            (QEvent.Type.MouseButtonPress, left),
            (QEvent.Type.MouseButtonRelease, none),
        ):
            event = QMouseEvent(
                kind, place, place, outer, left, held, Qt.KeyboardModifier.NoModifier
            )
            QCoreApplication.sendEvent(handle, event)
        wait(lambda: True)

    def _middle(self, widget: QWidget, rect: QRect | None) -> QPoint:
        return widget.mapTo(self._window, (rect or widget.rect()).center())

    def _seen(self, widget: QWidget, point: QPoint) -> bool:
        if not widget.isVisible() or not self._window.rect().contains(point):
            return False
        front = self._window.childAt(point)
        return front is not None and (front is widget or widget.isAncestorOf(front))
