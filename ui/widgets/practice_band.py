"""The hatched band of training: seen from afar, on every screen, its words on a plain ground.

Below the strip; in low windows, where a pad needs every line, within it (`fits_below`).
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.appearance.look import Appearance
from ui.widgets import paint

HEIGHT = 32
# Lower windows need every line of the screens for themselves.
WINDOW_LEAST = 768


def fits_below(look: Appearance, height: int) -> bool:
    """Whether a window of so many real pixels has room for the band below its strip."""
    return height >= look.px(WINDOW_LEAST)


class PracticeBand(QWidget):
    """Stripes from end to end, the words in the middle."""

    def __init__(self, look: Appearance, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._words = words
        self.setAccessibleName(words)
        self.setFixedHeight(look.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(self._look.px(320), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hatch, and the words where it leaves them room."""
        look, painter = self._look, QPainter(self)
        fill, ink = look.colour("warn_fill"), look.colour("on_warn")
        painter.fillRect(self.rect(), fill)
        painter.fillRect(self.rect(), QBrush(ink, Qt.BrushStyle.BDiagPattern))
        role = "caption" if look.narrow else "strong"
        font = look.font(role, bold=True)
        width = look.text_width(self._words, role, bold=True) + look.px(24 if look.narrow else 48)
        plate = QRect((self.width() - width) // 2, 0, width, self.height())
        painter.fillRect(plate, fill)
        paint.text(painter, plate, self._words, font, ink, paint.CENTRE)
