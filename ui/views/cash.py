"""Cash in and out: the way and the reasons at the left, the amount and the pad at the right."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QWidget

from ui.appearance import Layout
from ui.appearance.metrics import GAP, MAIN, MAIN_LEAST, MAIN_PORTRAIT, TARGET
from ui.presenters.cash import WAYS, CashPresenter, CashState
from ui.views.parts import amount_pad, at_the_foot, back_button, column, empty_layout, panel, row
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.number_pad import AmountBox
from ui.widgets.text import Text
from ui.widgets.view import ScreenView, ViewContext


class CashView(ScreenView):
    """Shows a `CashState`; tells presses."""

    def __init__(self, presenter: CashPresenter, context: ViewContext) -> None:
        super().__init__(context)
        look, words = self.look, self.words
        self._presenter = presenter
        self.ways = [
            ActionButton(
                look,
                words(f"shift.way_{way}"),
                icon=icon,
                checkable=True,
                height=52 if look.narrow else 64,
            )
            for way, icon in zip(WAYS, ("minus", "plus"), strict=True)
        ]
        group = QButtonGroup(self)
        for place, button in enumerate(self.ways):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.clicked.connect(lambda _=False, at=place: presenter.choose_way(at))
            group.addButton(button)
        self.reasons: list[ActionButton] = []
        self._worded: tuple[str, ...] = ()
        self._reason_grid = QGridLayout()
        self._reason_grid.setSpacing(look.px(GAP))
        self._missing = Text(look, role="title", wrap=True)
        self._why = Text(look, words("shift.why"), "body", bold=True, parent=self)
        self._note = Text(look, tone="ink2", wrap=True, parent=self)
        self._box = AmountBox(look)
        self.pad = amount_pad(look, self.words, presenter)
        height = {Layout.PORTRAIT: MAIN_PORTRAIT, Layout.WIDE: MAIN}.get(look.layout, MAIN_LEAST)
        role = "strong" if look.narrow else "title"
        self.main = main_button(look, words("shift.cash_move"), height=height, role=role)
        self.main.clicked.connect(presenter.main_action)
        self._leave = self._back()
        self._arrange()
        self.bind(presenter)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes back, ways, reasons, pad, main."""
        return (self._leave, *self.ways, *self.reasons, self.pad, self.main)

    def present(self, state: CashState) -> None:
        """Show everything."""
        there = not state.no_shift and not state.reading
        self._missing.setText(state.no_shift)
        self._missing.setVisible(bool(state.no_shift))
        for part in (*self.ways, self._box):
            part.setVisible(there)
        self._why.setVisible(there and not self.look.narrow)
        self._note.setVisible(not self.look.narrow)
        for place, button in enumerate(self.ways):
            button.setChecked(place == state.way)
        self._show_reasons(state)
        self._note.setText(state.note)
        self._box.present(state.box_label, state.box)
        self.pad.show_point(not state.whole)
        self.pad.setVisible(there)
        self.main.set_words(state.main or self.words("shift.cash_move"))
        self.main.set_icon(state.main_icon)
        self.main.setEnabled(state.ready)

    def _show_reasons(self, state: CashState) -> None:
        worded = tuple(reason.words for reason in state.reasons)
        if worded != self._worded:
            self._worded = worded
            empty_layout(self._reason_grid)
            self.reasons = []
            group = QButtonGroup(self)
            narrow = self.look.narrow
            for place, reason in enumerate(state.reasons):
                button = ActionButton(
                    self.look,
                    reason.words,
                    checkable=True,
                    height=TARGET if narrow else 56,
                    left=True,
                )
                button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
                button.clicked.connect(
                    lambda _=False, cause=reason.cause: self._presenter.choose(cause)
                )
                group.addButton(button)
                columns = 2 if narrow else 1
                self._reason_grid.addWidget(button, place // columns, place % columns)
                self.reasons.append(button)
        for button, reason in zip(self.reasons, state.reasons, strict=True):
            button.setChecked(reason.chosen)

    def _back(self) -> ActionButton:
        look, words, leave = self.look, self.words, self._presenter.escape
        if not look.narrow:
            return back_button(look, words, leave)
        button = ActionButton(look, icon="back", name=words("common.back"))
        button.clicked.connect(leave)
        return button

    def _arrange(self) -> None:
        look = self.look
        whole = column(look, self, pad=8)
        head = row(look, gap=16)
        head.addWidget(self._leave)
        ways = row(look)
        for button in self.ways:
            ways.addWidget(button, 1)
        if look.narrow:
            # The smallest window has just the height of the pad beside everything else.
            head.addLayout(ways, 1)
        else:
            head.addWidget(Text(look, self.words("shift.cash_title"), "title"), 1)
        whole.addLayout(head)
        left, inside = panel(look, pad=8 if look.narrow else 16, gap=4 if look.narrow else 12)
        right = column(look)
        inside.addWidget(self._missing)
        if look.narrow:
            inside.addWidget(self._box)
        else:
            inside.addLayout(ways)
            inside.addWidget(self._why)
            right.addWidget(self._box)
        inside.addLayout(self._reason_grid)
        inside.addStretch(1)
        if not look.narrow:
            inside.addWidget(self._note)
        if look.narrow:
            right.addLayout(at_the_foot(look, self.pad), 1)
        else:
            right.addWidget(self.pad, 1)
        if look.layout is Layout.PORTRAIT:
            whole.addWidget(left, 3)
            whole.addLayout(right, 2)
            whole.addWidget(self.main)
            return
        (inside if look.narrow else right).addWidget(self.main)
        place = QWidget()
        place.setLayout(right)
        beside = row(look)
        beside.addWidget(left, 5)
        beside.addWidget(place, 4)
        whole.addLayout(beside, 1)
