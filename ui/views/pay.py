"""The pay screen: what is due on top, what was paid at the left, tenders, the pad, COMPLETE.

Nothing moves under a finger: kinds, notes and pad keep their places whatever is chosen; the change
stands in a place of its own over the main button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posloyalty.domain.shop.tender import TenderKind
from ui.appearance import Layout
from ui.appearance.metrics import GAP, MAIN, MAIN_LEAST, MAIN_PORTRAIT, TARGET
from ui.presenters.pay import PayPresenter
from ui.presenters.pay_state import PayState
from ui.presenters.tendering import KINDS, PayField
from ui.views.counter_rows import chip_row
from ui.views.parts import WhereRoom, amount_pad, at_the_foot, back_button, scrolling
from ui.views.pay_parts import DueBar, FieldBox, NoteRow, PaidList
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.chips import ChipList
from ui.widgets.number_pad import ChangeLine
from ui.widgets.text import Text
from ui.widgets.totals import FigureList
from ui.widgets.view import GrowingView, ViewContext

ICONS = {
    TenderKind.CASH: "cash",
    TenderKind.CARD: "card",
    TenderKind.QR_WALLET: "qr",
    TenderKind.GIFT_CARD: "gift",
    TenderKind.WALLET: "wallet",
}
TENDERS_ACROSS = 3
# The lowest list of payments that is of use: its heading and the two taps that move it.
LIST_LEAST = 2 * TARGET
# The given sum, notes, pad and change in a portrait window: with keys of 64, and with large ones.
KEYS_LEAST, KEYS_MOST = 484, 560
# Below this the bar of what is due, the change and a pad with keys of 64 are too high together.
LOW = 672
# From so high on, a narrow window has room for the payments over the pad.
TALL = 720


class PayView(GrowingView):
    """Shows a `PayState`; tells presses."""

    def __init__(
        self, presenter: PayPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self._halves: QBoxLayout | None = None
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: PayPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        if look.narrow:
            self.back = ActionButton(look, icon="back", name=words("common.back"))
            self.back.clicked.connect(presenter.back)
        else:
            self.back = back_button(look, words, presenter.back)
        self.due = DueBar(look, words)
        self.paid = PaidList(look, words, presenter)
        # Where the list of payments may have no room, one button takes the newest back, and one
        # leads to what no terminal has answered.
        self.take_back = self._beside_due("undo", "pay.remove_payment", presenter.remove)
        self.settle = self._beside_due("look", "pay.settle", presenter.settle)
        yield
        self.chips = ChipList(
            look, why_name=words("sale.why"), more_words=words("sale.more_chips", n="{n}"), most=3
        )
        self.chips.toggled.connect(presenter.press_chip)
        self.chips.why.connect(presenter.why_chip)
        self.sums = FigureList(look)
        self.sums.setAccessibleName(words("pay.sums_name"))
        self.kinds = self._make_kinds()
        yield
        self.amount = FieldBox(look)
        self.amount.clicked.connect(lambda: presenter.fill(PayField.AMOUNT))
        self.reference = FieldBox(look)
        self.reference.clicked.connect(lambda: presenter.fill(PayField.REFERENCE))
        self.notes = NoteRow(look, presenter)
        yield
        self._whole: bool | None = None
        self.pad = amount_pad(look, self.words, presenter)
        yield
        self.change = ChangeLine(look)
        self.main = ActionButton(
            look,
            words("pay.complete"),
            icon="check",
            key="F12",
            kind=Kind.MAIN,
            height=MAIN_PORTRAIT if self.context.layout is Layout.PORTRAIT else MAIN_LEAST,
        )
        self.main.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if self.context.layout is Layout.WIDE:
            # 96 where there is room; the smallest wide window has just enough for 72.
            self.main.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
            self.main.setMaximumHeight(look.px(MAIN))
        self.main.clicked.connect(presenter.main_action)
        yield
        self._arrange(self.context.layout)
        self.sheet_place = self.sheet_side
        self.bind(presenter)

    def present(self, state: PayState) -> None:
        """Show everything."""
        self.due.present(state)
        removable = any(not row.stays for row in state.paid_rows)
        self.take_back.setVisible(removable and self.look.narrow)
        self.settle.setVisible(bool(state.pending_rows) and self.look.narrow)
        self.paid.present(state.paid_rows, state.pending_rows)
        self.chips.present(tuple(chip_row(chip) for chip in state.chips))
        self.also.setVisible(bool(state.chips))
        self.sums.present(state.sums)
        for button, kind in zip(self.kinds, state.kinds, strict=False):
            button.set_words(button.text() if self.look.narrow else kind.label, name=kind.label)
            button.setChecked(kind.chosen)
            button.setEnabled(not state.busy)
            button.setVisible(kind.offered)
        amount = state.field is PayField.AMOUNT
        self.amount.present(
            state.amount_label, state.amount, active=amount, fresh=state.amount_fresh and amount
        )
        # What goes is hidden first: both at once would ask the window for more height.
        going, coming = self.reference, self.notes
        if state.wants_reference:
            going, coming = coming, going
        going.hide()
        coming.show()
        self.reference.present(
            state.reference_label,
            state.reference,
            active=not amount,
            hint=state.reference_hint,
        )
        self.reference.setProperty("typing", state.wants_reference and not amount)
        self.notes.present(state.notes)
        self.pad.show_point(not state.whole)
        self.change.present(state.change_label, state.change, state.change_kind)
        self.main.set_words(state.main)
        self.main.set_icon("check" if state.completes else "")
        self.main.setEnabled(state.ready)
        self.back.setEnabled(not state.busy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window that is tall has the payments over the pad, each as wide as it is; in a
        low one what is due and the change leave the pad's keys their height.
        """
        super().resizeEvent(event)
        if self.context.layout in (Layout.WIDE, Layout.COMPACT):
            low = self.height() < self.look.px(LOW)
            self.due.set_low(low)
            self.change.set_low(low)
        if self._halves is not None:
            tall = self.height() > max(self.width(), self.look.px(TALL))
            way = QBoxLayout.Direction
            self._halves.setDirection(way.TopToBottom if tall else way.LeftToRight)

    def free_for_keys(self) -> QRect | None:
        """Over payments and kinds: what is due, the entry, the pad and the main button stay."""
        if self.context.layout not in (Layout.WIDE, Layout.COMPACT):
            return None
        at = self.reference.mapTo(self, QPoint(0, 0))
        top = self.sheet_side.mapTo(self, QPoint(0, 0)).y()
        return QRect(0, top, at.x(), self.height() - top)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes back, payments, chips, kinds, amount, notes or reference, pad, main."""
        return (
            self.due,
            self.paid,
            self.chips,
            *self.kinds,
            self.amount,
            self.notes,
            self.reference,
            self.pad,
            self.main,
        )

    def _beside_due(self, icon: str, name: str, pressed: Callable[[], None]) -> ActionButton:
        button = ActionButton(self.look, icon=icon, name=self.words(name), parent=self)
        button.clicked.connect(pressed)
        button.hide()
        return button

    def _make_kinds(self) -> list[ActionButton]:
        look, words = self.look, self.words
        group = QButtonGroup(self)
        buttons = []
        for place, kind in enumerate(KINDS, start=1):
            button = ActionButton(
                look,
                words(f"pay.short_{kind.value}" if look.narrow else f"pay.{kind.value}"),
                name=words(f"pay.{kind.value}"),
                icon=ICONS[kind],
                key="" if look.narrow else f"Ctrl+{place}",
                checkable=True,
                left=not look.narrow,
                stacked=look.narrow,
                role="strong" if not look.narrow else "caption",
                height=48 if look.narrow else 72,
            )
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, at=place: self._presenter.tender(at))
            group.addButton(button)
            buttons.append(button)
        return buttons

    # Layouts

    def _arrange(self, layout: Layout) -> None:
        look, gap = self.look, self.look.px(GAP)
        self.also = Text(look, self.words("pay.also_usable"), "caption", tone="ink2", bold=True)
        head = self.due.with_back(self.back)
        left = self._left()
        if layout is Layout.NARROW:
            self._arrange_narrow(left)
            return
        keys = self._keys()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap, gap, gap, gap)
        whole.setSpacing(gap)
        whole.addWidget(head)
        if layout is Layout.PORTRAIT:
            whole.addWidget(left, 1)
            whole.addLayout(self._kind_grid())
            # In lower windows the pad gives way: payments and chips stay more than a sliver.
            keys.setMinimumHeight(look.px(KEYS_LEAST))
            keys.setMaximumHeight(look.px(KEYS_MOST))
            whole.addWidget(keys, 2)
            whole.addWidget(self.main)
            self.sheet_side = left
            return
        beside = QHBoxLayout()
        beside.setSpacing(gap)
        tenders = QVBoxLayout()
        tenders.setSpacing(gap)
        tenders.addWidget(Text(look, self.words("pay.tender"), "caption", tone="ink2", bold=True))
        for button in self.kinds:
            tenders.addWidget(button)
        tenders.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(gap)
        right.addWidget(keys, 5)
        right.addWidget(self.main, 1 if layout is Layout.WIDE else 0)
        wide = layout is Layout.WIDE
        beside.addWidget(left, 400 if wide else 356)
        beside.addLayout(tenders, 270 if wide else 190)
        beside.addLayout(right, 656 if wide else 462)
        whole.addLayout(beside, 1)
        self.sheet_side = left

    def _arrange_narrow(self, left: QWidget) -> None:
        """Everything but the pad at the left, so that the pad's keys keep their size."""
        gap = self.look.px(GAP)
        side = QVBoxLayout()
        side.setSpacing(gap)
        self.due.with_back(self.take_back, place=1)
        self.due.with_back(self.settle, place=2)
        side.addWidget(self.due)
        side.addLayout(self._kind_grid(len(self.kinds)))
        for part in (self.amount, self.notes, self.reference):
            side.addWidget(part)
        side.addWidget(WhereRoom(left, self.look.px(LIST_LEAST)), 1)
        self._halves = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._halves.setSpacing(gap)
        self._halves.addLayout(side, 1)
        self._halves.addLayout(at_the_foot(self.look, self.pad), 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap, gap, gap, gap)
        whole.setSpacing(gap)
        whole.addLayout(self._halves, 1)
        whole.addWidget(self.main)
        self.change.hide()
        self.change.setParent(self)
        self.sheet_side = self

    def _kind_grid(self, across: int = TENDERS_ACROSS) -> QGridLayout:
        """Kinds in rows, in reach of the pad; the lowest windows have room for one row alone."""
        grid = QGridLayout()
        grid.setSpacing(self.look.px(GAP))
        for place, button in enumerate(self.kinds):
            grid.addWidget(button, place // across, place % across)
        return grid

    def _left(self) -> QWidget:
        """Paid so far, what is also usable, the sums."""
        look = self.look
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(GAP))
        title = Text(look, self.words("pay.paid_so_far"), "caption", tone="ink2", bold=True)
        if self.context.layout is Layout.PORTRAIT:
            beside = QHBoxLayout()
            beside.setSpacing(look.px(16))
            one, other = QVBoxLayout(), QVBoxLayout()
            for part in (title, self.paid, self.also, self.chips):
                one.addWidget(part)
            one.addStretch(1)
            other.addWidget(self.sums)
            other.addStretch(1)
            beside.addLayout(one, 1)
            beside.addLayout(other, 1)
            column.addLayout(beside)
        else:
            for part in (title, self.paid, self.also, self.chips, self.sums):
                column.addWidget(part)
            column.addStretch(1)
        area = scrolling(look, inner)
        area.setMinimumWidth(0)
        return area

    def _keys(self) -> QWidget:
        """Given, notes, pad, change."""
        look = self.look
        keys = QWidget()
        column = QVBoxLayout(keys)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(GAP))
        fields = QHBoxLayout()
        fields.setSpacing(look.px(GAP))
        fields.addWidget(self.amount, 1)
        column.addLayout(fields)
        # Notes and reference share one place: one of them is wanted at a time.
        place = QVBoxLayout()
        place.addWidget(self.notes)
        place.addWidget(self.reference)
        column.addLayout(place)
        column.addWidget(self.pad, 1)
        column.addWidget(self.change)
        keys.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        keys.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return keys
