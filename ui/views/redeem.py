"""The sheet that spends points: the largest useful amount, its worth, steps, the pad."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.appearance import Layout
from ui.appearance.metrics import GAP
from ui.presenters.redeem import RedeemPresenter, RedeemState
from ui.views.parts import empty_layout
from ui.views.sheets import SheetView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.number_pad import AmountBox, NumberPad, PadKind
from ui.widgets.text import Icon, Text
from ui.widgets.view import ViewContext

# How high the amount and its steps are, and in a sheet lower than this.
STEPS, STEPS_LOW, LOW = 64, 56, 548


class RedeemView(SheetView):
    """Shows a `RedeemState`; tells presses."""

    def __init__(self, presenter: RedeemPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("sale.redeem_title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        upright = look.layout is Layout.WIDE
        self._tabs: tuple[object, ...] = ()
        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(look.px(GAP))
        self._balance = Text(look, role="caption", tone="ink2", tabular=True)
        self.box = AmountBox(look)
        self.less = ActionButton(look, icon="minus", name=words("sale.redeem_less"), height=STEPS)
        self.less.clicked.connect(presenter.down)
        self.more = ActionButton(look, icon="plus", name=words("sale.redeem_more"), height=STEPS)
        self.more.clicked.connect(presenter.up)
        self._worth = Text(look, bold=True, tone="success", tabular=True)
        self._left = Text(look, role="caption", tone="ink2", tabular=True)
        self._to_pay = Text(look, role="caption", tone="ink2", tabular=True)
        self._finding = Text(look, role="caption", tone="danger", bold=True)
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
            icon="gift" if upright else "",
            key="Enter" if upright else "",
            kind=Kind.SOFT,
            role="strong" if upright else "body",
            height=48 if look.narrow else 64 if not upright else 56,
        )
        self.ok.clicked.connect(presenter.enter)
        self.remove = ActionButton(
            look,
            words("sale.redeem_remove") if upright else "",
            name=words("sale.redeem_remove"),
            icon="undo",
            key="Del" if upright else "",
            height=48 if look.narrow else 64 if not upright else 56,
        )
        self.remove.clicked.connect(presenter.remove)
        self.approve = ActionButton(
            look,
            words("action.approve_points"),
            icon="" if upright else "key",
            key="F9" if upright else "",
            height=56 if upright else 44,
        )
        self.approve.clicked.connect(presenter.approve)
        self.approve.hide()
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
        told = (state.balance, state.steps if not state.finding else "")
        self._balance.setText(" · ".join(part for part in told if part))
        upright = self.look.layout is Layout.WIDE
        label = state.label if upright else self.words("sale.points_unit")
        self.box.present(label, state.amount, fresh=state.fresh)
        self._worth.setText(state.worth)
        self._left.setText(state.left)
        self._to_pay.setText(state.to_pay)
        self._finding.setText(state.finding)
        self.ok.set_words(state.ok)
        self.ok.setEnabled(state.ready)
        # In one row with the approval there is room for one of both: the chip beside the sheet and
        # Del spend none, too.
        self.remove.setVisible(state.can_remove and not (upright and state.approve))
        self.approve.setVisible(bool(state.approve))
        # There is no room for how far an approval goes; the name says it, and whoever approves
        # reads it.
        self.approve.set_words(self.words("action.approve_points"), name=state.approve)
        refused = bool(state.refused)
        self.working.setVisible(not refused)
        self.ok.setVisible(not refused)
        self.reasons.setVisible(refused)
        if not upright:
            # Nothing can be keyed in; without the pad there is room to say what this is about.
            words = (self._worth, self._left, self._to_pay, self._finding)
            for part in (self.box, self.less, self.more, *words, self._close):
                part.setVisible(not refused)
            self.frame.title.setVisible(refused)
            self.frame.close_button.setVisible(refused)
        empty_layout(self._reason_column)
        for reason in state.refused:
            self._reason_column.addWidget(reason_line(self, "refused", "danger", reason))
        self._reason_column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the frame and the steps leave the pad's keys their height."""
        super().resizeEvent(event)
        if self.look.layout is Layout.WIDE:
            low = self.height() < self.look.px(LOW)
            self.frame.set_tight(low)
            for part in (self.less, self.box, self.more):
                part.setFixedHeight(self.look.px(STEPS_LOW if low else STEPS))

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
        if look.layout is Layout.COMPACT:
            # Beside the pad there is no room for the box between its steps.
            for button in (self.less, self.more):
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                steps.addWidget(button, 1)
            # In the row below it would take from the pad's width.
            steps.addWidget(self.remove)
        else:
            steps.addWidget(self.less)
            steps.addWidget(self.box, 1)
            steps.addWidget(self.more)
        foot = QHBoxLayout()
        foot.setSpacing(gap)
        if look.layout is Layout.WIDE:
            self._arrange_upright(steps, foot)
        else:
            self._arrange_beside(steps, foot)
        if look.layout is not Layout.COMPACT:
            foot.addWidget(self.remove)
        foot.addWidget(self.ok, 1)

    def _arrange_upright(self, steps: QHBoxLayout, foot: QHBoxLayout) -> None:
        look = self.look
        # The balance stands under the title, in its row: the pad needs the height.
        head = self.frame.head
        titles = QVBoxLayout()
        titles.setSpacing(0)
        head.removeWidget(self.frame.title)
        titles.addWidget(self.frame.title)
        titles.addWidget(self._balance)
        head.insertLayout(0, titles, 1)
        told = QHBoxLayout()
        told.setSpacing(look.px(12))
        for part in (self._worth, self._left, self._finding):
            told.addWidget(part)
        told.addStretch(1)
        told.addWidget(self._to_pay)
        column = QVBoxLayout(self.working)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))  # the words between need no more, the pad's keys do
        column.addLayout(steps)
        column.addLayout(told)
        column.addWidget(self.pad, 1)
        self.body.addLayout(self._tab_row)
        self.body.addWidget(self.working, 1)
        self.body.addWidget(self.reasons, 1)
        # Not on a row of its own: in a window 720 high the pad's keys need its height.
        foot.addWidget(self.approve)
        self.body.addLayout(foot)

    def _arrange_beside(self, steps: QHBoxLayout, foot: QHBoxLayout) -> None:
        """Words at the left, the pad at the right, no title: the pad's keys keep their size."""
        look, gap = self.look, self.look.px(GAP)
        self.frame.title.hide()
        self.frame.close_button.hide()
        left = QVBoxLayout()
        left.setSpacing(look.px(2))
        left.addLayout(self._tab_row)
        if look.layout is Layout.COMPACT:
            left.addWidget(self.box)
            left.addSpacing(look.px(6))
        left.addLayout(steps)
        for part in (self._worth, self._left, self._to_pay, self._finding):
            left.addWidget(part)
        left.addWidget(self.reasons, 1)
        left.addStretch(1)
        left.addWidget(self.approve)
        left.addSpacing(look.px(6))
        left.addLayout(foot)
        self._close = ActionButton(
            look, icon="close", name=self.words("common.close"), height=48 if look.narrow else 64
        )
        self._close.clicked.connect(self._presenter.escape)
        foot.addWidget(self._close)
        pad = QVBoxLayout(self.working)
        pad.setContentsMargins(0, 0, 0, 0)
        pad.addWidget(self.pad)
        beside = QHBoxLayout()
        beside.setSpacing(gap)
        beside.addLayout(left, 1)
        beside.addWidget(self.working, 1)
        self.body.addLayout(beside, 1)
        self.tighten()
        self._balance.hide()
        self._balance.setParent(self)


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
