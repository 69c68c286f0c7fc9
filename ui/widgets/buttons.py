"""Every button of the till: `ActionButton` in its kinds, at least 44 px in both directions.

A press by finger never takes the keyboard away from where it was; Tab reaches every button, Space
and Enter press it. Names on buttons are never shortened: a button is as wide as its words, or
breaks them into two lines where it may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto
from itertools import pairwise
from typing import Final, TypeVar

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.appearance.look import Appearance
from ui.appearance.metrics import (
    FUNCTIONS,
    MAIN,
    MAIN_LEAST,
    RADIUS_CONTROL,
    TARGET,
    Layout,
)
from ui.widgets import paint
from ui.widgets.kept_pictures import paint_kept

K = TypeVar("K")
S = TypeVar("S")
W = TypeVar("W", bound=QWidget)


class Kind(Enum):
    """What a button means, hence how it looks."""

    PLAIN = auto()
    SOFT = auto()
    MAIN = auto()
    DANGER = auto()
    QUIET = auto()
    STRIP = auto()


SMALLER: Final = ("pay", "title", "strong", "body")
"""Type roles of a main button's words, from the largest on."""


class ActionButton(QAbstractButton):
    """A button with words, an icon, its key and, when asked for, a count.

    `kind` MAIN is the one filled button of a screen. `stacked` puts the icon above the words
    (function keys). `role` is the type role of the words. A checkable button shows its chosen state
    by edge, fill and weight. Without words, `name` is required: it is what the screen reader says.
    """

    def __init__(
        self,
        look: Appearance,
        words: str = "",
        *,
        icon: str = "",
        key: str = "",
        kind: Kind = Kind.PLAIN,
        stacked: bool = False,
        role: str | None = None,
        name: str = "",
        height: int = TARGET,
        least_width: int = TARGET,
        left: bool = False,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = icon
        self._key = key
        self._kind = kind
        self._stacked = stacked
        self._left = left
        self._role = role or ("title" if kind is Kind.MAIN else "caption" if stacked else "body")
        self._badge = 0
        least_height = max(MAIN_LEAST if kind is Kind.MAIN else TARGET, height)
        self._least = QSize(look.px(max(TARGET, least_width)), look.px(least_height))
        self.setText(words)
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self._name = name
        self._tell_name()

    @property
    def kind(self) -> Kind:
        """What the button means."""
        return self._kind

    @property
    def key(self) -> str:
        """The key hint, such as F12; empty when it has none."""
        return self._key

    def set_words(self, words: str, *, name: str = "") -> None:
        """Other words, such as "Complete · change 87.20"."""
        if words == self.text() and name in ("", self._name):
            return
        self.setText(words)
        self._name = name or self._name
        self._tell_name()
        self.updateGeometry()
        self.update()

    def set_icon(self, icon: str) -> None:
        """Another icon; empty for none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def set_badge(self, count: int) -> None:
        """A count at the left top corner; 0 takes it away."""
        self._badge = count
        self._tell_name()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for words, icon and key."""
        look, key_width = self._look, self._key_width()
        if self._stacked:
            pad = look.px(12)
            words = look.text_width(self.text(), self._role, bold=self._bold())
            width = max(words, look.px(22) + 2 * key_width) + pad
            height = max(self._least.height(), look.px(20) + look.line_height(self._role) + pad)
        else:
            width = self._row_width(self._role) + (key_width if self.text() else 0)
            height = self._least.height()
        return QSize(max(width, self._least.width()), height)

    def minimumSizeHint(self) -> QSize:
        """Words and amounts on buttons are never cut. Those of the main button may be set smaller,
        so that it takes nothing from its neighbours; it is high enough for its key to lie above.
        """
        if self._kind is not Kind.MAIN:
            return self.sizeHint()
        width = self._row_width(SMALLER[-1])
        return QSize(max(width, self._least.width()), self._least.height())

    def _key_width(self) -> int:
        return paint.hint_size(self._look, self._key)[0] + self._look.px(6) if self._key else 0

    def _bold(self) -> bool | None:
        return True if self._kind is Kind.MAIN or self.isCheckable() else None

    def _row_width(self, role: str) -> int:
        """What words in a role and the icon before them take, with both sides."""
        look = self._look
        icon = look.px(32) if self._icon and self.text() else look.px(24) * bool(self._icon)
        sides = 2 * look.px(12 if self.text() else 10)
        return look.text_width(self.text(), role, bold=self._bold()) + icon + sides

    def words_width(self) -> int:
        """What the words as they are shown now take, with icon and sides."""
        return self._row_width(self.shown_role)

    @property
    def shown_role(self) -> str:
        """The role of the words: their own, or the largest below it in which they are whole."""
        if self._kind is not Kind.MAIN or self._row_width(self._role) <= self.width():
            return self._role
        below = SMALLER[SMALLER.index(self._role) + 1 :] if self._role in SMALLER else SMALLER
        fits = (role for role in below if self._row_width(role) <= self.width())
        return next(fits, SMALLER[-1])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, icon, words, key, count, focus ring."""
        look, painter = self._look, QPainter(self)
        shown = (
            "button",
            look,
            (self.text(), self._icon, self._key, self._badge),
            (self._kind, self._role, self._stacked, self._left),
            (self.isEnabled(), self.isDown(), self.isCheckable(), self.isChecked()),
        )
        paint_kept(painter, self.rect(), shown, self._draw, self.update)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))

    def _draw(self, painter: QPainter, rect: QRect) -> None:
        look = self._look
        fill, edge, ink, on = self._colours()
        radius = look.px(RADIUS_CONTROL)
        chosen = self.isCheckable() and self.isChecked()
        width = look.edge_width * (2 if chosen or self.isDown() else 1)
        paint.box(
            painter,
            rect,
            fill=look.colour(fill) if fill else None,
            edge=look.colour(edge) if edge else None,
            width=width,
            radius=radius,
            dashed=edge == "idle",
        )
        if self._stacked:
            self._paint_stacked(painter, ink)
        else:
            self._paint_row(painter, ink)
        if self._key and self.isEnabled():
            right, top = self.width() - look.px(5), look.px(5)
            paint.hint(painter, look, right, top, self._key, on=on)
        if self._badge:
            self._paint_badge(painter)

    def _colours(self) -> tuple[str, str, str, str]:
        """Fill, edge, ink and ground name for the present state."""
        down, kind = self.isDown(), self._kind
        if not self.isEnabled():
            # Without grey grounds a whole outline would look ready: there it is dashed and dim.
            contrast = self._look.tokens.name == "contrast"
            return "sunken", ("idle" if contrast else "line"), "idle", "surface"
        if kind is Kind.MAIN:
            return ("primary_pressed" if down else "primary"), "", "on_primary", "primary"
        if kind is Kind.STRIP:
            return "strip_soft", ("on_strip" if down else "strip_soft"), "on_strip", "strip"
        if kind is Kind.DANGER:
            return ("danger_soft" if down else "surface"), "danger", "danger", "surface"
        if kind is Kind.SOFT or (self.isCheckable() and self.isChecked()):
            return "primary_soft", "primary", "primary" if kind is Kind.SOFT else "ink", "surface"
        if kind is Kind.QUIET:
            return ("primary_soft" if down else ""), ("primary" if down else ""), "ink", "surface"
        return (
            ("primary_soft" if down else "surface"),
            ("primary" if down else "edge"),
            "ink",
            ("surface"),
        )

    def _paint_row(self, painter: QPainter, ink: str) -> None:
        look = self._look
        bold = (
            True if self._kind is Kind.MAIN or (self.isCheckable() and self.isChecked()) else None
        )
        role = self.shown_role
        font = look.font(role, bold=bold, tabular=self._kind is Kind.MAIN)
        words = look.text_width(self.text(), role, bold=bold)
        side = look.px(28 if self._kind is Kind.MAIN else 20)
        gap = look.px(10) if self._icon and self.text() else 0
        whole = words + gap + (side if self._icon else 0)
        x = look.px(14) if self._left else self._centred(whole)
        if self._icon:
            paint.icon(painter, look, self._icon, ink, x, (self.height() - side) // 2, side)
            x += side + gap
        rect = QRect(x, 0, words + look.px(4), self.height())
        paint.text(painter, rect, self.text(), font, look.colour(ink))

    def _centred(self, whole: int) -> int:
        """Where words of that width begin: in the middle, or left of it to clear the key hint."""
        middle = (self.width() - whole) // 2
        if not self._key:
            return middle
        clear = self.width() - self._look.px(9) - paint.hint_size(self._look, self._key)[0] - whole
        return max(self._look.px(8), min(middle, clear))

    def _paint_stacked(self, painter: QPainter, ink: str) -> None:
        look = self._look
        side, line = look.px(20), look.line_height(self._role)
        top = (self.height() - side - line - look.px(2)) // 2
        if self._icon:
            paint.icon(painter, look, self._icon, ink, (self.width() - side) // 2, top, side)
        rect = QRect(0, top + side + look.px(2), self.width(), line)
        font = look.font(self._role)
        paint.text(painter, rect, self.text(), font, look.colour(ink), paint.CENTRE)

    def _paint_badge(self, painter: QPainter) -> None:
        look, words = self._look, str(self._badge)
        width = max(look.px(22), look.text_width(words, "hint") + look.px(12))
        rect = QRect(look.px(5), look.px(5), width, look.px(20))
        paint.box(painter, rect, fill=look.colour("primary"), radius=look.px(10))
        font = look.font("hint")
        paint.text(painter, rect, words, font, look.colour("on_primary"), paint.CENTRE)

    def _tell_name(self) -> None:
        name = self._name or self.text()
        self.setAccessibleName(f"{name} {self._badge}" if self._badge else name)
        if self._key:
            self.setAccessibleDescription(self._key)


def kept_widgets(there: Mapping[K, W], wanted: Mapping[K, S], make: Callable[[S], W]) -> list[W]:
    """Widgets by key, in the order of what is wanted: those that are there stay, a finger on them
    and the keyboard with them; others are made, and whoever is wanted no more goes at once, for one
    that is only let go lies in sight until Qt's next turn. Their layout is the caller's.
    """
    shown = [there[key] if key in there else make(state) for key, state in wanted.items()]
    for key, gone in there.items():
        if key not in wanted:
            gone.hide()
            gone.deleteLater()
    for before, after in pairwise(shown):
        QWidget.setTabOrder(before, after)
    return shown


def main_button(
    look: Appearance,
    words: str = "",
    *,
    icon: str = "",
    key: str = "F12",
    height: int = MAIN_LEAST,
    role: str | None = None,
) -> ActionButton:
    """The one filled button of a screen; 96 high and more speaks in the large role "pay"."""
    high = max(height, MAIN_LEAST)
    size = role or ("pay" if high >= MAIN and look.layout is not Layout.NARROW else "title")
    button = ActionButton(look, words, icon=icon, key=key, kind=Kind.MAIN, height=high, role=size)
    button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return button


def function_button(look: Appearance, words: str, *, icon: str, key: str) -> ActionButton:
    """A button of the function row: icon above the word, its key in the corner."""
    button = ActionButton(look, words, icon=icon, key=key, stacked=True, height=FUNCTIONS)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button
