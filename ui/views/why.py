"""The sheet that says why: a verdict, conditions with ✓ or ⊘, figures, the rule and its version.

One press writes all that stands behind it as a scenario file.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.appearance.metrics import GAP
from ui.presenters.why import WhyIs, WhyPresenter, WhyRow, WhyState
from ui.views.parts import empty_layout, scrolling
from ui.views.redeem import reason_line
from ui.views.sheets import SheetView
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.text import Text
from ui.widgets.view import ViewContext

SHAPES = {WhyIs.HELD: ("check-circle", "success"), WhyIs.FAILED: ("refused", "danger")}


class WhyView(SheetView):
    """Shows a `WhyState`."""

    def __init__(self, presenter: WhyPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("why.title_plain"))
        look = self.look
        self.frame.closed.connect(presenter.escape)
        self.break_title()
        self._verdict = Text(look, role="strong", wrap=True)
        self._rule = Text(look, role="caption", tone="ink3", wrap=True)
        self.save = ActionButton(look, context.words("why.save"), icon="export", height=48)
        self.save.clicked.connect(presenter.save)
        self.rows = QWidget()
        self._column = QVBoxLayout(self.rows)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.px(GAP))
        self._shown: tuple[WhyRow, ...] | None = None
        self.body.addWidget(self._verdict)
        self.body.addWidget(scrolling(look, self.rows), 1)
        self.turn_down = ActionButton(look, context.words("why.turn_down"), icon="close", height=48)
        self.turn_down.clicked.connect(presenter.turn_down)
        foot = QHBoxLayout()
        foot.setSpacing(look.px(GAP))
        foot.addWidget(self._rule, 1)
        foot.addWidget(self.turn_down)
        foot.addWidget(self.save)
        self.body.addLayout(foot)
        self.home = self.frame.close_button
        self.bind(presenter)

    def present(self, state: WhyState) -> None:
        """Show the rows."""
        self.frame.title.setText(state.title)
        self.frame.setAccessibleName(state.title)
        self._verdict.setText(state.verdict)
        self._verdict.set_tone("success" if state.holds else "ink")
        self._rule.setText(state.rule)
        self.save.setVisible(state.can_save)
        self.turn_down.setVisible(state.can_turn_down)
        if state.rows == self._shown:
            return
        self._shown = state.rows
        empty_layout(self._column)
        for row in state.rows:
            self._column.addWidget(self._made(row))
        self._column.addStretch(1)

    def _made(self, row: WhyRow) -> QWidget:
        look = self.look
        if row.kind in SHAPES:
            icon, tone = SHAPES[row.kind]
            return reason_line(self, icon, tone, row.text)
        if row.kind is WhyIs.HEADING:
            return Text(look, row.text, "caption", tone="ink2", bold=True)
        if row.kind is WhyIs.WORDS:
            return Text(look, row.text, "strong", wrap=True)
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(look.px(12))
        across.addWidget(Text(look, row.text, wrap=True), 1)
        across.addWidget(Text(look, row.amount, bold=True, tabular=True, align=paint.RIGHT))
        line.setAccessibleName(f"{row.text} {row.amount}")
        return line
