"""The sheet that spends points: the largest useful amount, its worth, steps, the pad."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from ui.appearance.metrics import GAP
from ui.presenters.redeem import RedeemPresenter, RedeemState
from ui.views.parts import empty_layout
from ui.views.sheets import SheetView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.number_pad import AmountBox, NumberPad, PadKind
from ui.widgets.text import Icon, Text
from ui.widgets.view import ViewContext


class RedeemView(SheetView):
    """Shows a `RedeemState`; tells presses."""

    def __init__(self, presenter: RedeemPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("sale.redeem_title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self._tabs: tuple[object, ...] = ()
        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(look.px(GAP))
        self._balance = Text(look, tone="ink2", tabular=True)
        self.box = AmountBox(look)
        self.less = ActionButton(look, icon="minus", name=words("sale.redeem_less"), height=64)
        self.less.clicked.connect(presenter.down)
        self.more = ActionButton(look, icon="plus", name=words("sale.redeem_more"), height=64)
        self.more.clicked.connect(presenter.up)
        self.most = ActionButton(look, words("sale.redeem_most"), height=44 if look.narrow else 56)
        self.most.clicked.connect(presenter.most)
        self._worth = Text(look, role="strong", tone="success", tabular=True)
        self._left = Text(look, role="body", tone="ink2", tabular=True)
        self._to_pay = Text(look, role="body", tone="ink2", tabular=True)
        self._finding = Text(look, role="caption", tone="danger", wrap=True)
        self.pad = NumberPad(
            look,
            PadKind.AMOUNT,
            clear_words=words("sale.pad_clear"),
            backspace_name=words("sale.pad_backspace"),
        )
        self.pad.typed.connect(presenter.typed)
        self.pad.backspace.connect(presenter.backspace)
        self.pad.clear.connect(presenter.clear)
        self.ok = ActionButton(
            look,
            "",
            name=words("sale.redeem_title"),
            icon="gift",
            key="↵",
            kind=Kind.SOFT,
            role="strong",
            height=48 if look.narrow else 64,
        )
        self.ok.clicked.connect(presenter.enter)
        self.remove = ActionButton(
            look,
            words("sale.redeem_remove"),
            icon="undo",
            key="Del",
            height=48 if look.narrow else 64,
        )
        self.remove.clicked.connect(presenter.remove)
        self.reasons = QWidget()
        self._reason_column = QVBoxLayout(self.reasons)
        self._reason_column.setContentsMargins(0, 0, 0, 0)
        self._reason_column.setSpacing(look.px(GAP))
        self.working = QWidget()
        self._arrange()
        self.bind(presenter)

    def present(self, state: RedeemState) -> None:
        """Show the amount and what it means, or why there is none."""
        self._show_tabs(state)
        self._balance.setText(state.balance)
        self.box.present(state.label, state.amount, fresh=state.fresh)
        self._worth.setText(state.worth)
        self._left.setText(state.left)
        self._to_pay.setText(state.to_pay)
        self._finding.setText(state.finding or state.steps)
        self._finding.set_tone("danger" if state.finding else "ink3")
        self.ok.set_words(state.ok)
        self.ok.setEnabled(state.ready)
        self.remove.setVisible(state.can_remove)
        refused = bool(state.refused)
        self.working.setVisible(not refused)
        self.ok.setVisible(not refused)
        self.reasons.setVisible(refused)
        empty_layout(self._reason_column)
        for reason in state.refused:
            self._reason_column.addWidget(reason_line(self, "refused", "danger", reason))
        self._reason_column.addStretch(1)

    def _show_tabs(self, state: RedeemState) -> None:
        if state.tabs == self._tabs:
            return
        self._tabs = state.tabs
        empty_layout(self._tab_row)
        group = QButtonGroup(self)
        for tab in state.tabs:
            button = ActionButton(self.look, tab.name, checkable=True)
            button.setChecked(tab.chosen)
            button.clicked.connect(
                lambda _=False, wallet=tab.wallet: self._presenter.choose_wallet(wallet)
            )
            group.addButton(button)
            self._tab_row.addWidget(button, 1)

    def _arrange(self) -> None:
        look, gap = self.look, self.look.px(GAP)
        steps = QHBoxLayout()
        steps.setSpacing(gap)
        steps.addWidget(self.less)
        steps.addWidget(self.box, 1)
        steps.addWidget(self.more)
        told = QHBoxLayout()
        told.setSpacing(look.px(12))
        told.addWidget(self._worth)
        told.addWidget(self._left)
        told.addStretch(1)
        told.addWidget(self.most)
        words = QVBoxLayout()
        words.setSpacing(gap)
        for part in (steps, told):
            words.addLayout(part)
        words.addWidget(self._to_pay)
        words.addWidget(self._finding)
        foot = QHBoxLayout()
        foot.setSpacing(gap)
        foot.addWidget(self.remove)
        foot.addWidget(self.ok, 1)
        if look.narrow:
            beside = QHBoxLayout(self.working)
            beside.setContentsMargins(0, 0, 0, 0)
            beside.setSpacing(gap)
            left = QVBoxLayout()
            left.addLayout(words)
            left.addStretch(1)
            beside.addLayout(left, 1)
            beside.addWidget(self.pad, 1)
            left.addLayout(foot)
            foot.insertWidget(0, self.frame.close_button)
            self.frame.title.hide()
            self.body.addWidget(self.working, 1)
            self.body.addWidget(self.reasons, 1)
            self._balance.hide()
            self._balance.setParent(self)
        else:
            column = QVBoxLayout(self.working)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(gap)
            column.addLayout(words)
            column.addWidget(self.pad, 1)
            self.body.addLayout(self._tab_row)
            self.body.addWidget(self._balance)
            self.body.addWidget(self.working, 1)
            self.body.addWidget(self.reasons, 1)
            self.body.addLayout(foot)


def reason_line(view: SheetView, icon: str, tone: str, text: str) -> QWidget:
    """A shape and a sentence."""
    look = view.look
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(look.px(10))
    row.addWidget(Icon(look, icon, 24, tone=tone))
    row.addWidget(Text(look, text, wrap=True), 1)
    line.setAccessibleName(text)
    return line
