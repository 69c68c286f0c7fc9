"""Waiting: nothing under 300 ms, then bare shapes; a long job shows how far it is, and Cancel."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.text import Panel, Text


class ProgressPanel(Panel):
    """What runs, how far it is, and the button that stops it."""

    cancelled = Signal()

    def __init__(
        self, look: Appearance, *, cancel_words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("surface", parent)
        pad = look.px(16)
        self._words = Text(look, role="strong")
        self._figure = Text(look, role="caption", tone="ink2", tabular=True, align=paint.RIGHT)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = ActionButton(look, cancel_words, icon="close", key="Esc")
        self.cancel.clicked.connect(self.cancelled)
        head = QHBoxLayout()
        head.addWidget(self._words, 1)
        head.addWidget(self._figure)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.px(GAP))
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addLayout(foot)

    def present(self, words: str, done: int, total: int, figure: str = "") -> None:
        """Show how far it is; a total of 0 means that nobody knows."""
        self._words.setText(words)
        self._figure.setText(figure)
        self.bar.setAccessibleName(words)
        if (self.bar.maximum(), self.bar.value()) != (total, done):
            self.bar.setMaximum(total)
            self.bar.setValue(min(done, total))


class Skeleton(QWidget):
    """Bare shapes in the place of rows that are still being read."""

    def __init__(self, look: Appearance, rows: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._rows = look, rows
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        """Its rows of 64."""
        return QSize(self._look.px(200), self._look.px(72 * self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Boxes."""
        look, painter = self._look, QPainter(self)
        for row in range(self._rows):
            rect = QRect(0, row * look.px(72), self.width(), look.px(64))
            fill, edge = look.colour("sunken"), look.colour("line")
            paint.box(painter, rect, fill=fill, edge=edge, radius=look.px(RADIUS_CONTROL))
