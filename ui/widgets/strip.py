"""The status strip on top of every screen: where and who at the left, states, time, menu.

Shape: `StripState`. States say words when wide; in smaller layouts an icon alone, but only while
all is well: trouble is always an amber fill with words, and being offline is said where it fits. A
tap on a state tells which.
Messages of screens that have no entry line stand in the middle of the strip.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_TAG, STRIP_HEIGHT, TARGET, Layout
from ui.appearance.stylesheet import dress
from ui.presenters.strip_state import LampState, StripState
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind, kept_widgets
from ui.widgets.text import Panel, Text

# What a band takes of the room that the strip would leave bare.
BAND_SHARE = 10
# So long, a strip of the narrow layout holds a name, "Offline · 37 to send" and all the rest.
ROOMY = 760


class StatusStrip(Panel):
    """The strip; `lamp` tells the id of a tapped state, `menu` and `keys` the buttons."""

    lamp = Signal(str)
    menu = Signal()
    keys = Signal()

    def __init__(
        self,
        look: Appearance,
        *,
        menu_name: str,
        keys_name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("strip", parent)
        dress(self, look)
        self._look = look
        self._state = StripState()
        self.setFixedHeight(look.px(STRIP_HEIGHT))
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(look.px(12), 0, look.px(4), 0)
        row.setSpacing(look.px(GAP))
        self.shop = _Name(look, "strong", "on_strip")
        self.till = _Name(look, "caption", "on_strip2")
        if look.layout is Layout.NARROW:
            self.till.hide()
        self._lamps_row = QHBoxLayout()
        self._lamps_row.setSpacing(look.px(GAP))
        self.lamps: list[Lamp] = []
        self.time = Text(look, role="strong", tone="on_strip", tabular=True)
        self.menu_button = ActionButton(
            look, icon="menu", name=menu_name, kind=Kind.STRIP, least_width=48
        )
        self.menu_button.clicked.connect(self.menu)
        self.keys_button = ActionButton(
            look, icon="keyboard", name=keys_name, kind=Kind.STRIP, least_width=48
        )
        self.keys_button.clicked.connect(self.keys)
        # Its place is kept: what stands beside it never moves.
        kept = self.keys_button.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.keys_button.setSizePolicy(kept)
        self.keys_button.hide()
        row.addWidget(self.shop)
        row.addWidget(self.till)
        row.addStretch(1)
        row.addLayout(self._lamps_row)
        row.addWidget(self.time)
        row.addWidget(self.keys_button)
        row.addWidget(self.menu_button)

    def hold(self, band: QWidget | None) -> None:
        """Have a band in place of shop and till, where there is no other room for it."""
        self.shop.setVisible(band is None)
        self.till.setVisible(band is None and self._look.layout is not Layout.NARROW)
        if band is not None:
            self._row.insertWidget(0, band, BAND_SHARE)

    @property
    def roomy(self) -> bool:
        """Whether it is long enough for what is not only trouble to be said in words: a low window
        has the narrow layout and a long strip.
        """
        return self.width() >= self._look.px(ROOMY)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words come and go with the room."""
        super().resizeEvent(event)
        for lamp in self.lamps:
            lamp.updateGeometry()
            lamp.update()

    @property
    def state(self) -> StripState:
        """What is shown now."""
        return self._state

    def present(self, state: StripState) -> None:
        """Show a state; lamps that stay keep their widget."""
        if state == self._state:
            return
        self._state = state
        self.shop.set_words(state.shop)
        self.till.set_words(state.till)
        self.time.setText(state.time)
        if [lamp.id for lamp in state.lamps] != [lamp.state.id for lamp in self.lamps]:
            self._make_lamps(state.lamps)
        for widget, lamp in zip(self.lamps, state.lamps, strict=True):
            widget.present(lamp)

    def show_keys(self, *, there: bool, open_: bool) -> None:
        """Whether there is anything to type to, and whether the keyboard is open."""
        self.keys_button.setVisible(there)
        self.keys_button.set_icon("keyboard-hide" if open_ else "keyboard")

    def _make_lamps(self, states: tuple[LampState, ...]) -> None:
        """One that stays keeps its lamp, which may be under a finger just then."""
        self.lamps = kept_widgets(
            {lamp.state.id: lamp for lamp in self.lamps},
            {state.id: state for state in states},
            self._made,
        )
        for lamp in self.lamps:
            self._lamps_row.removeWidget(lamp)
            self._lamps_row.addWidget(lamp)

    def _made(self, state: LampState) -> Lamp:
        lamp = Lamp(self._look, state, self)
        lamp.clicked.connect(lambda _checked=False, at=lamp: self.lamp.emit(at.state.id))
        return lamp


class Lamp(QAbstractButton):
    """One state of the strip."""

    def __init__(
        self, look: Appearance, state: LampState, strip: StatusStrip | None = None
    ) -> None:
        super().__init__(strip)
        self._look = look
        self._strip = strip
        self.state = state
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(state.words)

    def present(self, state: LampState) -> None:
        """Show another state."""
        if state == self.state:
            return
        self.state = state
        self.setAccessibleName(state.words)
        self.updateGeometry()
        self.update()

    @property
    def wordy(self) -> bool:
        """Whether the words are shown: when wide, always in trouble, and where they fit when
        strong.
        """
        layout = self._look.layout
        if self.state.trouble or layout is Layout.WIDE:
            return True
        roomy = layout is not Layout.NARROW or (self._strip is not None and self._strip.roomy)
        return self.state.strong and roomy

    def sizeHint(self) -> QSize:
        """A target of 44, wider with words."""
        look, side = self._look, self._look.px(TARGET)
        if not self.wordy:
            return QSize(side, side)
        bold = self.state.strong or self.state.trouble
        words = look.text_width(self.state.words, "caption", bold=bold)
        return QSize(max(side, words + look.px(42)), side)

    def minimumSizeHint(self) -> QSize:
        """Words are never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A pill 30 high inside the target."""
        look, painter, state = self._look, QPainter(self), self.state
        inset = (self.height() - look.px(30)) // 2
        pill = self.rect().adjusted(0, inset, 0, -inset)
        ink = "on_warn" if state.trouble else "on_strip" if state.strong else "on_strip2"
        fill = "warn_fill" if state.trouble else "strip_soft"
        contrast = look.tokens.name == "contrast"
        paint.box(
            painter,
            pill,
            fill=look.colour(fill),
            edge=look.colour("on_strip") if contrast or self.isDown() else None,
            width=look.edge_width,
            radius=look.px(RADIUS_TAG),
        )
        side = look.px(18)
        icon = "look" if state.trouble else state.icon
        x = look.px(10) if self.wordy else (self.width() - side) // 2
        paint.icon(painter, look, icon, ink, x, (self.height() - side) // 2, side)
        if self.wordy:
            bold = state.strong or state.trouble
            rect = QRect(x + side + look.px(6), 0, self.width(), self.height())
            font = look.font("caption", bold=bold)
            paint.text(painter, rect, state.words, font, look.colour(ink))
        if self.hasFocus():
            paint.focus_ring(painter, look, pill, look.px(RADIUS_TAG))


class _Name(QWidget):
    """A name in the strip that gives way (with "…") when room is short."""

    def __init__(self, look: Appearance, role: str, tone: str) -> None:
        super().__init__()
        self._look, self._role, self._tone = look, role, tone
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def set_words(self, words: str) -> None:
        """Show another name."""
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as the name."""
        width = self._look.text_width(self._words, self._role)
        return QSize(width + self._look.px(4), self._look.px(30))

    def minimumSizeHint(self) -> QSize:
        """Four characters and "…" at least."""
        return QSize(min(self.sizeHint().width(), self._look.px(96)), self._look.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """One line."""
        look, painter = self._look, QPainter(self)
        font = look.font(self._role)
        words = paint.lines(self._words, font, self.width(), 1)[0]
        paint.text(painter, self.rect(), words, font, look.colour(self._tone))
