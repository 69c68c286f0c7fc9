"""Words and icons that stand still: `Text`, `label_of`, `Icon`, `Tag`, `Panel`."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.appearance.fonts import drawable
from ui.appearance.look import Appearance
from ui.appearance.metrics import RADIUS_TAG, TYPE
from ui.widgets import paint

DESCENDERS_TO = 24
LABEL_WHOLE = 100
"""A wider label may break: beside an amount it has no more in the narrowest column."""
_SHAPES = {
    "success": "check-circle",
    "warn": "look",
    "danger": "danger",
    "primary": "star",
    "plain": "",
}


class Text(QLabel):
    """A line (or, with `wrap`, a paragraph) in a type role and a tone, on the role's line height.

    Amounts take `tabular=True` and stand right-aligned; they are never shortened.
    """

    def __init__(
        self,
        look: Appearance,
        words: str = "",
        role: str = "body",
        *,
        tone: str = "ink",
        bold: bool | None = None,
        tabular: bool = False,
        wrap: bool = False,
        align: Qt.AlignmentFlag = paint.LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(drawable(words), parent)
        # A label clips at its edge: small type gets the height that its descenders need.
        small = look.px(TYPE[role].px) <= look.px(DESCENDERS_TO)
        self._line = look.line_height(role)
        if small:
            self._line = max(self._line, look.px(TYPE[role].px) * 145 // 100 + 1)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(look.font(role, bold=bold, tabular=tabular))
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)
        self.setAlignment(align)
        self.setMinimumHeight(self._line)
        if not wrap:
            self.setFixedHeight(self._line)

    def setText(self, words: str) -> None:
        """Show other words; a character that no face has is marked."""
        super().setText(drawable(words))

    def set_tone(self, tone: str) -> None:
        """Another colour, by token name."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)


def label_of(look: Appearance, words: str, *, tone: str = "ink2") -> Text:
    """The label of an entry or a figure; a long one breaks before it would widen its column.

    Only a long one: what may break is laid out by trying, which costs a form of thirty entries.
    """
    long = look.text_width(words, "caption") > look.px(LABEL_WHOLE)
    return Text(look, words, "caption", tone=tone, wrap=long)


class Icon(QWidget):
    """One of our icons in a token's colour; decoration, so the screen reader passes over it."""

    def __init__(
        self,
        look: Appearance,
        name: str,
        size: int = 24,
        *,
        tone: str = "ink",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._name = name
        self._tone = tone
        self._side = look.px(size)
        self.setFixedSize(self._side, self._side)

    def set_icon(self, name: str, tone: str) -> None:
        """Another icon or colour."""
        self._name, self._tone = name, tone
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        paint.icon(painter, self._look, self._name, self._tone, 0, 0, self._side)


class Tag(QWidget):
    """A small filled label with an icon: tier, device state, "about 15 s".

    `tone` is success, warn, danger, primary or plain; the icon says the same as the colour.
    """

    def __init__(
        self,
        look: Appearance,
        words: str = "",
        *,
        tone: str = "plain",
        icon: str | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.present(words, tone=tone, icon=icon)

    def present(self, words: str, *, tone: str = "plain", icon: str | None = None) -> None:
        """Show other words, tone or icon."""
        self._words, self._tone = words, tone
        self._icon = _SHAPES[tone] if icon is None else icon
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as its words."""
        look = self._look
        width = look.text_width(self._words, "caption", bold=True) + look.px(20)
        return QSize(width + (look.px(22) if self._icon else 0), look.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill, icon, words."""
        look, painter = self._look, QPainter(self)
        plain = self._tone == "plain"
        ink = "ink2" if plain else self._tone
        fill = "sunken" if plain else f"{self._tone}_soft"
        edge = look.colour("line" if plain else self._tone)
        contrast = look.tokens.name == "contrast"
        paint.box(
            painter,
            self.rect(),
            fill=look.colour(fill),
            edge=edge if plain or contrast else None,
            width=look.edge_width,
            radius=look.px(RADIUS_TAG),
        )
        x = look.px(10)
        if self._icon:
            side = look.px(18)
            paint.icon(painter, look, self._icon, ink, x, (self.height() - side) // 2, side)
            x += look.px(22)
        font = look.font("caption", bold=True)
        rect = QRect(x, 0, self.width() - x, self.height())
        paint.text(painter, rect, self._words, font, look.colour(ink))


class Panel(QFrame):
    """A framed ground: surface, sunken, card, success, warn, danger or strip."""

    def __init__(self, kind: str = "surface", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", kind)
