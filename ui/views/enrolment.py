"""The form for a new member: phone with its duplicate check, name, birthday, answers, join."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.appearance import Layout
from ui.presenters.enrolment import ConsentTile, EnrolmentState
from ui.presenters.typing.keys import Writes
from ui.views.parts import column, missing_told, row, scrolling
from ui.widgets.buttons import ActionButton, Kind, main_button
from ui.widgets.fields import TextField, Toggle
from ui.widgets.text import Panel, Tag, Text
from ui.widgets.view import ViewContext

if TYPE_CHECKING:
    from ui.presenters.member import MemberPresenter


class EnrolmentPane(Panel):
    """The right half of the member screen while nobody is opened."""

    def __init__(self, presenter: MemberPresenter, context: ViewContext) -> None:
        super().__init__("surface")
        form = presenter.enrolment
        look, words = context.look, context.words
        self._look, self._words, self._presenter = look, words, presenter
        self.setAccessibleName(words("member.new_title"))
        head = row(look)
        head.addWidget(Text(look, words("member.new_title"), "title"), 1)
        if look.narrow:
            back = ActionButton(look, words("common.back"), icon="back", key="Esc")
            back.clicked.connect(presenter.escape)
            head.insertWidget(0, back)
        else:
            head.addWidget(Tag(look, words("member.about_15_s"), icon="clock"))
        self._phone = TextField(
            look, words("member.phone"), digits=True, longest=24, writes=Writes.PHONE
        )
        self._phone.edited.connect(form.change_phone)
        self._duplicate = ActionButton(
            look, words("member.duplicate"), icon="person", kind=Kind.SOFT
        )
        self._duplicate.clicked.connect(presenter.add_duplicate)
        self._name = TextField(
            look, words("member.name_optional"), ime=True, longest=120, writes=Writes.PERSON
        )
        self._name.edited.connect(form.change_name)
        self._birthday = TextField(
            look,
            words("member.birthday"),
            hint=words("member.birthday_hint"),
            longest=20,
            writes=Writes.DATE,
        )
        self._birthday.edited.connect(form.change_birthday)
        self._consents: dict[str, Toggle] = {}
        self._findings: dict[str, Text] = {}
        self._inner = QWidget()
        inside = column(look, self._inner, gap=12 if not look.narrow else 8)
        inside.addWidget(self._phone)
        inside.addWidget(self._duplicate)
        pair = row(look, gap=12)
        top = Qt.AlignmentFlag.AlignTop
        pair.addWidget(self._name, 3, top)
        pair.addWidget(self._birthday, 2, top)
        inside.addLayout(pair)
        inside.addWidget(Text(look, words("member.agrees"), "strong"))
        for tile in form.state.consents:
            inside.addWidget(self._toggle(tile))
            inside.addWidget(self._findings[tile.key])
        inside.addStretch(1)
        self.main = main_button(look, words("member.join"), icon="check")
        self.main.clicked.connect(form.join)
        self._clear = ActionButton(look, words("member.clear_form"), icon="bin", height=72)
        self._clear.clicked.connect(form.clear)
        foot = row(look)
        foot.addWidget(self._clear)
        foot.addWidget(self.main, 1)
        pad = 8 if look.layout is Layout.NARROW else 16
        whole = column(look, self, pad=pad, gap=12)
        whole.addLayout(head)
        whole.addWidget(scrolling(look, self._inner), 1)
        whole.addLayout(foot)

    def present(self, state: EnrolmentState) -> None:
        """Show the form as it stands."""
        note = "" if state.duplicate is not None else state.phone_note
        self._phone.present(state.phone, finding=state.phone_finding, help_words=note)
        self._duplicate.setVisible(state.duplicate is not None)
        if state.duplicate is not None:
            self._duplicate.set_words(f"{state.phone_note} · {state.duplicate_name}")
        told = missing_told(self._words, state.name)
        self._name.present(state.name, finding=state.name_finding, help_words=told)
        self._birthday.present(state.birthday, finding=state.birthday_finding)
        for tile in state.consents:
            self._consents[tile.key].present(tile.granted)
            self._findings[tile.key].setText(tile.finding)
            self._findings[tile.key].setVisible(bool(tile.finding))
        self.main.setEnabled(not state.busy and state.duplicate is None)
        self._clear.setVisible(state.started)

    def focus_phone(self) -> None:
        """Give the keyboard to the phone entry."""
        self._phone.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_consents(self) -> None:
        """Give the keyboard to the terms: Space agrees, F12 joins."""
        first = next(iter(self._consents.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _toggle(self, tile: ConsentTile) -> Toggle:
        toggle = Toggle(self._look, tile.label, tile.note)
        answer = self._presenter.enrolment.answer
        toggle.clicked.connect(lambda granted, key=tile.key: answer(key, granted))
        self._consents[tile.key] = toggle
        finding = Text(self._look, role="caption", tone="danger", wrap=True)
        finding.hide()
        self._findings[tile.key] = finding
        return toggle
