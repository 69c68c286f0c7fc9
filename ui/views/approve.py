"""The approval sheet: what is asked, reasons as buttons; then who may, the PIN's dots, the pad."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from ui.appearance import Layout
from ui.appearance.metrics import GAP, TARGET
from ui.presenters.approve import ApprovePresenter, ApproverTile, ApproveState
from ui.views.parts import Said, column, empty_layout, row, scrolling
from ui.views.sheets import SheetView
from ui.widgets import paint
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.number_pad import PinDots, pin_pad
from ui.widgets.text import Text
from ui.widgets.view import ViewContext

REASON_HEIGHT, NAME_HEIGHT = 56, 44
KEYED_REASONS = 9
OK, OK_NARROW = 56, 48


class ApproveView(SheetView):
    """Shows an `ApproveState`; tells presses."""

    def __init__(self, presenter: ApprovePresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("approve.title"))
        look = self.look
        self._presenter = presenter
        self._beside = look.layout is not Layout.WIDE
        self._reasons_shown: tuple[str, ...] = ()
        self._names_shown: tuple[ApproverTile, ...] = ()
        self.frame.closed.connect(presenter.escape)
        # The question is the title, and may take two lines.
        self._question = Text(look, role="strong", wrap=True)
        self._what = Text(look, role="strong", wrap=True) if self._beside else self._question
        self._asked_by = Text(look, role="caption", tone="ink2", wrap=look.narrow)
        self._make_reasons(presenter)
        self._make_pin(presenter)
        self._arrange()
        self.bind(presenter)

    def present(self, state: ApproveState) -> None:
        """Show the question, then the reasons or the PIN; a refusal is said aloud at once."""
        self._question.setText(state.what)
        self.frame.setAccessibleName(f"{state.title} {state.what}")
        if self._beside:
            # The pad needs the height: the question and the way out stand beside it.
            for part in (self._question, self.frame.close_button):
                part.setVisible(state.choosing)
        self._what.setText(state.what)
        self._show_who(state)
        self._show_reasons(state.reasons)
        self._reasons_place.setVisible(state.choosing)
        self._pin_place.setVisible(not state.choosing)
        self._show_names(state.names)
        for arrow in (self._before, self._after):
            arrow.setVisible(state.more_names)
        self._dots.present(state.dots, state.dots_shown)
        # One place for both: digits are gone, or being checked, when there is something to say.
        self._dots.setVisible(not state.message)
        self._message.setVisible(bool(state.message))
        self._message.present(state.message, refused=state.refused)
        self.ok.set_words(state.ok)
        self.ok.setEnabled(state.ready)

    def _show_who(self, state: ApproveState) -> None:
        """Who asks, and why. Beside the pad their place is wanted for what has to be said; in the
        lowest windows the reason is told with who asks, and its button is a sign at the foot.
        """
        narrow, other = self.look.narrow, self.words("approve.other_reason")
        told = (state.asked_by, state.reason) if narrow else (state.asked_by,)
        self._asked_by.setText(" · ".join(part for part in told if part))
        self._asked_by.setVisible(not (narrow and state.message))
        self._reason.set_words("" if narrow else state.reason, name=other)
        hidden = self._beside and not narrow and bool(state.message)
        self._reason.setVisible(bool(state.reason) and not hidden)

    def _make_reasons(self, presenter: ApprovePresenter) -> None:
        look, words = self.look, self.words
        self._reasons_place = QWidget()
        self._reason_grid = QGridLayout()
        self._reason_grid.setSpacing(look.px(GAP))
        self._reason = ActionButton(
            look,
            icon="edit",
            name=words("approve.other_reason"),
            kind=Kind.PLAIN if look.narrow else Kind.QUIET,
            height=OK_NARROW if look.narrow else TARGET,
            left=not look.narrow,
        )
        self._reason.clicked.connect(presenter.other_reason)
        self._reason.hide()

    def _make_pin(self, presenter: ApprovePresenter) -> None:
        look, words = self.look, self.words
        self._pin_place = QWidget()
        self._name_row = QHBoxLayout()
        self._name_row.setSpacing(look.px(GAP))
        self._before = ActionButton(look, icon="left", name=words("approve.name_before"))
        self._before.clicked.connect(presenter.up)
        self._after = ActionButton(look, icon="right", name=words("approve.name_after"))
        self._after.clicked.connect(presenter.down)
        self._dots = PinDots(look, name=words("sign_in.pin_entered"))
        self._message = Said(look, lines=1 if look.layout is Layout.WIDE else 2)
        if look.layout is Layout.WIDE:
            self._message.setFixedHeight(self._dots.height())
        self._pad = pin_pad(look, words, presenter)
        self.ok = ActionButton(
            look,
            words("approve.ok"),
            icon="check",
            key="" if look.narrow else "Enter",
            kind=Kind.SOFT,
            role="strong",
            height=OK_NARROW if look.narrow else OK,
        )
        self.ok.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.ok.clicked.connect(presenter.submit)

    def _arrange(self) -> None:
        look = self.look
        inner = QWidget()
        holder = column(look, inner)
        holder.setContentsMargins(0, look.px(GAP), 0, 0)
        holder.addLayout(self._reason_grid)
        holder.addStretch(1)
        column(look, self._reasons_place).addWidget(scrolling(look, inner), 1)
        names = row(look)
        names.addWidget(self._before)
        names.addLayout(self._name_row, 1)
        names.addWidget(self._after)
        self.frame.title.hide()
        self.frame.head.insertWidget(0, self._question, 1)
        if look.layout is Layout.WIDE:
            told = row(look)
            told.addWidget(self._asked_by, 1)
            told.addWidget(self._reason)
            self.body.addLayout(told)
            self.tighten()
            pin = column(look, self._pin_place, gap=4)
            pin.addLayout(names)
            pin.addWidget(self._dots)
            pin.addWidget(self._message)
            pin.addWidget(self._pad, 1)
            pin.addWidget(self.ok)
        else:
            # Words at the left, the pad at the right: its keys keep their size.
            left = column(look, gap=4)
            left.addWidget(self._what)
            left.addWidget(self._asked_by)
            if not look.narrow:
                left.addWidget(self._reason)
            left.addLayout(names)
            left.addWidget(self._dots)
            left.addWidget(self._message)
            left.addStretch(1)
            foot = row(look)
            foot.addWidget(self.ok, 1)
            if look.narrow:
                foot.addWidget(self._reason)
            left.addLayout(foot)
            beside = row(look, self._pin_place)
            beside.addLayout(left, 1)
            beside.addWidget(self._pad, 1)
            close = ActionButton(
                look,
                icon="close",
                name=self.words("common.close"),
                height=OK_NARROW if look.narrow else OK,
            )
            close.clicked.connect(self._presenter.escape)
            foot.addWidget(close)
            self.tighten()
        self.body.addWidget(self._reasons_place, 1)
        self.body.addWidget(self._pin_place, 1)

    def _show_reasons(self, reasons: tuple[str, ...]) -> None:
        if reasons == self._reasons_shown:
            return
        self._reasons_shown = reasons
        empty_layout(self._reason_grid)
        for place, words in enumerate(reasons):
            key = str(place + 1) if place < KEYED_REASONS else ""
            button = ActionButton(self.look, words, key=key, height=REASON_HEIGHT, left=True)
            button.clicked.connect(lambda _=False, at=place: self._presenter.choose_reason(at))
            self._reason_grid.addWidget(button, place // 2, place % 2)

    def _show_names(self, names: tuple[ApproverTile, ...]) -> None:
        if names == self._names_shown:
            return
        self._names_shown = names
        empty_layout(self._name_row)
        group = QButtonGroup(self)
        for tile in names:
            button = ActionButton(
                self.look,
                paint.lines(tile.name, self.look.font("body"), self.look.px(150), 1)[0],
                name=f"{tile.name}, {tile.role}",
                checkable=True,
                height=NAME_HEIGHT,
            )
            button.setChecked(tile.chosen)
            button.clicked.connect(
                lambda _=False, chosen=tile.operator_id: self._presenter.choose(chosen)
            )
            group.addButton(button)
            self._name_row.addWidget(button, 1)
