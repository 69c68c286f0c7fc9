"""Form fields: a label, the field, and beneath it what is wrong with it and what to do.

Text fields tell `edited` at every change by a person and never when a state is shown. The input
method is off unless `ime` says that names, notes or reasons are written here; `writes` says what
the on-screen keyboard begins with. All are at least 44 px high; a finding is shown with the ⊘
shape, in words, and named to the screen reader.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.appearance.look import Appearance
from ui.appearance.metrics import GAP, RADIUS_CONTROL, TARGET
from ui.presenters.typing.keys import Writes
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.tap_bar import scroll_by_taps
from ui.widgets.text import Icon, Text, label_of

OFF = (
    Qt.InputMethodHint.ImhNoPredictiveText
    | Qt.InputMethodHint.ImhLatinOnly
    | Qt.InputMethodHint.ImhNoAutoUppercase
)


class TextField(QWidget):
    """One line of text under its label. `finding` is set with `present`."""

    edited = Signal(str)

    def __init__(
        self,
        look: Appearance,
        label: str,
        *,
        hint: str = "",
        ime: bool = False,
        secret: bool = False,
        longest: int = 200,
        digits: bool = False,
        writes: Writes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.input = QLineEdit()
        self.input.setFont(look.font("body", tabular=digits))
        self.input.setPlaceholderText(hint)
        self.input.setMaxLength(longest)
        self.input.setAccessibleName(label)
        switch_input_method(self.input, on=ime)
        if digits:
            self.input.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        if secret:
            self.input.setEchoMode(QLineEdit.EchoMode.Password)
        usual = Writes.NAME if ime else Writes.WHOLE if digits else Writes.TEXT
        say_what_it_writes(self.input, writes or (Writes.SECRET if secret else usual))
        self.input.textEdited.connect(self.edited)
        self._label = label
        self._below = _Below(look)
        _stack(self, look, label, self.input, self._below)

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.input.text()

    def present(self, text: str, *, finding: str = "", help_words: str = "") -> None:
        """Show a text (a caret within it stays, one at the end follows) and what is wrong."""
        if text != self.input.text():
            caret, at_end = self.input.cursorPosition(), len(self.input.text())
            self.input.setText(text)
            if caret < at_end:
                self.input.setCursorPosition(min(caret, len(text)))
        self._below.present(finding, help_words)
        mark_finding(self.input, found=bool(finding))
        self.input.setAccessibleDescription(finding or help_words)


class NoteField(QWidget):
    """Several lines of text, such as a receipt's footer."""

    edited = Signal(str)

    def __init__(
        self, look: Appearance, label: str, *, rows: int = 3, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.input = QPlainTextEdit()
        self.input.setFont(look.font("body"))
        self.input.setTabChangesFocus(True)
        self.input.setFixedHeight(rows * look.line_height("body") + look.px(28))
        scroll_by_taps(self.input, look, abreast=True)
        self.input.setAccessibleName(label)
        say_what_it_writes(self.input, Writes.NAME)
        self.input.textChanged.connect(self._changed)
        self._showing = False
        self._below = _Below(look)
        _stack(self, look, label, self.input, self._below)

    def present(self, text: str, *, finding: str = "", help_words: str = "") -> None:
        """Show a text and what is wrong with it."""
        if text != self.input.toPlainText():
            self._showing = True
            self.input.setPlainText(text)
            self._showing = False
        self._below.present(finding, help_words)

    def _changed(self) -> None:
        if not self._showing:
            self.edited.emit(self.input.toPlainText())


class Choice(QWidget):
    """A few alternatives side by side, one chosen: `chosen` tells the place."""

    chosen = Signal(int)

    def __init__(
        self,
        look: Appearance,
        label: str,
        names: tuple[str, ...],
        *,
        columns: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        """With `columns`, the alternatives break into rows of so many."""
        super().__init__(parent)
        self.group = QButtonGroup(self)
        self.group.idClicked.connect(self.chosen)
        self.buttons: list[ActionButton] = []
        place_for = QWidget()
        rows = QVBoxLayout(place_for)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(look.px(GAP))
        row = QHBoxLayout()
        for place, name in enumerate(names):
            if (columns and place % columns == 0) or place == 0:
                row = QHBoxLayout()
                row.setSpacing(look.px(GAP))
                rows.addLayout(row)
            button = ActionButton(look, name, checkable=True)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.group.addButton(button, place)
            self.buttons.append(button)
            row.addWidget(button)
        self._below = _Below(look)
        _stack(self, look, label, place_for, self._below)
        self.setAccessibleName(label)

    def present(self, place: int, *, finding: str = "", help_words: str = "") -> None:
        """Show the chosen one; a place outside chooses none."""
        if 0 <= place < len(self.buttons):
            self.buttons[place].setChecked(True)
        self._below.present(finding, help_words)


class Toggle(QAbstractButton):
    """A box to tick, the whole row of 56 px being the target; a second line says what it means."""

    def __init__(
        self, look: Appearance, title: str, sub: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._look, self._title, self._sub = look, title, sub
        self._finding = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sub)

    def present(self, checked: bool, *, enabled: bool = True, finding: str = "") -> None:
        """Show it ticked or not; `clicked` is not told. What is wrong takes the second line."""
        self.setChecked(checked)
        self.setEnabled(enabled)
        self._finding = finding
        self.setAccessibleDescription(finding or self._sub)
        self.update()

    def sizeHint(self) -> QSize:
        """56 high."""
        widest = max(
            self._look.text_width(self._title), self._look.text_width(self._sub, "caption")
        )
        return QSize(widest + self._look.px(72), self._look.px(56))

    def minimumSizeHint(self) -> QSize:
        """It may be narrower than its words: they end in "…"."""
        return QSize(self._look.px(160), self._look.px(56))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Box, tick, title, second line."""
        look, painter, checked = self._look, QPainter(self), self.isChecked()
        radius, wrong = look.px(RADIUS_CONTROL), bool(self._finding)
        second = self._finding or self._sub
        paint.box(
            painter,
            self.rect(),
            fill=look.colour("primary_soft" if self.isDown() else "sunken"),
            edge=look.colour("danger" if wrong else "line"),
            width=look.px(2) if wrong else look.edge_width,
            radius=radius,
        )
        side = look.px(paint.TICK)
        mark = QRect(look.px(12), (self.height() - side) // 2, side, side)
        paint.tick_box(painter, look, mark, checked=checked)
        x = mark.right() + look.px(12)
        width, sign = self.width() - x - look.px(8), look.px(24) if wrong else 0
        if wrong:
            paint.icon(painter, look, "refused", "danger", x, look.px(32), look.px(18))
        for words, top, height, role, tone, after in (
            (self._title, 6 if second else 16, 24, "body", "ink", 0),
            (second, 30, 22, "caption", "danger" if wrong else "ink2", sign),
        ):
            font = look.font(role)
            rect = QRect(x + after, look.px(top), width - after, look.px(height))
            shown = paint.lines(words, font, rect.width(), 1)[0]
            paint.text(painter, rect, shown, font, look.colour(tone))
        if self.hasFocus():
            paint.focus_ring(painter, look, self.rect(), radius)


class SearchBox(QWidget):
    """A search field with its icon; the input method is off, initials find names."""

    edited = Signal(str)

    def __init__(
        self, look: Appearance, label: str, *, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.input = QLineEdit(self)
        self.input.setFont(look.font("strong"))
        self.input.setPlaceholderText(hint)
        self.input.setAccessibleName(label)
        self.input.setFixedHeight(look.px(52))
        self.input.setTextMargins(look.px(32), 0, 0, 0)
        switch_input_method(self.input, on=False)
        say_what_it_writes(self.input, Writes.TEXT)
        self.input.textEdited.connect(self.edited)
        self._icon = Icon(look, "search", 22, tone="ink2", parent=self)
        self._icon.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(4))
        if label:
            row.addWidget(label_of(look, label))
        row.addWidget(self.input)
        self._icon.setParent(self.input)
        self._icon.move(look.px(12), (look.px(52) - self._icon.height()) // 2)

    def present(self, text: str) -> None:
        """Show a text without telling `edited`."""
        if text != self.input.text():
            self.input.setText(text)


class _Below(QWidget):
    """What stands under a field: a finding with its shape, or a word of help, or nothing."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(6))
        self._icon = Icon(look, "refused", 18, tone="danger")
        self._words = Text(look, role="caption", tone="ink3", wrap=True)
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        self.hide()

    def present(self, finding: str, help_words: str) -> None:
        self._icon.setVisible(bool(finding))
        self._words.set_tone("danger" if finding else "ink3")
        self._words.setText(finding or help_words)
        self.setVisible(bool(finding or help_words))


def switch_input_method(field: QWidget, *, on: bool) -> None:
    """Switch the input method of a text field on (names, notes, reasons) or off (codes, search)."""
    field.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on)
    if isinstance(field, QLineEdit):
        field.setInputMethodHints(Qt.InputMethodHint.ImhNone if on else OFF)


def say_what_it_writes(field: QWidget, writes: Writes) -> None:
    """Tell the on-screen keyboard what it begins with in this field."""
    field.setProperty("writes", writes.value)


def mark_finding(field: QWidget, *, found: bool) -> None:
    """Give a field the edge of a finding, or take it away."""
    value = "true" if found else "false"
    if (field.property("found") or "false") != value:
        field.setProperty("found", value)
        field.style().unpolish(field)
        field.style().polish(field)


def _stack(owner: QWidget, look: Appearance, label: str, field: QWidget, below: QWidget) -> None:
    column = QVBoxLayout(owner)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look.px(4))
    if label:
        column.addWidget(label_of(look, label))
    field.setMinimumHeight(max(field.minimumHeight(), look.px(TARGET)))
    column.addWidget(field)
    column.addWidget(below)
