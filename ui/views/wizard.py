"""The first run: one question at a time in the middle, the way back left, the way on right."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QWidget

from ui.appearance import Appearance, Layout
from ui.appearance.metrics import RADIUS_CONTROL
from ui.presenters.wizard import WizardPresenter, WizardState
from ui.views.forms import FormView
from ui.views.parts import Said, column, panel, row, scrolling
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.text import Icon, Panel, Text
from ui.widgets.view import ScreenView, ViewContext

WIDTH, HEIGHT = 820, 840


class WizardView(ScreenView):
    """A bar of progress, the step, and two or three buttons below."""

    def __init__(self, presenter: WizardPresenter, context: ViewContext) -> None:
        super().__init__(context)
        look, words = self.look, self.words
        self._focus_n = -1
        self._step: object = None
        self._heading = Text(look, words("wizard.title"), "body", tone="ink2")
        self._progress = Text(look, role="body", tone="ink2", align=paint.RIGHT)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._title = Text(look, role="title", wrap=True)
        self._text = Text(look, role="body", tone="ink2", wrap=True)
        self.form = FormView(look, words, single=look.narrow)
        self.form.changed.connect(presenter.change)
        self._code = CodeGroups(look, name=words("wizard.recovery_title"))
        self._warning, self._warning_words = _notice(look, "warn", "look", "warn")
        self._notes = [_notice(look, "sunken", "note", "ink2") for _ in range(2)]
        self._said = Said(look, centred=False)
        self.back_to = ActionButton(look, words("wizard.back"), icon="back", key="Esc", height=72)
        self.back_to.clicked.connect(presenter.back)
        self._skip = ActionButton(look, words("wizard.skip"), height=72)
        self._skip.clicked.connect(presenter.skip)
        self.main = main_button(look, words("wizard.next"), icon="next")
        self.main.clicked.connect(presenter.next)
        self._arrange()
        self.bind(presenter)

    def _arrange(self) -> None:
        look = self.look
        narrow = look.narrow
        inner = self._inner = QWidget()
        inside = column(look, inner, gap=12 if narrow else 16)
        inside.setContentsMargins(0, 0, look.px(12), 0)
        for part in (self._code, self.form):
            inside.addWidget(part)
        inside.addStretch(1)
        frame, step = panel(look, pad=12 if narrow else 24, gap=8 if narrow else 12)
        step.addWidget(self._title)
        # What the till does not claim is read before anything is chosen, and stays in sight; only
        # the lowest windows have no room for it beside the entries.
        notes = (notice for notice, _ in self._notes)
        for place, part in enumerate((self._text, *notes, self._warning)):
            if narrow:
                inside.insertWidget(place, part)
            else:
                step.addWidget(part)
        step.addWidget(scrolling(look, inner), 1)
        step.addWidget(self._said)
        self._said.hide()
        foot = row(look)
        foot.addWidget(self.back_to)
        foot.addWidget(self._skip)
        foot.addWidget(self.main, 1)
        step.addLayout(foot)
        head = row(look)
        head.addWidget(self._heading, 1)
        head.addWidget(self._progress)
        place = QWidget()
        whole = column(look, place, pad=8 if narrow else 16, gap=8)
        whole.addLayout(head)
        whole.addWidget(self._bar)
        whole.addWidget(frame, 1)
        centre = row(look, self)
        if look.layout is Layout.WIDE:
            place.setMaximumSize(look.px(WIDTH), look.px(HEIGHT))
            centre.addStretch(1)
            centre.addWidget(place, 8)
            centre.addStretch(1)
        else:
            centre.addWidget(place)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes through the entries, then to the way back and the way on."""
        return (self._inner, self.back_to, self._skip, self.main)

    def present(self, state: WizardState) -> None:
        """Show a step; a new step puts the focus into its first entry."""
        self._progress.setText(state.progress)
        self._bar.setAccessibleName(state.progress)
        self._bar.setMaximum(state.total)
        self._bar.setValue(state.number)
        self._title.setText(state.title)
        self._text.setText(state.text)
        self.form.present(state.form)
        self.form.setVisible(bool(state.form.fields))
        self._code.present(state.groups)
        self._warning.setVisible(bool(state.warning))
        self._warning_words.setText(state.warning)
        for place, (frame, words) in enumerate(self._notes):
            text = state.notices[place] if place < len(state.notices) else ""
            frame.setVisible(bool(text))
            words.setText(text)
        self._said.setVisible(bool(state.fault or state.making))
        self._said.present(state.fault or state.making, refused=bool(state.fault))
        self.back_to.setVisible(state.can_back)
        self._skip.setVisible(bool(state.skip_label))
        self.main.set_words(state.next_label)
        self.main.setEnabled(state.can_next)
        if state.focus_n != self._focus_n or state.step is not self._step:
            self._focus_n, self._step = state.focus_n, state.step
            self._give_focus(state)

    def _give_focus(self, state: WizardState) -> None:
        names = [field.name for field in state.form.fields]
        wanted = state.focus or (names[0] if names else "")
        if not self.form.focus(wanted):
            self.main.setFocus(Qt.FocusReason.OtherFocusReason)
        self.home = self.focusWidget() or self.main


class CodeGroups(QWidget):
    """The recovery code, group by group, large enough to copy onto paper without a mistake."""

    def __init__(self, look: Appearance, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look, self._name = look, name
        self._groups: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def present(self, groups: tuple[str, ...]) -> None:
        """Show the groups, or nothing."""
        self._groups = groups
        self.setVisible(bool(groups))
        # Spoken letter by letter, for it has to be written down by those who cannot see it too.
        self.setAccessibleName(f"{self._name}: {', '.join(' '.join(group) for group in groups)}")
        self._fit()

    def resizeEvent(self, event: object) -> None:
        """A narrower place takes more rows."""
        self._fit()

    def _columns(self) -> int:
        wide = self._look.text_width("WWWW", "title") + self._look.px(40)
        return max(1, min(len(self._groups) or 1, 4, self.width() // wide))

    def _fit(self) -> None:
        rows = -(-len(self._groups) // self._columns())
        self.setFixedHeight(max(1, rows) * self._look.px(60))

    def sizeHint(self) -> QSize:
        """Four groups side by side."""
        return QSize(self._look.px(400), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each group in a box of its own, numbered."""
        look, painter = self._look, QPainter(self)
        columns = self._columns()
        gap = look.px(8)
        width = (self.width() - gap * (columns - 1)) // columns
        for place, group in enumerate(self._groups):
            x, y = place % columns * (width + gap), place // columns * look.px(60)
            box = QRect(x, y, width, look.px(52))
            paint.box(
                painter,
                box,
                fill=look.colour("sunken"),
                edge=look.colour("edge"),
                width=look.edge_width,
                radius=look.px(RADIUS_CONTROL),
            )
            number = box.adjusted(look.px(10), 0, 0, 0)
            paint.text(painter, number, str(place + 1), look.font("hint"), look.colour("ink3"))
            font = look.font("title", tabular=True)
            paint.text(painter, box, group, font, look.colour("ink"), paint.CENTRE)


def _notice(look: Appearance, kind: str, icon: str, tone: str) -> tuple[Panel, Text]:
    frame = Panel(kind)
    inside = row(look, frame, pad=12, gap=12)
    inside.addWidget(Icon(look, icon, 22, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
    words = Text(look, role="body", wrap=True)
    inside.addWidget(words, 1)
    return frame, words
