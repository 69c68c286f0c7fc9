"""The sheet of open payments: rows, and what can be done with the chosen one."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QSizePolicy

from ui.appearance import Layout
from ui.appearance.metrics import GAP
from ui.presenters.open_payments import OpenPaymentsPresenter, OpenPaymentsState
from ui.views.sheets import SheetView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.lists import ListRow, RowList
from ui.widgets.view import ViewContext


class OpenPaymentsView(SheetView):
    """Shows an `OpenPaymentsState`; tells presses."""

    def __init__(self, presenter: OpenPaymentsPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("pay.open_title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self.list = RowList(look, name=words("pay.open_title"))
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._choose)

        def button(code: str, icon: str, *, key: str = "", kind: Kind = Kind.PLAIN) -> ActionButton:
            made = ActionButton(
                look, words(code), icon=icon, key=key, kind=kind, height=48 if look.narrow else 56
            )
            made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            return made

        upright = look.layout is Layout.WIDE
        self.ask = button("pay.ask_again", "sync", key="Enter" if upright else "", kind=Kind.SOFT)
        self.ask.clicked.connect(presenter.enter)
        self.took = button("pay.was_taken", "check")
        self.took.clicked.connect(presenter.took)
        self.took_not = button("pay.was_not_taken", "refused")
        self.took_not.clicked.connect(presenter.took_not)
        self.returned = button("pay.was_returned", "undo")
        self.returned.clicked.connect(presenter.returned)
        foot = QGridLayout()
        foot.setSpacing(look.px(GAP))
        foot.addWidget(self.ask, 0, 0)
        foot.addWidget(self.returned, 0, 1)
        foot.addWidget(self.took, 1, 0)
        foot.addWidget(self.took_not, 1, 1)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(foot)
        self.home = self.list
        self.bind(presenter)

    def present(self, state: OpenPaymentsState) -> None:
        """Show the payments; what cannot be done with the chosen one is grey."""
        chosen = next((at for at, row in enumerate(state.rows) if row.chosen), -1)
        rows = tuple(
            ListRow(
                id=row.id,
                title=row.title,
                sub=row.sub,
                amount=row.amount,
                spoken=row.spoken,
                icon="look",
            )
            for row in state.rows
        )
        self.list.present(rows, chosen, empty=state.empty)
        for button, words in (
            (self.took, state.took),
            (self.took_not, state.took_not),
            (self.returned, state.returned),
        ):
            if words:
                button.set_words(words)
        self.ask.setEnabled(state.can_ask)
        self.took.setEnabled(state.can_settle)
        self.took_not.setEnabled(state.can_settle)
        self.returned.setEnabled(state.can_return)

    def _choose(self, place: int) -> None:
        rows = self.list.rows
        if 0 <= place < len(rows) and isinstance(rows[place].id, bytes):
            self._presenter.choose(rows[place].id)
