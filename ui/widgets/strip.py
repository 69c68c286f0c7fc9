"""The status strip on top of every screen: where and who at the left, states, time, menu.

Shape: `StripState`. States say words when wide; in smaller layouts an icon alone, but only while
all is well: trouble is always an amber fill, in words as far as the whole strip holds them, for
which the names give way; being offline is said where it fits beside a name. Words are never cut. A
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
NAME_LEAST = 96
"""Four characters of a name and "…"."""


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
        self._band: QWidget | None = None
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
        self._band = band
        self.shop.setVisible(band is None)
        self.till.setVisible(band is None and self._look.layout is not Layout.NARROW)
        if band is not None:
            self._row.insertWidget(0, band, BAND_SHARE)
        self._say_what_fits()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words come and go with the room."""
        super().resizeEvent(event)
        self._say_what_fits()

    def _say_what_fits(self) -> None:
        """Which states are said in words: those in trouble first, from left to right."""
        if self._look.layout is Layout.WIDE:
            return
        # Asked part by part: a layout leaves out what is not shown yet.
        look, gap = self._look, self._row.spacing()
        margins = self._row.contentsMargins()
        beside = (self.time, self.keys_button, self.menu_button)
        held = () if self._band is None else (self._band,)
        spare = self.width() - margins.left() - margins.right() + gap
        spare -= sum(part.minimumSizeHint().width() + gap for part in (*beside, *held))
        spare -= len(self.lamps) * (look.px(TARGET) + gap)
        for lamp in sorted(self.lamps, key=lambda lamp: not lamp.state.trouble):
            kept = 0 if lamp.state.trouble else look.px(NAME_LEAST) + gap
            told = lamp.state.trouble or lamp.state.strong
            lamp.say(told and lamp.words_take <= spare - kept)
            spare -= lamp.words_take if lamp.wordy else 0
        if self._band is None:
            both = 2 * (look.px(NAME_LEAST) + gap)
            self.shop.setVisible(spare >= look.px(NAME_LEAST // 2) + gap)
            self.till.setVisible(look.layout is not Layout.NARROW and spare >= both)

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
        self._say_what_fits()

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

    def __init__(self, look: Appearance, state: LampState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.state = state
        self.wordy = look.layout is Layout.WIDE or state.trouble
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

    def say(self, wordy: bool) -> None:
        """Whether the words are shown, or the icon alone."""
        if wordy is not self.wordy:
            self.wordy = wordy
            self.updateGeometry()
            self.update()

    @property
    def words_take(self) -> int:
        """How much wider it is with its words."""
        look = self._look
        bold = self.state.strong or self.state.trouble
        words = look.text_width(self.state.words, "caption", bold=bold)
        return max(0, words + look.px(42) - look.px(TARGET))

    def sizeHint(self) -> QSize:
        """A target of 44, wider with words."""
        side = self._look.px(TARGET)
        return QSize(side + (self.words_take if self.wordy else 0), side)

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
        """None: the strip hides a name that has no room."""
        return QSize(0, self._look.px(30))

    def paintEvent(self, event: QPaintEvent) -> None:
        """One line."""
        look, painter = self._look, QPainter(self)
        font = look.font(self._role)
        words = paint.lines(self._words, font, self.width(), 1)[0]
        paint.text(painter, self.rect(), words, font, look.colour(self._tone))
