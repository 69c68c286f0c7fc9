"""Tables for history and settings: columns of texts and amounts, rows of 48 px, one chosen.

Shape: `Column(title, ...)` and rows of texts in the columns' order; amounts are right-aligned with
digits of one width and never shortened, names give way with "…".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.appearance.fonts import drawable
from ui.appearance.look import Appearance
from ui.appearance.metrics import ROW
from ui.widgets import paint
from ui.widgets.kept_pictures import paint_kept
from ui.widgets.tap_bar import scroll_by_taps

Index = QModelIndex | QPersistentModelIndex
PAD: Final = 12
"""Left and right of a cell's words, as the style sheet says of its header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its title, whether it holds amounts, whether it takes the room that is left."""

    title: str
    amount: bool = False
    stretch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """One row: its cells, in the columns' order; `spoken` names it to the screen reader."""

    id: bytes | str
    cells: tuple[str, ...]
    spoken: str = ""
    faint: bool = False


class DataTable(QTableView):
    """Rows with one chosen: `chosen` tells a pressed row, `opened` a second press on it.

    `reached_end` is told when the last row comes into view, for those who load page by page.
    """

    chosen = Signal(int)
    opened = Signal(int)
    reached_end = Signal()

    def __init__(
        self,
        look: Appearance,
        columns: tuple[Column, ...],
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._selected = -1
        self._model = _Model(look, columns, self)
        self.setModel(self._model)
        self.setItemDelegate(_CellPainter(look, columns, self))
        self.setAccessibleName(name)
        self.setFont(look.font("body"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scroll_by_taps(self, look)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(look.px(ROW))
        header = self.horizontalHeader()
        header.setFont(look.font("caption"))
        header.setSectionsClickable(False)
        header.setHighlightSections(False)
        for place, column in enumerate(columns):
            stretch = QHeaderView.ResizeMode.Stretch
            fit = QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(place, stretch if column.stretch else fit)
        self.clicked.connect(self._clicked)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def rows(self) -> tuple[TableRow, ...]:
        """What is shown now."""
        return self._model.rows

    @property
    def selected(self) -> int:
        """The place of the chosen row, -1 for none."""
        return self._selected

    def present(self, rows: tuple[TableRow, ...], selected: int = -1) -> None:
        """Show rows, the chosen one in view."""
        if rows != self._model.rows:
            self._model.replace(rows)
        if selected != self._selected:
            self._selected = selected
            self.viewport().update()
        if 0 <= selected < len(rows):
            flags = (
                QItemSelectionModel.SelectionFlag.ClearAndSelect
                | QItemSelectionModel.SelectionFlag.Rows
            )
            index = self._model.index(selected, 0)
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)
        else:
            self.selectionModel().clear()

    def sizeHintForColumn(self, column: int) -> int:
        """The width of the widest text: Qt would ask eight things of every cell there is."""
        if not self._model.rows:
            return super().sizeHintForColumn(column)
        return self.sizeHintForIndex(self._model.index(self._model.widest(column), column)).width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to the action table."""
        event.ignore()

    def _clicked(self, index: QModelIndex) -> None:
        if index.row() == self._selected:
            self.opened.emit(index.row())
        else:
            self.chosen.emit(index.row())

    def _scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() and self._model.rows:
            self.reached_end.emit()


class _CellPainter(QStyledItemDelegate):
    """Paints a cell: Qt would ask eight things of each and work a style sheet out for it."""

    def __init__(self, look: Appearance, columns: tuple[Column, ...], parent: DataTable) -> None:
        super().__init__(parent)
        self._look = look
        self._columns = columns
        self._table = parent

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the cell."""
        row, column = self._table.rows[index.row()], self._columns[index.column()]
        words = row.cells[index.column()]
        chosen = index.row() == self._table.selected
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        shown = ("cell", self._look, words, column.amount, row.faint, chosen)

        def draw(on: QPainter, at: QRect) -> None:
            self._draw(on, at, words, "ink3" if row.faint else "ink", column, chosen=chosen)

        paint_kept(painter, rect, shown, draw, lambda: self._table.viewport().update(rect))

    def _draw(
        self,
        painter: QPainter,
        rect: QRect,
        words: str,
        tone: str,
        column: Column,
        *,
        chosen: bool,
    ) -> None:
        look = self._look
        if chosen:
            painter.fillRect(rect, look.colour("primary_soft"))
        edge = QRect(rect.x(), rect.bottom() + 1 - look.edge_width, rect.width(), look.edge_width)
        painter.fillRect(edge, look.colour("line"))
        font = look.font("body", tabular=column.amount)
        inner = rect.adjusted(look.px(PAD), 0, -look.px(PAD), 0)
        line = paint.lines(words, font, inner.width(), 1)[0]
        align = paint.RIGHT if column.amount else paint.LEFT
        paint.text(painter, inner, line, font, look.colour(tone), align)


class _Model(QAbstractTableModel):
    """The rows for Qt."""

    def __init__(self, look: Appearance, columns: tuple[Column, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._columns = columns
        self._widest: dict[int, int] = {}
        self.rows: tuple[TableRow, ...] = ()

    def replace(self, rows: tuple[TableRow, ...]) -> None:
        """Show other rows; rows added at the end keep the scroll place."""
        self._widest = {}
        known = len(self.rows)
        if 0 < known < len(rows) and rows[:known] == self.rows:
            self.beginInsertRows(QModelIndex(), known, len(rows) - 1)
            self.rows = rows
            self.endInsertRows()
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def widest(self, column: int) -> int:
        """Which row has the widest words in a column; Qt asks several times for the same rows."""
        if column not in self._widest:
            width, rows = self._look.text_width, self.rows
            self._widest[column] = max(range(len(rows)), key=lambda n: width(rows[n].cells[column]))
        return self._widest[column]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many columns there are."""
        return 0 if parent.isValid() else len(self._columns)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """A column's title, aligned as its cells."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return paint.RIGHT if self._columns[section].amount else paint.LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell's text, font, colour and spoken name."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], self._columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return drawable(row.cells[index.column()])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken if row.spoken and index.column() == 0 else row.cells[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return paint.RIGHT if column.amount else paint.LEFT
        if role == Qt.ItemDataRole.FontRole:
            return self._look.font("body", tabular=column.amount)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._look.colour("ink3" if row.faint else "ink")
        return None
