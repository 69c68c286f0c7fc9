"""The middle of the sale: the member's card, what the sale earns, the chips, a note, the way out.

The column keeps its places: without a member the card asks for one, and public offers stand where a
member's chips would.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from posloyalty.wording import Words
from ui.appearance import Appearance, Layout
from ui.appearance.metrics import GAP, TARGET
from ui.presenters.sale import SalePresenter
from ui.presenters.sale_state import SaleState
from ui.views.counter_rows import chip_row, member_row
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.chips import ChipList
from ui.widgets.member_card import EarnLine, MemberCard
from ui.widgets.tap_bar import scroll_by_taps
from ui.widgets.text import Icon, Text

CHIPS_MOST = 4


class MemberParts:
    """The parts of the member zone; each layout of the screen places them itself."""

    def __init__(self, look: Appearance, words: Words, presenter: SalePresenter) -> None:
        self.card = MemberCard(
            look, find_words=words("sale.find_join"), find_hint=words("sale.no_member")
        )
        self.card.clicked.connect(presenter.member)
        self.earns = EarnLine(look, why_name=words("sale.why"))
        self.earns.why.connect(presenter.why_earns)
        policy = self.earns.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        self.earns.setSizePolicy(policy)
        self.chips = ChipList(
            look,
            why_name=words("sale.why"),
            more_words=words("sale.more_chips", n="{n}"),
            most=CHIPS_MOST,
        )
        self.chips.toggled.connect(presenter.press_chip)
        self.chips.why.connect(presenter.why_chip)
        self.note = NoteLine(look)
        self.detach = ActionButton(
            look, words("sale.detach"), icon="remove-person", kind=Kind.QUIET, role="caption"
        )
        self.detach.clicked.connect(presenter.detach_member)
        self.doings = ActionButton(
            look,
            words("sale.doings"),
            name=words("doings.title"),
            icon="star",
            kind=Kind.SOFT,
            height=56 if look.layout is Layout.COMPACT else TARGET,
        )
        self.doings.clicked.connect(presenter.doings)

    def present(self, state: SaleState) -> None:
        """Show who is in the sale and what they get."""
        member, earns = state.member, state.earns
        self.card.present(member_row(member))
        self.earns.setVisible(earns is not None)
        if earns is not None:
            self.earns.present(earns.label, earns.amount, earns.unit, earns.note)
        self.chips.present(tuple(chip_row(chip) for chip in state.chips))
        self.note.present(
            "" if member is None else member.note, warning=member is not None and member.warning
        )
        self.detach.setVisible(member is not None)
        # Without a parent yet it would open a window of its own.
        self.doings.setVisible(state.can_do and self.doings.parentWidget() is not None)

    def foot(self, look: Appearance) -> QVBoxLayout:
        """The note; what the member can do beside buying, and the way out of the sale."""
        foot = QVBoxLayout()
        foot.setSpacing(look.px(4))
        foot.addWidget(self.note)
        row = QHBoxLayout()
        row.setSpacing(look.px(GAP))
        if look.layout is not Layout.COMPACT:
            row.addWidget(self.doings)
        row.addStretch(1)
        row.addWidget(self.detach)
        foot.addLayout(row)
        return foot

    def column(self, look: Appearance, *, card: bool = True) -> QVBoxLayout:
        """All parts under one another, chips scrolling when they are many."""
        column = QVBoxLayout()
        column.setSpacing(look.px(GAP))
        if card:
            column.addWidget(self.card)
            column.addWidget(self.earns)
        column.addWidget(ChipArea(look, self.chips), 1)
        column.addLayout(self.foot(look))
        return column


class ChipArea(QScrollArea):
    """The chips' place: it asks for as many as it holds, and scrolls once all are shown."""

    def __init__(self, look: Appearance, chips: ChipList) -> None:
        super().__init__()
        scroll_by_taps(self, look)
        self._chips = chips
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setWidget(chips)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A lower place shows fewer chips before the rest's button."""
        super().resizeEvent(event)
        self._chips.fit(self.height())


class NoteLine(QWidget):
    """A note that the member agreed to, or why they may not earn or spend."""

    def __init__(self, look: Appearance, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = Icon(look, "note", 20, tone="ink2")
        self._text = Text(look, role="caption", tone="ink2", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(look.px(10), 0, 0, 0)
        row.setSpacing(look.px(GAP))
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)

    def present(self, text: str, *, warning: bool) -> None:
        """Show a note; an empty one takes no place."""
        self._text.setText(text)
        self._text.set_tone("warn" if warning else "ink2")
        self._icon.set_icon("look" if warning else "note", "warn" if warning else "ink2")
        self._icon.setVisible(bool(text))
        self.setVisible(bool(text))
