"""The place of the screens in the window, which gives way to the on-screen keyboard.

As a rule the screens fill it. While the keyboard leaves less than a screen needs at least, the
screen keeps that height and is moved up until what is being filled is in view, with the main button
where both have room. No view is made anew, and nothing is squeezed into one another.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QWidget


class Bay(QWidget):
    """Holds the stack of screens."""

    def __init__(self, stack: QStackedWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._gives_way = False
        self._least = 0
        self._up = 0
        stack.setParent(self)

    def give_way(self, gives_way: bool) -> None:
        """Whether the keyboard takes part of the place."""
        self._gives_way = gives_way
        self._least = self._up = 0
        self._place()

    def reveal(self, widget: QWidget, main: QWidget | None) -> None:
        """Move until a widget is in view, and `main` too where there is room for both."""
        areas = _areas_around(widget, self._stack)
        view = self._stack.currentWidget()
        self._least = 0 if view is None else view.minimumSizeHint().height()
        self._up = 0
        self._place()
        lacking = max((_lacks(area, widget) for area in areas), default=0)
        if lacking > 0:
            self._least = self._stack.height() + lacking
            self._place()
        for area in areas:
            _scroll_to(area, widget)
        over = self._stack.height() - self.height()
        if over <= 0:
            return
        wanted = _within(widget, self._stack)
        if main is not None and self._stack.isAncestorOf(main):
            both = wanted.united(_within(main, self._stack))
            wanted = both if both.height() <= self.height() else wanted
        down = wanted.bottom() + 1 - self.height()
        self._up = max(0, min(over, down, wanted.top()))
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The screens follow."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        height = max(self.height(), self._least if self._gives_way else 0)
        up = min(self._up, height - self.height())
        self._stack.setGeometry(0, -up, self.width(), height)


def _areas_around(widget: QWidget, outer: QWidget) -> list[QScrollArea]:
    """The scrolling areas that a widget lies in, the innermost first."""
    found = []
    around = widget.parentWidget()
    while around is not None and around is not outer:
        if isinstance(around, QScrollArea):
            found.append(around)
        around = around.parentWidget()
    return found


def _lacks(area: QScrollArea, widget: QWidget) -> int:
    """An area that scrolls may be as low as one likes, but not lower than what is filled in it, or
    than both buttons of its bar.
    """
    # Not at the first paint, which shows the bay and nothing that scrolls.
    from ui.widgets.tap_bar import TapBar

    bar, lacking = area.verticalScrollBar(), widget.height() - area.viewport().height()
    if isinstance(bar, TapBar) and bar.minimum() < bar.maximum():
        lacking = max(lacking, bar.least_height() - bar.height())
    return lacking


def _within(widget: QWidget, outer: QWidget) -> QRect:
    return QRect(widget.mapTo(outer, QPoint(0, 0)), widget.size())


def _scroll_to(area: QScrollArea, widget: QWidget) -> None:
    """Scroll as little as brings the whole widget into view; its top when it is too high."""
    inner = area.widget()
    if inner is None or not inner.isAncestorOf(widget):
        return
    rect, bar = _within(widget, inner), area.verticalScrollBar()
    height = area.viewport().height()
    if rect.bottom() + 1 - bar.value() > height:
        bar.setValue(rect.bottom() + 1 - height)
    if rect.top() < bar.value() or rect.height() > height:
        bar.setValue(rect.top())
