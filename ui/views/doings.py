"""The sheet "more for this member": the list in its groups, and one thing with what it asks for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from ui.appearance import Layout
from ui.presenters.doings.presenter import DoingsPresenter
from ui.presenters.doings.state import DoingPage, DoingsState
from ui.presenters.form import FieldKind
from ui.views.counter_rows import doing_row
from ui.views.forms import FormView
from ui.views.parts import column, empty_layout, row, scrolling
from ui.views.redeem import reason_line
from ui.views.sheets import SheetView
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.entry_line import announce
from ui.widgets.lists import RowList
from ui.widgets.text import Text
from ui.widgets.view import ViewContext

ROW = {Layout.WIDE: 64, Layout.COMPACT: 64, Layout.PORTRAIT: 64, Layout.NARROW: 60}
TYPED = frozenset(
    {FieldKind.TEXT, FieldKind.NAME, FieldKind.PERSON, FieldKind.DIGITS, FieldKind.PHONE}
)


class DoingsView(SheetView):
    """Shows a `DoingsState`; tells presses."""

    def __init__(self, presenter: DoingsPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("doings.title"))
        look, words = self.look, self.words
        self._presenter = presenter
        self.frame.closed.connect(presenter.escape)
        self.break_title()
        self.list = RowList(look, name=words("doings.title"), row_height=ROW[look.layout])
        self.list.chosen.connect(self._open)
        self.list.opened.connect(self._open)
        self.page = DoingPagePane(presenter, self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.page)
        self.body.addWidget(self._stack, 1)
        self.home = self.list
        self._page_id = ""
        self.bind(presenter)

    def present(self, state: DoingsState) -> None:
        """Show the list, or the page that lies over it."""
        rows = tuple(doing_row(one) for one in state.rows)
        self.list.present(rows, state.chosen, empty=state.empty)
        page = state.page
        self.frame.title.setText(state.title if page is None else page.title)
        opened = "" if page is None else page.id
        if page is not None:
            self.page.present(page)
        self._stack.setCurrentWidget(self.list if page is None else self.page)
        if opened != self._page_id:
            self._page_id = opened
            if page is None:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            else:
                self.page.take_keyboard(page)

    def _open(self, place: int) -> None:
        rows = self.list.rows
        if 0 <= place < len(rows):
            self._presenter.open_row(str(rows[place].id))


class DoingPagePane(QWidget):
    """What it is, its entries, what it gives or why not, the way back and the button."""

    def __init__(self, presenter: DoingsPresenter, sheet: SheetView) -> None:
        super().__init__()
        look, words = sheet.look, sheet.words
        self._sheet = sheet
        self._sub = Text(look, tone="ink2", wrap=True)
        self.form = FormView(look, words, single=True)
        self.form.changed.connect(presenter.change)
        self._told = column(look, gap=4)
        self._shown: tuple[str, tuple[str, ...]] | None = None
        inner = QWidget()
        inside = column(look, inner, gap=12)
        inside.addWidget(self._sub)
        inside.addWidget(self.form)
        inside.addLayout(self._told)
        inside.addStretch(1)
        high = 48 if look.narrow else 56
        self.back = ActionButton(look, words("common.back"), icon="back", height=high)
        self.back.clicked.connect(presenter.back)
        self.ok = ActionButton(
            look, "", name=words("doings.title"), icon="check", key="Enter", kind=Kind.SOFT,
            role="strong", height=high,
        )  # fmt: skip
        self.ok.clicked.connect(presenter.do_it)
        self.ok.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        foot = row(look)
        foot.addWidget(self.back)
        foot.addWidget(self.ok, 1)
        whole = column(look, self)
        whole.addWidget(scrolling(look, inner), 1)
        whole.addLayout(foot)

    def present(self, page: DoingPage) -> None:
        """Show one thing."""
        self._sub.setText(page.sub)
        self._sub.setVisible(bool(page.sub))
        self.form.present(page.form)
        self.form.setVisible(bool(page.form.fields))
        self.ok.set_words(page.verb)
        self.ok.setEnabled(page.ready)
        told = (page.why_not, page.gives)
        if told == self._shown:
            return
        self._shown = told
        empty_layout(self._told)
        said = page.why_not or ", ".join(page.gives)
        if said and self.isVisible():
            announce(self.ok, said, at_once=bool(page.why_not))
        if page.why_not:
            self._told.addWidget(reason_line(self._sheet, "refused", "danger", page.why_not))
        for line in page.gives:
            self._told.addWidget(reason_line(self._sheet, "check-circle", "success", line))

    def take_keyboard(self, page: DoingPage) -> None:
        """The first entry to type into has the keyboard, else the button."""
        for field in page.form.fields:
            if field.kind in TYPED and self.form.focus(field.name):
                return
        self.ok.setFocus(Qt.FocusReason.OtherFocusReason)
