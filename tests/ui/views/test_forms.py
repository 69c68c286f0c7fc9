"""Forms by keyboard alone, whose entries may change with an answer, and reports that grow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from posloyalty.wording import Words
from ui.appearance import Appearance
from ui.appearance.fonts import load_faces
from ui.appearance.stylesheet import dress
from ui.presenters.form import Choice, Field, FieldKind, Form
from ui.presenters.settings.section import Notice, NoticeKind
from ui.views.choices import ChoiceGrid
from ui.views.file_question import ask_for_file
from ui.views.forms import FormView
from ui.views.parts import column, together
from ui.views.settings.acts import AT_ONCE, NoticeList
from ui.widgets.fields import TextField

KINDS = tuple(Choice(kind, kind) for kind in ("none", "network", "serial"))


def asked(kind: str, address: str = "") -> Form:
    """A printer's entries: an address where its kind has one."""
    entries = [Field(name="kind", label="kind", kind=FieldKind.CHOICE, choices=KINDS, value=kind)]
    if kind != "none":
        entries.append(Field(name="address", label=f"{kind} address", value=address))
    entries.append(Field(name="width", label="width", value="80"))
    return Form(fields=tuple(entries))


@pytest.fixture
def form(qtbot: QtBot) -> FormView:
    """The entries of no printer, in front, each choice asking for its own."""
    view = FormView(Appearance(), Words("en"))
    qtbot.addWidget(view)
    view.changed.connect(lambda name, value: view.present(asked(value)) if name == "kind" else None)
    view.present(asked("none"))
    view.resize(900, 400)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    # Where the alternatives lie decides which one an arrow leads to.
    settle()
    return view


def press(qtbot: QtBot, key: Qt.Key) -> None:
    """A key for whatever has the keyboard, and what follows from it."""
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, key)
    settle()


def settle() -> None:
    """What was told is made, shown and laid out: each is an event that the one before sent."""
    for _ in range(3):
        QApplication.processEvents()


def chosen(form: FormView) -> str:
    """The kind whose button has the keyboard and is chosen, or nothing."""
    grid = form.controls["kind"]
    assert isinstance(grid, ChoiceGrid)
    found = [
        choice.value
        for choice, button in zip(KINDS, grid.buttons, strict=True)
        if button.hasFocus() and button.isChecked()
    ]
    return found[0] if found else ""


def test_arrows_go_on_through_choices_that_ask_for_other_entries(
    qtbot: QtBot, form: FormView
) -> None:
    form.focus("kind")
    seen = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left):
        press(qtbot, key)
        seen.append(chosen(form))
    assert seen == ["network", "serial", "network", "none"]


def test_tab_leads_from_the_choice_to_the_entry_that_it_asked_for(
    qtbot: QtBot, form: FormView
) -> None:
    form.focus("kind")
    press(qtbot, Qt.Key.Key_Right)
    press(qtbot, Qt.Key.Key_Tab)
    address = form.controls["address"]
    assert isinstance(address, TextField)
    assert address.input.hasFocus()


def test_a_text_keeps_the_keyboard_and_is_not_selected_when_other_entries_come(
    form: FormView,
) -> None:
    form.present(asked("network", "10.0"))
    form.focus("address", select=False)
    form.present(asked("serial", "10.0.0"))
    address = form.controls["address"]
    assert isinstance(address, TextField)
    assert address.input.hasFocus()
    assert not address.input.hasSelectedText()


def test_who_is_elsewhere_stays_there(qtbot: QtBot, form: FormView) -> None:
    outside = QLineEdit(form)
    outside.show()
    outside.setFocus()
    form.present(asked("network"))
    assert outside.hasFocus()


@pytest.mark.parametrize("kind", [FieldKind.PERSON, FieldKind.LINES])
def test_a_character_that_no_face_has_is_named_under_the_field(
    qtbot: QtBot, kind: FieldKind
) -> None:
    load_faces()
    view = FormView(Appearance(), Words("en"))
    qtbot.addWidget(view)
    field = Field(name="name", label="name", kind=kind, value="Ann", hint="as on the card")
    view.present(Form(fields=(field,)))
    assert below(view) == ["as on the card"]
    view.present(Form(fields=(replace(field, value="Ann \U00020bb7"),)))
    assert below(view) == ["as on the card · Not in the typeface: 〓 U+20BB7"]


def below(view: FormView) -> list[str]:
    """The words under the one field."""
    labels = [label.text() for label in view.controls["name"].findChildren(QLabel)]
    return [text for text in labels if text not in ("", "name")]


def inside(view: QWidget) -> list[QWidget]:
    """What lies in a widget's layout, in order."""
    layout = view.layout()
    assert layout is not None
    items = [layout.itemAt(place) for place in range(layout.count())]
    widgets = [item.widget() for item in items if item is not None]
    return [one for one in widgets if one is not None]


def test_what_comes_into_sight_together_is_laid_out_once(qtbot: QtBot) -> None:
    class Counted(QWidget):
        """Counts how often it is given another place."""

        times = 0

        def resizeEvent(self, event: QResizeEvent) -> None:
            Counted.times += 1

    look, view = Appearance(), QWidget()
    qtbot.addWidget(view)
    view.resize(400, 900)
    whole = column(look, view)
    view.show()
    settle()
    parts = [Counted() for _ in range(12)]
    whole.addWidget(together(look, parts))
    settle()
    assert inside(inside(view)[0]) == parts
    assert all(part.isVisible() for part in parts)
    # One by one they would be laid out once for each that comes after: 78 times.
    assert Counted.times <= 2 * len(parts)


def test_a_long_report_grows_a_few_sentences_a_turn_and_a_new_one_takes_its_place(
    qtbot: QtBot,
) -> None:
    def report(name: str, count: int) -> tuple[Notice, ...]:
        return tuple(Notice(f"{name}{number}", NoticeKind.PLAIN) for number in range(count))

    def told() -> list[str]:
        return [one.accessibleName() for block in inside(view) for one in inside(block)]

    view = NoticeList(Appearance())
    qtbot.addWidget(view)
    first, second = report("a", 20), report("b", 2 * AT_ONCE)
    view.present(first)
    assert told() == [one.text for one in first[:AT_ONCE]]
    qtbot.waitUntil(lambda: told() == [one.text for one in first])
    view.present(first[:-1])
    view.present(second)
    qtbot.waitUntil(lambda: told() == [one.text for one in second])
    view.present(second[:1])
    settle()
    assert told() == ["b0"]


@pytest.mark.parametrize("name", ["light", "dark", "contrast"])
def test_the_question_for_a_file_has_the_looks_ground_under_its_words(
    qtbot: QtBot, name: str
) -> None:
    window, look, chosen = QWidget(), Appearance().with_(look=name), []
    qtbot.addWidget(window)
    view = QWidget(window)
    dress(view, look)
    dialog = ask_for_file(view, look, "Choose", "*.png *.jpg", chosen.append)
    assert dialog.palette().window().color() == QColor(look.colour("canvas"))
    assert dialog.palette().text().color() == QColor(look.colour("ink"))
    # A view's style sheet takes the ground from everything that is not ours.
    assert dialog.parentWidget() is window
    assert window.styleSheet() == ""
    assert dialog.nameFilters() == ["PNG, JPG (*.png *.jpg)"]
    dialog.fileSelected.emit("/logo.png")
    assert chosen == ["/logo.png"]
    dialog.close()
