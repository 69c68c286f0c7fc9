"""The screen for lost receipts: the paper's articles at the left, what it says and comes to beside.

Wide, compact and narrow stand side by side; portrait one under another with the main button lowest.
What the code proves stands first, then the entries that no code says, then what all of it comes to.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui.appearance import Layout
from ui.appearance.metrics import MAIN, MAIN_LEAST, MAIN_PORTRAIT
from ui.presenters.key_in.screen import KeyInPresenter
from ui.presenters.key_in.state import GoodsRow, KeyInState
from ui.views.forms import FormView
from ui.views.parts import Said, back_button, column, panel, row, scrolling
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.entry_line import announce
from ui.widgets.fields import SearchBox
from ui.widgets.lists import ListRow, RowList
from ui.widgets.text import Text
from ui.widgets.totals import FigureList
from ui.widgets.view import GrowingView, ViewContext

WIDTH = {Layout.WIDE: 560, Layout.COMPACT: 440}


class KeyInView(GrowingView):
    """Shows a `KeyInState`; tells presses."""

    def __init__(
        self, presenter: KeyInPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: KeyInPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        label = words("key_in.box")
        self.code = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self.code.input.setAccessibleName(label)
        self.code.edited.connect(presenter.search)
        role = "caption" if look.narrow else "strong"
        self._heading = Text(look, role=role, bold=True, wrap=True)
        self._hint = Text(look, role="body", tone="ink2", wrap=True)
        self.goods = RowList(look, name=words("key_in.articles"))
        self.goods.chosen.connect(presenter.choose)
        yield
        self.acts = [
            self._act(name, icon, key, act)
            for name, icon, key, act in (
                ("fewer", "minus", "-", presenter.fewer),
                ("more", "plus", "+", presenter.more),
                ("price", "tag", "/", presenter.line_price),
                ("remove", "bin", "Del", presenter.remove),
            )
        ]
        self._proved = FigureList(look)
        self._comes = FigureList(look)
        for figures in (self._proved, self._comes):
            figures.hide()
        yield
        self.form = FormView(look, words, single=look.narrow or look.layout is Layout.COMPACT)
        self.form.changed.connect(presenter.change)
        self._finding = Said(look, lines=3, centred=False)
        self._agrees = Text(look, words("key_in.agrees"), tone="ink2", wrap=True)
        self._note = Text(look, role="caption", tone="ink2", wrap=True)
        high = {Layout.WIDE: MAIN, Layout.PORTRAIT: MAIN_PORTRAIT}
        self.main = main_button(
            look,
            words("key_in.read"),
            icon="check",
            height=high.get(look.layout, MAIN_LEAST),
            role="strong" if look.narrow else "title",
        )
        self.main.clicked.connect(presenter.main_action)
        yield
        self._agreed = False
        self._arrange()
        self.home = self.goods
        self.bind(presenter)

    def present(self, state: KeyInState) -> None:
        """Show the paper; whether it agrees is told when that changes."""
        self.code.present(state.code)
        self._heading.setText(state.heading)
        # Beside the entries there is room for the paper's number or for what differs.
        crowded = self.look.narrow and bool(state.finding)
        self._heading.setVisible(bool(state.heading) and not crowded)
        self._hint.setText(state.hint)
        self._hint.setVisible(not state.rows)
        self.goods.setVisible(bool(state.rows))
        self.goods.present(tuple(_row(n, one) for n, one in enumerate(state.rows)), state.chosen)
        for button in self.acts:
            button.setVisible(bool(state.rows))
            button.setEnabled(not state.busy)
        self._proved.present(state.proved)
        self._comes.present(state.figures)
        self.form.present(state.form)
        self.form.setVisible(bool(state.form.fields))
        agrees = state.agrees and not state.finding
        self._finding.present(state.finding, refused=bool(state.finding))
        self._finding.setVisible(bool(state.finding))
        self._agrees.setVisible(agrees)
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        self.main.set_words(state.main or self.words("key_in.read"))
        self.main.setEnabled(state.ready)
        if agrees and not self._agreed:
            announce(self, self._agrees.text())
        self._agreed = agrees

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes from the articles to each entry, then to the buttons, and on from the top."""
        return (self.goods, self.form, *self.acts, self.main, self._leave, self.code)

    def _act(self, name: str, icon: str, key: str, act: object) -> ActionButton:
        narrow = self.look.narrow
        button = ActionButton(
            self.look,
            "" if narrow else self.words(f"key_in.{name}"),
            icon=icon,
            key=key if self.look.layout in (Layout.WIDE, Layout.PORTRAIT) else "",
            name=self.words(f"key_in.{name}"),
            height=48 if narrow else 56,
        )
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _checked=False: act())  # type: ignore[operator]
        return button

    def _arrange(self) -> None:
        look = self.look
        whole = column(look, self, pad=8)
        head = row(look, gap=8 if look.narrow else 12)
        low = Qt.AlignmentFlag.AlignBottom
        self._leave = back_button(look, self.words, self._presenter.escape)
        head.addWidget(self._leave, 0, low)
        head.addWidget(self.code, 1)
        whole.addLayout(head)
        left, right = self._left(), self._right()
        self.sheet_place = left
        if look.layout is Layout.PORTRAIT:
            whole.addWidget(left, 2)
            whole.addWidget(right, 3)
            whole.addWidget(self.main)
            return
        place = QWidget()
        inside = column(look, place)
        inside.addWidget(right, 1)
        inside.addWidget(self.main)
        beside = row(look)
        beside.addWidget(left, 2 if look.narrow else 1)
        if look.narrow:
            beside.addWidget(place, 3)
        else:
            place.setFixedWidth(look.px(WIDTH[look.layout]))
            beside.addWidget(place)
        whole.addLayout(beside, 1)

    def _left(self) -> QWidget:
        look = self.look
        pad = 4 if look.narrow else 8
        frame, inside = panel(look, pad=pad, gap=pad)
        inside.addWidget(self._heading)
        inside.addWidget(self._hint)
        inside.addWidget(self.goods, 1)
        acts = row(look)
        for button in self.acts:
            acts.addWidget(button, 1)
        inside.addLayout(acts)
        if look.narrow:
            # Beside the entries there is no room for a sentence.
            self._tell(inside)
        return frame

    def _right(self) -> QWidget:
        look = self.look
        frame, inside = panel(look, pad=8 if look.narrow else 12, gap=8)
        inner = QWidget()
        told = column(look, inner, gap=12)
        told.addWidget(self._proved)
        told.addWidget(self.form)
        told.addWidget(self._comes)
        told.addStretch(1)
        inside.addWidget(scrolling(look, inner), 1)
        if not look.narrow:
            self._tell(inside)
        return frame

    def _tell(self, inside: QVBoxLayout) -> None:
        for part in (self._finding, self._agrees, self._note):
            inside.addWidget(part)


def _row(number: int, one: GoodsRow) -> ListRow:
    spoken = ", ".join(part for part in (one.name, one.sub, one.amount) if part)
    return ListRow(
        id=str(number), title=one.name, sub=one.sub, amount=one.amount, icon="tag", spoken=spoken
    )
