"""Quick keys: tabs of the shop's categories and a grid of articles at fixed places.

Shape: `QuickKeyRow` is one key as shown; None keeps its place empty. Four columns, six in portrait;
wider or higher windows give rows. Keys are at least 92 x 80 px; a page with more keys than places
has a key in the last place that turns to its next leaf (`TurnKeyRow`), never a scroll bar.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, QUICK_KEY, RADIUS_CONTROL, Layout
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.hues import picture_colours
from ui.widgets.kept_pictures import paint_kept


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickKeyRow:
    """One key. `price` may be words ("weigh", "sold out"); `initial` is its picture.

    `colour` is a palette name of `HUES`; an unknown one is grey. `id` comes back.
    """

    id: bytes
    name: str
    price: str
    initial: str
    colour: str = "grey"
    enabled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnKeyRow:
    """The key that turns to the next leaf: "Next page" and "1/2"; `spoken` says both."""

    words: str
    place: str
    spoken: str
    back: bool = False


class QuickKeys(QWidget):
    """Tabs over a grid. `pressed` tells a key's id, `tab_chosen` the tab's place, `turned` none."""

    pressed = Signal(object)
    tab_chosen = Signal(int)
    turned = Signal()

    def __init__(
        self,
        look: Appearance,
        *,
        columns: int | None = None,
        rows: int = 4,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self.columns = columns or (6 if look.layout is Layout.PORTRAIT else 4)
        self.rows = rows
        self._shown: tuple[tuple[QuickKeyRow | None, ...], TurnKeyRow | None] = ((), None)
        self._tab_names: tuple[str, ...] = ()
        self.tabs: list[ActionButton] = []
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.tab_chosen)
        self._tab_row = QHBoxLayout()
        self._tab_row.setSpacing(look.px(GAP))
        self._grid = QGridLayout()
        self._grid.setSpacing(look.px(GAP))
        self.keys = [QuickKeyButton(look, self) for _ in range(self.columns * rows)]
        for place, key in enumerate(self.keys):
            self._grid.addWidget(key, place // self.columns, place % self.columns)
            key.clicked.connect(lambda _checked=False, key=key: self._press(key))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(look.px(GAP))
        whole.addLayout(self._tab_row)
        whole.addLayout(self._grid, 1)

    def present(
        self,
        tabs: tuple[str, ...],
        tab: int,
        keys: tuple[QuickKeyRow | None, ...],
        *,
        turn: TurnKeyRow | None = None,
    ) -> None:
        """Show tabs, the chosen one, its keys by place, and in the last place the key that turns.

        The focus stays in the last place while leaves are turned.
        """
        if tabs != self._tab_names:
            self._make_tabs(tabs)
        if 0 <= tab < len(self.tabs):
            self.tabs[tab].setChecked(True)
        if (keys, turn) == self._shown:
            return
        self._shown = (keys, turn)
        last = len(self.keys) - 1
        for place, key in enumerate(self.keys):
            row = keys[place] if place < len(keys) else None
            key.present(turn if turn is not None and place == last else row)

    def _make_tabs(self, names: tuple[str, ...]) -> None:
        self._tab_names = names
        for old in self.tabs:
            self._group.removeButton(old)
            self._tab_row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.tabs = []
        for place, name in enumerate(names):
            tab = ActionButton(self._look, name, checkable=True, parent=self)
            tab.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._group.addButton(tab, place)
            self._tab_row.addWidget(tab)
            self.tabs.append(tab)

    def _press(self, key: QuickKeyButton) -> None:
        if isinstance(key.row, TurnKeyRow):
            self.turned.emit()
        elif key.row is not None:
            self.pressed.emit(key.row.id)


class QuickKeyButton(QAbstractButton):
    """One key: coloured initial, price, the name in at most two lines. An empty place is bare."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.row: QuickKeyRow | TurnKeyRow | None = None
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.present(None)

    def present(self, row: QuickKeyRow | TurnKeyRow | None) -> None:
        """Show an article, the key that turns, or an empty place."""
        self.row = row
        turns = isinstance(row, TurnKeyRow)
        self.setEnabled(turns or (isinstance(row, QuickKeyRow) and row.enabled))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if self.isEnabled() else Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(_spoken(row))
        self.update()

    def sizeHint(self) -> QSize:
        """The least key: 92 x 80."""
        return QSize(self._look.px(QUICK_KEY[0]), self._look.px(QUICK_KEY[1]))

    def minimumSizeHint(self) -> QSize:
        """A key never shrinks below that."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, picture, price, name."""
        look, row = self._look, self.row
        if row is None:
            return
        painter = QPainter(self)
        shown = ("quick key", look, row, self.isDown(), self.isEnabled())

        def draw(on: QPainter, rect: QRect) -> None:
            self._draw(on, rect, row)

        paint_kept(painter, self.rect(), shown, draw, self.update)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))

    def _draw(self, painter: QPainter, rect: QRect, row: QuickKeyRow | TurnKeyRow) -> None:
        look = self._look
        down, turns = self.isDown(), isinstance(row, TurnKeyRow)
        paint.box(
            painter,
            rect,
            fill=look.colour("primary_soft" if down else "sunken" if turns else "surface"),
            edge=look.colour("primary" if down else "edge" if turns else "line"),
            width=look.edge_width * (2 if down else 1),
            radius=look.px(RADIUS_CONTROL),
        )
        pad = look.px(8)
        high = self.height() >= look.px(96)
        side = look.px(36 if high else 30)
        picture = QRect(pad, pad + (look.px(4) if high else 0), side, side)
        if isinstance(row, TurnKeyRow):
            shape = "back" if row.back else "next"
            paint.icon(painter, look, shape, "ink", picture.x(), picture.y(), side)
        else:
            self._paint_initial(painter, picture, row)
        price = QRect(
            picture.right() + look.px(4),
            picture.y(),
            self.width() - picture.right() - look.px(4) - pad,
            side,
        )
        font = look.font("caption", tabular=True)
        corner, name = (
            (row.place, row.words) if isinstance(row, TurnKeyRow) else (row.price, row.name)
        )
        paint.text(painter, price, corner, font, look.colour("ink2"), paint.RIGHT)
        self._paint_name(painter, picture.bottom() + look.px(4), name)

    def _paint_name(self, painter: QPainter, top: int, name: str) -> None:
        look, pad = self._look, self._look.px(8)
        width = self.width() - 2 * pad
        room = self.height() - top - look.px(4)
        font, line = look.font("body"), look.px(23)
        most = 2 if room >= 2 * line else 1
        longest = max((look.text_width(word) for word in name.split()), default=0)
        if most == 1 or longest > width or len(paint.lines(name, font, width, 3)) > 2:
            # The end of a name tells sizes apart: small type may take what room there is.
            font, line = look.font("caption"), look.px(20)
            most = max(1, min(3, room // line))
        broken = paint.lines(name, font, width, most)
        colour = look.colour("ink" if self.isEnabled() else "idle")
        bottom = self.height() - look.px(6)
        for at, words in enumerate(reversed(broken)):
            place = QRect(pad, bottom - (at + 1) * line, width, line)
            paint.text(painter, place, words, font, colour)

    def _paint_initial(self, painter: QPainter, rect: QRect, row: QuickKeyRow) -> None:
        look = self._look
        fill, ink = picture_colours(look, row.colour)
        contrast = look.tokens.name == "contrast"
        paint.box(
            painter,
            rect,
            fill=fill,
            edge=ink if contrast else None,
            width=look.edge_width,
            radius=look.px(6),
        )
        paint.text(painter, rect, row.initial, look.font("body", bold=True), ink, paint.CENTRE)


def _spoken(row: QuickKeyRow | TurnKeyRow | None) -> str:
    if isinstance(row, TurnKeyRow):
        return row.spoken
    return "" if row is None else f"{row.name} {row.price}"
