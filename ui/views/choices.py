"""Alternatives as buttons that break into as many columns as fit: words, cards, or colours.

One is chosen; `chosen` tells its value. A chosen card carries a tick, a chosen word its edge and
weight, so that colour is never the only sign. All targets are at least 44 px.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.appearance import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, TARGET
from ui.presenters import form
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.hues import picture_colours
from ui.widgets.kept_pictures import paint_kept
from ui.widgets.text import Text, label_of

CARD_HEIGHT = 84
NOTE = 4
"""The most lines of a card's sentence."""
SWATCH = 24
TICK = 24
SIDE = 16


class ChoiceGrid(QWidget):
    """A label, the alternatives under it, and what is wrong."""

    chosen = Signal(str)

    def __init__(
        self,
        look: Appearance,
        label: str,
        choices: tuple[form.Choice, ...],
        *,
        colours: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._values = tuple(choice.value for choice in choices)
        self.group = QButtonGroup(self)
        # Told when the button is done with its key: whoever hears may ask for other entries, and
        # Qt gives the keyboard to the button that an arrow chose only after its click.
        self.group.idClicked.connect(self._clicked, Qt.ConnectionType.QueuedConnection)
        self.buttons = [self._button(choice, colours=colours) for choice in choices]
        place = QWidget()
        self._grid = QGridLayout(place)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(look.px(GAP))
        self._columns = 0
        self._finding = Text(look, role="caption", tone="danger", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        if label:
            column.addWidget(label_of(look, label))
        column.addWidget(place)
        column.addWidget(self._finding)
        self._finding.hide()
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._arrange(1 if len(choices) < 2 else 2)

    def present(self, value: str, *, finding: str = "", enabled: bool = True) -> None:
        """Show the chosen one; a value that is not offered chooses none."""
        self.group.setExclusive(False)
        for known, button in zip(self._values, self.buttons, strict=True):
            button.setChecked(known == value)
            button.setEnabled(enabled)
        self.group.setExclusive(True)
        self._finding.setText(finding)
        self._finding.setVisible(bool(finding))

    def focus(self) -> None:
        """Give the keyboard to the chosen one, or to the first."""
        chosen = next((button for button in self.buttons if button.isChecked()), None)
        first = chosen or (self.buttons[0] if self.buttons else None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as the widest alternative lets fit, and no more than there are."""
        super().resizeEvent(event)
        gap = self._look.px(GAP)
        widest = max((button.sizeHint().width() for button in self.buttons), default=1)
        fit = max(1, (self.width() + gap) // (widest + gap))
        self._arrange(_even(len(self.buttons), fit))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        before, self._columns = self._columns, columns
        for button in self.buttons:
            self._grid.removeWidget(button)
        for column in range(max(before, columns)):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        for place, button in enumerate(self.buttons):
            self._grid.addWidget(button, place // columns, place % columns)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        """As narrow as one column: the others follow the width there is."""
        widest = max((button.sizeHint().width() for button in self.buttons), default=1)
        return QSize(widest, super().minimumSizeHint().height())

    def _button(self, choice: form.Choice, *, colours: bool) -> QAbstractButton:
        if colours:
            button: QAbstractButton = Swatch(self._look, choice.label, choice.value)
        elif choice.note:
            button = Card(self._look, choice.label, choice.note)
        else:
            button = ActionButton(self._look, choice.label, checkable=True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.group.addButton(button, len(self.group.buttons()))
        return button

    @Slot(int)
    def _clicked(self, place: int) -> None:
        self.chosen.emit(self._values[place])


class Card(QAbstractButton):
    """An alternative with a sentence about it; a tick says that it is chosen."""

    def __init__(
        self, look: Appearance, title: str, note: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._title, self._note = look, title, note
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(title)
        self.setAccessibleDescription(note)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The title in one line, and as many for the sentence as the narrowest card needs."""
        look = self._look
        width = look.text_width(self._title, "strong") + look.px(2 * SIDE + 2)
        told = paint.lines(self._note, look.font("caption"), _note_width(look, look.px(280)), NOTE)
        lines = len(told) * look.line_height("caption") + look.line_height("strong")
        height = max(look.px(CARD_HEIGHT), lines + look.px(24))
        return QSize(max(look.px(280), width), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, tick, title, sentence."""
        look, painter = self._look, QPainter(self)
        shown = ("card", look, self._title, self._note, self.isChecked(), self.isDown())
        paint_kept(painter, self.rect(), shown, self._draw, self.update)
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), look.px(RADIUS_CONTROL))

    def _draw(self, painter: QPainter, whole: QRect) -> None:
        look, chosen = self._look, self.isChecked()
        paint.box(
            painter,
            whole,
            fill=look.colour("primary_soft" if chosen or self.isDown() else "surface"),
            edge=look.colour("primary" if chosen else "edge"),
            width=look.px(2) if chosen else look.edge_width,
            radius=look.px(RADIUS_CONTROL),
        )
        # The tick has a place of its own at the right, so that no word moves when it comes.
        x, side = look.px(SIDE), look.px(TICK)
        edge = self.width() - look.px(8) - side
        if chosen:
            y = (self.height() - side) // 2
            paint.icon(painter, look, "check-circle", "primary", edge, y, side)
        width = _note_width(look, self.width())
        line, small = look.line_height("strong"), look.line_height("caption")
        notes = paint.lines(self._note, look.font("caption"), width, NOTE)
        top = (self.height() - line - len(notes) * small) // 2
        title = QRect(x, top, width if chosen else self.width() - 2 * x, line)
        words = paint.lines(self._title, look.font("strong"), title.width(), 1)[0]
        paint.text(painter, title, words, look.font("strong"), look.colour("ink"))
        for at, words in enumerate(notes):
            rect = QRect(x, top + line + at * small, width, small)
            paint.text(painter, rect, words, look.font("caption"), look.colour("ink2"))


def _note_width(look: Appearance, card: int) -> int:
    """What a card of a width has for its sentence: the place of its tick stays free."""
    return card - look.px(SIDE + TICK + 12)


class Swatch(QAbstractButton):
    """A colour of the palette with its name."""

    def __init__(
        self, look: Appearance, title: str, colour: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._title, self._colour = look, title, colour
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Square and name."""
        look = self._look
        width = look.text_width(self._title, "caption", bold=True) + look.px(SWATCH + 32)
        return QSize(width, look.px(TARGET))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, square, name."""
        look, painter = self._look, QPainter(self)
        chosen, radius = self.isChecked(), look.px(RADIUS_CONTROL)
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("primary_soft" if chosen else "surface"),
            edge=look.colour("primary" if chosen else "line"),
            width=look.px(2) if chosen else look.edge_width,
            radius=radius,
        )
        side = look.px(SWATCH)
        square = QRect(look.px(10), (self.height() - side) // 2, side, side)
        fill, ink = picture_colours(look, self._colour)
        paint.box(painter, square, fill=fill, edge=ink, width=look.edge_width, radius=look.px(6))
        if chosen:
            inner = side - look.px(6)
            x, y = square.x() + look.px(3), square.y() + look.px(3)
            paint.icon(painter, look, "check", "ink", x, y, inner)
        rect = self.rect().adjusted(square.right() + look.px(10), 0, -look.px(6), 0)
        font = look.font("caption", bold=chosen)
        paint.text(painter, rect, self._title, font, look.colour("ink"))
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), radius)


def _even(count: int, fit: int) -> int:
    """Columns for `count` things of which `fit` go side by side, the rows filled evenly."""
    if count <= fit:
        return max(1, count)
    rows = -(-count // fit)
    return -(-count // rows)
