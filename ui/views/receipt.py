"""A receipt on a screen of its own: the paper in the middle, what can be done with it beside."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posloyalty.documents.receipt_marks import Page
from ui.appearance import Appearance, Layout
from ui.presenters.receipt import ReceiptPresenter, ReceiptState
from ui.views.parts import back_button, column, row, scrolling
from ui.views.receipt_paper import ReceiptPaper
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.text import Panel, Text
from ui.widgets.view import ScreenView, ViewContext


class ReceiptView(ScreenView):
    """Paper left, buttons right; in portrait below."""

    def __init__(self, presenter: ReceiptPresenter, context: ViewContext) -> None:
        super().__init__(context)
        look, words = self.look, self.words
        self._title = Text(look, role="title")
        self._note = Text(look, role="body", tone="ink2")
        self._paper = PaperPanel(look)
        self._reprint = ActionButton(
            look, words("history.reprint"), icon="receipt", key="Ctrl+P", height=56
        )
        self._reprint.clicked.connect(presenter.reprint)
        self._hint = Text(look, words("history.reprint_sub"), "caption", tone="ink2", wrap=True)
        self._pdf = ActionButton(look, words("history.save_pdf"), icon="file", height=56)
        self._pdf.clicked.connect(presenter.save_pdf)
        self._main = main_button(look, words("history.to_sale"), icon="next")
        self._main.clicked.connect(presenter.main_action)
        head = row(look, gap=16)
        head.addWidget(back_button(look, words, presenter.escape))
        head.addWidget(self._title, 1)
        if not look.narrow:
            head.addWidget(self._note)
        whole = column(look, self, pad=8)
        whole.addLayout(head)
        if look.layout is Layout.PORTRAIT:
            whole.addWidget(self._paper, 1)
            foot = row(look)
            foot.addWidget(self._reprint)
            foot.addWidget(self._pdf)
            foot.addWidget(self._main, 1)
            whole.addLayout(foot)
        else:
            beside = row(look)
            beside.addWidget(self._paper, 1)
            right = column(look)
            right.addWidget(self._reprint)
            right.addWidget(self._hint)
            right.addWidget(self._pdf)
            right.addStretch(1)
            right.addWidget(self._main)
            place = QWidget()
            place.setLayout(right)
            if not look.narrow:
                place.setFixedWidth(look.px(360))
            self._hint.setVisible(not look.narrow)
            beside.addWidget(place)
            whole.addLayout(beside, 1)
        self.bind(presenter)

    def present(self, state: ReceiptState) -> None:
        """Show a receipt."""
        self._title.setText(state.title)
        self._note.setText(state.note)
        self._paper.present(state)
        self._reprint.setEnabled(state.can_print)
        self._pdf.setEnabled(state.receipt is not None)


class PaperPanel(Panel):
    """The paper on its ground, scrolling when it is long."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__("sunken", parent)
        self._paper = ReceiptPaper(look)
        self._empty = Text(look, role="body", tone="ink3", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner = QWidget()
        inside = column(look, inner, pad=16)
        inside.addWidget(self._paper)
        inside.addStretch(1)
        self._area = scrolling(look, inner)
        # A narrower paper is shorter: a bar that came and went with its length would never rest.
        self._area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        # Arrows and Page keys scroll a long receipt once Tab has come here.
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)
        whole.addWidget(self._empty)

    def present(self, state: ReceiptState) -> None:
        """Show the state's receipt, or why there is none."""
        page = cast("Page | None", state.page)
        self._paper.present(page, state.title)
        self._area.setAccessibleName(state.title)
        self._area.setVisible(page is not None)
        self._empty.setVisible(page is None)
        self._empty.setText("" if state.reading else state.empty)
