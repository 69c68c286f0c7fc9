"""The left of the sale: entry line, the basket with its head, and the totals."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posloyalty.wording import Words
from ui.appearance import Appearance, Layout
from ui.appearance.metrics import GAP
from ui.presenters.sale import SalePresenter
from ui.presenters.sale_state import SaleState
from ui.views.counter_rows import basket_row
from ui.widgets import paint
from ui.widgets.basket_list import BasketList, BasketWords
from ui.widgets.entry_line import EntryLine
from ui.widgets.text import Panel, Text
from ui.widgets.totals import TotalsPanel

# Where the list paints its amount and unit price, so that their heads stand over them.
AMOUNT_WIDTH = 106
UNIT_WIDTH = 84


class BasketPanel(Panel):
    """Entry line, head, lines and totals. `entry_apart` leaves the entry line to the screen."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        presenter: SalePresenter,
        *,
        entry_apart: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent)
        narrow = look.layout is Layout.NARROW
        self._narrow = narrow
        self.entry = EntryLine(look, name=words("sale.entry_name"), undo_words=words("sale.undo"))
        self.entry.pressed.connect(presenter.find)
        self.list = BasketList(look, basket_words(words))
        self._join(presenter)
        self._count = Text(look, role="caption", tone="ink2")
        self._saved = Text(look, role="caption", tone="success", bold=True, tabular=True)
        self.totals = TotalsPanel(look)
        self._line = Panel("surface")
        pad = look.px(4 if narrow else GAP)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, 0)
        column.setSpacing(0)
        if not entry_apart:
            column.addWidget(self.entry)
        column.addLayout(self._head(look, words))
        column.addWidget(self.list, 1)
        if narrow:
            self.totals.hide()
            self.totals.setParent(self)
        else:
            rule = Rule(look)
            column.addWidget(rule)
            column.addWidget(self.totals)

    def present(self, state: SaleState) -> None:
        """Show lines and totals."""
        self.entry.present(state.hint, state.echo)
        self.list.present(tuple(basket_row(row) for row in state.rows), state.selected)
        self._count.setText(state.count)
        total = state.total
        self.totals.present(
            label=total.label,
            total=total.total,
            before=total.before,
            saved=total.saved,
            given=total.given,
        )
        saved = "" if total.saved is None else "  ".join(total.saved)
        self._saved.setText(saved if self._narrow else "")

    def _join(self, presenter: SalePresenter) -> None:
        self.list.chosen.connect(presenter.select)
        self.list.quantity.connect(presenter.quantity)
        self.list.why.connect(presenter.why_line)
        self.list.fewer.connect(lambda _number: presenter.fewer())
        self.list.more.connect(lambda _number: presenter.more())
        self.list.price.connect(lambda _number: presenter.line_price())
        self.list.discount.connect(lambda _number: presenter.line_discount())
        self.list.removed.connect(lambda _number: presenter.remove())

    def _head(self, look: Appearance, words: Words) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setContentsMargins(look.px(10), look.px(4), look.px(10), look.px(4))
        head.setSpacing(0)
        head.addWidget(self._count, 1)
        head.addWidget(self._saved)
        if self._narrow:
            return head
        if look.layout is not Layout.COMPACT:
            unit = Text(look, words("sale.price_head"), "caption", tone="ink3", align=paint.RIGHT)
            unit.setFixedWidth(look.px(UNIT_WIDTH))
            head.addWidget(unit)
        amount = Text(look, words("sale.amount_head"), "caption", tone="ink3", align=paint.RIGHT)
        amount.setFixedWidth(look.px(AMOUNT_WIDTH - 10))
        head.addWidget(amount)
        return head


class Rule(QWidget):
    """A line between two parts of a panel."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setFixedHeight(look.edge_width)

    def paintEvent(self, event: object) -> None:
        """One line."""
        from PySide6.QtGui import QPainter

        QPainter(self).fillRect(self.rect(), self._look.colour("line"))


def basket_words(words: Words) -> BasketWords:
    """Names of the row's buttons."""
    return BasketWords(
        fewer=words("sale.fewer"),
        more=words("sale.more"),
        quantity=words("sale.quantity"),
        price=words("sale.set_price"),
        discount=words("sale.take_off"),
        why=words("sale.why_line"),
        remove=words("sale.remove_line"),
        empty=words("sale.empty"),
        list_name=words("sale.basket_name"),
    )
