"""The sheet that finds an article: what is typed, the rows, one chosen."""

from __future__ import annotations

from ui.presenters.find_item import FindPresenter, FindState
from ui.views.counter_rows import found_row
from ui.views.sheets import SheetView
from ui.widgets.entry_line import EntryLine
from ui.widgets.lists import RowList
from ui.widgets.text import Text
from ui.widgets.view import ViewContext


class FindView(SheetView):
    """Shows a `FindState`; tells presses."""

    def __init__(self, presenter: FindPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("sale.find_title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self.line = EntryLine(
            look,
            name=words("sale.find_title"),
            undo_words=words("sale.undo"),
            key="Enter",
            icon="search",
        )
        self._summary = Text(look, role="caption", tone="ink2")
        self.list = RowList(look, name=words("sale.find_name"), row_height=56)
        self.list.chosen.connect(self._take)
        self.list.opened.connect(self._take)
        self.body.addWidget(self.line)
        if look.narrow:
            self._summary.hide()
            self._summary.setParent(self)
        else:
            self.body.addWidget(self._summary)
        self.body.addWidget(self.list, 1)
        self.home = self.list
        self.line.setProperty("typing", True)
        self.typing = self.line
        self.bind(presenter)

    def present(self, state: FindState) -> None:
        """Show what is typed and what was found."""
        self.line.present(self.words("sale.find_hint"), state.text)
        self._summary.setText(state.summary)
        chosen = next((at for at, row in enumerate(state.rows) if row.chosen), -1)
        rows = tuple(found_row(row) for row in state.rows)
        self.list.present(rows, chosen, empty=state.empty)

    def _take(self, place: int) -> None:
        rows = self.list.rows
        if 0 <= place < len(rows) and isinstance(rows[place].id, bytes):
            self._presenter.choose(rows[place].id)
