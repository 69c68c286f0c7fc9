"""The shift screen: what is counted at the left, the pad or the figures at the right, in reach.

The left side holds one of three: the float's words, the denominations, a paper. The right one of
three: the pad, the sums of the shift, what can be done with the paper. The main button keeps its
place under it through all steps.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from ui.appearance import Layout
from ui.appearance.metrics import MAIN, MAIN_LEAST, MAIN_PORTRAIT, TARGET
from ui.presenters.shift import ShiftPresenter
from ui.presenters.shift_state import ShiftState, Step
from ui.views.parts import (
    WhereRoom,
    amount_pad,
    at_the_foot,
    back_button,
    column,
    panel,
    row,
    scrolling,
)
from ui.views.receipt import PaperPanel
from ui.views.shift_parts import PieceGrid, StepBar
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.entry_line import announce
from ui.widgets.number_pad import AmountBox
from ui.widgets.text import Icon, Tag, Text
from ui.widgets.totals import FigureList
from ui.widgets.view import GrowingView, ViewContext

NOTE_LEAST = 100
"""A float's two sentences in the narrowest column."""


class ShiftView(GrowingView):
    """Shows a `ShiftState`; tells presses."""

    def __init__(
        self, presenter: ShiftPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: ShiftPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        self.steps = StepBar(look, short=look.narrow)
        self._about = Text(
            look, role="body", tone="ink2", tabular=True, align=paint.RIGHT, wrap=True
        )
        self._note = Text(look, role="body", tone="ink2", wrap=True)
        self._note_icon = Icon(look, "look", 24, tone="warn")
        self._box = AmountBox(look)
        self.pad = amount_pad(look, self.words, presenter)
        yield
        self._said = ""
        self._left = QStackedWidget()
        self._right = QStackedWidget()
        self._lefts: dict[Step, QWidget] = {}
        self._rights: dict[Step, QWidget] = {}
        for stack, sides, step, make in (
            (self._left, self._lefts, Step.OPEN, self._open_side),
            (self._left, self._lefts, Step.COUNT, self._count_side),
            (self._left, self._lefts, Step.PAPER, self._paper_side),
            (self._right, self._rights, Step.OPEN, self._pad_side),
            (self._right, self._rights, Step.COMPARE, self._sums_side),
            (self._right, self._rights, Step.PAPER, self._acts_side),
        ):
            sides[step] = make()
            stack.addWidget(sides[step])
            yield
        height = {Layout.PORTRAIT: MAIN_PORTRAIT, Layout.WIDE: MAIN}.get(look.layout, MAIN_LEAST)
        role = "strong" if look.narrow else "title"
        self.main = main_button(look, words("shift.count_done"), height=height, role=role)
        self.main.clicked.connect(presenter.main_action)
        self._arrange()
        self.bind(presenter)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes back, what is counted, the pad or the figures, main."""
        return (self._leave, self._left, self._right, self.main)

    def present(self, state: ShiftState) -> None:
        """Show a step."""
        step = state.step
        self.steps.present(state.steps)
        self._about.setText("" if step is Step.OPEN else state.about)
        left = Step.COUNT if step is Step.COMPARE else step
        right = Step.OPEN if step in (Step.COUNT, Step.READING) else step
        if left in self._lefts:
            self._left.setCurrentWidget(self._lefts[left])
        self._left.setVisible(step is not Step.READING)
        self._right.setVisible(step is not Step.READING)
        self._right.setCurrentWidget(self._rights[right])
        # Where it stands at the head there is no room for the float's sentences, told beside.
        told = "" if self.look.narrow and step is Step.OPEN else state.note
        self._note.setText(told)
        self._note_icon.setVisible(state.looks)
        self._open_note.setText(state.note)
        self._open_title.setText(state.about)
        self.last.setVisible(bool(state.last))
        self.last.set_words(state.last or self.words("common.back"))
        self._last_sub.setText(state.last_sub)
        self._last_sub.setVisible(not self.look.narrow)
        self._box.present(state.box_label, state.box, fresh=state.fresh)
        # The tile that is filled shows the number itself, where height is dear.
        self._box.setVisible(step is Step.OPEN or (step is Step.COUNT and not self.look.narrow))
        self.pad.show_point(not state.whole)
        locked = step is Step.COMPARE
        self.grid.present(state.pieces, locked=locked)
        filled = next((n for n, piece in enumerate(state.pieces) if piece.chosen), None)
        self._scroll.keep(None if filled is None else self.grid.tiles[filled])
        # Nothing of it is changed any more; in low windows what it came to needs its place.
        self._scroll.setVisible(not (locked and self.look.narrow))
        self._counted.setText(state.counted[0])
        self._counted_amount.setText(state.counted[1])
        self._due.setText(state.due[0])
        self._due_amount.setText(state.due[1])
        for part in (self._due, self._due_amount, self._found):
            part.setVisible(locked)
        if state.found:
            tone = "success" if state.found_even else "warn"
            self._found.present(state.found, tone=tone)
        self.x.setVisible(step is Step.COUNT)
        self.cash.setVisible(step is Step.COUNT)
        self._takings.present(state.takings)
        self._loyalty.present(state.loyalty)
        for part in (self._loyalty_title, self._loyalty):
            part.setVisible(bool(state.loyalty))
        self._paper.present(state.paper)
        self._paper_is.setVisible(bool(state.paper_is))
        self._paper_is.present(
            state.paper_is, tone="warn" if state.paper_late else "plain", icon="printer"
        )
        self.reprint.setEnabled(state.can_print)
        self.main.set_words(state.main)
        self.main.set_icon(state.main_icon)
        self.main.setEnabled(state.ready)
        said = state.found or state.note
        if said and said != self._said:
            announce(self, said)
        self._said = said

    # Sides

    def _open_side(self) -> QWidget:
        look = self.look
        side, inside = panel(look, pad=8 if look.narrow else 16)
        self._open_title = Text(look, role="strong" if look.narrow else "title")
        self._open_note = Text(look, tone="ink2", wrap=True)
        self._open_note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        height = TARGET if look.narrow else 56
        self.last = ActionButton(look, self.words("common.back"), icon="receipt", height=height)
        self.last.clicked.connect(self._presenter.show_last)
        self._last_sub = Text(look, role="caption", tone="ink2", tabular=True, wrap=True)
        inside.addWidget(self._open_title)
        if look.narrow:
            inside.addWidget(WhereRoom(self._open_note, look.px(NOTE_LEAST)), 1)
        else:
            inside.addWidget(self._open_note)
            inside.addStretch(1)
        inside.addWidget(self._last_sub)
        line = row(look)
        line.addWidget(self.last)
        line.addStretch(1)
        inside.addLayout(line)
        return side

    def _count_side(self) -> QWidget:
        look, narrow = self.look, self.look.narrow
        side, inside = panel(look, pad=8 if narrow else 16, gap=8)
        self.grid = PieceGrid(look, columns=1 if narrow else 2)
        self.grid.chosen.connect(self._presenter.choose)
        holder = QWidget()
        inner = column(look, holder)
        # The smallest window has just the width of the pad beside a tile.
        inner.setContentsMargins(0, 0, 0 if narrow else look.px(4), 0)
        inner.addWidget(self.grid)
        inner.addStretch(1)
        self._scroll = scrolling(look, holder)
        inside.addWidget(self._scroll, 1)
        self._counted, self._counted_amount = self._figure("strong", "title")
        self._due, self._due_amount = self._figure("body", "strong")
        self._found = Tag(look)
        for label, amount in (
            (self._counted, self._counted_amount),
            (self._due, self._due_amount),
        ):
            line = row(look)
            line.addWidget(label)
            line.addWidget(amount, 1)
            inside.addLayout(line)
        inside.addWidget(self._found)
        inside.addStretch(0)
        if not narrow:
            inside.addLayout(self._note_line())
        return side

    def _note_line(self) -> QHBoxLayout:
        line = row(self.look)
        line.addWidget(self._note_icon)
        line.addWidget(self._note, 1)
        return line

    def _figure(self, label: str, amount: str) -> tuple[Text, Text]:
        return (
            Text(self.look, role=label, tone="ink2", bold=False),
            Text(self.look, role=amount, tabular=True, align=paint.RIGHT),
        )

    def _paper_side(self) -> QWidget:
        self._paper = PaperPanel(self.look)
        return self._paper

    def _pad_side(self) -> QWidget:
        look, words = self.look, self.words
        side = QWidget()
        inside = column(look, side)
        if not look.narrow:
            inside.addWidget(self._box)
        if look.narrow:
            inside.addLayout(at_the_foot(look, self.pad), 1)
        else:
            inside.addWidget(self.pad, 1)
        acts = row(look)
        height = TARGET if look.narrow else 56
        icons = ("", "") if look.narrow else ("cash", "file")
        self.cash = ActionButton(look, words("shift.cash_move"), icon=icons[0], height=height)
        self.cash.clicked.connect(self._presenter.move_cash)
        self.x = ActionButton(look, words("shift.x_report"), icon=icons[1], height=height)
        self.x.clicked.connect(self._presenter.show_x)
        acts.addWidget(self.cash, 1)
        acts.addWidget(self.x, 1)
        inside.addLayout(acts)
        return side

    def _sums_side(self) -> QWidget:
        look, words = self.look, self.words
        inner = QWidget()
        inside = column(look, inner)
        self._takings, self._loyalty = FigureList(look), FigureList(look)
        self._loyalty_title = Text(look, words("shift.loyalty"), "body", bold=True)
        self._takings.setAccessibleName(words("shift.takings"))
        self._loyalty.setAccessibleName(words("shift.loyalty"))
        inside.addWidget(Text(look, words("shift.takings"), "body", bold=True))
        inside.addWidget(self._takings)
        inside.addWidget(self._loyalty_title)
        inside.addWidget(self._loyalty)
        inside.addStretch(1)
        return scrolling(look, inner)

    def _acts_side(self) -> QWidget:
        look, words = self.look, self.words
        side = QWidget()
        inside = column(look, side)
        self._paper_is = Tag(look)
        self.reprint = ActionButton(
            look, words("shift.print_again"), icon="receipt", key="Ctrl+P", height=56
        )
        self.reprint.clicked.connect(self._presenter.reprint)
        self.pdf = ActionButton(look, words("history.save_pdf"), icon="file", height=56)
        self.pdf.clicked.connect(self._presenter.save_pdf)
        for part in (self._paper_is, self.reprint, self.pdf):
            inside.addWidget(part)
        inside.addStretch(1)
        return side

    # Layouts

    def _arrange(self) -> None:
        look = self.look
        whole = column(look, self, pad=8)
        head = row(look, gap=16)
        if look.narrow:
            self._leave = ActionButton(look, icon="back", name=self.words("common.back"))
            self._leave.clicked.connect(self._presenter.escape)
            self._about.hide()
            self._about.setParent(self)
        else:
            self._leave = back_button(look, self.words, self._presenter.escape)
        head.addWidget(self._leave)
        head.addWidget(self.steps)
        if look.narrow:
            head.addLayout(self._note_line(), 1)
        else:
            head.addWidget(self._about, 1)
        whole.addLayout(head)
        if look.layout is Layout.PORTRAIT:
            whole.addWidget(self._left, 3)
            whole.addWidget(self._right, 2)
            whole.addWidget(self.main)
            return
        beside = row(look)
        right, place = column(look), QWidget()
        right.addWidget(self._right, 1)
        place.setLayout(right)
        if look.narrow:
            # The smallest window has just the height of the pad beside everything else.
            left, holder = column(look), QWidget()
            left.addWidget(self._box)
            left.addWidget(self._left, 1)
            left.addWidget(self.main)
            holder.setLayout(left)
            beside.addWidget(holder, 5)
        else:
            beside.addWidget(self._left, 5)
            right.addWidget(self.main)
        beside.addWidget(place, 4)
        whole.addLayout(beside, 1)
