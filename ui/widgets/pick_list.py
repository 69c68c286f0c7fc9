"""Rows to tick and count, such as the lines of a sale that come back.

Shape: a `PickRow` is a `ListRow` with its box and its count. A press on a row ticks it; the chosen
row carries − and + in a place that every row keeps for them, left of the amount, so that nothing
moves. The buttons exist once, however many rows there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, TARGET
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.lists import ListRow, RowList, RowPainter

COUNT = 44
AMOUNT = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow(ListRow):
    """One row; `number` is what the signals tell. What cannot be ticked says why in its `sub`."""

    number: int
    count: str
    ticked: bool
    can_tick: bool
    can_count: bool


class PickList(RowList):
    """The rows, and signals with the number of the row that was pressed or counted."""

    ticked = Signal(int)
    counted = Signal(int, int)

    def __init__(
        self,
        look: Appearance,
        *,
        name: str,
        fewer: str,
        more: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(look, name=name, parent=parent)
        self._steps = QWidget(self.viewport())
        row = QHBoxLayout(self._steps)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(COUNT))
        self.fewer = ActionButton(look, icon="minus", name=fewer)
        self.more = ActionButton(look, icon="plus", name=more)
        for button, by in ((self.fewer, -1), (self.more, 1)):
            button.clicked.connect(lambda _checked=False, step=by: self._count(step))
            row.addWidget(button)
        # Nothing is less than nothing: a finger in its place means the row.
        kept = self.fewer.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.fewer.setSizePolicy(kept)
        self._steps.hide()
        self.chosen.connect(self._pressed)
        self.opened.connect(self._pressed)
        self.verticalScrollBar().valueChanged.connect(self._place_steps)

    def _painter(self, look: Appearance, row_height: int) -> RowPainter:
        return _PickPainter(look, row_height, self)

    def present(
        self, rows: tuple[ListRow, ...], selected: int = -1, *, empty: str | None = None
    ) -> None:
        """Show rows, the chosen one in view with its buttons."""
        super().present(rows, selected, empty=empty)
        self._place_steps()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons follow their row."""
        super().resizeEvent(event)
        self._place_steps()

    def _row(self) -> PickRow | None:
        row = self.rows[self.selected] if 0 <= self.selected < len(self.rows) else None
        return row if isinstance(row, PickRow) else None

    def _pressed(self, place: int) -> None:
        row = self.rows[place]
        if isinstance(row, PickRow):
            self.ticked.emit(row.number)

    def _count(self, by: int) -> None:
        row = self._row()
        if row is not None:
            self.counted.emit(row.number, by)

    def _place_steps(self) -> None:
        row = self._row()
        if row is None or not row.can_count:
            self._steps.hide()
            return
        look = self._look
        rect = self.visualRect(self.model().index(self.selected, 0))
        zone = count_zone(look, rect)
        self._steps.setGeometry(zone)
        self.fewer.setVisible(row.ticked)
        self._steps.show()


def count_zone(look: Appearance, rect: QRect) -> QRect:
    """Where − count + stand in a row, whose rectangle holds the gap below it."""
    height, side = look.px(TARGET), look.px(12)
    width = 2 * height + look.px(COUNT)
    right = rect.right() - look.px(AMOUNT) - 2 * side
    top = rect.y() + (rect.height() - look.px(GAP) - height) // 2
    return QRect(right - width, top, width, height)


class _PickPainter(RowPainter):
    """Paints a row with its box at the left and its count by the amount."""

    def beside(self, row: ListRow) -> int:
        """Box and amount; a row that says why at length cannot be ticked, and has no count."""
        return self.look.px(12 + paint.TICK + 12 + 4 + AMOUNT + 12)

    def paint_picture(self, painter: QPainter, inner: QRect, row: ListRow) -> int:
        """The box."""
        look = self.look
        side = look.px(paint.TICK)
        place = QRect(inner.x(), inner.y() + (inner.height() - side) // 2, side, side)
        if isinstance(row, PickRow) and not (row.can_tick or row.ticked):
            paint.icon(painter, look, "refused", "ink3", place.x(), place.y(), side)
        else:
            ticked = isinstance(row, PickRow) and row.ticked
            paint.tick_box(painter, look, place, checked=ticked)
        return place.right() + look.px(12)

    def paint_right(self, painter: QPainter, inner: QRect, row: ListRow) -> int:
        """The count in its place, the amount at the edge."""
        look = self.look
        zone = count_zone(look, inner.adjusted(-look.px(12), 0, look.px(12), look.px(GAP)))
        ink = look.colour("ink3" if row.faint else "ink")
        font = look.font("strong", tabular=True)
        amount = QRect(inner.right() - look.px(AMOUNT), inner.y(), look.px(AMOUNT), inner.height())
        paint.text(painter, amount, row.amount, font, ink, paint.RIGHT)
        if isinstance(row, PickRow) and (row.can_tick or row.ticked):
            paint.text(painter, zone, row.count, font, ink, paint.CENTRE)
            return zone.x() - look.px(GAP)
        return amount.x()
