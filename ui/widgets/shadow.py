"""The one shadow there is, under sheets and menus: 0 6 24, 35 %.

A widget of its own beside the sheet, drawn from a picture whose edges are blurred once: an effect
on the sheet would draw the sheet, and blur all of it, with every letter that is typed on it.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QGraphicsDropShadowEffect,
    QGraphicsRectItem,
    QGraphicsScene,
    QWidget,
)

from ui.appearance.look import Appearance

BLUR: Final = 24
FALL: Final = 6
DARKNESS: Final = 89


class Shadow(QWidget):
    """Follows its sheet: geometry, showing, hiding; lies right below it and takes no presses."""

    def __init__(self, sheet: QWidget, look: Appearance) -> None:
        super().__init__(sheet.parentWidget())
        self._sheet = sheet
        self._blur, self._fall = look.px(BLUR), look.px(FALL)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sheet.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The sheet moved, came or went."""
        if event.type() in _FOLLOWED:
            self._follow()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Corners as they are, edges drawn out, nothing where the sheet lies."""
        painter = QPainter(self)
        picture, side = _blurred(self._blur), 2 * self._blur
        whole, drawn = self.rect(), picture.rect()
        columns = _parts(whole.width(), drawn.width(), side)
        rows = _parts(whole.height(), drawn.height(), side)
        for row, (y, height, from_y, from_height) in enumerate(rows):
            for column, (x, width, from_x, from_width) in enumerate(columns):
                if row == column == 1:
                    continue  # the middle lies under the sheet
                painter.drawPixmap(
                    QRect(x, y, width, height),
                    picture,
                    QRect(from_x, from_y, from_width, from_height),
                )

    def _follow(self) -> None:
        sheet, blur = self._sheet, self._blur
        fallen = sheet.geometry().translated(0, self._fall)
        self.setGeometry(fallen.adjusted(-blur, -blur, blur, blur))
        self.setVisible(not sheet.isHidden())
        self.stackUnder(sheet)


def cast_shadow(sheet: QWidget, look: Appearance) -> Shadow | None:
    """Give a sheet its shadow; none in high contrast."""
    return None if look.tokens.name == "contrast" else Shadow(sheet, look)


_FOLLOWED: Final = frozenset(
    {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide}
)


def _parts(whole: int, drawn: int, side: int) -> tuple[tuple[int, int, int, int], ...]:
    """Begin, middle and end of a length: where and how long, there and in the picture."""
    side = min(side, whole // 2)
    middle = drawn // 2
    return (
        (0, side, 0, side),
        (side, whole - 2 * side, middle, 1),
        (whole - side, side, drawn - side, side),
    )


@cache
def _blurred(blur: int) -> QPixmap:
    """The shadow of a square that is just large enough to have a middle without blur."""
    square = 4 * blur
    away = 2 * square
    scene = QGraphicsScene()
    item = QGraphicsRectItem(QRectF(0, 0, square, square))
    item.setBrush(QColor(0, 0, 0))
    item.setPen(Qt.PenStyle.NoPen)
    effect = QGraphicsDropShadowEffect()
    # Far away from what casts it, for the shadow alone is wanted.
    effect.setOffset(0, away)
    effect.setBlurRadius(blur)
    effect.setColor(QColor(0, 0, 0, DARKNESS))
    item.setGraphicsEffect(effect)
    scene.addItem(item)
    side = square + 2 * blur
    # Drawn with what casts it, for nothing is drawn of an item that is out of sight.
    both = QPixmap(side, away + side)
    both.fill(Qt.GlobalColor.transparent)
    painter = QPainter(both)
    scene.render(painter, QRectF(both.rect()), QRectF(both.rect().translated(-blur, -blur)))
    painter.end()
    return both.copy(0, away, side, side)
