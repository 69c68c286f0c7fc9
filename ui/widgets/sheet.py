"""Sheets: a titled panel over the quick keys, with Esc to close; and questions as screens.

A sheet covers only the place it is given, never the total or Pay.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_PANEL
from ui.appearance.stylesheet import dress
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind, main_button
from ui.widgets.text import Icon, Panel, Text


class SheetFrame(Panel):
    """Title and close button on top; views put their parts into `body`. `closed` asks to close."""

    closed = Signal()

    def __init__(
        self, look: Appearance, title: str, *, close_words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__("surface", parent)
        self._px = look.px
        self.setAccessibleName(title)
        self.title = Text(look, title, "title")
        self.close_button = ActionButton(look, close_words, icon="close", key="Esc")
        self.close_button.clicked.connect(self.closed)
        self.head = QHBoxLayout()
        self.head.setSpacing(look.px(GAP))
        self.head.addWidget(self.title, 1)
        self.head.addWidget(self.close_button)
        self.body = QVBoxLayout()
        self.body.setSpacing(look.px(GAP))
        self._whole = QVBoxLayout(self)
        self._whole.addLayout(self.head)
        self._whole.addLayout(self.body, 1)
        self.set_tight(False)

    def set_tight(self, tight: bool) -> None:
        """Whether the frame has no more room than it must, because what it holds needs it."""
        pad, top, between = (GAP, GAP, 0) if tight else (16, 12, 12)
        self._whole.setContentsMargins(*(self._px(side) for side in (pad, top, pad, pad)))
        self._whole.setSpacing(self._px(between))


class OverlayFrame(SheetFrame):
    """A titled panel over whole screens, opaque to its corners: nothing under it is painted."""

    def __init__(
        self, look: Appearance, title: str, *, close_words: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(look, title, close_words=close_words, parent=parent)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        dress(self, look)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground at the corners, then the panel as the style sheet draws it elsewhere."""
        look, painter = self._look, QPainter(self)
        painter.fillRect(event.rect(), look.colour("canvas"))
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("surface"),
            edge=look.colour("line"),
            width=look.edge_width,
            radius=look.px(RADIUS_PANEL),
        )


class QuestionPanel(Panel):
    """A question that stands as a screen of its own: what, what follows, one filled answer.

    `answered` tells the place of the pressed answer; the first is the main one (F12), the last the
    way back (Esc). There is no modal dialog anywhere.
    """

    answered = Signal(int)

    def __init__(
        self,
        look: Appearance,
        *,
        icon: str,
        tone: str,
        title: str,
        text: str,
        answers: tuple[str, ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent)
        dress(self, look)
        pad = look.px(24)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.px(16))
        head = QHBoxLayout()
        head.setSpacing(look.px(12))
        head.addWidget(Icon(look, icon, 32, tone=tone))
        self.title = Text(look, title, "title", wrap=True)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.text = Text(look, text, "body", tone="ink2", wrap=True, align=paint.LEFT)
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.text)
        row = QHBoxLayout()
        row.setSpacing(look.px(GAP))
        self.buttons: list[ActionButton] = []
        for place, words in enumerate(answers):
            if place == 0:
                button = main_button(look, words)
            else:
                key = "Esc" if place == len(answers) - 1 else ""
                button = ActionButton(look, words, key=key, kind=Kind.PLAIN, height=72)
            button.clicked.connect(lambda _checked=False, at=place: self.answered.emit(at))
            self.buttons.append(button)
        for button in reversed(self.buttons):
            row.addWidget(button, 2 if button is self.buttons[0] else 1)
        column.addLayout(row)
        column.insertStretch(2, 1)
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def first(self) -> ActionButton:
        """Where the keyboard goes: the main answer."""
        return self.buttons[0]
