"""Parts of the shift screen: the three steps at its head, and what is counted: notes and coins."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QWidget,
)

from ui.appearance import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, TARGET
from ui.presenters.shift_state import PieceState, StepState
from ui.widgets import paint
from ui.widgets.text import Tag

COLUMNS = 2
TIMES = "\N{MULTIPLICATION SIGN}"


class StepBar(QWidget):
    """Count, compare, print: the one that is at hand is filled, those behind it are ticked.

    `short`: the others show their number or tick alone, and keep their words as their names.
    """

    def __init__(
        self, look: Appearance, *, short: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._short = look, short
        self._tags: list[Tag] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(look.px(GAP))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def present(self, steps: tuple[StepState, ...]) -> None:
        """Show the steps; none take no room."""
        while len(self._tags) < len(steps):
            tag = Tag(self._look)
            self._row.addWidget(tag)
            self._tags.append(tag)
        for place, tag in enumerate(self._tags):
            tag.setVisible(place < len(steps))
            if place < len(steps):
                step = steps[place]
                words = step.words if step.done else f"{place + 1} {step.words}"
                tone = "primary" if step.now else "success" if step.done else "plain"
                shown = f"{place + 1}" if self._short and not step.now else words
                tag.present(shown, tone=tone, icon="check-circle" if step.done else "")
                tag.setAccessibleName(words)


class PieceGrid(QWidget):
    """Denominations in two columns, the largest first, down the left one; one is being filled."""

    chosen = Signal(int)

    def __init__(
        self, look: Appearance, *, columns: int = COLUMNS, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._columns = look, columns
        self.tiles: list[PieceTile] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(GAP))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, pieces: tuple[PieceState, ...], *, locked: bool) -> None:
        """Show them; locked ones only tell."""
        if len(pieces) != len(self.tiles):
            self._make(len(pieces))
        for tile, piece in zip(self.tiles, pieces, strict=True):
            tile.present(piece, locked=locked)

    def _make(self, number: int) -> None:
        while self._grid.count():
            item = self._grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.tiles = []
        for place in range(number):
            tile = PieceTile(self._look)
            tile.clicked.connect(lambda _=False, at=place: self.chosen.emit(at))
            self._grid.addWidget(tile, place // self._columns, place % self._columns)
            self.tiles.append(tile)
        for column in range(self._columns):
            self._grid.setColumnStretch(column, 1)


class PieceTile(QAbstractButton):
    """One denomination: what one is worth, how many there are, and what they come to."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._piece = PieceState(worth="", typed="", amount="", chosen=False, spoken="")
        self._locked = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, piece: PieceState, *, locked: bool) -> None:
        """Show a denomination."""
        if (piece, locked) == (self._piece, self._locked):
            return
        self._piece, self._locked = piece, locked
        self.setChecked(piece.chosen)
        self.setEnabled(not locked)
        self.setAccessibleName(piece.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a note, a number of five digits and their sum."""
        width, height = (196, TARGET) if self._look.narrow else (220, 52)
        return QSize(self._look.px(width), self._look.px(height))

    def minimumSizeHint(self) -> QSize:
        """The same: nothing of it is cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Worth, times, number, sum."""
        look, painter, piece = self._look, QPainter(self), self._piece
        radius = look.px(RADIUS_CONTROL)
        edge = "line" if self._locked else "primary" if piece.chosen else "edge"
        fill = "sunken" if self._locked else "primary_soft" if piece.chosen else "surface"
        paint.box(
            painter,
            self.rect(),
            fill=look.colour(fill),
            edge=look.colour(edge),
            width=look.edge_width * (2 if piece.chosen else 1),
            radius=radius,
        )
        height, pad = self.height(), look.px(12)
        strong = look.font("strong", tabular=True)
        middle, digits = (64, 48) if look.narrow else (76, 64)
        worth = QRect(pad, 0, look.px(middle), height)
        paint.text(painter, worth, piece.worth, strong, look.colour("ink"))
        times = QRect(pad + worth.width(), 0, look.px(20), height)
        paint.text(painter, times, TIMES, look.font("body"), look.colour("ink3"))
        number = QRect(times.right(), 0, look.px(digits), height)
        paint.text(painter, number, piece.typed, strong, look.colour("ink"), paint.RIGHT)
        left = number.right() + look.px(4)
        rest = QRect(left, 0, self.width() - left - pad, height)
        if look.text_width(piece.amount, "caption") <= rest.width():  # the sum stands below anyway
            font = look.font("caption", tabular=True)
            paint.text(painter, rest, piece.amount, font, look.colour("ink2"), paint.RIGHT)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), radius)
