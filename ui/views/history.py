"""The history: a search line, the receipts as a table, and the chosen one's receipt beside."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.appearance import Layout
from ui.presenters.history import HistoryPresenter, HistoryState, ReceiptTile
from ui.presenters.receipt import ReceiptState
from ui.views.parts import back_button, column, panel, row
from ui.views.receipt import PaperPanel
from ui.widgets.buttons import ActionButton, Kind, main_button
from ui.widgets.fields import SearchBox
from ui.widgets.lists import ListRow, RowList
from ui.widgets.tables import Column, DataTable, TableRow
from ui.widgets.text import Icon, Panel, Text
from ui.widgets.view import GrowingView, ViewContext

PREVIEW_WIDTH = 460
PREVIEW_WIDTH_COMPACT = 360


class HistoryView(GrowingView):
    """Wide and compact show the receipt beside; narrow and portrait open it on its own screen."""

    def __init__(
        self, presenter: HistoryPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self._release_receipt: Callable[[], None] | None = None
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: HistoryPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        label = words("history.search_label")
        self._search = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self._search.input.setAccessibleName(label)
        self._search.edited.connect(presenter.search)
        self._summary = Text(look, role="caption", tone="ink2")
        self._empty = Text(look, role="body", tone="ink2", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sales = self._make_list()
        yield
        self._more = ActionButton(look, words("history.more"), icon="down", height=44)
        self._more.clicked.connect(presenter.older)
        self._doubt, self._doubt_words = self._make_doubt()
        yield
        self._paper = PaperPanel(look, self)
        self._paper.hide()
        self._open = ActionButton(
            look, words("history.open"), icon="receipt", key="Enter", height=72
        )
        self._open.clicked.connect(presenter.open)
        beside = look.layout in (Layout.WIDE, Layout.COMPACT)
        # Three side by side under a small receipt have room for their words alone.
        tight = look.narrow or look.layout is Layout.COMPACT
        yield
        self._pdf = ActionButton(
            look,
            words("history.save_pdf"),
            icon="" if tight else "file",
            height=56 if beside else 72,
        )
        self._pdf.clicked.connect(presenter.save_pdf)
        self._back = ActionButton(
            look,
            words("action.return"),
            icon="" if tight else "undo",
            key="" if look.narrow else "F8",
            height=56 if beside else 72,
        )
        self._back.clicked.connect(presenter.take_back)
        self.void = ActionButton(
            look,
            words("action.void"),
            icon="" if tight else "undo",
            kind=Kind.DANGER,
            height=56 if beside else 72,
        )
        self.void.clicked.connect(presenter.void)
        printed = "" if look.narrow else "receipt"
        self._main = main_button(look, words("history.reprint"), icon=printed)
        self._main.clicked.connect(presenter.reprint)
        yield
        self._arrange()
        self.home = self._search.input
        self._release_receipt = presenter.receipt.subscribe(self._present_receipt)
        self.bind(presenter)

    def release(self) -> None:
        """Let go of the receipt too."""
        if self._release_receipt is not None:
            self._release_receipt()
        super().release()

    def _make_list(self) -> DataTable | RowList:
        """A table where there is room for its columns, else rows of two lines."""
        words, presenter = self.words, self._presenter
        if self.look.layout is not Layout.WIDE:
            made: DataTable | RowList = RowList(self.look, name=words("history.results"))
            made.reached_end.connect(presenter.older)
        else:
            columns = (
                Column(title=words("history.col_time")),
                Column(title=words("history.col_number")),
                Column(title=words("history.col_kind")),
                Column(title=words("history.col_member"), stretch=True),
                Column(title=words("history.col_operator")),
                Column(title=words("history.col_receipt")),
                Column(title=words("history.col_amount"), amount=True),
            )
            table = DataTable(self.look, columns, name=words("history.results"))
            table.reached_end.connect(presenter.older)
            made = table
        made.chosen.connect(lambda place: presenter.choose(presenter.state.rows[place].paper_id))
        made.opened.connect(lambda _: presenter.open())
        return made

    def _make_doubt(self) -> tuple[Panel, Text]:
        look, words, presenter = self.look, self.words, self._presenter
        frame = Panel("warn")
        inside = row(look, frame, pad=8)
        said = Text(look, role="body", tone="warn", wrap=True)
        again = ActionButton(look, words("history.unconfirmed_print"), icon="printer")
        again.clicked.connect(presenter.print_unconfirmed)
        enough = ActionButton(look, words("history.unconfirmed_keep"))
        enough.clicked.connect(presenter.keep_unconfirmed)
        inside.addWidget(Icon(look, "look", 24, tone="warn"))
        inside.addWidget(said, 1)
        inside.addWidget(again)
        inside.addWidget(enough)
        return frame, said

    def _arrange(self) -> None:
        look = self.look
        head = row(look, gap=12)
        self._leave = back_button(look, self.words, self._presenter.escape)
        head.addWidget(self._leave, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._search, 1)
        frame, inside = panel(look, pad=4 if look.narrow else 8, gap=4)
        top = row(look)
        top.addWidget(self._summary, 1)
        if not look.narrow:
            inside.addLayout(top)
        inside.addWidget(self._sales, 1)
        inside.addWidget(self._empty, 1)
        if not look.narrow:
            inside.addWidget(self._more)
        whole = column(look, self, pad=8)
        whole.addLayout(head)
        whole.addWidget(self._doubt)
        if look.layout in (Layout.WIDE, Layout.COMPACT):
            wide = look.layout is Layout.WIDE
            beside = row(look)
            beside.addWidget(frame, 1)
            place = QWidget()
            place.setFixedWidth(look.px(PREVIEW_WIDTH if wide else PREVIEW_WIDTH_COMPACT))
            right = column(look, place)
            right.addWidget(self._paper, 1)
            self._paper.show()
            acts = row(look)
            for button in (self.void, self._pdf, self._back):
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                acts.addWidget(button, 1)
            right.addLayout(acts)
            right.addWidget(self._main)
            beside.addWidget(place)
            whole.addLayout(beside, 1)
            self._open.hide()
        else:
            whole.addWidget(frame, 1)
            self._add_foot(whole)

    def _add_foot(self, whole: QVBoxLayout) -> None:
        """Void stands farthest from what is pressed most: nobody voids who meant to print."""
        foot = row(self.look)
        if self.look.narrow:
            # The PDF is offered with the opened receipt, and older ones come at the list's end:
            # here the list needs the room, and five buttons side by side would be cut.
            for button in (self.void, self._open, self._back):
                foot.addWidget(button)
        else:
            above = row(self.look)
            for button in (self.void, self._pdf, self._back):
                above.addWidget(button, 1)
            whole.addLayout(above)
            foot.addWidget(self._open)
        foot.addWidget(self._main, 1)
        whole.addLayout(foot)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes back, search, what is in doubt, the list, the receipt, what is done with it."""
        found = (self._leave, self._search, self._doubt, self._sales, self._more)
        return (*found, self._paper, self.void, self._pdf, self._back, self._open, self._main)

    def present(self, state: HistoryState) -> None:
        """Show the rows."""
        self._search.present(state.search)
        self._summary.setText(state.summary)
        chosen = next((n for n, tile in enumerate(state.rows) if tile.chosen), -1)
        if isinstance(self._sales, DataTable):
            self._sales.present(tuple(_table_row(tile) for tile in state.rows), chosen)
        else:
            self._sales.present(tuple(_list_row(tile) for tile in state.rows), chosen)
        nothing = not state.rows and bool(state.empty)
        self._sales.setVisible(not nothing)
        self._empty.setVisible(nothing)
        self._empty.setText("\n".join(part for part in (state.empty, state.empty_hint) if part))
        self._more.setVisible(state.more and not self.look.narrow)
        self._doubt.setVisible(bool(state.unconfirmed))
        self._doubt_words.setText(state.unconfirmed_text)
        self._open.setEnabled(state.chosen is not None)
        self._back.setEnabled(state.can_take_back)
        self.void.setEnabled(state.can_take_back)

    def _present_receipt(self, state: ReceiptState) -> None:
        self._paper.present(state)
        self._pdf.setEnabled(state.receipt is not None)
        self._main.setEnabled(state.can_print)


def _table_row(tile: ReceiptTile) -> TableRow:
    cells = (tile.at, tile.number, tile.kind, tile.who, tile.operator, _printed(tile), tile.amount)
    return TableRow(id=tile.paper_id, cells=cells, spoken=_spoken(tile))


def _list_row(tile: ReceiptTile) -> ListRow:
    return ListRow(
        id=tile.paper_id,
        title=tile.number,
        sub=f"{tile.kind} · {tile.at} · {tile.who} · {tile.operator}",
        amount=tile.amount,
        note=_printed(tile),
        spoken=_spoken(tile),
    )


def _printed(tile: ReceiptTile) -> str:
    return f"▲ {tile.printed}" if tile.look else tile.printed


def _spoken(tile: ReceiptTile) -> str:
    parts = (tile.number, tile.kind, tile.at, tile.who, tile.operator, tile.printed, tile.amount)
    return ", ".join(parts)
