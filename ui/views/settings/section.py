"""Draws any section of the settings: list, form, places, buttons, notices, progress, save.

What the state leaves empty is not there. With a list, the form stands beside it; in narrow and
portrait the form takes the list's place once an entry is open, and a button leads back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.appearance import Layout
from ui.presenters.form import Form
from ui.presenters.settings.section import Entry, Section, SectionState
from ui.views.forms import FormView
from ui.views.parts import column, panel, row, scrolling
from ui.views.settings.acts import ActRows, NoticeList
from ui.views.settings.places import PlaceGrid
from ui.widgets.buttons import ActionButton, main_button
from ui.widgets.fields import SearchBox
from ui.widgets.lists import ListRow, RowList
from ui.widgets.progress import ProgressPanel
from ui.widgets.text import Text
from ui.widgets.view import Ear, ViewContext

LIST_WIDTH = 380
LIST_WIDTH_COMPACT = 300
LIST_WIDTH_BESIDE_KEYS = 256
"""In the compact layout, so that four quick keys abreast are whole beside it."""
FORM_MOST = 860


class SectionView(QWidget):
    """One section. Which parts it has is seen in its presenter's first state."""

    def __init__(self, section: Section, context: ViewContext) -> None:
        super().__init__()
        self._section = section
        self.look, self.words = context.look, context.words
        look, words, state = self.look, self.words, section.state
        self._focus_n = state.focus_n
        self._stacked = look.layout in (Layout.NARROW, Layout.PORTRAIT)
        self.form = FormView(look, words, single=look.layout is Layout.NARROW)
        self.form.changed.connect(section.change)
        self.form.picture_picked.connect(section.pick_picture)
        self.form.picture_removed.connect(lambda name: section.change_picture(name, None))
        self._form_title = Text(look, role="strong", wrap=True)
        self._hint = Text(look, role="body", tone="ink2", wrap=True)
        self._empty = Text(look, role="body", tone="ink3", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.hide()
        self.acts = ActRows(look, words, section.act)
        self.notices = NoticeList(look)
        self.progress = ProgressPanel(look, cancel_words=words("settings.data_cancel"))
        self.progress.cancelled.connect(lambda: section.act("cancel"))
        self.grid = PlaceGrid(look) if state.grid is not None else None
        if self.grid is not None:
            self.grid.page_chosen.connect(section.choose_page)
            self.grid.place_chosen.connect(section.choose_place)
        self._leave = ActionButton(look, words("settings.to_list"), icon="back")
        self._leave.clicked.connect(section.leave)
        self._leave_high = ActionButton(look, words("settings.to_list"), icon="back", height=72)
        self._make_foot()
        self._area = scrolling(look, self._body())
        self._open = ""
        self._list: RowList | None = None
        if state.entries is not None:
            self._arrange_list()
        else:
            self._arrange_form()
        self._ear = Ear(self.present)
        self._unsubscribe: Callable[[], None] = section.subscribe(self._ear.hear)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """What Tab goes through, in order: the list, what is open, and what is done with it."""
        if self._list is None:
            return (self._inner, self._foot)
        if self.grid is not None:
            return (self._inner, self._foot, self._left)
        return (self._left, self._inner, self._foot)

    def sleep(self) -> None:
        """Another section, or another screen, is in front: who comes back begins at the top, where
        what is amiss stands.
        """
        self._ear.sleep()
        self._area.begin()

    def wake(self) -> None:
        """Come to the front."""
        self._ear.wake()

    def catch_up(self) -> None:
        """Show the last state before anybody sees the section, and sleep on."""
        self._ear.catch_up()

    def pieces(self) -> Iterator[None]:
        """Show the last state before anybody sees the section, a piece at each `next`."""
        made: Form | None = None
        while made != (wanted := self._wanted_form()):
            # What it stands on may have been read meanwhile.
            made = wanted
            yield from self.form.pieces(wanted)
        self.catch_up()
        yield

    def _wanted_form(self) -> Form:
        state = self._section.state
        return state.form if state.form.fields else state.foreseen

    def release(self) -> None:
        """Stop listening."""
        self._unsubscribe()

    def _make_foot(self) -> None:
        look, words, section = self.look, self.words, self._section
        self.save = main_button(look, words("settings.save"), icon="check")
        self.save.clicked.connect(section.save)
        self._discard = ActionButton(look, words("settings.discard"), icon="undo", height=72)
        self._discard.clicked.connect(section.discard)
        self._foot = QWidget()
        foot = self._foot_row = row(look, self._foot)
        foot.addWidget(self._discard)
        foot.addWidget(self.save, 1)

    def _place_leave(self, head: QHBoxLayout) -> None:
        """The way back to the list stands beside Save; to the places, over the products."""
        if self.grid is not None:
            head.insertWidget(0, self._leave)
        else:
            self._leave_high.clicked.connect(self._section.leave)
            self._foot_row.insertWidget(0, self._leave_high)

    def _body(self) -> QWidget:
        """Form, places, buttons and notices, one below the other; or the notices over the form."""
        look = self.look
        inner = self._inner = QWidget()
        inside = column(look, inner, gap=16)
        inside.setContentsMargins(0, 0, look.px(12), 0)
        inside.addWidget(self._hint)
        if self.grid is not None:
            inside.addWidget(self.grid)
        inside.addWidget(self._empty)
        inside.addWidget(self._form_title)
        first = self._section.state.notices_first
        if first:
            inside.addWidget(self.notices)
        inside.addWidget(self.form)
        self.form.setMaximumWidth(look.px(FORM_MOST))
        inside.addWidget(self.acts)
        inside.addWidget(self.progress)
        if not first:
            inside.addWidget(self.notices)
        inside.addStretch(1)
        return inner

    def _arrange_form(self) -> None:
        look = self.look
        frame, inside = panel(look, pad=16 if not look.narrow else 8)
        self._title = Text(look, role="title")
        if not look.narrow:
            inside.addWidget(self._title)
        inside.addWidget(self._area, 1)
        inside.addWidget(self._foot)
        whole = column(look, self)
        whole.addWidget(frame)

    def _arrange_list(self) -> None:
        look, section = self.look, self._section
        wide = look.layout is Layout.WIDE
        self._left, left = panel(look, pad=12 if not look.narrow else 8, gap=8)
        self._title = Text(look, role="title")
        self._new = ActionButton(look, icon="plus", words=section.state.new_label)
        self._new.clicked.connect(section.new)
        if look.narrow:
            self._title.hide()
        head = row(look)
        head.addWidget(self._title, 1)
        if wide or self._stacked:
            head.addWidget(self._new)
        left.addLayout(head)
        if not (wide or self._stacked):
            left.addWidget(self._new)
        label = section.state.search_label
        self._search = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self._search.input.setAccessibleName(label)
        self._search.edited.connect(section.search)
        self._summary = Text(look, role="caption", tone="ink2")
        self._list = RowList(look, name=section.state.title)
        self._list.chosen.connect(self._choose)
        self._list.opened.connect(self._choose)
        for part in (self._search, self._summary):
            left.addWidget(part)
        left.addWidget(self._list, 1)
        self._right, right = panel(look, pad=16 if not look.narrow else 8)
        if look.narrow:
            self._place_leave(head)
        right.addWidget(self._area, 1)
        right.addWidget(self._foot)
        if self._stacked:
            whole = column(look, self)
            grid_first = self.grid is not None
            for part, share in (
                ((self._right, 3), (self._left, 2))
                if grid_first
                else (
                    (self._left, 2),
                    (self._right, 3),
                )
            ):
                whole.addWidget(part, share)
            return
        beside = row(look, self)
        if self.grid is not None:
            beside.addWidget(self._right, 1)
            beside.addWidget(self._left)
        else:
            beside.addWidget(self._left)
            beside.addWidget(self._right, 1)
        compact = LIST_WIDTH_COMPACT if self.grid is None else LIST_WIDTH_BESIDE_KEYS
        self._left.setFixedWidth(look.px(LIST_WIDTH if wide else compact))

    def _choose(self, place: int) -> None:
        entries = self._section.state.entries or ()
        if place < len(entries):
            self._section.choose(entries[place].key)

    def present(self, state: SectionState) -> None:
        """Show a state."""
        typed = self.form.has_keyboard()
        self._title.setText(state.title)
        self._hint.setText(state.text)
        self._hint.setVisible(bool(state.text))
        self._form_title.setText(state.form_title)
        self._form_title.setVisible(bool(state.form_title and state.form.fields))
        if state.form.fields:
            # One that is not shown keeps its entries: the next thing that is chosen has the same.
            self.form.present(state.form)
        self.form.setVisible(bool(state.form.fields))
        self.acts.present(state.acts)
        self.notices.present(state.notices)
        self.progress.setVisible(state.progress is not None)
        if state.progress is not None:
            done, total = state.progress
            figure = f"{done:,} / {total:,}" if total else f"{done:,}" if done else ""
            self.progress.present(state.progress_text, done, total, figure)
        if self.grid is not None:
            self.grid.present(state.pages, state.grid or ())
        if self._list is not None:
            self._present_list(state)
        # Where list and form are not both seen, the way back stands in the foot too.
        back = self.look.narrow and self._list is not None
        self._foot.setVisible((bool(state.save_label) or back) and bool(state.form.fields))
        self.save.setVisible(bool(state.save_label))
        if state.save_label:
            self.save.set_words(state.save_label)
        self.save.setEnabled(state.can_save)
        self._discard.setVisible(state.form.changed and not state.busy)
        if state.focus_n != self._focus_n:
            self._focus_n = state.focus_n
            self.form.focus(state.focus)
        elif typed and not self.form.has_keyboard():
            self._go_on_beside_the_form()

    def _go_on_beside_the_form(self) -> None:
        """What was typed into is gone: the keyboard goes to what can be done now, or the list."""
        first = next((one for one in self.acts.buttons.values() if one.isEnabled()), self._list)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _present_list(self, state: SectionState) -> None:
        if self._list is None:
            return
        entries = state.entries or ()
        chosen = next((n for n, entry in enumerate(entries) if entry.chosen), -1)
        opened = entries[chosen].key if chosen >= 0 else ""
        if opened != self._open:
            self._open = opened
            self._area.begin()
        self._list.present(tuple(_row(entry) for entry in entries), chosen)
        self._search.setVisible(state.search is not None)
        self._search.present(state.search or "")
        self._summary.setText(state.summary)
        self._summary.setVisible(bool(state.summary))
        self._new.set_words(state.new_label)
        self._new.setVisible(bool(state.new_label))
        nothing = not state.form.fields and self.grid is None
        self._empty.setText(state.empty)
        self._empty.setVisible(nothing)
        self._one_at_a_time(state)

    def _one_at_a_time(self, state: SectionState) -> None:
        """List or form (places or products) where they do not fit beside one another."""
        narrow = self.look.narrow
        if self.grid is not None:
            placing = any(entry.chosen for entry in state.grid or ())
            self._left.setVisible(not narrow or placing)
            self._right.setVisible(not narrow or not placing)
        elif self._stacked:
            self._left.setVisible(not narrow or not state.form.fields)
            self._right.setVisible(bool(state.form.fields))


def _row(entry: Entry) -> ListRow:
    return ListRow(
        id=entry.key,
        title=entry.title,
        sub=entry.note,
        amount=entry.figure,
        initial=entry.title.strip()[:1].upper() if entry.colour else "",
        colour=entry.colour or "grey",
        faint=entry.dim,
    )
