"""The sheet of a gift card: its balance large, what it is made of, and what can be done with it."""

from __future__ import annotations

from posloyalty.domain.shop.pay_out import PayOutWay
from ui.appearance import Layout
from ui.presenters.gift_card import GiftCardPresenter, GiftCardState
from ui.views.parts import Said, column, row
from ui.views.sheets import SheetView
from ui.widgets import paint
from ui.widgets.buttons import ActionButton
from ui.widgets.fields import SearchBox
from ui.widgets.text import Text
from ui.widgets.totals import FigureList
from ui.widgets.view import ViewContext

BALANCE = {Layout.NARROW: "title", Layout.COMPACT: "pay"}


class GiftCardView(SheetView):
    """Shows a `GiftCardState`; tells presses."""

    def __init__(self, presenter: GiftCardPresenter, context: ViewContext) -> None:
        super().__init__(context, context.words("gift.title"))
        look, words = self.look, self.words
        self.frame.closed.connect(presenter.escape)
        self._refused = Said(look, lines=3, centred=False)
        self._state = Text(look, role="strong", bold=True)
        self._label = Text(look, words("gift.balance"), "caption", tone="ink2", align=paint.RIGHT)
        self._balance = Text(
            look, role=BALANCE.get(look.layout, "total"), tabular=True, align=paint.RIGHT
        )
        self.figures = FigureList(look)
        self.figures.setAccessibleName(words("gift.title"))
        self.freeze = ActionButton(
            look, words("gift.freeze"), icon="lock", height=48 if look.narrow else 56
        )
        self.freeze.clicked.connect(presenter.freeze)
        self.move_to = ActionButton(
            look, words("gift.move"), icon="card", height=48 if look.narrow else 56
        )
        self.move_to.clicked.connect(presenter.move)
        self.pay_out = ActionButton(
            look,
            words("gift.pay_out"),
            icon="cash",
            key="" if look.narrow else "F9",
            height=48 if look.narrow else 56,
        )
        self.pay_out.clicked.connect(presenter.pay_out)
        self.ways = [
            ActionButton(
                look,
                "",
                name="-",
                key="" if look.narrow else str(place + 1),
                height=48 if look.narrow else 56,
            )
            for place in range(len(PayOutWay))
        ]
        for place, button in enumerate(self.ways):
            button.clicked.connect(lambda _=False, at=place: presenter.choose_way(at))
        self._note = Text(look, role="caption" if look.narrow else "body", wrap=True)
        label = words("gift.new_card")
        self.new_code = SearchBox(look, "", hint=label) if look.narrow else SearchBox(look, label)
        self.new_code.input.setAccessibleName(label)
        self.new_code.edited.connect(presenter.type_code)
        self._moving = False
        self._arrange()
        self.bind(presenter)

    def _arrange(self) -> None:
        look = self.look
        head = row(look)
        self.body.addWidget(self._refused)
        acts = column(look)
        for part in (
            self.new_code,
            *self.ways,
            self.pay_out,
            self.move_to,
            self.freeze,
        ):
            acts.addWidget(part)
        if look.layout is Layout.WIDE:
            for part, share in ((self._state, 1), (self._label, 0), (self._balance, 0)):
                head.addWidget(part, share)
            self.body.addLayout(head)
            self.body.addWidget(self.figures)
            self.body.addWidget(self._note)
            self.body.addStretch(1)
            self.body.addLayout(acts)
            return
        # Where the sheet is low there is room for what the card holds beside what can be done with
        # it, not above.
        beside, told = row(look), column(look)
        head.addWidget(self._label, 1)
        head.addWidget(self._balance)
        told.addWidget(self._state)
        told.addLayout(head)
        told.addWidget(self.figures)
        told.addWidget(self._note)
        for low in (told, acts):
            low.addStretch(1)
        beside.addLayout(told, 1)
        beside.addLayout(acts)
        self.body.addLayout(beside)
        self.body.addStretch(1)

    def present(self, state: GiftCardState) -> None:
        """Show the card, or why there is none."""
        there = not state.refused and bool(state.balance)
        self.frame.title.setText(state.title)
        self._state.setText(state.state)
        self._balance.setText(state.balance)
        self._balance.setAccessibleName(f"{self.words('gift.balance')} {state.balance}")
        self._refused.present(state.refused, refused=True)
        self._refused.setVisible(bool(state.refused))
        self.figures.present(state.figures)
        for part in (self._state, self._label, self._balance):
            part.setVisible(there)
        paying = bool(state.ways)
        self.pay_out.setVisible(there and not state.moving)
        self.pay_out.set_words(self.words("gift.pay_out_not" if paying else "gift.pay_out"))
        self.pay_out.setEnabled(state.ready and not state.frozen)
        self.move_to.setVisible(there and not paying)
        self.freeze.setVisible(there and not state.moving and not paying)
        # What holds for the pay-out stands where the figures did: a low window has room for one.
        self.figures.setVisible(there and not state.note)
        self._note.setText(state.note)
        self._note.setVisible(bool(state.note))
        for place, button in enumerate(self.ways):
            button.setVisible(place < len(state.ways))
            if place < len(state.ways):
                way = state.ways[place]
                button.set_words(way.words, name=way.words)
                button.setEnabled(way.offered and not state.busy)
        self.new_code.setVisible(there and state.moving)
        self.new_code.present(state.code)
        if state.moving and not self._moving:
            self.new_code.input.setFocus()
        self._moving = state.moving
        self.move_to.set_words(state.move or self.words("gift.move"))
        self.move_to.setEnabled(state.can_move and (not state.moving or bool(state.code)))
        self.freeze.set_words(state.act)
        self.freeze.set_icon("unlock" if state.frozen else "lock")
        self.freeze.setEnabled(state.ready)
