"""A receipt as it comes out of the printer, drawn from the very page that PDF and printer use.

Shape: a `documents.receipt_marks.Page` in whole dots of 1/8 mm; the widget scales it to its width
(at most to a size that reads well) and grows as high as the paper is long. White paper in every
look, because that is what the customer holds.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from math import ceil
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from posloyalty.documents.qr_matrix import runs
from posloyalty.documents.receipt_marks import (
    DOTS_PER_MM,
    Align,
    BoxMark,
    Mark,
    Page,
    PictureMark,
    QrMark,
    TextMark,
)
from ui.appearance import Appearance
from ui.appearance.fonts import FAMILY
from ui.widgets.kept_pictures import paint_kept

INK: Final = QColor("#000000")
PAPER: Final = QColor("#FFFFFF")
# Real pixels per dot at 100 %: a 24-dot body then reads like 16 px type.
DOT: Final = 0.67
FONTS_KEPT: Final = 32
# The height of the bands that are drawn one by one, in real pixels.
BAND: Final = 160
# Pages are told apart by when they were first shown: what lies on one is too much to compare.
_numbers: Final = count(1)


class ReceiptPaper(QWidget):
    """The paper. `present(page, name)` shows one; None shows nothing."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._page: Page | None = None
        self._number = 0
        self._pictures: dict[bytes, QPixmap] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, page: Page | None, name: str) -> None:
        """Show a page; `name` is what the screen reader says of it."""
        self.setAccessibleName(name)
        if page is self._page:
            return
        self._page = page
        self._number = next(_numbers)
        self.setFixedHeight(self._height())
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the paper at the readable size."""
        page = self._page
        if page is None:
            return QSize(self._look.px(300), 0)
        return QSize(round(_dots_wide(page) * self._dot()), self._height())

    def resizeEvent(self, event: object) -> None:
        """A narrower place scales the paper, which makes it shorter."""
        self.setFixedHeight(self._height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paper, then its marks."""
        page = self._page
        if page is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        dot = self._scale()
        width = _dots_wide(page) * dot
        left = (self.width() - width) / 2
        paper = QRectF(left, 0, width, self.height())
        painter.fillRect(paper, PAPER)
        painter.setPen(self._look.colour("line"))
        painter.drawRect(paper.adjusted(0.5, 0.5, -0.5, -0.5))
        margin = (_dots_wide(page) - page.paper.dots) / 2
        begin = QPointF(left + margin * dot, margin * dot)
        for top in range(0, self.height(), BAND):
            band = QRect(0, top, self.width(), min(BAND, self.height() - top))
            if band.intersects(event.rect()):
                self._paint_band(painter, page, band, begin)

    def _paint_band(self, painter: QPainter, page: Page, band: QRect, begin: QPointF) -> None:
        """A band of the paper: a long one is drawn over several turns."""
        dot = self._scale()

        def draw(on: QPainter, rect: QRect) -> None:
            on.setRenderHint(QPainter.RenderHint.Antialiasing)
            on.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            on.translate(begin.x(), begin.y() - band.y())
            on.scale(dot, dot)
            top = (band.y() - begin.y()) / dot
            clip = QRectF(-begin.x() / dot, top, rect.width() / dot, rect.height() / dot)
            for mark in page.marks:
                self._draw(on, mark, clip)

        shown = ("receipt", self._number, band.y(), dot)
        paint_kept(painter, band, shown, draw, lambda: self.update(band))

    def _draw(self, painter: QPainter, mark: Mark, clip: QRectF) -> None:
        match mark:
            case TextMark():
                if clip.top() - mark.size <= mark.y <= clip.bottom() + 2 * mark.size:
                    _text(painter, mark)
            case BoxMark():
                _box(painter, mark)
            case QrMark():
                side = len(mark.matrix) * mark.module
                if not clip.intersects(QRectF(mark.x, mark.y, side, side)):
                    return
                _qr(painter, mark, self._scale())
            case PictureMark():
                pixmap = self._picture(mark.png)
                painter.drawPixmap(QRect(mark.x, mark.y, mark.width, mark.height), pixmap)

    def _picture(self, png: bytes) -> QPixmap:
        known = self._pictures.get(png)
        if known is None:
            known = QPixmap()
            known.loadFromData(png)
            self._pictures = {png: known}
        return known

    def _dot(self) -> float:
        return DOT * self._look.scale / 100

    def _scale(self) -> float:
        page = self._page
        return self._dot() if page is None else min(self._dot(), self.width() / _dots_wide(page))

    def _height(self) -> int:
        page = self._page
        if page is None:
            return 0
        margins = _dots_wide(page) - page.paper.dots
        return round((page.height + margins) * self._scale())


def _dots_wide(page: Page) -> int:
    return page.paper.width_mm * DOTS_PER_MM


def _qr(painter: QPainter, mark: QrMark, scale: float) -> None:
    """Five hundred strips, drawn once; whole pixels from where the symbol begins."""
    side = ceil(len(mark.matrix) * mark.module * scale)
    corner = painter.worldTransform().map(QPointF(mark.x, mark.y)).toPoint()

    def draw(on: QPainter, _rect: QRect) -> None:
        on.setRenderHint(QPainter.RenderHint.Antialiasing)
        on.scale(scale * mark.module, scale * mark.module)
        for x, y, length in runs(mark.matrix):
            on.fillRect(QRect(x, y, length, 1), INK)

    painter.save()
    painter.resetTransform()
    shown = ("receipt code", mark.matrix, mark.module, scale)
    paint_kept(painter, QRect(corner, QSize(side, side)), shown, draw)
    painter.restore()


@lru_cache(FONTS_KEPT)
def _font(size: int, bold: bool) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(size)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _text(painter: QPainter, mark: TextMark) -> None:
    font = _font(mark.size, mark.bold)
    painter.setFont(font)
    painter.setPen(PAPER if mark.white else INK)
    width = QFontMetricsF(font).horizontalAdvance(mark.text)
    shift = {Align.LEFT: 0.0, Align.CENTRE: width / 2, Align.RIGHT: width}[mark.align]
    painter.drawText(QPointF(mark.x - shift, mark.y), mark.text)


def _box(painter: QPainter, mark: BoxMark) -> None:
    if not mark.dash:
        painter.fillRect(QRect(mark.x, mark.y, mark.width, mark.height), INK)
        return
    for x in range(mark.x, mark.x + mark.width, 2 * mark.dash):
        width = min(mark.dash, mark.x + mark.width - x)
        painter.fillRect(QRect(x, mark.y, width, mark.height), INK)
