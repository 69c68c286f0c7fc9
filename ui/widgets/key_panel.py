"""The on-screen keyboard's keys: rows of cells of one width, pressed by finger, mouse or reader.

Shape: `KeyPanel.present(rows, columns)` shows cells; `pressed` tells a cell's id when the finger is
lifted. The panel itself takes presses, of several fingers at once, and a press between keys belongs
to the nearest: the keys are there to be seen and to be named. No key ever takes the focus. Holding
backspace repeats it, which nobody has to know.

Keys are at least 44 px with 8 px between them. A character that no face has is shown as 〓 with its
number beneath.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QTouchEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.appearance.fonts import drawable
from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, PAD_KEY, RADIUS_CONTROL, TARGET
from ui.appearance.stylesheet import dress
from ui.presenters.typing.cells import Cell, Dress
from ui.presenters.typing.keys import COLUMNS
from ui.widgets import paint
from ui.widgets.kept_pictures import paint_kept

KEY_MOST: Final = 96  # a wider screen leaves room at the sides: fingers have less way to go
REPEAT_AFTER_MS: Final = 500
REPEAT_MS: Final = 80
REPEATED: Final = "act:backspace"
MOUSE: Final = -1

Rows = tuple[tuple[Cell, ...], ...]


class KeyPanel(QWidget):
    """All keys of the layer in front. `rows_most` sets its height, whatever the layer."""

    pressed = Signal(str)

    def __init__(
        self, look: Appearance, *, name: str, rows_most: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        dress(self, look)
        self._look = look
        self._rows: Rows = ()
        self._columns = COLUMNS
        self.keys: list[KeyButton] = []
        self._held: dict[int, KeyButton] = {}
        self.setAccessibleName(name)
        self.setProperty("ground", "canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._pad = look.px(4 if look.narrow else GAP)
        # The four rows of a number pad want keys of 64 px where there is room for them.
        least = rows_most * TARGET + (rows_most - 1) * GAP
        self._height = look.px(least if look.narrow else max(least, 4 * PAD_KEY + 3 * GAP))
        self._repeat = QTimer(self)
        self._repeat.timeout.connect(self.hold_on)

    def sizeHint(self) -> QSize:
        """As wide as it may be, as high as the highest layer."""
        return QSize(self.least_width(), self._height + 2 * self._pad)

    def minimumSizeHint(self) -> QSize:
        """Smaller than that no key keeps its size."""
        return self.sizeHint()

    def least_width(self) -> int:
        """The width at which keys are just large enough."""
        return self._look.px(COLUMNS * TARGET + (COLUMNS - 1) * GAP)

    def present(self, rows: Rows, columns: int) -> None:
        """Show cells; keys that stay the same are not touched."""
        laid = (tuple(tuple(cell.span for cell in row) for row in rows), columns)
        was = (tuple(tuple(cell.span for cell in row) for row in self._rows), self._columns)
        self._rows, self._columns = rows, columns
        cells = [cell for row in rows for cell in row]
        while len(self.keys) < len(cells):
            self.keys.append(self._made())
        for key, cell in zip(self.keys, cells, strict=False):
            key.present(cell)
        if laid != was:
            self._lay()

    def key(self, cell_id: str) -> KeyButton | None:
        """The key of a cell that is shown now."""
        for key in self.keys:
            if key.isVisibleTo(self) and key.cell.id == cell_id:
                return key
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keys follow the width."""
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line between keyboard and screen."""
        super().paintEvent(event)
        edge = self._look.edge_width
        painter = QPainter(self)
        painter.fillRect(QRect(0, 0, self.width(), edge), self._look.colour("edge"))

    # Presses

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A finger or the mouse comes down."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._down(MOUSE, event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It is lifted: the key acts, even when the finger has slipped a little."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._up(MOUSE)

    def event(self, event: QEvent) -> bool:
        """Each finger of a touch screen has a key of its own, so that fast typing loses none."""
        if isinstance(event, QTouchEvent) and event.type() in _TOUCHES:
            for point in event.points():
                if point.state() is point.State.Pressed:
                    self._down(point.id(), point.position().toPoint())
                elif point.state() is point.State.Released:
                    self._up(point.id())
            if event.type() is QEvent.Type.TouchCancel:
                self._forget()
            return True
        return super().event(event)

    def _down(self, finger: int, point: QPoint) -> None:
        key = self._nearest(point)
        if key is None:
            return
        self._held[finger] = key
        key.setDown(True)
        if key.cell.id == REPEATED:
            self._repeat.start(REPEAT_AFTER_MS)

    def _up(self, finger: int) -> None:
        key = self._held.pop(finger, None)
        if key is None:
            return
        repeated = self._repeat.isActive() and self._repeat.interval() == REPEAT_MS
        self._repeat.stop()
        key.setDown(False)
        if not repeated:
            self.pressed.emit(key.cell.id)

    def hold_on(self) -> None:
        """Backspace is still held: once more."""
        self._repeat.setInterval(REPEAT_MS)
        if any(key.cell.id == REPEATED for key in self._held.values()):
            self.pressed.emit(REPEATED)
        else:
            self._repeat.stop()

    def _forget(self) -> None:
        self._repeat.stop()
        for key in self._held.values():
            key.setDown(False)
        self._held.clear()

    def _nearest(self, point: QPoint) -> KeyButton | None:
        keys = [key for key in self.keys if key.isVisibleTo(self) and key.works]
        within = [key for key in keys if _distance(key.geometry(), point) <= self._look.px(GAP)]
        return min(within, key=lambda key: _distance(key.geometry(), point), default=None)

    # Keys

    def _made(self) -> KeyButton:
        key = KeyButton(self._look, self)
        # A screen reader presses keys by their own action; fingers press the panel.
        key.clicked.connect(lambda: self.pressed.emit(key.cell.id))
        return key

    def _lay(self) -> None:
        """Rows of equal height, columns of equal width, in the middle of a wide screen."""
        if not self._rows:
            return
        gap = self._look.px(GAP)
        side = 0 if self.width() < self.least_width() + 2 * self._pad else self._pad
        most = self._look.px(KEY_MOST)
        room = self.width() - 2 * side
        room = min(room, self._columns * most + (self._columns - 1) * gap)
        left = (self.width() - room) // 2
        height = self.height() - 2 * self._pad
        across = Steps(left, room, self._columns, gap)
        down = Steps(self._pad, height, len(self._rows), gap)
        keys = iter(self.keys)
        for place, row in enumerate(self._rows):
            column = 0
            for cell in row:
                key = next(keys)
                x, y = across.start(column), down.start(place)
                width = across.end(column + cell.span - 1) - x
                key.setGeometry(x, y, width, down.end(place) - y)
                key.setVisible(bool(cell.id or cell.face))
                column += cell.span
        for key in keys:
            key.hide()


class Steps:
    """`count` steps of one size from `begin` on, with gaps between them; none is lost to rounding.

    The sizes differ by one pixel at most.
    """

    def __init__(self, begin: int, length: int, count: int, gap: int) -> None:
        self._begin, self._count, self._gap = begin, count, gap
        self._room = length - gap * (count - 1)

    def start(self, place: int) -> int:
        """Where a step starts."""
        return self._begin + self._room * place // self._count + self._gap * place

    def end(self, place: int) -> int:
        """Where a step ends."""
        return self._begin + self._room * (place + 1) // self._count + self._gap * place


class KeyButton(QAbstractButton):
    """One key: seen and named here, pressed through the panel."""

    def __init__(self, look: Appearance, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self.cell = Cell("", "", "")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    @property
    def works(self) -> bool:
        """Whether a press does anything now."""
        return bool(self.cell.id) and self.cell.dress is not Dress.IDLE

    def present(self, cell: Cell) -> None:
        """Show another cell."""
        if cell == self.cell:
            return
        self.cell = cell
        self.setEnabled(self.works)
        self.setAccessibleName(cell.name)
        self.setVisible(bool(cell.id or cell.face))
        self.update()

    def sizeHint(self) -> QSize:
        """The least that a key may be."""
        side = self._look.px(TARGET)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, then icon or face."""
        shown = ("key", self._look, self.cell, self.isDown())
        paint_kept(QPainter(self), self.rect(), shown, self._draw, self.update)

    def _draw(self, painter: QPainter, rect: QRect) -> None:
        look, cell = self._look, self.cell
        fill, edge, ink = _COLOURS[cell.dress]
        if self.isDown():
            fill, edge = "primary_soft", "primary"
        if cell.id:
            paint.box(
                painter,
                rect,
                fill=look.colour(fill),
                edge=look.colour(edge),
                width=look.edge_width * (2 if self.isDown() or cell.dress is Dress.ON else 1),
                radius=look.px(RADIUS_CONTROL),
            )
        if cell.icon:
            side = look.px(24)
            x, y = (self.width() - side) // 2, (self.height() - side) // 2
            paint.icon(painter, look, cell.icon, ink, x, y, side)
        elif cell.face:
            self._paint_face(painter, ink)

    def _paint_face(self, painter: QPainter, ink: str) -> None:
        look, face = self._look, self.cell.face
        shown = drawable(face)
        if shown != face and len(face) == 1:
            upper, lower = QRect(self.rect()), QRect(self.rect())
            upper.setBottom(self.height() * 6 // 10)
            lower.setTop(self.height() * 5 // 10)
            paint.text(painter, upper, shown, look.font("body"), look.colour(ink), paint.CENTRE)
            number = f"{ord(face):X}"
            paint.text(painter, lower, number, look.font("hint"), look.colour(ink), paint.CENTRE)
            return
        room = self.width() - look.px(4)
        role = next(
            (role for role in _ROLES[self.cell.dress] if look.text_width(shown, role) <= room),
            "hint",
        )
        font = look.font(role, bold=False if self.cell.dress is Dress.OFFER else None)
        line = paint.lines(shown, font, room, 1)[0]
        align = paint.LEFT if not self.cell.id and self.cell.span == 2 else paint.CENTRE
        paint.text(painter, self.rect(), line, font, look.colour(ink), align)


_TOUCHES = (
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TouchEnd,
    QEvent.Type.TouchCancel,
)
_COLOURS = {
    Dress.SIGN: ("surface", "edge", "ink"),
    Dress.ACT: ("sunken", "edge", "ink2"),
    Dress.ON: ("primary_soft", "primary", "primary"),
    Dress.IDLE: ("sunken", "line", "idle"),
    Dress.OFFER: ("surface", "primary", "ink"),
    Dress.WORDS: ("canvas", "canvas", "ink"),
}
# The largest of these that fits.
_ROLES = {
    Dress.SIGN: ("title", "strong", "body"),
    Dress.ACT: ("body", "caption"),
    Dress.ON: ("body", "caption"),
    Dress.IDLE: ("body", "caption"),
    Dress.OFFER: ("title", "strong", "body", "caption"),
    Dress.WORDS: ("strong", "body", "caption"),
}


def _distance(rect: QRect, point: QPoint) -> int:
    """How far a point is from a rectangle; 0 inside."""
    x = max(rect.left() - point.x(), 0, point.x() - rect.right())
    y = max(rect.top() - point.y(), 0, point.y() - rect.bottom())
    return max(x, y)
