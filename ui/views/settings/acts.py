"""Buttons with a sentence about them, and sentences that stay: states and reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from posloyalty.wording import Words
from ui.appearance import Appearance
from ui.presenters.settings.section import Act, Notice, NoticeKind
from ui.views.file_question import ask_for_file
from ui.views.parts import column, empty_layout, row, together
from ui.widgets.buttons import ActionButton
from ui.widgets.text import Icon, Panel, Text

AT_ONCE: Final = 6
"""Sentences that are made in one turn; a report of more grows in those that follow."""
GROWS_MS: Final = 8
"""So that what was made is laid out and painted, in turns of their own, before the next is made."""
PANELS = {
    NoticeKind.PLAIN: ("sunken", "note", "ink2", "ink"),
    NoticeKind.GOOD: ("success", "check-circle", "success", "ink"),
    NoticeKind.LOOK: ("warn", "look", "warn", "ink"),
    NoticeKind.REFUSED: ("danger", "refused", "danger", "ink"),
}


class ActRows(QWidget):
    """One row a button: the button, and at its right what it does.

    A button that wants a file asks for it in Qt's own dialog, without waiting for the answer.
    """

    def __init__(
        self,
        look: Appearance,
        words: Words,
        act: Callable[[str, str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._act = look, words, act
        self._names: tuple[str, ...] = ()
        self._rests: tuple[str, QWidget | None] = ("", None)
        self.buttons: dict[str, ActionButton] = {}
        self._rows = column(look, self, gap=12)

    def present(self, acts: tuple[Act, ...]) -> None:
        """Show the buttons; made anew only when there are others."""
        look = self._look
        self.setVisible(bool(acts))
        names = tuple(act.name for act in acts)
        if names != self._names:
            self._names = names
            empty_layout(self._rows)
            self.buttons = {}
            self._rows.addWidget(together(look, [self._row(act) for act in acts], gap=12))
        for act in acts:
            self.buttons[act.name].set_words(act.label)
        self._enable({act.name: act.enabled for act in acts})
        told = [self.buttons[act.name] for act in acts if act.about]
        widest = max((button.sizeHint().width() for button in told), default=0)
        for button in told:
            button.setFixedWidth(widest)

    def _enable(self, wanted: dict[str, bool]) -> None:
        """A button that rests while it works gets the keyboard back, unless somebody took it on.
        Others that rest with it pass the keyboard on, and are not who had it.
        """
        held = next((name for name in wanted if self.buttons[name].hasFocus()), "")
        for name, enabled in wanted.items():
            self.buttons[name].setEnabled(enabled)
        if held and not wanted[held]:
            self._rests = (held, QApplication.focusWidget())
        elif wanted.get(self._rests[0], False):
            if QApplication.focusWidget() is self._rests[1]:
                self.buttons[self._rests[0]].setFocus(Qt.FocusReason.OtherFocusReason)
            self._rests = ("", None)

    def _row(self, act: Act) -> QWidget:
        look = self._look
        button = ActionButton(look, act.label, icon=act.icon, height=56, left=bool(act.about))
        button.clicked.connect(lambda _=False, of=act: self._pressed(of))
        self.buttons[act.name] = button
        place = QWidget()
        line = row(look, place, gap=16)
        line.addWidget(button)
        if act.about:
            about = Text(look, act.about, "caption", tone="ink2", wrap=True)
            line.addWidget(about, 1)
        else:
            line.addStretch(1)
        return place

    def _pressed(self, act: Act) -> None:
        if not act.picks:
            self._act(act.name, "")
            return
        ask_for_file(self, self._look, act.label, act.picks, lambda path: self._act(act.name, path))


class NoticeList(QWidget):
    """Sentences, each with its shape; plain ones after the first stand as lines of a report."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._shown: tuple[Notice, ...] = ()
        self._made = 0
        self._rows = column(look, self)
        self._growing = QTimer(self)
        self._growing.setSingleShot(True)
        self._growing.setInterval(GROWS_MS)
        self._growing.timeout.connect(self._grow)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def present(self, notices: tuple[Notice, ...]) -> None:
        """Show the sentences."""
        self.setVisible(bool(notices))
        if notices == self._shown:
            return
        self._shown, self._made = notices, 0
        self._growing.stop()
        empty_layout(self._rows)
        if notices:
            self._grow()

    @Slot()
    def _grow(self) -> None:
        """Add the next sentences, and go on in a turn of their own while some are left."""
        rows = [self._row(one) for one in self._shown[self._made : self._made + AT_ONCE]]
        self._made += len(rows)
        self._rows.addWidget(together(self._look, rows))
        if self._made < len(self._shown):
            self._growing.start()

    def _row(self, notice: Notice) -> Panel:
        look = self._look
        kind, icon, tone, ink = PANELS[notice.kind]
        frame = Panel(kind)
        inside = row(look, frame, pad=10, gap=10)
        inside.addWidget(Icon(look, icon, 20, tone=tone), 0, Qt.AlignmentFlag.AlignTop)
        inside.addWidget(Text(look, notice.text, "body", tone=ink, wrap=True), 1)
        frame.setAccessibleName(notice.text)
        return frame
