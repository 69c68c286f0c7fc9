"""The member screen: search and results at the left; the form, details or a card at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui.appearance import Layout
from ui.presenters.member import MemberPresenter
from ui.presenters.member_rows import MemberTile
from ui.presenters.member_state import Focus, MemberScreenState, Pane
from ui.rehearsal import rehearse
from ui.views.enrolment import EnrolmentPane
from ui.views.member_card import CardPane, ReplacePane
from ui.views.member_detail import DetailPane
from ui.views.parts import back_button, column, row
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.fields import SearchBox
from ui.widgets.hues import hue_of
from ui.widgets.lists import ListRow, RowList
from ui.widgets.number_pad import NumberPad, PadKind
from ui.widgets.text import Icon, Panel, Text
from ui.widgets.view import GrowingView, ViewContext

P = TypeVar("P", bound=QWidget)


class MemberView(GrowingView):
    """Two halves; in narrow one at a time, in portrait one over the other."""

    def __init__(
        self, presenter: MemberPresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self._release_form: Callable[[], None] | None = None
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: MemberPresenter) -> Iterator[None]:
        look, words = self.look, self.words
        self._focus_n = -1
        foot = 44 if look.narrow else 56
        label = words("member.search_label")
        self._search = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self._search.input.setAccessibleName(label)
        self._search.edited.connect(presenter.search)
        self._summary = Text(look, role="caption", tone="ink2")
        self._list = RowList(look, name=words("member.results"))
        self._list.chosen.connect(
            lambda place: presenter.choose(presenter.state.rows[place].member_id)
        )
        self._list.opened.connect(lambda _: presenter.add())
        # Four side by side in the narrowest window have room for their words alone.
        tight = look.narrow
        self._add = ActionButton(
            look,
            words("member.add"),
            icon="" if tight else "check",
            key="" if tight else "Enter",
            kind=Kind.SOFT,
            height=foot,
        )
        self._add.clicked.connect(presenter.add)
        self._open = ActionButton(
            look, words("member.open"), icon="" if tight else "person", height=foot
        )
        self._open.clicked.connect(presenter.open)
        self._new = ActionButton(
            look, words("member.new_title"), icon="" if tight else "add-person", height=foot
        )
        self._new.clicked.connect(presenter.new_member)
        self._digits = ActionButton(
            look,
            words("member.digits"),
            icon="" if tight else "grid-keys",
            height=foot,
            checkable=True,
        )
        self._digits.toggled.connect(self._show_pad)
        yield
        self._pad = NumberPad(
            look,
            PadKind.PIN,
            clear_words=words("member.pad_clear"),
            backspace_name=words("member.pad_backspace"),
        )
        self._pad.typed.connect(presenter.typed)
        self._pad.backspace.connect(presenter.rub_out)
        self._pad.clear.connect(presenter.wipe)
        self._pad.hide()
        self._panes = QStackedWidget()
        yield
        self._arrange()
        yield
        # Nearly always the first that is shown.
        self._panes.setCurrentWidget(self.enrolment)
        self.home = self._search.input
        self.sheet_place = self._panes
        self.bind(presenter)

    @cached_property
    def enrolment(self) -> EnrolmentPane:
        """The form for somebody new; made when the first state is shown, which has it as a rule."""
        pane = self._added(EnrolmentPane(self._presenter, self.context))
        self._release_form = self._presenter.enrolment.subscribe(pane.present)
        return pane

    @cached_property
    def detail(self) -> DetailPane:
        """What the till knows of a member; made when one is first opened."""
        return self._added(DetailPane(self._presenter, self.context))

    @cached_property
    def card(self) -> CardPane:
        """A card to be seen and printed; made when one is first wanted."""
        return self._added(CardPane(self._presenter, self.context))

    @cached_property
    def replace(self) -> ReplacePane:
        """A lost card's question; made when it is first asked."""
        return self._added(ReplacePane(self._presenter, self.context))

    def pieces(self) -> Iterator[None]:
        """The panes before anybody asks, a piece at each `next`."""
        for pane in (lambda: self.detail, lambda: self.card, lambda: self.replace):
            yield from rehearse(pane(), self._panes.size())

    def _added(self, pane: P) -> P:
        self._panes.addWidget(pane)
        return pane

    def release(self) -> None:
        """Let go of the form too."""
        if self._release_form is not None:
            self._release_form()
        super().release()

    def _arrange(self) -> None:
        look = self.look
        head = row(look, gap=12)
        back = back_button(look, self.words, self._presenter.escape)
        head.addWidget(back, 0, Qt.AlignmentFlag.AlignBottom)
        head.addWidget(self._search, 1)
        self._left = QWidget()
        left = column(look, self._left)
        left.addLayout(head)
        left.addWidget(self._summary)
        left.addWidget(self._list, 1)
        foot = row(look)
        foot.addWidget(self._add, 2)
        foot.addWidget(self._open, 1)
        foot.addWidget(self._digits, 1)
        if look.narrow:
            foot.addWidget(self._new, 1)
        left.addLayout(foot)
        left.addWidget(self._pad)
        self._hint = self._scan_hint()
        left.addWidget(self._hint)
        self._hint.setVisible(look.layout is Layout.WIDE)
        if look.layout is Layout.PORTRAIT:
            whole: QVBoxLayout = column(look, self, pad=8)
            whole.addWidget(self._left, 4)
            whole.addWidget(self._panes, 5)
        else:
            beside = row(look, self, pad=8)
            beside.addWidget(self._left, 11)
            beside.addWidget(self._panes, 9)

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes through search, results and their buttons, then through what is beside them."""
        return (self._left, self._panes)

    def _show_pad(self, shown: bool) -> None:
        """Digits for those without a keyboard; in narrow they stand where the results were."""
        self._pad.setVisible(shown)
        self._hint.setVisible(self.look.layout is Layout.WIDE and not shown)
        self._list.setVisible(not (shown and self.look.narrow))
        self._summary.setVisible(not (shown and self.look.narrow))

    def _scan_hint(self) -> Panel:
        look = self.look
        frame = Panel("sunken")
        inside = row(look, frame, pad=12)
        inside.addWidget(Icon(look, "scan", 20, tone="ink2"))
        hint = Text(look, self.words("member.scan_hint"), "caption", tone="ink2", wrap=True)
        inside.addWidget(hint, 1)
        return frame

    def present(self, state: MemberScreenState) -> None:
        """Show rows and pane; put the focus where the presenter wants it."""
        self._search.present(state.search)
        self._summary.setText(state.summary)
        chosen = next((n for n, tile in enumerate(state.rows) if tile.chosen), -1)
        empty = "\n".join(part for part in (state.empty, state.empty_hint) if part)
        self._list.present(
            tuple(_list_row(tile) for tile in state.rows), chosen, empty=empty.replace("\n", " · ")
        )
        self._add.setEnabled(bool(state.rows))
        self._open.setEnabled(state.can_add)
        self._show_pane(state)
        if self.look.narrow:
            self._one_at_a_time(state)
        if state.focus_n != self._focus_n:
            self._focus_n = state.focus_n
            self._give_focus(state)

    def _show_pane(self, state: MemberScreenState) -> None:
        shown: QWidget
        if state.pane is Pane.DETAIL:
            shown = self.detail
            if state.detail is not None:
                self.detail.present(state.detail)
        elif state.pane is Pane.REPLACE:
            shown = self.replace
            if state.detail is not None:
                self.replace.present(state.detail, busy=state.busy)
        elif state.pane is Pane.CARD:
            shown = self.card
            if state.card is not None:
                self.card.present(state.card)
        else:
            shown = self.enrolment
        self._panes.setCurrentWidget(shown)

    def _one_at_a_time(self, state: MemberScreenState) -> None:
        """In narrow the form stands alone once it is wanted, and so do details and cards."""
        pane = state.pane is not Pane.NEW or state.focus is not Focus.SEARCH
        self._left.setVisible(not pane)
        self._panes.setVisible(pane)

    def _give_focus(self, state: MemberScreenState) -> None:
        if state.focus is Focus.SEARCH:
            self._search.input.setFocus(Qt.FocusReason.OtherFocusReason)
        elif state.focus is Focus.CONSENTS:
            self.enrolment.focus_consents()
        elif state.focus is Focus.PHONE:
            self.enrolment.focus_phone()
        else:
            current = self._panes.currentWidget()
            if isinstance(current, DetailPane | CardPane | ReplacePane):
                current.main.setFocus(Qt.FocusReason.OtherFocusReason)


def _list_row(tile: MemberTile) -> ListRow:
    return ListRow(
        id=tile.member_id,
        title=tile.name,
        sub=tile.phone,
        tag=f"★ {tile.tier}" if tile.tier else "",
        amount=tile.points,
        note=tile.note,
        initial=tile.initial,
        colour=hue_of(tile.member_id),
    )
