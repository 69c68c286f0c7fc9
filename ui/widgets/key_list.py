"""Keys and what they do, one row a key: read, and scrolled by arrows, pages or taps, never chosen.

A list and not labels: sixty labels take 12 ms to make, and whoever presses F1 waits for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP
from ui.widgets import paint
from ui.widgets.kept_pictures import paint_kept
from ui.widgets.keyed_rows import Index, KeyedRows
from ui.widgets.tap_bar import scroll_by_taps

ROW = 30


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as people write it, such as "F12", and what it does."""

    key: str
    words: str


class KeyList(QListView):
    """The rows. A row whose words are too long for one line breaks them into two."""

    def __init__(
        self,
        look: Appearance,
        rows: tuple[KeyRow, ...],
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.rows = rows
        model = KeyedRows[KeyRow](
            self, key=lambda row: row.key, spoken=lambda row: f"{row.key}, {row.words}"
        )
        model.replace(rows)
        self.setModel(model)
        self.setItemDelegate(_RowPainter(look, self))
        self.setAccessibleName(name)
        edge = f"{look.px(2)}px solid"
        self.setStyleSheet(
            f"QListView {{ background: transparent; border: {edge} transparent;"
            f" padding-left: {look.px(GAP)}px; }}"
            f"QListView:focus {{ border: {edge} {look.tokens.focus}; }}"
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scroll_by_taps(self, look)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self._step = look.px(ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows scroll by a row, the page keys by a page: there is no row to choose."""
        bar = self.verticalScrollBar()
        page = max(self._step, bar.pageStep() - self._step)
        steps = {
            Qt.Key.Key_Up: -self._step,
            Qt.Key.Key_Down: self._step,
            Qt.Key.Key_PageUp: -page,
            Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            event.ignore()
        else:
            bar.setValue(bar.value() + step)


class _RowPainter(QStyledItemDelegate):
    """The key in bold, its words beside it."""

    def __init__(self, look: Appearance, parent: KeyList) -> None:
        super().__init__(parent)
        self._look = look
        self._list = parent
        self._keys = max((look.text_width(row.key, bold=True) for row in parent.rows), default=0)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """A line, or two."""
        look = self._look
        lines = len(self._broken(self._list.rows[index.row()], self._list.viewport().width()))
        return QSize(look.px(160), look.px(ROW) + (lines - 1) * look.line_height("body"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        row = self._list.rows[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        shown = ("key row", self._look, row, self._keys)

        def draw(on: QPainter, at: QRect) -> None:
            self._draw(on, at, row)

        paint_kept(painter, rect, shown, draw, lambda: self._list.viewport().update(rect))

    def _draw(self, painter: QPainter, rect: QRect, row: KeyRow) -> None:
        look, ink = self._look, self._look.colour("ink")
        line, top = look.line_height("body"), (look.px(ROW) - look.line_height("body")) // 2
        key = QRect(rect.x(), rect.y() + top, self._keys + look.px(4), line)
        paint.text(painter, key, row.key, look.font("body", bold=True), ink)
        left = self._left()
        for at, words in enumerate(self._broken(row, rect.width())):
            place = QRect(left, rect.y() + top + at * line, rect.width() - left, line)
            paint.text(painter, place, words, look.font("body"), ink)

    def _left(self) -> int:
        """Where the words begin."""
        return self._keys + self._look.px(2 * GAP + 4)

    def _broken(self, row: KeyRow, width: int) -> list[str]:
        return paint.lines(row.words, self._look.font("body"), width - self._left(), 2)
