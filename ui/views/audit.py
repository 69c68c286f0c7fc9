"""The audit: days, groups, a person, a search line; the entries below; F12 writes a file."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy

from ui.appearance import Layout
from ui.presenters.audit import NAMES, SPANS, AuditPresenter, AuditState, AuditTile
from ui.views.parts import back_button, column, panel, row
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.fields import Choice, SearchBox
from ui.widgets.lists import ListRow, RowList
from ui.widgets.tables import Column, DataTable, TableRow
from ui.widgets.text import Text
from ui.widgets.view import GrowingView, ViewContext


class AuditView(GrowingView):
    """Shows an `AuditState`; tells presses."""

    def __init__(
        self, presenter: AuditPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: AuditPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        label = words("audit.search_label")
        self._search = SearchBox(look, "", hint=label)
        self._search.input.setAccessibleName(label)
        self._search.edited.connect(presenter.search)
        self._spans = Choice(look, "", tuple(words(f"audit.span_{days}") for days in SPANS))
        self._spans.setAccessibleName(words("audit.spans"))
        self._spans.chosen.connect(presenter.choose_span)
        self._groups = Choice(look, "", tuple(words(f"audit.group_{name}") for name in NAMES))
        self._groups.setAccessibleName(words("audit.groups"))
        self._groups.chosen.connect(presenter.choose_group)
        yield
        self._days = Text(look, role="body", bold=True, tabular=True, align=paint.CENTRE)
        self._person = Text(look, role="body", bold=True, align=paint.CENTRE)
        self._arrows = {
            name: self._arrow(icon, name, intent)
            for icon, name, intent in (
                ("left", "earlier", presenter.earlier),
                ("right", "later", presenter.later),
                ("left", "person_before", presenter.person_before),
                ("right", "next_person", presenter.next_person),
            )
        }
        self._summary = Text(look, role="caption", tone="ink2")
        self._empty = Text(look, role="body", tone="ink2", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        yield
        self._list = self._make_list()
        yield
        self._more = ActionButton(look, words("audit.more"), icon="down")
        self._more.clicked.connect(presenter.older)
        self._main = main_button(look, words("audit.export"), icon="export")
        self._main.clicked.connect(presenter.export)
        self._arrange()
        self.home = self._list
        self.bind(presenter)

    def present(self, state: AuditState) -> None:
        """Show what was found, and what it was narrowed by."""
        self._search.present(state.search)
        self._spans.present(state.span)
        self._groups.present(state.group)
        self._days.setText(state.days)
        self._person.setText(state.person)
        self._arrows["later"].setEnabled(state.later)
        self._summary.setText(state.summary)
        chosen = next((n for n, tile in enumerate(state.rows) if tile.chosen), -1)
        if isinstance(self._list, DataTable):
            self._list.present(tuple(_table_row(tile) for tile in state.rows), chosen)
        else:
            self._list.present(tuple(_list_row(tile) for tile in state.rows), chosen)
        self._list.setVisible(not state.empty)
        self._empty.setVisible(bool(state.empty))
        self._empty.setText(state.empty)
        self._more.setVisible(state.more)
        self._main.setEnabled(bool(state.rows) and not state.exporting)

    def _arrow(self, icon: str, name: str, intent: object) -> ActionButton:
        button = ActionButton(self.look, icon=icon, name=self.words(f"audit.{name}"))
        button.clicked.connect(intent)
        return button

    def _make_list(self) -> DataTable | RowList:
        words, presenter = self.words, self._presenter
        name = words("audit.title")
        if self.look.layout is Layout.WIDE:
            columns = ("at", "what", "who", "approver", "reason", "about", "amount")
            table = DataTable(
                self.look,
                tuple(
                    Column(
                        title=words(f"audit.col_{one}"),
                        stretch=one == "about",
                        amount=one == "amount",
                    )
                    for one in columns
                ),
                name=name,
            )
            table.reached_end.connect(presenter.older)
            made: DataTable | RowList = table
        else:
            made = RowList(self.look, name=name)
        made.chosen.connect(presenter.choose)
        return made

    def _arrange(self) -> None:
        look = self.look
        head = row(look, gap=12)
        head.addWidget(back_button(look, self.words, self._presenter.escape))
        head.addWidget(self._search, 1)
        days, person = row(look, gap=4), row(look, gap=4)
        for line, before, text, after in (
            (days, "earlier", self._days, "later"),
            (person, "person_before", self._person, "next_person"),
        ):
            text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            line.addWidget(self._arrows[before])
            line.addWidget(text, 1)
            line.addWidget(self._arrows[after])
        frame, inside = panel(look, pad=4 if look.narrow else 8, gap=4)
        if not look.narrow:
            inside.addWidget(self._summary)
        inside.addWidget(self._list, 1)
        inside.addWidget(self._empty, 1)
        inside.addWidget(self._more)
        whole = column(look, self, pad=8)
        whole.addLayout(head)
        if look.layout is Layout.WIDE:
            narrowing = row(look, gap=16)
            narrowing.addWidget(self._spans, 2)
            narrowing.addLayout(days, 2)
            narrowing.addLayout(person, 2)
            whole.addLayout(narrowing)
            whole.addWidget(self._groups)
        else:
            for parts in ((self._spans, days), (None, person)):
                line = row(look, gap=8)
                if parts[0] is not None:
                    line.addWidget(parts[0], 1)
                    line.addLayout(parts[1], 1)
                else:
                    line.addLayout(parts[1], 1)
                    if look.narrow:
                        line.addWidget(self._main, 1)
                whole.addLayout(line)
            if look.narrow:
                # Words find what a group would: the entries need the room.
                self._groups.hide()
                self._groups.setParent(self)
            else:
                whole.addWidget(self._groups)
        whole.addWidget(frame, 1)
        if not look.narrow:
            whole.addWidget(self._main)


def _table_row(tile: AuditTile) -> TableRow:
    cells = (
        tile.at,
        tile.what,
        tile.who,
        tile.approver,
        tile.reason,
        tile.about,
        tile.amount,
    )
    return TableRow(id=str(tile.seq), cells=cells, spoken=_spoken(tile))


def _list_row(tile: AuditTile) -> ListRow:
    people = " + ".join(name for name in (tile.who, tile.approver) if name)
    return ListRow(
        id=str(tile.seq),
        title=" · ".join(part for part in (tile.what, tile.about) if part),
        sub=" · ".join(part for part in (tile.at, people, tile.reason) if part),
        amount=tile.amount,
        spoken=_spoken(tile),
    )


def _spoken(tile: AuditTile) -> str:
    parts = (
        tile.what,
        tile.at,
        tile.who,
        tile.approver,
        tile.reason,
        tile.about,
        tile.amount,
    )
    return ", ".join(part for part in parts if part)
