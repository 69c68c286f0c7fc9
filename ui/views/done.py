"""The done screen: the change, read at arm's length, and on to the next customer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout

from ui.appearance import Layout
from ui.appearance.metrics import GAP, MAIN, MAIN_LEAST, MAIN_PORTRAIT
from ui.presenters.done import DonePresenter
from ui.presenters.done_state import DoneState, ReceiptIs
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.entry_line import announce
from ui.widgets.text import Icon, Tag, Text
from ui.widgets.view import ScreenView, ViewContext

RECEIPT_TONES = {
    ReceiptIs.PRINTED: ("success", "receipt"),
    ReceiptIs.PRINTING: ("plain", "printer"),
    ReceiptIs.WAITING: ("plain", "printer"),
    ReceiptIs.UNKNOWN: ("warn", "printer"),
    ReceiptIs.NOT_WANTED: ("plain", "receipt"),
    ReceiptIs.DISMISSED: ("plain", "receipt"),
}


class DoneView(ScreenView):
    """Shows a `DoneState`; tells presses."""

    def __init__(self, presenter: DonePresenter, context: ViewContext) -> None:
        super().__init__(context)
        look, words, centre = self.look, self.words, Qt.AlignmentFlag.AlignCenter
        narrow = context.layout is Layout.NARROW
        self._title = Text(look, role="title", tone="success")
        self._label = Text(look, role="title", tone="ink2", bold=False, align=centre)
        self._change = Text(look, role="due" if narrow else "change", tabular=True, align=centre)
        self._given = Text(look, tone="ink2", tabular=True, align=centre, wrap=True)
        self.receipt = Tag(look)
        self.points = Tag(look)
        self.saved = Tag(look)
        self._number = Text(look, role="caption", tone="ink3", tabular=True, align=centre)
        self._hint = Text(look, role="caption", tone="ink2", align=centre)
        self.reprint = ActionButton(
            look,
            words("done.reprint"),
            icon="" if narrow else "receipt",
            key="" if narrow else "Ctrl+P",
            height=MAIN_LEAST,
        )
        self.reprint.clicked.connect(presenter.reprint)
        self.show_receipt = ActionButton(
            look, words("done.show_receipt"), icon="" if narrow else "file", height=MAIN_LEAST
        )
        self.show_receipt.clicked.connect(presenter.show_receipt)
        self.void = ActionButton(
            look,
            words("done.void"),
            icon="" if narrow else "undo",
            kind=Kind.DANGER,
            height=MAIN_LEAST,
        )
        self.void.clicked.connect(presenter.void)
        self.next = ActionButton(
            look,
            words("done.next"),
            icon="" if narrow else "next",
            key="F12",
            kind=Kind.MAIN,
            height={Layout.PORTRAIT: MAIN_PORTRAIT, Layout.WIDE: MAIN}.get(
                context.layout, MAIN_LEAST
            ),
        )
        self.next.clicked.connect(presenter.main_action)
        self._said = ""
        self._arrange(context.layout)
        self.bind(presenter)

    def present(self, state: DoneState) -> None:
        """Show everything; the change is told at once."""
        self._title.setText(state.title)
        self._label.setText(state.change_label)
        self._change.setText(state.change)
        self._given.setText(state.given)
        self.receipt.setVisible(state.receipt_is is not None)
        if state.receipt_is is not None:
            tone, icon = RECEIPT_TONES[state.receipt_is]
            tone = "warn" if state.receipt_late else tone
            self.receipt.present(state.receipt, tone=tone, icon=icon)
        points = " · ".join((state.member, *state.points) if state.member else state.points)
        self.points.present(points, icon="star")
        self.points.setVisible(bool(points))
        self.saved.present(state.saved, icon="saved")
        self._number.setText(state.number)
        self.void.setVisible(bool(state.void))
        self._hint.setText(state.hint)
        said = f"{state.change_label} {state.change}"
        self.setAccessibleName(f"{state.title} {said}")
        if state.number and state.number + said != self._said:
            self._said = state.number + said
            announce(self, said)

    def _arrange(self, layout: Layout) -> None:
        look, narrow = self.look, layout is Layout.NARROW
        pad = look.px(8 if narrow else 24)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(pad, pad, pad, pad)
        whole.setSpacing(look.px(4 if narrow else 12))
        whole.addStretch(3)
        head = QHBoxLayout()
        head.setSpacing(look.px(GAP))
        head.addStretch(1)
        head.addWidget(Icon(look, "check-circle", 28, tone="success"))
        head.addWidget(self._title)
        head.addStretch(1)
        whole.addLayout(head)
        for part in (self._label, self._change, self._given):
            whole.addWidget(part)
        tags = (self.receipt, self.points, self.saved)
        upright = narrow or layout is Layout.PORTRAIT or layout is Layout.COMPACT
        for line in ((self.receipt, self.saved), (self.points,)) if upright else (tags,):
            row = QHBoxLayout()
            row.setSpacing(look.px(GAP))
            row.addStretch(1)
            for tag in line:
                row.addWidget(tag)
            row.addStretch(1)
            whole.addLayout(row)
        if narrow:
            self._number.hide()
            self._number.setParent(self)
        else:
            whole.addWidget(self._number)
        whole.addStretch(4)
        foot = QVBoxLayout() if layout is Layout.PORTRAIT else QHBoxLayout()
        foot.setSpacing(look.px(GAP))
        for button in (self.reprint, self.show_receipt, self.void, self.next):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        foot.addWidget(self.reprint, 2)
        foot.addWidget(self.show_receipt, 2)
        # Apart: nobody voids a sale who meant to print it again.
        foot.addSpacing(look.px(4 if narrow else 24))
        foot.addWidget(self.void, 2)
        foot.addSpacing(look.px(4 if narrow else 24))
        foot.addWidget(self.next, 3)
        if layout is Layout.WIDE:
            for button in (self.reprint, self.show_receipt, self.void):
                button.setFixedHeight(look.px(MAIN))
        whole.addLayout(foot)
        if not narrow:
            whole.addWidget(self._hint)
        else:
            self._hint.hide()
            self._hint.setParent(self)
