"""Chips: offers and rewards that are applied ✓, usable + or refused ⊘, each with its reason.

Shape: `ChipRow` is worded and formatted. The whole chip toggles; its ? asks why. `ChipList` shows
applied, then usable, then refused, in the order given, and past four "3 more" until it is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import CHIP, GAP, RADIUS_CONTROL, TARGET
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.kept_pictures import paint_kept


class ChipKind(Enum):
    """What the chip says before anything is read."""

    APPLIED = "applied"
    USABLE = "usable"
    PROGRESS = "progress"
    REFUSED = "refused"


_SHAPES = {
    ChipKind.APPLIED: ("check-circle", "success", "success_soft", "success"),
    ChipKind.USABLE: ("plus", "primary", "surface", "primary"),
    ChipKind.PROGRESS: ("star", "ink2", "surface", "line"),
    ChipKind.REFUSED: ("refused", "ink3", "sunken", "line"),
}
_ORDER = list(ChipKind)
CHIPS_LEAST = 2
WHOLE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipRow:
    """One chip. `spoken` is its name and state; `toggles` is false for what stays as it is.

    `share` draws how much of a way is done, in thousandths.
    """

    id: str
    kind: ChipKind
    title: str
    sub: str
    spoken: str
    amount: str = ""
    toggles: bool = True
    share: int | None = None


class Chip(QAbstractButton):
    """One chip; `clicked` toggles, `why` asks for the reason."""

    why = Signal()

    def __init__(
        self, look: Appearance, row: ChipRow, *, why_name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._why_name = why_name
        self.setFixedHeight(look.px(CHIP))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.why_button = ActionButton(
            look, icon="help", name=why_name, kind=Kind.QUIET, parent=self
        )
        self.why_button.clicked.connect(self.why)
        self.present(row)

    def present(self, row: ChipRow) -> None:
        """Show another state of the chip."""
        self.row = row
        self.setAccessibleName(row.spoken)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if row.toggles else Qt.FocusPolicy.NoFocus)
        self.why_button.set_words("", name=f"{self._why_name} {row.title}")
        self.update()

    def sizeHint(self) -> QSize:
        """It takes the width it gets."""
        return QSize(self._look.px(240), self._look.px(CHIP))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ? stays at the right."""
        side = self._look.px(TARGET)
        inset = (self.height() - side) // 2
        self.why_button.setGeometry(self.width() - side - inset, inset, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, shape, title over sub-line, amount."""
        look, painter = self._look, QPainter(self)
        shown = ("chip", look, self.row, self.isDown(), self.why_button.x())
        paint_kept(painter, self.rect(), shown, self._draw, self.update)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))

    def _draw(self, painter: QPainter, rect: QRect) -> None:
        look, row = self._look, self.row
        shape, ink, fill, edge = _SHAPES[row.kind]
        down = self.isDown() and row.toggles
        paint.box(
            painter,
            rect,
            fill=look.colour("primary_soft" if down else fill),
            edge=look.colour(edge),
            width=look.edge_width * (2 if down else 1),
            radius=look.px(RADIUS_CONTROL),
        )
        side, x = look.px(24), look.px(10)
        paint.icon(painter, look, shape, ink, x, (self.height() - side) // 2, side)
        x += side + look.px(8)
        amount_width = look.text_width(row.amount, "strong") + look.px(4) if row.amount else 0
        right = self.why_button.x() - look.px(4)
        width = right - x - amount_width - look.px(6)
        faint = row.kind is ChipKind.REFUSED
        for words, top, height, role, bold, tone in (
            (row.title, 5, 24, "body", True, "ink2" if faint else "ink"),
            (row.sub, 29, 22, "caption", False, "ink2"),
        ):
            font = look.font(role, bold=bold)
            shown = paint.lines(words, font, width, 1)[0]
            rect = QRect(x, look.px(top), width, look.px(height))
            paint.text(painter, rect, shown, font, look.colour(tone))
        if row.amount:
            rect = QRect(right - amount_width, 0, amount_width, self.height())
            tone = "success" if row.kind is ChipKind.APPLIED else "ink"
            font = look.font("strong", tabular=True)
            paint.text(painter, rect, row.amount, font, look.colour(tone), paint.RIGHT)
        if row.share is not None:
            self._paint_way(painter, x, right, row.share)

    def _paint_way(self, painter: QPainter, left: int, right: int, share: int) -> None:
        """A bar along the foot: the whole way, and what is done of it."""
        look = self._look
        high, width = look.px(4), right - left
        top = self.height() - high - look.px(3)
        for part, tone in ((width, "line"), (width * share // WHOLE, "primary")):
            if part:
                bar = QRect(left, top, part, high)
                paint.box(painter, bar, fill=look.colour(tone), radius=high // 2)


class ChipList(QWidget):
    """Chips under one another. `toggled` and `why` tell a chip's id, `more` the rest's button."""

    toggled = Signal(str)
    why = Signal(str)

    def __init__(
        self,
        look: Appearance,
        *,
        why_name: str,
        more_words: str,
        most: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        """`more_words` holds {n}, such as "{n} more"; `most` chips are shown before it."""
        super().__init__(parent)
        self._look = look
        self._why_name = why_name
        self._more_words = more_words
        self._most = self._fitting = most
        self._all_shown = False
        self._rows: tuple[ChipRow, ...] = ()
        self.chips: list[Chip] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(look.px(GAP))
        self.more = ActionButton(look, "", kind=Kind.QUIET, icon="down")
        self.more.clicked.connect(self._show_all)
        self._layout.addWidget(self.more)
        self._layout.addStretch(1)
        self.more.hide()

    def present(self, rows: tuple[ChipRow, ...]) -> None:
        """Show chips; a chip whose id stays keeps its widget and the keyboard."""
        if rows == self._rows:
            return
        self._rows = rows
        self._arrange()

    def fit(self, height: int) -> None:
        """Show no more chips than so many pixels hold with the rest's button below them."""
        step = self._look.px(CHIP + GAP)
        fitting = (height - self._look.px(TARGET)) // step
        fitting = max(CHIPS_LEAST, min(self._most, fitting))
        if fitting != self._fitting:
            self._fitting = fitting
            self._arrange()

    def _arrange(self) -> None:
        rows = sorted(self._rows, key=lambda row: _ORDER.index(row.kind))
        shown = rows if self._all_shown or len(rows) <= self._fitting else rows[: self._fitting]
        kept = {chip.row.id: chip for chip in self.chips}
        self.chips = []
        for place, row in enumerate(shown):
            chip = kept.pop(row.id, None)
            if chip is None:
                chip = self._make(row)
            else:
                chip.present(row)
                self._layout.removeWidget(chip)
            self._layout.insertWidget(place, chip)
            self.chips.append(chip)
        for gone in kept.values():
            self._layout.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        rest = len(rows) - len(shown)
        self.more.setVisible(rest > 0)
        self.more.set_words(self._more_words.replace("{n}", str(rest)))

    def _make(self, row: ChipRow) -> Chip:
        chip = Chip(self._look, row, why_name=self._why_name, parent=self)
        chip.clicked.connect(lambda: self.toggled.emit(chip.row.id) if chip.row.toggles else None)
        chip.why.connect(lambda: self.why.emit(chip.row.id))
        return chip

    def _show_all(self) -> None:
        self._all_shown = True
        self._arrange()
