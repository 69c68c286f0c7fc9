"""What can be typed to on the screen in front: its text fields, and what stands for one.

Shape: `fields_in(view)` gives the fields that can be filled now, in the order of Tab; `target_of`
says what a tapped widget stands for. A widget with the property `typing` shows what is typed where
no text field is: the item search, the reference of a payment.
"""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QScrollBar, QWidget

from ui.key_router import is_text_field
from ui.presenters.typing.keys import Writes
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.fields import NoteField, SearchBox, TextField
from ui.widgets.view import ScreenView


def target_of(widget: QWidget | None, window: QWidget) -> QWidget | None:
    """The text field that a widget is or belongs to, or what says of itself that it is typed to.

    The scroll bar of a note is no wish to write, and a dialog of its own has keys of its own.
    """
    if widget is not None and widget.window() is not window:
        return None
    while not (widget is None or widget is window or isinstance(widget, QScrollBar)):
        if (is_text_field(widget) and widget.isEnabled()) or widget.property("typing"):
            return widget
        widget = widget.parentWidget()
    return None


def usable(field: QWidget) -> bool:
    """Whether a text field can be filled now."""
    return field.isVisible() and field.isEnabled() and is_text_field(field)


def anything_to_fill(front: ScreenView | None) -> bool:
    """Whether a screen or sheet has anything to type to."""
    return front is not None and (front.typing is not None or bool(_usable_in(front)))


def fields_in(front: ScreenView | None) -> list[QWidget]:
    """The text fields that can be filled now, in the order of Tab."""
    if front is None:
        return []
    found = _usable_in(front)
    ordered, at = [], front.nextInFocusChain()
    while at is not None and at is not front and len(ordered) < len(found):
        if at in found:
            ordered.append(at)
        at = at.nextInFocusChain()
    return ordered


def first_in(front: ScreenView | None) -> QWidget | None:
    """Where one begins to type, if anywhere."""
    if front is not None and front.typing is not None:
        return front.typing
    return next(iter(fields_in(front)), None)


def field_after(field: QWidget, front: ScreenView | None) -> QWidget | None:
    """The field that follows one, going round; None when it is the only one."""
    fields = fields_in(front)
    if field not in fields or len(fields) < 2:
        return None
    return fields[(fields.index(field) + 1) % len(fields)]


def main_button(*views: ScreenView | None) -> QWidget | None:
    """The filled button of the first of these views that shows one."""
    for view in views:
        for button in () if view is None else view.findChildren(ActionButton):
            if button.kind is Kind.MAIN and button.isVisible():
                return button
    return None


def writes(target: QWidget) -> Writes:
    """What a field says that it takes; text when it says nothing."""
    told = target.property("writes")
    return Writes(told) if told else Writes.TEXT


def whole_field(target: QWidget) -> QWidget:
    """The field with its label and its finding, all of which shall be seen."""
    owner = target.parentWidget()
    return owner if isinstance(owner, TextField | NoteField | SearchBox) else target


def _usable_in(front: QWidget) -> set[QWidget]:
    found: list[QWidget] = [*front.findChildren(QLineEdit), *front.findChildren(QPlainTextEdit)]
    return {field for field in found if usable(field)}
