"""Parts of the pay screen: the sums on top, fields that the pad fills, notes, payments taken."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posloyalty.domain.shop.tender import TenderKind
from posloyalty.wording import Words
from ui.appearance import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, TARGET
from ui.presenters.pay import PayPresenter
from ui.presenters.pay_state import NoteState, PaidRow, PayState, PendingRow
from ui.views.parts import empty_layout
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.entry_line import announce
from ui.widgets.text import Icon, Panel, Text

NOTES_MOST = 5
NOTES_NARROW = 4
ROW_ICONS = {
    TenderKind.CASH: "cash",
    TenderKind.CARD: "card",
    TenderKind.QR_WALLET: "qr",
    TenderKind.GIFT_CARD: "gift",
    TenderKind.WALLET: "wallet",
}


class DueBar(Panel):
    """To pay, paid, and large at the right what is still due."""

    def __init__(self, look: Appearance, words: Words, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._look = look
        narrow = look.narrow
        small = "body" if narrow else "title"
        self._row = QHBoxLayout(self)
        pad = look.px(4 if narrow else 12)
        self._row.setContentsMargins(pad, look.px(2 if narrow else 4), 2 * pad, look.px(2))
        self._row.setSpacing(look.px(16 if narrow else 24))
        self._payable: Text | None = None
        self._paid: Text | None = None
        if narrow:
            self._row.setSpacing(look.px(GAP))
        else:
            self._payable = self._pair(words("pay.to_pay"), small)
            self._paid = self._pair(words("pay.paid"), small)
        self._row.addStretch(1)
        self._label = Text(look, role="caption", tone="ink2", align=paint.RIGHT)
        self._due = Text(look, role="strong" if narrow else "due", tabular=True, align=paint.RIGHT)
        self._right = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._right.setSpacing(0)
        self._right.addWidget(self._label)
        self._right.addWidget(self._due)
        self._row.addLayout(self._right)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._said = ""

    def set_low(self, low: bool) -> None:
        """In a low window the label stands beside what is due, and the bar is a line lower."""
        way = QBoxLayout.Direction
        self._right.setDirection(way.LeftToRight if low else way.TopToBottom)
        self._right.setSpacing(self._look.px(16) if low else 0)

    def with_back(self, back: ActionButton, place: int = 0) -> DueBar:
        """Take a way back to the left end."""
        self._row.insertWidget(place, back)
        return self

    def present(self, state: PayState) -> None:
        """Show the sums; what is due is told when it changes."""
        if self._payable is not None and self._paid is not None:
            self._payable.setText(state.payable)
            self._paid.setText(state.paid)
        self._label.setText(state.due_label)
        self._due.setText(state.due)
        said = f"{state.due_label} {state.due}"
        self.setAccessibleName(said)
        if said != self._said:
            self._said = said
            announce(self, said)

    def _pair(self, label: str, role: str) -> Text:
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addWidget(Text(self._look, label, "caption", tone="ink2"))
        figure = Text(self._look, role=role, bold=True, tabular=True)
        column.addWidget(figure)
        column.addStretch(1)
        self._row.addLayout(column)
        return figure


class FieldBox(QAbstractButton):
    """A figure or number that the pad fills; a press makes it the one that is filled."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._label = self._value = self._hint = ""
        self._active = self._fresh = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(look.px(46 if look.narrow else 52))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(
        self, label: str, value: str, *, active: bool, fresh: bool = False, hint: str = ""
    ) -> None:
        """Show a value; `fresh` marks a proposal that the first digit replaces."""
        shown = (label, value, active, fresh, hint)
        if shown == (self._label, self._value, self._active, self._fresh, self._hint):
            return
        self._label, self._value, self._active, self._fresh, self._hint = shown
        self.setAccessibleName(f"{label} {value}".strip())
        self.setAccessibleDescription(hint)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a label and seven digits."""
        return QSize(self._look.px(200), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, label, value."""
        look, painter = self._look, QPainter(self)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("surface" if self._active else "sunken"),
            edge=look.colour("focus" if self._active else "edge"),
            width=look.px(2) if self._active else look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        side = look.px(12 if look.narrow else 16)
        inner = self.rect().adjusted(side, 0, -side, 0)
        font = look.font("title", tabular=True)
        font.setPixelSize(look.px(26 if look.narrow else 30))
        width = QFontMetrics(font).horizontalAdvance(self._value) + look.px(12)
        # The value is whole; in the smallest windows its label gives way.
        body, room = look.font("body"), max(1, inner.width() - width)
        label = paint.lines(self._label, body, room, 1)[0]
        paint.text(painter, inner, label, body, look.colour("ink2"))
        painter.setFont(font)
        if self._value:
            if self._fresh:
                paint.fresh(painter, look, inner, width, margin=8)
            paint.text(painter, inner, self._value, font, look.colour("ink"), paint.RIGHT)
        elif self._hint:
            label = look.text_width(self._label, "body") + look.px(12)
            rect = inner.adjusted(label, 0, 0, 0)
            hint = paint.lines(self._hint, look.font("caption"), rect.width(), 1)[0]
            paint.text(painter, rect, hint, look.font("caption"), look.colour("ink3"), paint.RIGHT)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))


class NoteRow(QWidget):
    """Sums that settle at once, or QR wallets to choose from, always in the same five places."""

    def __init__(
        self, look: Appearance, presenter: PayPresenter, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._narrow = look.narrow
        self._notes: tuple[NoteState, ...] = ()
        self.buttons: list[ActionButton] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(GAP))
        for place in range(NOTES_NARROW if look.narrow else NOTES_MOST):
            button = ActionButton(
                look,
                "",
                name="-",
                role="caption" if look.narrow else "strong",
                height=44 if look.narrow else 52,
                parent=self,
            )
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, at=place: self._give(at))
            row.addWidget(button, 1)
            self.buttons.append(button)

    def present(self, notes: tuple[NoteState, ...]) -> None:
        """Show the sums, and places without one stay bare; wallets' names have the whole row."""
        narrow = self._narrow
        self._notes = notes = tuple(note for note in notes if note.short or not narrow)
        wallets = any(note.scheme is not None for note in notes)
        for place, button in enumerate(self.buttons):
            there = place < len(notes)
            policy = button.sizePolicy()
            policy.setRetainSizeWhenHidden(not wallets)
            button.setSizePolicy(policy)
            button.setVisible(there)
            if there:
                note = notes[place]
                button.set_words(note.short if narrow else note.label, name=note.spoken)

    def _give(self, place: int) -> None:
        if place >= len(self._notes):
            return
        note = self._notes[place]
        if note.scheme is None:
            self._presenter.give(note.amount_minor)
        else:
            self._presenter.choose_wallet(note.scheme)


class PaidList(QWidget):
    """Payments taken, each with its way back."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        presenter: PayPresenter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._presenter = look, words, presenter
        self._rows: tuple[tuple[PaidRow, ...], tuple[PendingRow, ...]] | None = None
        self.take_back: list[ActionButton] = []
        self.ask_again: list[ActionButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.px(GAP))

    def present(self, rows: tuple[PaidRow, ...], pending: tuple[PendingRow, ...]) -> None:
        """Show the payments, or that there is none; and what the terminal has not answered."""
        if (rows, pending) == self._rows:
            return
        self._rows = (rows, pending)
        empty_layout(self._column)
        self.take_back, self.ask_again = [], []
        if not rows and not pending:
            empty = Text(self._look, self._words("pay.nothing_paid"), "caption", tone="ink3")
            self._column.addWidget(empty)
        for row in rows:
            self._column.addWidget(self._panel(row))
        for open_row in pending:
            self._column.addWidget(self._pending(open_row))

    def _pending(self, row: PendingRow) -> Panel:
        look = self._look
        panel = Panel("warn")
        panel.setAccessibleName(row.spoken)
        whole = QVBoxLayout(panel)
        whole.setContentsMargins(look.px(10), look.px(4), look.px(4), look.px(4))
        whole.setSpacing(look.px(4))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, look.px(8), 0)
        line.setSpacing(look.px(GAP))
        line.addWidget(Icon(look, "look", 20, tone="warn"))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Text(look, row.title))
        names.addWidget(Text(look, row.sub, "caption", tone="warn", bold=True, wrap=look.narrow))
        line.addLayout(names, 1)
        line.addWidget(Text(look, row.amount, "strong", tabular=True, align=paint.RIGHT))
        whole.addLayout(line)
        acts = QHBoxLayout()
        acts.setSpacing(look.px(GAP))
        again = self._act(row.again, "sync", row.amount)
        again.clicked.connect(lambda _=False, one=row.id: self._presenter.ask_again(one))
        settle = self._act(row.settle, "next", row.amount)
        settle.clicked.connect(lambda _=False: self._presenter.settle())
        for button in (again, settle):
            acts.addWidget(button, 1)
            self.ask_again.append(button)
        whole.addLayout(acts)
        return panel

    def _act(self, words: str, icon: str, amount: str) -> ActionButton:
        """In the narrowest column two of them have room for small words alone."""
        narrow = self._look.narrow
        button = ActionButton(
            self._look,
            words,
            icon="" if narrow else icon,
            name=f"{words} {amount}",
            role="caption" if narrow else "body",
        )
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    def _panel(self, row: PaidRow) -> Panel:
        look = self._look
        panel = Panel("success" if row.chosen else "surface")
        panel.setAccessibleName(row.spoken)
        line = QHBoxLayout(panel)
        # Without a way back the amounts still stand under one another.
        right = look.px(4 + (TARGET + GAP if row.stays else 0))
        line.setContentsMargins(look.px(10), look.px(2), right, look.px(2))
        line.setSpacing(look.px(GAP))
        line.addWidget(Icon(look, ROW_ICONS[row.kind], 20, tone="success"))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Text(look, row.title, wrap=look.narrow))
        if row.sub:
            names.addWidget(Text(look, row.sub, "caption", tone="ink2"))
        line.addLayout(names, 1)
        line.addWidget(Text(look, row.amount, "strong", tabular=True, align=paint.RIGHT))
        if not row.stays:
            line.addWidget(self._way_back(row))
        return panel

    def _way_back(self, row: PaidRow) -> ActionButton:
        back = ActionButton(
            self._look,
            icon="undo",
            name=f"{self._words('pay.remove_payment')} {row.title} {row.amount}",
            kind=Kind.QUIET,
        )
        back.clicked.connect(lambda _=False, number=row.number: self._presenter.take_back(number))
        self.take_back.append(back)
        return back
