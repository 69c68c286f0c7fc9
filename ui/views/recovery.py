"""Opening the book with the recovery code: code, new PIN, PIN again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posloyalty.wording import LANGUAGES
from ui.appearance import Layout
from ui.presenters.recovery import RecoveryPresenter, RecoveryState
from ui.presenters.sign_in import LANGUAGE_NAMES
from ui.views.forms import FormView
from ui.views.parts import Said, column, panel, row, scrolling
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.text import Icon, Panel, Text
from ui.widgets.view import ScreenView, ViewContext

WIDTH = 820


class RecoveryView(ScreenView):
    """One form in the middle."""

    def __init__(self, presenter: RecoveryPresenter, context: ViewContext) -> None:
        super().__init__(context)
        look, words = self.look, self.words
        self._focus_n = -1
        self._title = Text(look, role="title", wrap=True)
        self._text = Text(look, role="body", tone="ink2", wrap=True)
        self._why = Text(look, role="body", wrap=True)
        self.form = FormView(look, words, single=look.narrow)
        self.form.changed.connect(presenter.change)
        self._said = Said(look, centred=False)
        self.back_to = ActionButton(look, words("common.back"), icon="back", key="Esc", height=72)
        self.back_to.clicked.connect(presenter.escape)
        self.main = main_button(look, icon="key")
        self.main.clicked.connect(presenter.open_book)
        self._languages = row(look)
        self._spoken: list[ActionButton] = []
        for code in LANGUAGES:
            button = ActionButton(look, LANGUAGE_NAMES[code], checkable=True)
            button.setChecked(code == words.language)
            button.clicked.connect(lambda _=False, to=code: presenter.speak(to))
            self._languages.addWidget(button)
            self._spoken.append(button)
        self._languages.addStretch(1)
        self._arrange()
        self.bind(presenter)

    def _arrange(self) -> None:
        look = self.look
        narrow = look.narrow
        why = Panel("sunken")
        reason = row(look, why, pad=12, gap=12)
        reason.addWidget(Icon(look, "key", 22, tone="ink2"), 0, Qt.AlignmentFlag.AlignTop)
        reason.addWidget(self._why, 1)
        inner = self._inner = QWidget()
        inside = column(look, inner, gap=12 if narrow else 16)
        inside.setContentsMargins(0, 0, look.px(12), 0)
        for part in (why, self._text, self.form):
            inside.addWidget(part)
        inside.addStretch(1)
        frame, column_ = panel(look, pad=12 if narrow else 24, gap=8 if narrow else 12)
        column_.addWidget(self._title)
        column_.addWidget(scrolling(look, inner), 1)
        column_.addWidget(self._said)
        foot = row(look)
        foot.addWidget(self.back_to)
        foot.addWidget(self.main, 1)
        column_.addLayout(foot)
        place = QWidget()
        whole = column(look, place, pad=8 if narrow else 16)
        whole.addWidget(frame, 1)
        if not narrow:
            whole.addLayout(self._languages)
        centre = row(look, self)
        if look.layout is Layout.WIDE:
            place.setMaximumWidth(look.px(WIDTH))
            centre.addStretch(1)
            centre.addWidget(place, 8)
            centre.addStretch(1)
        else:
            centre.addWidget(place)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes through the entries, the way back, the way on, and the languages below."""
        return (self._inner, self.back_to, self.main, *self._spoken)

    def present(self, state: RecoveryState) -> None:
        """Show the form; a fault stands above the button and what was typed stays."""
        self._title.setText(state.title)
        self._text.setText(state.text)
        self._why.setText(state.why)
        self.form.present(state.form)
        self._said.setVisible(bool(state.fault))
        self._said.present(state.fault, refused=True)
        self.back_to.setVisible(state.can_back)
        self.main.set_words(state.button)
        self.main.setEnabled(not state.busy)
        if state.focus_n != self._focus_n:
            self._focus_n = state.focus_n
            self.form.focus(state.focus)
            self.home = self.focusWidget() or self
