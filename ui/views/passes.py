"""The sheet of passes and privileges: rows with what is left, using one, taking a use back."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy

from ui.appearance import Layout
from ui.appearance.metrics import GAP
from ui.presenters.passes import PassesPresenter, PassesState
from ui.views.sheets import SheetView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.lists import ListRow, RowList
from ui.widgets.view import ViewContext


class PassesView(SheetView):
    """Shows a `PassesState`; tells presses."""

    def __init__(self, presenter: PassesPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("passes.title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self.list = RowList(look, name=words("passes.title"))
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._choose)
        height = 48 if look.narrow else 56
        self.use = ActionButton(
            look,
            words("passes.use"),
            icon="check",
            key="Enter" if look.layout is Layout.WIDE else "",
            kind=Kind.SOFT,
            height=height,
        )
        self.use.clicked.connect(presenter.enter)
        self.take_back = ActionButton(look, words("passes.take_back"), icon="undo", height=height)
        self.take_back.clicked.connect(presenter.take_back)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(GAP))
        for button in (self.take_back, self.use):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            foot.addWidget(button, 1)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(foot)
        self.home = self.list
        self.bind(presenter)

    def present(self, state: PassesState) -> None:
        """Show the rows; one that cannot be used now is faint and says why."""
        chosen = next((at for at, row in enumerate(state.rows) if row.chosen), -1)
        rows = tuple(
            ListRow(
                id=row.id,
                title=row.title,
                sub=row.sub,
                amount=row.left,
                spoken=row.spoken,
                icon="check" if row.usable else "refused",
                faint=not row.usable,
            )
            for row in state.rows
        )
        self.list.present(rows, chosen, empty=state.empty)
        self.use.setEnabled(state.can_use)
        self.take_back.setEnabled(state.can_take_back)

    def _choose(self, place: int) -> None:
        rows = self.list.rows
        if 0 <= place < len(rows) and isinstance(rows[place].id, str):
            self._presenter.choose(rows[place].id)
