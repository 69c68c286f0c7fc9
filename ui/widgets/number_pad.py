"""The number pad: 7-8-9 on top everywhere, and the boxes it fills: an amount, PIN dots.

Keys are at least 64 px high (44 in the narrow layout). A press in a gap belongs to the nearest key.
The pad only tells keys; what they do to an amount is the presenter's business.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Protocol

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from posloyalty.wording import Words
from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, PAD_KEY, PAD_KEY_NARROW, RADIUS_CONTROL
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.entry_line import announce

# How high the line of change is, and in a low window; its figure is 36.
CHANGE, CHANGE_LOW = 64, 50


class PadKind(Enum):
    """Which keys the pad has beside the digits."""

    AMOUNT = auto()
    PIN = auto()


class NumberPad(QWidget):
    """Digits 7-8-9 / 4-5-6 / 1-2-3 / and a last row by kind, backspace and clear.

    AMOUNT: 00 0 . with a column of backspace over clear at the right; `show_point` takes the point
    away for pieces and for currencies without cents. PIN: clear 0 backspace.
    """

    typed = Signal(str)
    backspace = Signal()
    clear = Signal()

    def __init__(
        self,
        look: Appearance,
        kind: PadKind = PadKind.AMOUNT,
        *,
        clear_words: str,
        backspace_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.keys: list[ActionButton] = []
        self._point: ActionButton | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(GAP))
        for row, digits in enumerate(("789", "456", "123")):
            for column, digit in enumerate(digits):
                self._add(self._digit(digit), row, column)
        erase = self._key("", backspace_name, icon="backspace")
        erase.clicked.connect(self.backspace)
        wipe = self._key(clear_words, clear_words, role="body")
        wipe.clicked.connect(self.clear)
        if kind is PadKind.PIN:
            self._add(wipe, 3, 0)
            self._add(self._digit("0"), 3, 1)
            self._add(erase, 3, 2)
        else:
            for column, digit in enumerate(("00", "0", ".")):
                self._add(self._digit(digit), 3, column)
            self._point = self.keys[-1]
            self._add(erase, 0, 3, 2)
            self._add(wipe, 2, 3, 2)
            self._grid.setColumnStretch(3, 3)
        for column in range(3):
            self._grid.setColumnStretch(column, 4)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_point(self, shown: bool) -> None:
        """Whether an AMOUNT has a point just now; its place stays empty."""
        if self._point is not None:
            self._point.setVisible(shown)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A tap between the keys presses the nearest."""
        if event.button() is Qt.MouseButton.LeftButton:
            point = event.position().toPoint()
            enabled = [key for key in self.keys if key.isEnabled() and not key.isHidden()]
            if enabled and self.rect().contains(point):
                min(enabled, key=lambda key: _distance(key.geometry(), point)).click()

    def _digit(self, digit: str) -> ActionButton:
        key = self._key(digit, digit)
        key.clicked.connect(lambda: self.typed.emit(digit))
        return key

    def _key(self, words: str, name: str, *, icon: str = "", role: str = "title") -> ActionButton:
        narrow = self._look.narrow
        side = PAD_KEY_NARROW if narrow else PAD_KEY
        key = ActionButton(
            self._look, words, icon=icon, role=role, name=name, height=side, least_width=side
        )
        key.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        key.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        key.setProperty("pad", True)
        return key

    def _add(self, key: ActionButton, row: int, column: int, rows: int = 1) -> None:
        self.keys.append(key)
        self._grid.addWidget(key, row, column, rows, 1)


class AmountBox(QWidget):
    """Where the pad's amount stands: a label at the left, the figure large at the right.

    `fresh` says that the figure was proposed and the first digit replaces it (shown as selected).
    """

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._label = self._figure = ""
        self._fresh = False
        self.setFixedHeight(look.px(64))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, label: str, figure: str, *, fresh: bool = False) -> None:
        """Show a figure under its label."""
        if (label, figure, fresh) == (self._label, self._figure, self._fresh):
            return
        self._label, self._figure, self._fresh = label, figure, fresh
        self.setAccessibleName(f"{label} {figure}")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for seven digits."""
        return QSize(self._look.px(280), self._look.px(64))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground in focus colour, label, figure."""
        look, painter = self._look, QPainter(self)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("surface"),
            edge=look.colour("focus"),
            width=look.px(2),
            radius=look.px(RADIUS_CONTROL),
        )
        inner = self.rect().adjusted(look.px(16), 0, -look.px(16), 0)
        font = look.font("title", tabular=True)
        font.setPixelSize(look.px(34))
        painter.setFont(font)
        width = painter.fontMetrics().horizontalAdvance(self._figure) + look.px(12)
        # The figure is whole; in the smallest windows its label gives way.
        body = look.font("body")
        label = paint.lines(self._label, body, max(1, inner.width() - width), 1)[0]
        paint.text(painter, inner, label, body, look.colour("ink2"))
        if self._fresh and self._figure:
            paint.fresh(painter, look, inner, width, margin=10)
        paint.text(painter, inner, self._figure, font, look.colour("ink"), paint.RIGHT)


class TakesPin(Protocol):
    """Whoever a PIN is typed to."""

    def digit(self, character: str) -> None:
        """A digit."""

    def backspace(self) -> None:
        """Take the last digit back."""

    def clear(self) -> None:
        """Take all digits back."""


def pin_pad(look: Appearance, words: Words, takes: TakesPin) -> NumberPad:
    """The pad on which a PIN is typed."""
    pad = NumberPad(
        look,
        PadKind.PIN,
        clear_words=words("sign_in.clear"),
        backspace_name=words("sign_in.backspace"),
    )
    pad.typed.connect(takes.digit)
    pad.backspace.connect(takes.backspace)
    pad.clear.connect(takes.clear)
    return pad


class PinDots(QWidget):
    """How many digits of a PIN are typed, never which; the screen reader hears nothing of them."""

    def __init__(self, look: Appearance, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._full, self._of = 0, 6
        self.setAccessibleName(name)
        self.setFixedHeight(look.px(28))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, full: int, of: int = 6) -> None:
        """Fill so many dots."""
        self._full, self._of = full, max(of, full)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for eight dots."""
        return QSize(self._look.px(220), self._look.px(28))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dots in the middle."""
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, gap = look.px(14), look.px(12)
        x = (self.width() - self._of * (side + gap) + gap) // 2
        pen = painter.pen()
        pen.setColor(look.colour("ink2"))
        pen.setWidth(look.px(2))
        painter.setPen(pen)
        for place in range(self._of):
            full = place < self._full
            painter.setBrush(look.colour("ink2") if full else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(x, (self.height() - side) // 2, side, side)
            x += side + gap


class ChangeLine(QWidget):
    """What goes back to the customer, large and announced: label at the left, amount at the right.

    `kind` is "change" (teal, goes back) or "due" (plain, still owed).
    """

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._label = self._figure = ""
        self._kind = "due"
        self.set_low(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def present(self, label: str, figure: str, kind: str = "change") -> None:
        """Show a figure; an empty label leaves the place empty, never gone."""
        if (label, figure, kind) == (self._label, self._figure, self._kind):
            return
        self._label, self._figure, self._kind = label, figure, kind
        self.setAccessibleName(f"{label} {figure}".strip())
        self.update()
        if label:
            announce(self, f"{label} {figure}")

    def set_low(self, low: bool) -> None:
        """In a low window the line leaves its air to the pad's keys."""
        self.setFixedHeight(self._look.px(CHANGE_LOW if low else CHANGE))

    def sizeHint(self) -> QSize:
        """Room for seven digits."""
        return QSize(self._look.px(280), self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, cash icon, label, figure."""
        if not self._label:
            return
        look, painter = self._look, QPainter(self)
        change = self._kind == "change"
        ink = "success" if change else "ink2"
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("success_soft" if change else "sunken"),
            edge=look.colour("success" if change else "line"),
            width=look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        side = look.px(28)
        paint.icon(painter, look, "cash", ink, look.px(16), (self.height() - side) // 2, side)
        paint.text(painter, self._inner, self._figure, self._font, look.colour("ink"), paint.RIGHT)
        role, broken, room = self.label_shown()
        font = look.font(role, bold=True if role == "caption" else None)
        high = look.line_height(role) if len(broken) > 1 else room.height()
        top = (room.height() - high * len(broken)) // 2
        for place, line in enumerate(broken):
            at = QRect(room.left(), top + place * high, room.width(), high)
            paint.text(painter, at, line, font, look.colour(ink))

    def label_shown(self) -> tuple[str, list[str], QRect]:
        """The label's role, its lines and the room that the figure leaves them: on one line where
        it fits, as "Change" does; small and on two where it does not.
        """
        look, inner = self._look, self._inner
        figure = QFontMetrics(self._font).horizontalAdvance(self._figure)
        room = QRect(inner.left(), 0, inner.width() - figure - look.px(12), self.height())
        if look.text_width(self._label, "strong") <= room.width():
            return "strong", [self._label], room
        small = look.font("caption", bold=True)
        return "caption", paint.lines(self._label, small, room.width(), 2), room

    @property
    def _inner(self) -> QRect:
        return self.rect().adjusted(self._look.px(54), 0, -self._look.px(16), 0)

    @property
    def _font(self) -> QFont:
        font = self._look.font("title", tabular=True)
        font.setPixelSize(self._look.px(36))
        return font


def _distance(rect: QRect, point: QPoint) -> int:
    x = max(rect.left() - point.x(), 0, point.x() - rect.right())
    y = max(rect.top() - point.y(), 0, point.y() - rect.bottom())
    return x * x + y * y
