"""Draws any `Form`: the right control for each entry, two side by side where there is room.

The controls are made once for a set of entries and then only updated, so that typing never loses
caret or input method. `changed` tells name and value; a picture is picked in Qt's own dialog,
opened without waiting for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QLabel, QVBoxLayout, QWidget

from posloyalty.wording import Words
from ui.appearance import Appearance
from ui.appearance.metrics import GAP
from ui.presenters.form import TICKED, Field, FieldKind, Form, tick
from ui.presenters.typing.keys import Writes
from ui.views.choices import ChoiceGrid
from ui.views.file_question import ask_for_file
from ui.views.parts import missing_told
from ui.widgets.buttons import ActionButton
from ui.widgets.fields import NoteField, TextField, Toggle
from ui.widgets.text import Panel, Text, label_of
from ui.widgets.view import bring_into_view

LOGO = (240, 96)
PICTURES = "*.png *.jpg *.jpeg"
WRITTEN_BY_INPUT_METHOD = frozenset({FieldKind.NAME, FieldKind.PERSON, FieldKind.LINES})
# What the on-screen keyboard begins with, by kind of entry.
WRITES = {
    FieldKind.NAME: Writes.NAME,
    FieldKind.PERSON: Writes.PERSON,
    FieldKind.DIGITS: Writes.WHOLE,
    FieldKind.PHONE: Writes.PHONE,
    FieldKind.TIME: Writes.TIME,
    FieldKind.CODES: Writes.CODES,
    FieldKind.AMOUNT: Writes.AMOUNT,
    FieldKind.PIN: Writes.PIN,
}


class FormView(QWidget):
    """The entries of a form. With `single` they never stand side by side."""

    changed = Signal(str, str)
    picture_picked = Signal(str, str)
    picture_removed = Signal(str)

    def __init__(
        self,
        look: Appearance,
        words: Words,
        *,
        single: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._single = look, words, single
        self._shape: tuple[object, ...] = ()
        self._making: Iterator[None] = iter(())
        self.controls: dict[str, QWidget] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.px(16))
        self._grid.setVerticalSpacing(look.px(12))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)

    def present(self, form: Form) -> None:
        """Show the entries; new controls only when other entries are asked for."""
        held, before = self._held(), self.controls
        for _ in self._made_for(form):
            self.focus(held, select=False)
        for field in form.fields:
            self._fill(self.controls[field.name], field)
        if self.controls is not before and held:
            # An answer that asks for other entries leaves the keyboard where it was given.
            self.focus(held, select=False)

    def has_keyboard(self) -> bool:
        """Whether somebody types into an entry."""
        return bool(self._held())

    def _held(self) -> str:
        """The entry that has the keyboard, or none."""
        focused = self.focusWidget()
        if focused is None or not focused.hasFocus():
            return ""
        for name, control in self.controls.items():
            if control is focused or control.isAncestorOf(focused):
                return name
        return ""

    def pieces(self, form: Form) -> Iterator[None]:
        """Make and fill the controls of a form before it is shown, a few at each `next`."""
        making = self._made_for(form)
        # Whoever shows a form meanwhile makes the rest at once, or another.
        while self._making is making and next(making, self) is not self:
            yield

    def _made_for(self, form: Form) -> Iterator[None]:
        """What is still to be done to make the controls of a form."""
        shape = tuple((f.name, f.kind, f.label, f.choices, f.half) for f in form.fields)
        if shape != self._shape:
            self._shape = shape
            self._making = self._rebuild(form)
        return self._making

    def focus(self, name: str, *, select: bool = True) -> bool:
        """Give the keyboard to an entry, its text selected, in view; whether there is one."""
        control = self.controls.get(name)
        if control is None:
            return False
        if isinstance(control, TextField | NoteField):
            control.input.setFocus(Qt.FocusReason.OtherFocusReason)
            if select and isinstance(control, TextField):
                control.input.selectAll()
        elif isinstance(control, ChoiceGrid):
            control.focus()
        else:
            control.setFocus(Qt.FocusReason.OtherFocusReason)
        bring_into_view(control)
        return True

    def _rebuild(self, form: Form) -> Iterator[None]:
        for control in self.controls.values():
            self._grid.removeWidget(control)
            control.hide()
            control.deleteLater()
        self.controls = {}
        row = column = 0
        for field in form.fields:
            control = self._control(field)
            self.controls[field.name] = control
            half = field.half and not self._single
            if not half and column:
                row, column = row + 1, 0
            align = Qt.AlignmentFlag.AlignTop
            if half:
                self._grid.addWidget(control, row, column, align)
                row, column = (row + 1, 0) if column else (row, 1)
            else:
                self._grid.addWidget(control, row, 0, 1, 2)
                row += 1
            self._fill(control, field)
            yield

    def _control(self, field: Field) -> QWidget:
        look, name = self._look, field.name
        if field.kind in (FieldKind.CHOICE, FieldKind.COLOUR):
            grid = ChoiceGrid(
                look, field.label, field.choices, colours=field.kind is FieldKind.COLOUR
            )
            grid.chosen.connect(lambda value: self.changed.emit(name, value))
            return grid
        if field.kind is FieldKind.TICK:
            toggle = Toggle(look, field.label, field.hint)
            toggle.clicked.connect(lambda ticked: self.changed.emit(name, tick(ticked)))
            return toggle
        if field.kind is FieldKind.LINES:
            note = NoteField(look, field.label, rows=2)
            note.edited.connect(lambda text: self.changed.emit(name, text))
            return note
        if field.kind is FieldKind.PICTURE:
            picture = PictureField(look, self._words, field.label, field.hint)
            picture.picked.connect(lambda path: self.picture_picked.emit(name, path))
            picture.removed.connect(lambda: self.picture_removed.emit(name))
            return picture
        if field.kind is FieldKind.SHOWN:
            return Shown(look, field.label)
        text = TextField(
            look,
            field.label,
            ime=field.kind in WRITTEN_BY_INPUT_METHOD,
            secret=field.kind is FieldKind.PIN,
            longest=field.length_max,
            digits=field.kind in (FieldKind.DIGITS, FieldKind.AMOUNT, FieldKind.PIN),
            writes=WRITES.get(field.kind),
        )
        text.edited.connect(lambda value: self.changed.emit(name, value))
        return text

    def _fill(self, control: QWidget, field: Field) -> None:
        if isinstance(control, TextField):
            shown = "" if field.kind is FieldKind.PIN else field.value
            told = missing_told(self._words, shown, field.hint)
            control.present(field.value, finding=field.finding, help_words=told)
            control.input.setEnabled(field.enabled)
        elif isinstance(control, NoteField):
            told = missing_told(self._words, field.value, field.hint)
            control.present(field.value, finding=field.finding, help_words=told)
        elif isinstance(control, ChoiceGrid):
            control.present(field.value, finding=field.finding, enabled=field.enabled)
        elif isinstance(control, Toggle):
            control.present(field.value == TICKED, enabled=field.enabled, finding=field.finding)
        elif isinstance(control, PictureField):
            control.present(field.picture, finding=field.finding)
        elif isinstance(control, Shown):
            control.present(field.value, field.hint)


class Shown(QWidget):
    """A fact: its label, its value, and why it cannot be changed."""

    def __init__(self, look: Appearance, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self._value = Text(look, role="line", wrap=True)
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note = Text(look, role="caption", tone="ink3", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(2))
        column.addWidget(label_of(look, label))
        column.addWidget(self._value)
        column.addWidget(self._note)

    def present(self, value: str, note: str) -> None:
        """Show a value."""
        self._value.setText(value)
        self._value.setAccessibleName(f"{self._label}: {value}")
        self._note.setText(note)
        self._note.setVisible(bool(note))


class PictureField(QWidget):
    """A picture as it is, and the buttons that choose or remove it."""

    picked = Signal(str)
    removed = Signal()

    def __init__(
        self,
        look: Appearance,
        words: Words,
        label: str,
        none: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._words, self._none = look, words, none
        self._shown: bytes | None = b""
        frame = Panel("sunken")
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._picture.setFont(look.font("caption"))
        self._picture.setProperty("tone", "ink3")
        self._picture.setFixedSize(look.px(LOGO[0]), look.px(LOGO[1]))
        self._picture.setAccessibleName(label)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self._picture)
        self.choose = ActionButton(look, words("settings.store_logo_choose"), icon="import")
        self.choose.clicked.connect(self._ask)
        self.remove = ActionButton(look, words("settings.store_logo_remove"), icon="bin")
        self.remove.clicked.connect(self.removed)
        # Beside the picture, or below where a window at twice the size has no room for both.
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        buttons = QBoxLayout(across if look.narrow else down)
        row = QBoxLayout(down if look.narrow else across)
        buttons.setSpacing(look.px(GAP))
        row.setSpacing(look.px(12))
        for button in (self.choose, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        row.addWidget(frame, 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(buttons)
        row.addStretch(1)
        self._finding = Text(look, role="caption", tone="danger", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(look.px(4))
        column.addWidget(label_of(look, label))
        column.addLayout(row)
        column.addWidget(self._finding)

    def present(self, picture: bytes | None, *, finding: str = "") -> None:
        """Show a picture or that there is none."""
        self._finding.setText(finding)
        self._finding.setVisible(bool(finding))
        self.remove.setVisible(picture is not None)
        if picture == self._shown:
            return
        self._shown = picture
        pixmap = QPixmap()
        if picture is not None and pixmap.loadFromData(picture):
            size = self._picture.size() - self._picture.size() / 10
            keep = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(pixmap.scaled(size, keep, smooth))
        else:
            self._picture.clear()
            self._picture.setText(self._none)

    def _ask(self) -> None:
        title = self._words("settings.store_logo_choose")
        ask_for_file(self, self._look, title, PICTURES, self.picked.emit)
