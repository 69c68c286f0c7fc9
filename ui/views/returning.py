"""The return screen: the sale's lines with their boxes at the left, the money back at the right.

Wide and compact stand side by side, portrait one under another with the money and the main button
lowest. Narrow gives the goods the whole width and says the money in two lines beside its button.
Sheets cover the goods, never the money or the main button.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.appearance import Layout
from ui.appearance.metrics import MAIN, MAIN_LEAST, MAIN_PORTRAIT
from ui.presenters.returning.screen import ReturnPresenter
from ui.presenters.returning.state import ReturnLine, ReturnState, SaleChoice
from ui.presenters.returning.taking import REASONS
from ui.views.parts import Said, back_button, column, empty_layout, panel, row, scrolling
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.entry_line import announce
from ui.widgets.fields import SearchBox, Toggle
from ui.widgets.lists import ListRow, RowList
from ui.widgets.pick_list import PickList, PickRow
from ui.widgets.text import Text
from ui.widgets.totals import FigureList
from ui.widgets.view import GrowingView, ViewContext

MONEY_WIDTH = {Layout.WIDE: 440, Layout.COMPACT: 356}


class ReturnView(GrowingView):
    """Shows a `ReturnState`; tells presses."""

    def __init__(
        self, presenter: ReturnPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: ReturnPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        label = words("return.code_label")
        self.code = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self.code.input.setAccessibleName(label)
        self.code.edited.connect(presenter.search)
        self.no_receipt = ActionButton(
            look, words("return.no_receipt"), key="" if look.narrow else "F3", height=52
        )
        self.no_receipt.clicked.connect(presenter.without_receipt)
        self._heading = Text(look, role="caption", tone="ink2", tabular=True)
        self.goods = PickList(
            look,
            name=words("return.goods_name"),
            fewer=words("return.fewer"),
            more=words("return.more"),
        )
        self.goods.ticked.connect(presenter.tick_line)
        self.goods.counted.connect(presenter.count_line)
        self.choices = RowList(look, name=words("return.choices_name"))
        self.choices.chosen.connect(presenter.open_sale)
        self.choices.opened.connect(presenter.open_sale)
        self._places = QStackedWidget()
        self._places.addWidget(self.goods)
        self._places.addWidget(self.choices)
        yield
        self._reason_label = Text(look, words("return.reason"), "caption", tone="ink2")
        self._reason_group = QButtonGroup(self)
        self.reasons = [self._reason_button(place) for place in range(len(REASONS))]
        self._money_label = Text(look, role="caption", tone="ink2", bold=True)
        self._money = Text(look, role="total", tabular=True)
        self._finding = Said(look, lines=2 if look.narrow else 3, centred=False)
        self._rows = FigureList(look)
        self._points = FigureList(look)
        for figures in (self._rows, self._points):
            figures.hide()
        self._brief = Text(look, role="caption", tone="ink2", tabular=True, wrap=True)
        yield
        self._waivers = column(look)
        self._waived: tuple[object, ...] = ()
        high = {Layout.WIDE: MAIN, Layout.PORTRAIT: MAIN_PORTRAIT}
        self.main = main_button(
            look, words("return.main"), icon="undo", height=high.get(look.layout, MAIN_LEAST)
        )
        self.main.clicked.connect(presenter.main_action)
        self.exchange = self._above_main("return.exchange", icon="sync", key="F9")
        self.exchange.clicked.connect(presenter.exchange)
        # In the place of the exchange, which goods of an unknown sale cannot have.
        self.price = self._above_main("return.price", icon="tag", key="/")
        self.price.clicked.connect(presenter.line_price)
        yield
        self._said = ""
        self._arrange()
        self.home = self.goods
        self.bind(presenter)

    def _above_main(self, said: str, *, icon: str, key: str) -> ActionButton:
        """A button as wide as its place; where that is narrow its words stand alone."""
        narrow = self.look.narrow
        made = ActionButton(
            self.look,
            self.words(said),
            icon="" if narrow else icon,
            key="" if narrow else key,
            height=52 if narrow else 56,
        )
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return made

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes through the head, the goods, the reasons, what is let go, and the money."""
        let_go = (self._waivers.itemAt(n).widget() for n in range(self._waivers.count()))
        head = (self._leave, self.code, self.no_receipt)
        acts = (self.exchange, self.price, self.main)
        return (*head, self._places, *self.reasons, *filter(None, let_go), *acts)

    def present(self, state: ReturnState) -> None:
        """Show the goods and what they come to; the money is told when it changes."""
        self.code.present(state.code)
        self._heading.setText(state.heading)
        self._heading.setVisible(bool(state.heading) and not self.look.narrow)
        self.no_receipt.setEnabled(not state.busy and not state.voiding)
        self._show_goods(state)
        self._show_reasons(state)
        self._show_money(state)
        self._show_waivers(state)
        self.exchange.setEnabled(state.can_exchange and state.ready)
        own = not state.voiding or state.can_exchange
        self.exchange.setVisible(own and not state.can_price)
        self.price.setVisible(state.can_price)
        self.price.setEnabled(not state.busy)
        if state.second:
            self.exchange.set_words(state.second)
        self.main.set_words(state.main)
        self.main.setEnabled(state.chosen and not state.busy)
        if state.money and state.money != self._said:
            announce(self, f"{state.money_label} {state.money}")
        self._said = state.money

    # What is shown

    def _show_goods(self, state: ReturnState) -> None:
        self._places.setCurrentWidget(self.choices if state.choices else self.goods)
        chosen = next((n for n, one in enumerate(state.choices) if one.chosen), -1)
        self.choices.present(tuple(_choice_row(one) for one in state.choices), chosen)
        numbers = [line.number for line in state.lines]
        at = numbers.index(state.selected) if state.selected in numbers else -1
        self.goods.present(tuple(_pick_row(one) for one in state.lines), at, empty=state.hint)

    def _show_reasons(self, state: ReturnState) -> None:
        self._reason_group.setExclusive(False)
        for place, button in enumerate(self.reasons):
            there = place < len(state.reasons)
            button.setEnabled(there and not state.busy)
            if there:
                button.set_words(state.reasons[place])
            button.setChecked(place == state.reason)
        self._reason_group.setExclusive(True)

    def _show_money(self, state: ReturnState) -> None:
        self._finding.setVisible(bool(state.finding))
        self._finding.present(state.finding, refused=bool(state.finding))
        if self.look.narrow:
            rows = (*state.money_rows, *state.points_rows)
            told = " · ".join(f"{label} {amount}" for label, amount, _ in rows)
            self._brief.setText(told)
            self._brief.setVisible(not state.finding)
            return
        self._money_label.setText(state.money_label)
        self._money.setText(state.money)
        self._money.setVisible(not state.finding)
        self._rows.present(state.money_rows)
        self._points.present(state.points_rows)

    def _show_waivers(self, state: ReturnState) -> None:
        if state.waivers == self._waived:
            return
        self._waived = state.waivers
        empty_layout(self._waivers)
        for one in state.waivers:
            toggle = Toggle(self.look, one.label, self.words("return.let_go_hint"))
            toggle.present(one.let_go)
            toggle.clicked.connect(
                lambda _=False, waiver=one.waiver: self._presenter.let_go(waiver)
            )
            self._waivers.addWidget(toggle)

    def _reason_button(self, place: int) -> ActionButton:
        button = ActionButton(
            self.look,
            self.words(f"return.reason_{REASONS[place]}"),
            key="" if self.look.narrow else str(place + 1),
            checkable=True,
            height=52 if self.look.layout is not Layout.NARROW else 44,
        )
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _=False: self._presenter.choose_reason(place))
        self._reason_group.addButton(button, place)
        return button

    # Layouts

    def _arrange(self) -> None:
        look = self.look
        whole = column(look, self, pad=8)
        head = row(look, gap=8 if look.narrow else 12)
        low = Qt.AlignmentFlag.AlignBottom
        self._leave = back_button(look, self.words, self._presenter.escape)
        head.addWidget(self._leave, 0, low)
        head.addWidget(self.code, 1)
        head.addWidget(self.no_receipt, 0, low)
        whole.addLayout(head)
        left = self._left()
        whole.addWidget(left, 5)
        self.sheet_place = left
        if look.layout is Layout.NARROW:
            # Beside the reasons and the foot a pad would have no room.
            self.sheet_place = self
            self._arrange_narrow(whole)
            return
        right = self._right()
        if look.layout is Layout.PORTRAIT:
            whole.addWidget(right, 2)
            whole.addWidget(self.exchange)
            whole.addWidget(self.price)
            whole.addWidget(self.main)
            return
        whole.removeWidget(left)
        beside = row(look)
        beside.addWidget(left, 1)
        money = QWidget()
        money.setFixedWidth(look.px(MONEY_WIDTH[look.layout]))
        inside = column(look, money)
        inside.addWidget(right, 1)
        inside.addWidget(self.exchange)
        inside.addWidget(self.price)
        inside.addWidget(self.main)
        beside.addWidget(money)
        whole.addLayout(beside, 1)

    def _arrange_narrow(self, whole: QVBoxLayout) -> None:
        """No room for rows of figures: the main button says the money, two lines the rest."""
        look = self.look
        whole.addLayout(self._waivers)
        whole.addLayout(self._answers())
        foot = row(look)
        told = column(look, gap=0)
        told.addWidget(self._brief)
        told.addWidget(self._finding)
        foot.addLayout(told, 1)
        foot.addWidget(self.exchange)
        foot.addWidget(self.price)
        foot.addWidget(self.main)
        whole.addLayout(foot)
        for part in (self._money_label, self._money, self._rows, self._points):
            part.hide()
            part.setParent(self)

    def _left(self) -> QWidget:
        look = self.look
        frame, inside = panel(look, pad=4 if look.narrow else 8, gap=4 if look.narrow else 8)
        inside.addWidget(self._heading)
        inside.addWidget(self._places, 1)
        if look.narrow:
            self._reason_label.hide()
            self._reason_label.setParent(self)
        else:
            inside.addWidget(self._reason_label)
            inside.addLayout(self._answers())
        return frame

    def _answers(self) -> QHBoxLayout:
        answers = row(self.look)
        for button in self.reasons:
            answers.addWidget(button, 1)
        return answers

    def _right(self) -> QWidget:
        look = self.look
        frame, inside = panel(look, pad=16, gap=8)
        for part in (self._money_label, self._money, self._finding):
            inside.addWidget(part)
        inner = QWidget()
        told = column(look, inner)
        for figures in (self._rows, self._points):
            told.addWidget(figures)
        told.addLayout(self._waivers)
        told.addStretch(1)
        inside.addWidget(scrolling(look, inner), 1)
        return frame


def _pick_row(line: ReturnLine) -> PickRow:
    return PickRow(
        id=str(line.number),
        number=line.number,
        title=line.name,
        sub=line.sub,
        count=line.count,
        amount=line.amount,
        ticked=line.ticked,
        can_tick=line.can_tick,
        can_count=line.can_count,
        faint=bool(line.why_not),
        whole=bool(line.why_not),
        spoken=line.spoken,
    )


def _choice_row(choice: SaleChoice) -> ListRow:
    return ListRow(
        id=choice.sale_id,
        title=choice.number,
        sub=choice.sub,
        amount=choice.amount,
        icon="receipt",
    )
