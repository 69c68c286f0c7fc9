"""The basket: one row a line, newest at the foot, selected and in view; offers under their line.

Shape: `BasketRow` holds worded and formatted texts only. `BasketList.present(rows, selected)` shows
them; a row of 48 px opens to 92 when it is selected and carries its buttons: − quantity + price
why bin. The list is the home of the keyboard on the sale screen, but its keys are the action
table's, so it handles none itself.

The buttons exist once and lie over the selected row, however many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, ROW, ROW_OPEN, TARGET, Layout
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.kept_pictures import paint_kept
from ui.widgets.keyed_rows import Index, KeyedRows
from ui.widgets.tap_bar import scroll_by_taps


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer under its line: its name and what it takes off, such as "−5.00"."""

    name: str
    amount: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketRow:
    """One line of the basket as shown. `spoken` is what the screen reader says of it.

    `note` stands under the name in the compact layout, such as "9.80 each". `can_count` is false
    for what came weighed or priced by its label; `can_price` and `can_discount` say whether a price
    is set and something taken off by hand; `blocked` says what stands against selling it.
    """

    number: int
    quantity: str
    name: str
    unit_price: str
    amount: str
    spoken: str
    offers: tuple[OfferRow, ...] = ()
    note: str = ""
    can_count: bool = True
    can_price: bool = False
    can_discount: bool = False
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class _Below:
    """Something under a line: a shape, words, an amount."""

    words: str
    amount: str = ""
    tone: str = "ink2"
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketWords:
    """Names of the row's buttons and what an empty basket says."""

    fewer: str
    more: str
    quantity: str
    price: str
    discount: str
    why: str
    remove: str
    empty: str
    list_name: str


class BasketList(QListView):
    """The rows, and signals with the line's number for what was pressed on them."""

    chosen = Signal(int)
    fewer = Signal(int)
    more = Signal(int)
    quantity = Signal(int)
    price = Signal(int)
    discount = Signal(int)
    why = Signal(int)
    removed = Signal(int)

    def __init__(self, look: Appearance, words: BasketWords, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._words = words
        self._rows = KeyedRows[BasketRow](
            self, key=lambda row: row.number, spoken=lambda row: row.spoken
        )
        self._selected: int | None = None
        self._buttons = _RowButtons(look, words, self.viewport())
        self._join_buttons()
        self.setModel(self._rows)
        self.setItemDelegate(_RowPainter(look, self))
        self.setAccessibleName(words.list_name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        scroll_by_taps(self, look)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.clicked.connect(self._clicked)
        self.verticalScrollBar().valueChanged.connect(self._place_buttons)

    @property
    def rows(self) -> tuple[BasketRow, ...]:
        """What is shown now."""
        return self._rows.rows

    @property
    def selected(self) -> int | None:
        """The number of the open row."""
        return self._selected

    def present(self, rows: tuple[BasketRow, ...], selected: int | None) -> None:
        """Show rows, the one numbered `selected` open and in view."""
        if (rows, selected) == (self._rows.rows, self._selected):
            return
        self._selected = selected
        self._rows.replace(rows)
        place = self._place_of(selected)
        model = self.selectionModel()
        if place is None:
            model.clear()
        else:
            index = self._rows.index(place)
            model.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
            self.doItemsLayout()
            self.scrollTo(index)
        self._place_buttons()

    def open_number(self) -> int | None:
        """The number of the row that paints itself open."""
        return self._selected

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows follow the width, the open one stays in view, and the buttons with it."""
        super().resizeEvent(event)
        place = self._place_of(self._selected)
        if place is not None:
            self.doItemsLayout()
            self.scrollTo(self._rows.index(place))
        self._place_buttons()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys belong to the action table."""
        event.ignore()

    def paintEvent(self, event: Any) -> None:
        """The rows, or what to do when there are none."""
        super().paintEvent(event)
        if self._rows.rows:
            return
        look, painter = self._look, QPainter(self.viewport())
        width = self.viewport().width() - look.px(48)
        font, line = look.font("body"), look.line_height("body")
        broken = paint.lines(self._words.empty, font, width, 3)
        side = look.px(40)
        top = (self.viewport().height() - side - look.px(12) - line * len(broken)) // 2
        middle = self.viewport().width() // 2
        paint.icon(painter, look, "scan", "ink3", middle - side // 2, max(0, top), side)
        for at, words in enumerate(broken):
            rect = QRect(look.px(24), top + side + look.px(12) + at * line, width, line)
            paint.text(painter, rect, words, font, look.colour("ink3"), paint.CENTRE)

    def _join_buttons(self) -> None:
        row = self._buttons
        for button, signal in (
            (row.fewer, self.fewer),
            (row.more, self.more),
            (row.quantity, self.quantity),
            (row.price, self.price),
            (row.discount, self.discount),
            (row.why, self.why),
            (row.remove, self.removed),
        ):
            button.clicked.connect(lambda _checked=False, tell=signal: self._tell(tell))

    def _tell(self, signal: Any) -> None:
        if self._selected is not None:
            signal.emit(self._selected)

    def _clicked(self, index: QModelIndex) -> None:
        self.chosen.emit(self._rows.rows[index.row()].number)

    def _place_of(self, number: int | None) -> int | None:
        for place, row in enumerate(self._rows.rows):
            if row.number == number:
                return place
        return None

    def _place_buttons(self) -> None:
        place = self._place_of(self._selected)
        if place is None:
            self._buttons.hide()
            return
        look = self._look
        row = self._rows.rows[place]
        rect = self.visualRect(self._rows.index(place))
        height = look.px(TARGET)
        self._buttons.setGeometry(
            rect.x() + look.px(GAP) // 2,
            rect.y() + look.px(ROW) - look.px(4),
            rect.width() - look.px(GAP),
            height,
        )
        self._buttons.present(row)
        self._buttons.show()


class _RowButtons(QWidget):
    """The open row's buttons, in one place for every row."""

    def __init__(self, look: Appearance, words: BasketWords, parent: QWidget) -> None:
        super().__init__(parent)
        # In the smallest wide window the taps that move a long basket take from the row.
        small = {Layout.WIDE: 52, Layout.PORTRAIT: 56}.get(look.layout, TARGET)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(look.px(GAP))
        self.fewer = ActionButton(look, icon="minus", name=words.fewer, least_width=small)
        self.quantity = ActionButton(
            look, "1", name=words.quantity, role="strong", least_width=small
        )
        self.more = ActionButton(look, icon="plus", name=words.more, least_width=small)
        self.price = ActionButton(look, words.price)
        self.discount = ActionButton(look, icon="percent", name=words.discount, least_width=small)
        self.why = ActionButton(look, icon="help", name=words.why, least_width=small)
        self.remove = ActionButton(
            look, icon="bin", name=words.remove, kind=Kind.DANGER, least_width=small
        )
        self._quantity_name = words.quantity
        for button in (self.fewer, self.quantity, self.more, self.price, self.discount):
            layout.addWidget(button)
        layout.addStretch(1)
        layout.addWidget(self.why)
        layout.addWidget(self.remove)

    def present(self, row: BasketRow) -> None:
        """Follow the row: no counting of what was weighed, no price beside a label's."""
        self.quantity.set_words(row.quantity, name=f"{self._quantity_name} {row.quantity}")
        self.fewer.setVisible(row.can_count)
        self.more.setVisible(row.can_count)
        self.price.setVisible(row.can_price)
        self.discount.setVisible(row.can_discount)


class _RowPainter(QStyledItemDelegate):
    """Paints a row: quantity, name, unit price, amount; offers below; open or closed."""

    def __init__(self, look: Appearance, parent: BasketList) -> None:
        super().__init__(parent)
        self._look = look
        self._list = parent
        self._unit_shown = look.layout is not Layout.COMPACT

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """48, or 92 when open; 26 more for each offer or note."""
        row = self._list.rows[index.row()]
        height = ROW_OPEN if row.number == self._list.open_number() else ROW
        height += 26 * len(self._below(row))
        return QSize(self._look.px(200), self._look.px(height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the row."""
        row = self._list.rows[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined, unused-ignore]
        opened = row.number == self._list.open_number()
        shown = ("basket row", self._look, row, opened)

        def draw(on: QPainter, at: QRect) -> None:
            self._draw(on, at, row, opened=opened)

        paint_kept(painter, rect, shown, draw, lambda: self._list.viewport().update(rect))

    def _draw(self, painter: QPainter, rect: QRect, row: BasketRow, *, opened: bool) -> None:
        look = self._look
        if opened:
            paint.box(
                painter,
                rect,
                fill=look.colour("primary_soft"),
                edge=look.colour("primary"),
                width=look.px(2),
                radius=look.px(RADIUS_CONTROL),
            )
        else:
            high = max(1, look.px(1))
            line = QRect(rect.x(), rect.bottom() + 1 - high, rect.width(), high)
            painter.fillRect(line, look.colour("line"))
        self._paint_first_line(painter, rect, row)
        top = rect.y() + look.px(ROW_OPEN if opened else ROW) - look.px(4 if opened else 8)
        for offset, below in enumerate(self._below(row)):
            self._paint_below(painter, rect, top + offset * look.px(26), below)

    def _below(self, row: BasketRow) -> list[_Below]:
        found = [_Below(row.note)] if row.note and not self._unit_shown else []
        found += [_Below(offer.name, offer.amount, "success", "tag") for offer in row.offers]
        return found + ([_Below(row.blocked, "", "danger", "refused")] if row.blocked else [])

    def _paint_first_line(self, painter: QPainter, rect: QRect, row: BasketRow) -> None:
        look = self._look
        height, pad = look.px(ROW), look.px(10)
        quantity_width, amount_width = look.px(78), look.px(96)
        unit_width = look.px(84) if self._unit_shown else 0
        top, left, right = rect.y(), rect.x(), rect.right()
        ink = look.colour("ink")
        quantity = QRect(left, top, quantity_width, height)
        role = "strong" if len(row.quantity) < 5 else "body"
        font = look.font(role, bold=True, tabular=True)
        paint.text(painter, quantity, row.quantity, font, ink, paint.CENTRE)
        amount = QRect(right - pad - amount_width, top, amount_width, height)
        font = look.font("strong", tabular=True)
        paint.text(painter, amount, row.amount, font, ink, paint.RIGHT)
        if unit_width:
            unit = QRect(amount.x() - unit_width, top, unit_width, height)
            font = look.font("body", tabular=True)
            paint.text(painter, unit, row.unit_price, font, look.colour("ink2"), paint.RIGHT)
        name_left = left + quantity_width + look.px(12)
        width = amount.x() - unit_width - name_left - look.px(8)
        self._paint_name(painter, QRect(name_left, top, width, height), row.name)

    def _paint_name(self, painter: QPainter, rect: QRect, name: str) -> None:
        look = self._look
        font = look.font("line")
        if len(paint.lines(name, font, rect.width(), 2)) > 1:
            font, line = look.font("caption"), look.px(20)
        else:
            line = look.line_height("line")
        broken = paint.lines(name, font, rect.width(), 2)
        top = rect.y() + (rect.height() - line * len(broken)) // 2
        for at, words in enumerate(broken):
            place = QRect(rect.x(), top + at * line, rect.width(), line)
            paint.text(painter, place, words, font, look.colour("ink"))

    def _paint_below(self, painter: QPainter, rect: QRect, top: int, below: _Below) -> None:
        look, ink = self._look, self._look.colour(below.tone)
        left, pad, height = rect.x() + look.px(90), look.px(10), look.px(24)
        if below.icon:
            side = look.px(18)
            middle = top + (height - side) // 2
            paint.icon(painter, look, below.icon, below.tone, left, middle, side)
            left += side + look.px(8)
        right = rect.right() - pad
        if below.amount:
            amount_rect = QRect(right - look.px(96), top, look.px(96), height)
            font = look.font("caption", bold=True, tabular=True)
            paint.text(painter, amount_rect, below.amount, font, ink, paint.RIGHT)
            right = amount_rect.x() - look.px(8)
        font = look.font("caption")
        words = paint.lines(below.words, font, right - left, 1)[0]
        paint.text(painter, QRect(left, top, right - left, height), words, font, ink)
