"""Lists of results and sections: members, articles, settings' parts; one row chosen.

Shape: `ListRow` is worded and formatted. Rows are 64 px (sections 52), painted, virtual and named
to the screen reader; the keyboard's up and down are the presenter's.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL
from ui.widgets import paint
from ui.widgets.hues import picture_colours
from ui.widgets.kept_pictures import paint_kept
from ui.widgets.keyed_rows import Index, KeyedRows
from ui.widgets.tap_bar import scroll_by_taps

HEADING = 28
SUB_LINE, SUB_LINES, SUB_LEAST = 22, 3, 80


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """One row. `initial` gives it a coloured picture, `icon` one of our icons; `tag` stands before
    the amount, `note` under the amount. `spoken` is what the screen reader says of it. A row with a
    `heading` begins a group. `whole`: its sub-line is shown to its end, in up to three lines.
    """

    id: bytes | str
    title: str
    spoken: str = ""
    sub: str = ""
    tag: str = ""
    amount: str = ""
    note: str = ""
    initial: str = ""
    colour: str = "grey"
    icon: str = ""
    faint: bool = False
    heading: str = ""
    whole: bool = False


class RowList(QListView):
    """Rows with one chosen. `chosen` tells a pressed row's place, `opened` a second press on it.

    `reached_end` is told when the last row comes into view, for those who load page by page.
    """

    chosen = Signal(int)
    opened = Signal(int)
    reached_end = Signal()

    def __init__(
        self,
        look: Appearance,
        *,
        name: str,
        empty: str = "",
        row_height: int = 64,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._empty = empty
        self._model = KeyedRows[ListRow](self, key=lambda row: row.id, spoken=_spoken)
        self._selected = -1
        self.setModel(self._model)
        self.setItemDelegate(self._painter(look, row_height))
        self.setAccessibleName(name)
        self.setSpacing(0)
        self.setProperty("rows", "true")
        self.setStyleSheet("QListView { background: transparent; }")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scroll_by_taps(self, look)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._clicked)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def _painter(self, look: Appearance, row_height: int) -> RowPainter:
        """What paints the rows."""
        return RowPainter(look, row_height, self)

    @property
    def rows(self) -> tuple[ListRow, ...]:
        """What is shown now."""
        return self._model.rows

    @property
    def selected(self) -> int:
        """The place of the chosen row, -1 for none."""
        return self._selected

    def present(
        self, rows: tuple[ListRow, ...], selected: int = -1, *, empty: str | None = None
    ) -> None:
        """Show rows, the chosen one in view; `empty` is what is said when there are none."""
        if empty is not None:
            self._empty = empty
        if (rows, selected) == (self._model.rows, self._selected):
            self.viewport().update()
            return
        self._selected = selected
        self.setUniformItemSizes(not any(row.heading or row.whole for row in rows))
        self._model.replace(rows)
        if 0 <= selected < len(rows):
            index = self._model.index(selected)
            self.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(index)
        else:
            self.selectionModel().clear()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to the action table."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, or what to do when there are none."""
        super().paintEvent(event)
        if self._model.rows or not self._empty:
            return
        look, painter = self._look, QPainter(self.viewport())
        width = self.viewport().width() - look.px(32)
        font, line = look.font("body"), look.line_height("body")
        for at, words in enumerate(paint.lines(self._empty, font, width, 4)):
            rect = QRect(look.px(16), look.px(24) + at * line, width, line)
            paint.text(painter, rect, words, font, look.colour("ink3"), paint.CENTRE)

    def _clicked(self, index: QModelIndex) -> None:
        place = index.row()
        if place == self._selected:
            self.opened.emit(place)
        else:
            self.chosen.emit(place)

    def _scrolled(self, value: int) -> None:
        if value >= self.verticalScrollBar().maximum() and self._model.rows:
            self.reached_end.emit()


def _spoken(row: ListRow) -> str:
    """What the screen reader says of a row."""
    parts = (row.title, row.sub, row.tag, row.amount, row.note)
    return row.spoken or ", ".join(part for part in parts if part)


class RowPainter(QStyledItemDelegate):
    """Paints a row: picture, title over sub-line, tag, amount over note."""

    def __init__(self, look: Appearance, row_height: int, parent: RowList) -> None:
        super().__init__(parent)
        self.look = look
        self._height = row_height
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The row and the gap below it, with the heading above where one is."""
        row = self._list.rows[index.row()]
        headed = HEADING if row.heading else 0
        more = SUB_LINE * (len(self._sub_lines(row)) - 1) if row.whole else 0
        return QSize(self.look.px(160), self.look.px(self._height + GAP + headed + more))

    def _sub_lines(self, row: ListRow) -> list[str]:
        """A whole sub-line as it is broken in the list as wide as it is now."""
        look = self.look
        room = max(look.px(SUB_LEAST), self._list.viewport().width() - self.beside(row))
        return paint.lines(row.sub, look.font("caption", tabular=True), room, SUB_LINES)

    def beside(self, row: ListRow) -> int:
        """How many of the list's pixels the words have not."""
        look = self.look
        beside = look.px(24 + (52 if row.initial else 32 if row.icon else 0) + 4)
        if row.amount or row.note:
            amount = look.text_width(row.amount, "strong")
            beside += max(amount, look.text_width(row.note, "caption")) + 2 + look.px(12)
        return beside

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        row, chosen = self._list.rows[index.row()], index.row() == self._list.selected
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        shown = (type(self), self.look, self._height, row, chosen)

        def draw(on: QPainter, at: QRect) -> None:
            self._draw(on, at, row, chosen=chosen)

        paint_kept(painter, rect, shown, draw, lambda: self._list.viewport().update(rect))

    def _draw(self, painter: QPainter, whole: QRect, row: ListRow, *, chosen: bool) -> None:
        look = self.look
        rect = whole.adjusted(0, 0, 0, -look.px(GAP))
        if row.heading:
            head = QRect(rect.x(), rect.y(), rect.width(), look.px(HEADING))
            font = look.font("caption", bold=True)
            paint.text(painter, head, row.heading, font, look.colour("ink2"))
            rect.setTop(head.bottom() + 1)
        paint.box(
            painter,
            rect,
            fill=look.colour("primary_soft" if chosen else "surface"),
            edge=look.colour("primary" if chosen else "line"),
            width=look.edge_width * 2 if chosen else look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        inner = rect.adjusted(look.px(12), 0, -look.px(12), 0)
        left = self.paint_picture(painter, inner, row)
        right = self.paint_right(painter, inner, row)
        self._paint_words(painter, inner, row, left, right)

    def paint_picture(self, painter: QPainter, inner: QRect, row: ListRow) -> int:
        """Draw what stands at the left; answers where the words begin."""
        look = self.look
        if row.initial:
            side = look.px(40)
            place = QRect(inner.x(), inner.y() + (inner.height() - side) // 2, side, side)
            fill, ink = picture_colours(look, row.colour)
            edge = ink if look.tokens.name == "contrast" else None
            paint.box(painter, place, fill=fill, edge=edge, radius=look.px(8))
            font = look.font("body", bold=True)
            paint.text(painter, place, row.initial, font, ink, paint.CENTRE)
            return place.right() + look.px(12)
        if row.icon:
            side = look.px(22)
            y = inner.y() + (inner.height() - side) // 2
            paint.icon(painter, look, row.icon, "ink", inner.x(), y, side)
            return inner.x() + side + look.px(10)
        return inner.x()

    def paint_right(self, painter: QPainter, inner: QRect, row: ListRow) -> int:
        """Draw tag, amount and note; answers where the words must end."""
        look, x = self.look, inner.right()
        if row.amount or row.note:
            width = max(
                look.text_width(row.amount, "strong") if row.amount else 0,
                look.text_width(row.note, "caption") if row.note else 0,
            )
            rect = QRect(x - width - 2, inner.y(), width + 2, inner.height())
            if row.note:
                rect.setHeight(look.px(34))
                below = QRect(rect.x(), inner.y() + look.px(34), rect.width(), look.px(22))
                font = look.font("caption")
                paint.text(painter, below, row.note, font, look.colour("ink2"), paint.RIGHT)
            font = look.font("strong", tabular=True)
            paint.text(painter, rect, row.amount, font, look.colour("ink"), paint.RIGHT)
            x = rect.x() - look.px(12)
        if row.tag:
            width = look.text_width(row.tag, "caption") + look.px(16)
            height = look.px(28)
            rect = QRect(x - width, inner.y() + (inner.height() - height) // 2, width, height)
            paint.box(
                painter,
                rect,
                fill=look.colour("sunken"),
                edge=look.colour("line"),
                radius=look.px(6),
            )
            font = look.font("caption")
            paint.text(painter, rect, row.tag, font, look.colour("ink2"), paint.CENTRE)
            x = rect.x() - look.px(8)
        return x

    def _paint_words(
        self, painter: QPainter, inner: QRect, row: ListRow, left: int, right: int
    ) -> None:
        look = self.look
        width = right - left - look.px(4)
        small = self._height < 60
        font = look.font("body" if small else "line", bold=bool(row.sub) or None)
        title = paint.lines(row.title, font, width, 1)[0]
        tone = "ink3" if row.faint else "ink"
        if not row.sub:
            rect = QRect(left, inner.y(), width, inner.height())
            paint.text(painter, rect, title, font, look.colour(tone))
            return
        caption = look.font("caption", tabular=True)
        subs = self._sub_lines(row) if row.whole else paint.lines(row.sub, caption, width, 1)
        top = (inner.height() - look.px(28 + SUB_LINE * len(subs))) // 2
        rect = QRect(left, inner.y() + top, width, look.px(28))
        paint.text(painter, rect, title, font, look.colour(tone))
        rect = QRect(left, rect.y() + look.px(28), width, look.px(SUB_LINE))
        for sub in subs:
            paint.text(painter, rect, sub, caption, look.colour("ink2"))
            rect.translate(0, look.px(SUB_LINE))
