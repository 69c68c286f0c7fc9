"""The sheet of held baskets: the rows, and the name of the chosen one."""

from __future__ import annotations

from ui.presenters.recall import HeldTile, RecallPresenter, RecallState
from ui.views.sheets import SheetView
from ui.widgets.fields import TextField
from ui.widgets.lists import ListRow, RowList
from ui.widgets.view import ViewContext


class RecallView(SheetView):
    """Shows a `RecallState`; tells presses."""

    def __init__(self, presenter: RecallPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("sale.recall_title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self.list = RowList(look, name=words("sale.recall_title"))
        self.list.chosen.connect(self._take)
        self.list.opened.connect(self._take)
        label = words("sale.held_name")
        self.field = TextField(look, "" if look.narrow else label, hint=label, ime=True)
        self.field.input.setAccessibleName(label)
        self.field.edited.connect(presenter.name)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.field)
        self.home = self.list
        self.bind(presenter)

    def present(self, state: RecallState) -> None:
        """Show the rows and the name."""
        chosen = next((n for n, tile in enumerate(state.rows) if tile.chosen), -1)
        self.list.present(tuple(_row(tile) for tile in state.rows), chosen, empty=state.empty)
        self.field.present(state.naming)
        self.field.setVisible(state.can_name)

    def _take(self, place: int) -> None:
        self._presenter.take(self._presenter.state.rows[place].sale_id)


def _row(tile: HeldTile) -> ListRow:
    return ListRow(
        id=tile.sale_id, title=tile.name, sub=tile.sub, amount=tile.total, spoken=tile.spoken
    )
