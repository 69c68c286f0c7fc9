"""The sale screen: basket, member, keys, functions and Pay, placed by the layout class.

Wide and compact stand side by side, portrait one under another, narrow behind four tabs; Pay is
always at the right bottom, or along the foot. The keyboard's home is the basket.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.actions import action
from ui.appearance import Layout
from ui.appearance.metrics import GAP, MAIN, MAIN_LEAST, MAIN_PORTRAIT
from ui.presenters.sale import SalePresenter
from ui.presenters.sale_state import SaleState
from ui.views.parts import scrolling
from ui.views.sale_basket import BasketPanel
from ui.views.sale_keys import KeysArea
from ui.views.sale_member import MemberParts
from ui.widgets.buttons import ActionButton, Kind, function_button
from ui.widgets.view import GrowingView, ViewContext

FUNCTIONS = ("member", "find", "redeem", "hold", "recall", "return", "lock")
# Where the row is short of room for an eighth, the menu has it.
DISCOUNT = "basket_discount"
# What the other layouts leave to the menu.
MORE = ("undo", "clear_basket")
# Widths of basket, member and keys at 1366; wider windows grow all three.
BASKET, MEMBER, KEYS = 540, 356, 438
KEYS_TAB = 2
MORE_COLUMNS = 4
TABS = (
    ("tab_basket", "basket"),
    ("tab_member", "person"),
    ("tab_keys", "grid-keys"),
    ("tab_more", "more"),
)


class SaleView(GrowingView):
    """Shows a `SaleState`; tells presses."""

    def __init__(
        self, presenter: SalePresenter, context: ViewContext, *, whole: bool = True
    ) -> None:
        super().__init__(context)
        self._presenter = presenter
        self.begin(self._make(presenter), whole=whole)

    def _make(self, presenter: SalePresenter) -> Iterator[None]:
        look, words = self.look, self.words
        layout = self.context.layout
        narrow = layout is Layout.NARROW
        self.basket = BasketPanel(look, words, presenter, entry_apart=narrow)
        yield
        self.member = MemberParts(look, words, presenter)
        yield
        self.keys = KeysArea(look, words, presenter)
        yield
        names = FUNCTIONS
        if layout is not Layout.COMPACT:
            names = (*FUNCTIONS[:-1], DISCOUNT, FUNCTIONS[-1])
        if narrow:
            names = (*names, *MORE)
        self.functions = [self._function(name) for name in names]
        yield
        self.usable = ActionButton(
            look, words("sale.offers"), icon="gift", kind=Kind.SOFT, height=56, checkable=True
        )
        self.usable.clicked.connect(presenter.show_chips)
        self.pay = self._pay_button()
        self.entry = self.basket.entry
        self.home = self.basket.list
        # A tap beside everything must not take the keyboard from the basket.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet_place = self.keys
        self._tabs: QStackedWidget | None = None
        self._asked = False
        self.tab_buttons: list[ActionButton] = []
        yield
        {
            Layout.WIDE: self._arrange_wide,
            Layout.COMPACT: self._arrange_compact,
            Layout.PORTRAIT: self._arrange_portrait,
            Layout.NARROW: self._arrange_narrow,
        }[layout]()
        self.bind(presenter)

    def present(self, state: SaleState) -> None:
        """Show everything; widgets notice what did not change."""
        self.basket.present(state)
        self.member.present(state)
        self._present_keys(state)
        self.pay.set_words(state.pay)
        self.pay.setEnabled(state.can_pay)
        self.functions[FUNCTIONS.index("recall")].set_badge(state.held)
        # Only some layouts hold it; without a parent it would open a window of its own.
        self.usable.setVisible(bool(state.chips) and self.usable.parentWidget() is not None)
        usable = self.words("sale.usable_chips", n=state.usable)
        self.usable.set_words(usable if state.usable else self.words("sale.offers"))
        self.usable.setChecked(state.chips_open)
        if self._tabs is not None:
            self._follow_question(self._tabs, state.pad is not None or bool(state.unknown))

    def _present_keys(self, state: SaleState) -> None:
        """Show keys or a question; one that is over gives the keyboard back."""
        focused = QApplication.focusWidget()
        held = focused is not None and self.keys.asking and self.keys.isAncestorOf(focused)
        self.keys.present(state)
        if held and not self.keys.asking:
            self.home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow_question(self, tabs: QStackedWidget, asked: bool) -> None:
        """Where only one tab is seen: go to a question when it comes, and back when it is over."""
        if asked == self._asked:
            return
        self._asked = asked
        # The pad needs the height of the entry line in the smallest windows.
        self.basket.entry.setVisible(not asked)
        tabs.setCurrentIndex(KEYS_TAB if asked else 0)
        (self if asked else self.home).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def waits_for_answer(self) -> bool:
        """Whether a number is asked for, or what to do with an unknown code."""
        return self.keys.asking

    @property
    def zones(self) -> tuple[QWidget, ...]:
        """Tab goes basket, member, chips, keys, functions, Pay; it stays in a question."""
        if self.keys.asking:
            return (self.keys,)
        member = self.member
        return (
            self.basket,
            member.card,
            member.earns,
            self.usable,
            member.chips,
            member.doings,
            member.detach,
            self.keys,
            *self.tab_buttons,
            *self.functions,
            self.pay,
        )

    def pieces(self) -> Iterator[None]:
        """The pages that may lie over the quick keys."""
        yield from self.keys.pieces()

    def free_for_keys(self) -> QRect | None:
        """Beside a sheet, which covers the right alone: over basket and member, never over Pay."""
        if self.context.layout not in (Layout.WIDE, Layout.COMPACT):
            return None
        return QRect(0, 0, self.keys.mapTo(self, QPoint(0, 0)).x(), self.height())

    def _function(self, name: str) -> ActionButton:
        act = action(name)
        # Longer hints would make some functions wider than others; F1 lists every key.
        # Upright, many stand side by side on little width, and are touched.
        upright = self.context.layout is Layout.PORTRAIT
        key = act.key if act.key.startswith("F") and not upright else ""
        button = function_button(self.look, self.words(act.label), icon=act.icon, key=key)
        intent = getattr(self._presenter, act.intent)
        button.clicked.connect(lambda _=False: intent())
        return button

    def _pay_button(self) -> ActionButton:
        large = self.context.layout in (Layout.WIDE, Layout.PORTRAIT)
        heights = {Layout.WIDE: MAIN, Layout.PORTRAIT: MAIN_PORTRAIT}
        button = ActionButton(
            self.look,
            self.words("sale.pay"),
            key="F12",
            kind=Kind.MAIN,
            role="pay" if large else "title",
            height=heights.get(self.context.layout, MAIN_LEAST),
        )
        button.clicked.connect(self._presenter.main_action)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        return button

    # Layouts

    def _arrange_wide(self) -> None:
        look, gap = self.look, self.look.px(GAP)
        grid = QGridLayout(self)
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setSpacing(gap)
        grid.addWidget(self.basket, 0, 0)
        grid.addLayout(self.member.column(look), 0, 1)
        grid.addLayout(self._function_row(), 1, 0, 1, 2)
        right = QVBoxLayout()
        right.setSpacing(gap)
        right.addWidget(self.keys, 1)
        right.addWidget(self.pay)
        grid.addLayout(right, 0, 2, 2, 1)
        for column, width in enumerate((BASKET, MEMBER, KEYS)):
            grid.setColumnStretch(column, width)
            grid.setColumnMinimumWidth(column, look.px(width) * 9 // 10)
        grid.setRowStretch(0, 1)

    def _arrange_compact(self) -> None:
        look, gap = self.look, self.look.px(GAP)
        grid = QGridLayout(self)
        grid.setContentsMargins(gap, gap, gap, gap)
        grid.setSpacing(gap)
        grid.addWidget(self.basket, 0, 0)
        right = QVBoxLayout()
        right.setSpacing(gap)
        right.addWidget(self.member.card)
        row = QHBoxLayout()
        row.setSpacing(gap)
        row.addWidget(self.member.earns, 1)
        row.addWidget(self.usable, 1)
        row.addWidget(self.member.doings)
        right.addLayout(row)
        right.addWidget(self.keys, 1)
        grid.addLayout(right, 0, 1)
        self.keys.chips.setLayout(self.member.column(look, card=False))
        foot = QHBoxLayout()
        foot.setSpacing(gap)
        foot.addLayout(self._function_row(), 7)
        foot.addWidget(self.pay, 3)
        grid.addLayout(foot, 1, 0, 1, 2)
        grid.setColumnStretch(0, 500)
        grid.setColumnStretch(1, 500)
        grid.setRowStretch(0, 1)

    def _arrange_portrait(self) -> None:
        look, gap = self.look, self.look.px(GAP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap, gap, gap, gap)
        whole.setSpacing(gap)
        top = QWidget()
        beside = QHBoxLayout(top)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(gap)
        card = QVBoxLayout()
        card.setSpacing(gap)
        card.addWidget(self.member.card)
        card.addWidget(self.member.earns)
        card.addStretch(1)
        beside.addLayout(card, 1)
        beside.addLayout(self.member.column(look, card=False), 1)
        top.setFixedHeight(look.px(300))
        whole.addWidget(top)
        self.basket.setMinimumHeight(look.px(330))
        whole.addWidget(self.basket, 3)
        whole.addWidget(self.keys, 2)
        whole.addLayout(self._function_row())
        whole.addWidget(self.pay)

    def _arrange_narrow(self) -> None:
        gap = self.look.px(GAP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(gap, gap, gap, gap)
        whole.setSpacing(gap)
        upper = QWidget()
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        column.addWidget(self.basket.entry)
        self._tabs = QStackedWidget()
        member, more = QWidget(), QWidget()
        self._fill_member_tab(member)
        grid = QGridLayout(more)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(gap)
        for place, button in enumerate(self.functions):
            grid.addWidget(button, place // MORE_COLUMNS, place % MORE_COLUMNS)
        grid.setRowStretch(3, 1)
        for page in (self.basket, member, self.keys, more):
            self._tabs.addWidget(page)
        column.addWidget(self._tabs, 1)
        whole.addWidget(upper, 1)
        foot = QHBoxLayout()
        foot.setSpacing(gap)
        foot.addLayout(self._tab_row(), 1)
        foot.addWidget(self.pay, 1)
        whole.addLayout(foot)
        self.sheet_place = upper

    def _fill_member_tab(self, tab: QWidget) -> None:
        look, gap = self.look, self.look.px(GAP)
        beside = QHBoxLayout(tab)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(gap)
        inner = QWidget()
        left = QVBoxLayout(inner)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(gap)
        left.addWidget(self.member.card)
        left.addWidget(self.member.earns)
        left.addStretch(1)
        beside.addWidget(scrolling(look, inner), 1)
        beside.addLayout(self.member.column(look, card=False), 1)

    def _tab_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.px(GAP))
        self._tab_group = QButtonGroup(self)
        for place, (name, icon) in enumerate(TABS):
            button = ActionButton(
                self.look,
                self.words(f"sale.{name}"),
                icon=icon,
                stacked=True,
                checkable=True,
                height=MAIN_LEAST,
            )
            self._tab_group.addButton(button, place)
            self.tab_buttons.append(button)
            row.addWidget(button, 1)
        self._tab_group.button(0).setChecked(True)
        stack = self._tabs
        if stack is not None:
            self._tab_group.idClicked.connect(stack.setCurrentIndex)
            stack.currentChanged.connect(
                lambda place: self._tab_group.button(place).setChecked(True)
            )
        return row

    def _function_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.px(GAP))
        for button in self.functions:
            row.addWidget(button, 1)
        return row
