"""Pieces that several screens beside the sale are made of: heads, scroll areas, file questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from posloyalty.wording import Words
from ui.appearance import Appearance
from ui.appearance.fonts import MISSING, missing
from ui.appearance.metrics import GAP
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.entry_line import announce
from ui.widgets.number_pad import NumberPad, PadKind
from ui.widgets.text import Panel

PAD_MOST: Final = 400
MISSING_MOST: Final = 6
"""Characters without a glyph that are named under a field."""


def back_button(look: Appearance, words: Words, pressed: Callable[[], None]) -> ActionButton:
    """The way out, at the left top of every screen beside the sale."""
    button = ActionButton(look, words("common.back"), icon="back", key="Esc", height=52)
    button.clicked.connect(lambda _checked=False: pressed())
    return button


class KeyedIn(Protocol):
    """A presenter whose amount is keyed in."""

    def typed(self, character: str) -> None:
        """A digit or the point."""

    def backspace(self) -> None:
        """The last one goes."""

    def clear(self) -> None:
        """All of it goes."""


def amount_pad(look: Appearance, words: Words, presenter: KeyedIn) -> NumberPad:
    """The pad under an amount of money."""
    pad = NumberPad(
        look,
        PadKind.AMOUNT,
        clear_words=words("pay.clear"),
        backspace_name=words("pay.backspace"),
    )
    pad.typed.connect(presenter.typed)
    pad.backspace.connect(presenter.backspace)
    pad.clear.connect(presenter.clear)
    return pad


def scrolling(look: Appearance, inner: QWidget) -> KeepingArea:
    """An area that scrolls up and down, by taps, when its content is higher than its place."""
    # Nothing that the first paint needs scrolls.
    from ui.widgets.tap_bar import scroll_by_taps

    area = KeepingArea()
    scroll_by_taps(area, look)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


class KeepingArea(QScrollArea):
    """Keeps one widget of what it scrolls in sight, also when either changes its size: what is
    chosen is told before it is laid out. Else it keeps what is typed into. `across`: it scrolls
    sideways.

    It asks its own events alone: a filter on what it holds would be called while that is let go.
    """

    def __init__(self) -> None:
        super().__init__()
        self.across = False
        self._kept: QWidget | None = None
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.rangeChanged.connect(self._follow)

    def setVerticalScrollBar(self, bar: QScrollBar) -> None:
        """Another bar, such as one that a finger taps, tells from now on how far it goes."""
        super().setVerticalScrollBar(bar)
        bar.rangeChanged.connect(self._follow)

    def keep(self, widget: QWidget | None) -> None:
        """Another one is chosen, or none."""
        self._kept = widget
        self._follow()

    def begin(self) -> None:
        """Something else is shown in it, which is read from its top."""
        self.verticalScrollBar().setValue(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """It has another size, and so has what it scrolls."""
        super().resizeEvent(event)
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        """What was hidden is laid out now."""
        super().showEvent(event)
        self._follow()

    def _follow(self) -> None:
        inner = self.widget()
        kept = self._kept or self._typed_into()
        if kept is None or inner is None or not isValid(kept):
            return  # a view is let go of part by part
        middle = kept.mapTo(inner, kept.rect().center())
        if self.across:
            self.ensureVisible(middle.x(), 0, kept.width() // 2 + 1, 0)
        else:
            self.ensureVisible(0, middle.y(), 0, kept.height() // 2 + 1)

    def _typed_into(self) -> QWidget | None:
        """Whoever types sees what they type, whatever comes or grows above it."""
        now = QApplication.focusWidget()
        typing = isinstance(now, QLineEdit | QPlainTextEdit) and self.isAncestorOf(now)
        return now if typing else None


class WhereRoom(QWidget):
    """Shows what it holds as soon as it is high enough for it; lower, it is bare space.

    A list that is pressed to a few pixels shows halves of words and of buttons. It lays out what it
    holds by itself: a layout that is told to show something while it is being resized may keep the
    size that it had before.
    """

    def __init__(self, held: QWidget, least: int) -> None:
        super().__init__()
        self._held, self._least = held, least
        held.setParent(self)
        held.setMinimumHeight(1)
        self.setMinimumHeight(1)

    def sizeHint(self) -> QSize:
        """As large as what it holds."""
        return self._held.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As wide as that must be, and of any height."""
        return QSize(self._held.minimumSizeHint().width(), 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show it, or not."""
        super().resizeEvent(event)
        self._held.setGeometry(self.rect())
        self._held.setVisible(self.height() >= self._least)


def at_the_foot(look: Appearance, pad: NumberPad) -> QVBoxLayout:
    """A pad that lies lowest, in reach, and grows no larger than a hand wants it."""
    pad.setMaximumHeight(look.px(PAD_MOST))
    low = column(look)
    low.addStretch(1)
    low.addWidget(pad, PAD_MOST)
    return low


def column(
    look: Appearance, owner: QWidget | None = None, *, pad: int = 0, gap: int = GAP
) -> QVBoxLayout:
    """A column of things; lengths are logical."""
    made = QVBoxLayout() if owner is None else QVBoxLayout(owner)
    side = look.px(pad)
    made.setContentsMargins(side, side, side, side)
    made.setSpacing(look.px(gap))
    return made


def row(
    look: Appearance, owner: QWidget | None = None, *, pad: int = 0, gap: int = GAP
) -> QHBoxLayout:
    """A row of things; lengths are logical."""
    made = QHBoxLayout() if owner is None else QHBoxLayout(owner)
    side = look.px(pad)
    made.setContentsMargins(side, side, side, side)
    made.setSpacing(look.px(gap))
    return made


def panel(
    look: Appearance, kind: str = "surface", *, pad: int = 16, gap: int = 12
) -> tuple[Panel, QVBoxLayout]:
    """A framed ground and its column."""
    frame = Panel(kind)
    return frame, column(look, frame, pad=pad, gap=gap)


def together(look: Appearance, parts: Sequence[QWidget], *, gap: int = GAP) -> QWidget:
    """Parts below one another as one widget, which is added to what is seen in one go.

    Qt shows each widget that comes into a layout in sight by itself, and lays all out anew each
    time: twenty sentences of a report were laid out twenty times.
    """
    held = QWidget()
    inside = column(look, held, gap=gap)
    for part in parts:
        inside.addWidget(part)
    return held


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def missing_told(words: Words, text: str, help_words: str = "") -> str:
    """The words under a field, and which of its characters will stand as 〓 on screen and paper."""
    named = " ".join(f"U+{ord(one):04X}" for one in missing(text)[:MISSING_MOST])
    told = words("receipt.missing", characters=f"{MISSING} {named}") if named else ""
    return " · ".join(part for part in (help_words, told) if part)


class Said(QWidget):
    """A sentence with its shape in a place that is kept free for it, so that nothing moves.

    A refusal is red with ⊘ and announced at once; anything else is quiet.
    """

    def __init__(
        self,
        look: Appearance,
        *,
        lines: int = 2,
        centred: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._lines, self._centred = look, lines, centred
        self._words, self._refused = "", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(lines * look.line_height("body"))

    @property
    def words(self) -> str:
        """What is said now."""
        return self._words

    def present(self, words: str, *, refused: bool) -> None:
        """Say something, or nothing."""
        if (words, refused) == (self._words, self._refused):
            return
        self._words, self._refused = words, refused
        self.setAccessibleName(words)
        self.update()
        if words:
            announce(self, words, at_once=refused)

    def sizeHint(self) -> QSize:
        """It takes the width it gets."""
        return QSize(self._look.px(160), self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Shape and words, in the middle of the place."""
        if not self._words:
            return
        look, painter = self._look, QPainter(self)
        font, line = look.font("body"), look.line_height("body")
        side = look.px(20) if self._refused else 0
        gap = look.px(8) if side else 0
        room = self.width() - side - gap
        shown = paint.lines(self._words, font, room, self._lines)
        widest = max(look.text_width(words) for words in shown)
        x = max(0, (self.width() - side - gap - widest) // 2) if self._centred else 0
        top = (self.height() - len(shown) * line) // 2
        if side:
            paint.icon(painter, look, "refused", "danger", x, top + (line - side) // 2, side)
        tone = look.colour("danger" if self._refused else "ink2")
        for at, words in enumerate(shown):
            rect = QRect(x + side + gap, top + at * line, room, line)
            paint.text(painter, rect, words, font, tone)
