"""Scrolling by taps alone: a scroll bar whose ends are buttons of 44 px that turn a page.

It stands in place of Qt's own in every list and scrolling area, and only where there is more to see
than fits. A tap between the buttons turns a page towards it; who has a mouse may drag the handle.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, TARGET
from ui.widgets import paint

HANDLE = 10
KEPT = 8  # a page turned keeps an eighth of what was seen


class TapBar(QScrollBar):
    """The bar of one area. `abreast` lays its buttons side by side, for areas of few lines."""

    def __init__(
        self, look: Appearance, parent: QWidget | None = None, *, abreast: bool = False
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self._look = look
        self._abreast = abreast
        self._down = 0
        self._grip: int | None = None

    def sizeHint(self) -> QSize:
        """As wide as a finger; of any height, for areas ask their bars how low they may be.

        Without any height Qt would never show it.
        """
        return QSize(self._look.px(2 * TARGET + GAP if self._abreast else TARGET), 1)

    def minimumSizeHint(self) -> QSize:
        """As wide as a finger."""
        return self.sizeHint()

    def least_height(self) -> int:
        """The height at which both buttons are whole."""
        side = self._look.px(TARGET)
        return side if self._abreast else 2 * side

    def button(self, way: int) -> QRect:
        """The button that goes up (-1) or down (1)."""
        side = self._look.px(TARGET)
        if self._abreast:
            return QRect(0 if way < 0 else self.width() - side, 0, side, min(side, self.height()))
        side = min(side, self.height() // 2)
        return QRect(0, 0 if way < 0 else self.height() - side, self.width(), side)

    def turn(self, way: int) -> None:
        """Show the page before (-1) or after (1)."""
        page = self.pageStep()
        self.setValue(self.value() + way * max(1, page - page // KEPT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A tap turns a page; a press on the handle takes hold of it."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        way = self._way(point)
        if way:
            self._down = way
            self.turn(way)
        else:
            self._grip = point.y() - self._handle().y()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The handle follows the mouse."""
        if self._grip is None:
            return
        track, handle = self._track(), self._handle()
        room = track.height() - handle.height()
        if room > 0:
            at = round(event.position().y()) - self._grip - track.y()
            length = self.maximum() - self.minimum()
            self.setValue(self.minimum() + at * length // room)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._down, self._grip = 0, None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two buttons, and between them how much is seen and where; nothing where all is seen."""
        if self.minimum() == self.maximum():
            return
        look, painter = self._look, QPainter(self)
        for way, icon, more in (
            (-1, "up", self.value() > self.minimum()),
            (1, "down", self.value() < self.maximum()),
        ):
            rect = self.button(way)
            pressed = self._down == way
            paint.box(
                painter,
                rect,
                fill=look.colour("primary_soft" if pressed else "surface"),
                edge=look.colour("primary" if pressed else "edge" if more else "line"),
                width=look.edge_width,
                radius=look.px(RADIUS_CONTROL),
            )
            side = look.px(20)
            x, y = rect.center().x() - side // 2, rect.center().y() - side // 2
            paint.icon(painter, look, icon, "ink" if more else "idle", x, y, side)
        handle = self._handle()
        if handle.height() > 0:
            half = look.px(HANDLE) // 2
            bar = QRect(handle.center().x() - half, handle.y(), 2 * half, handle.height())
            paint.box(painter, bar, fill=look.colour("edge"), radius=half)

    def _way(self, point: QPoint) -> int:
        """Which page a tap asks for; 0 on the handle."""
        for way in (-1, 1):
            if self.button(way).contains(point):
                return way
        handle = self._handle()
        if not handle.height():
            return 1
        return -1 if point.y() < handle.top() else 1 if point.y() > handle.bottom() else 0

    def _track(self) -> QRect:
        gap = self._look.px(GAP) // 2
        return QRect(
            0,
            self.button(-1).bottom() + 1 + gap,
            self.width(),
            self.height() - 2 * self.button(1).height() - 2 * gap,
        )

    def _handle(self) -> QRect:
        """Where the handle stands; without height where there is no room for it."""
        track = self._track()
        length = self.maximum() - self.minimum()
        whole = max(1, length + self.pageStep())
        least = self._look.px(2 * HANDLE)
        if self._abreast or track.height() < 2 * least:
            return QRect(0, track.y(), self.width(), 0)
        height = max(least, track.height() * self.pageStep() // whole)
        room = track.height() - height
        at = room * (self.value() - self.minimum()) // max(1, length)
        return QRect(0, track.y() + at, self.width(), height)


def scroll_by_taps(area: QAbstractScrollArea, look: Appearance, *, abreast: bool = False) -> None:
    """Give an area a bar that a finger can tap."""
    area.setVerticalScrollBar(TapBar(look, area, abreast=abreast))
