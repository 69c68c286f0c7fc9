"""The right of the sale: quick keys, and what takes their place for a moment.

A number pad, the offer of a new product, or all chips lie over the quick keys only; the total and
Pay stay free. The grid has as many rows as the height holds; places never move.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from posloyalty.wording import Words
from ui.appearance import Appearance, Layout
from ui.appearance.metrics import GAP, QUICK_KEY, TARGET
from ui.presenters.sale import SalePresenter
from ui.presenters.sale_pad import PadState
from ui.presenters.sale_state import SaleState
from ui.rehearsal import rehearse
from ui.views.counter_rows import key_row, turn_row
from ui.widgets.buttons import ActionButton, Kind
from ui.widgets.number_pad import AmountBox, NumberPad, PadKind
from ui.widgets.quick_keys import QuickKeys
from ui.widgets.text import Icon, Panel, Text

KEY_HEIGHT = {Layout.WIDE: 118, Layout.COMPACT: 88, Layout.NARROW: 80, Layout.PORTRAIT: 96}
COLUMNS = {Layout.WIDE: 4, Layout.COMPACT: 4, Layout.NARROW: 4, Layout.PORTRAIT: 6}
TABS_MOST = {Layout.WIDE: 4, Layout.COMPACT: 4, Layout.NARROW: 4, Layout.PORTRAIT: 6}
ROWS_LEAST, ROWS_MOST = 1, 8
# A pad with keys of 64 px: there must be room for it over the quick keys.
PAD_HEIGHT = 300
# A long code goes on in the next line wherever it has to.
BREAK = "\u200b"


class KeysArea(QStackedWidget):
    """Quick keys with the pages that may lie over them."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        presenter: SalePresenter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._presenter = presenter
        self._state: SaleState | None = None
        self._holder = QWidget()
        self._holder_layout = QVBoxLayout(self._holder)
        self._holder_layout.setContentsMargins(0, 0, 0, 0)
        self._rows = 0
        self._words = words
        self.keys: QuickKeys | None = None
        self.chips = QWidget()
        self.addWidget(self._holder)
        self.addWidget(self.chips)

    @cached_property
    def pad(self) -> PadPage:
        """The page for a quantity, weight or price; made when it is first asked for."""
        page = PadPage(self._look, self._words, self._presenter)
        self.addWidget(page)
        return page

    @cached_property
    def unknown(self) -> UnknownPage:
        """The page of a code without a product; made when it is first asked for."""
        page = UnknownPage(self._look, self._words, self._presenter)
        self.addWidget(page)
        return page

    def pieces(self) -> Iterator[None]:
        """Make the pages before anybody asks, a piece at each `next`."""
        for page in (lambda: self.pad, lambda: self.unknown):
            yield from rehearse(page(), self.size())

    def minimumSizeHint(self) -> QSize:
        """At least one row of keys under its tabs; the pages over it scroll within."""
        look, columns = self._look, COLUMNS[self._look.layout]
        width = columns * look.px(QUICK_KEY[0]) + (columns - 1) * look.px(GAP)
        least = PAD_HEIGHT if look.layout is Layout.PORTRAIT else TARGET + GAP + QUICK_KEY[1]
        return QSize(width, look.px(least))

    def sizeHint(self) -> QSize:
        """It takes what it gets."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Higher windows have more rows of keys."""
        super().resizeEvent(event)
        look = self._look
        room = self.height() - look.px(TARGET + GAP)
        step = look.px(KEY_HEIGHT[look.layout] + GAP)
        rows = max(ROWS_LEAST, min(ROWS_MOST, (room + look.px(GAP)) // step))
        if rows != self._rows:
            self._rows = rows
            self._make_keys(rows)

    def present(self, state: SaleState) -> None:
        """Show keys, and the page that is wanted."""
        self._state = state
        self._show_keys(state)
        if state.pad is not None:
            self.pad.present(state.pad)
            self.setCurrentWidget(self.pad)
        elif state.unknown:
            self.unknown.present(state.unknown)
            self.setCurrentWidget(self.unknown)
        elif state.chips_open:
            self.setCurrentWidget(self.chips)
        else:
            self.setCurrentWidget(self._holder)

    @property
    def asking(self) -> bool:
        """Whether a question lies over the keys: a number, or what to do with an unknown code."""
        return isinstance(self.currentWidget(), PadPage | UnknownPage)

    def _make_keys(self, rows: int) -> None:
        old = self.keys
        columns = COLUMNS[self._look.layout]
        keys = QuickKeys(self._look, columns=columns, rows=rows)
        keys.pressed.connect(self._presenter.press_key)
        keys.tab_chosen.connect(self._presenter.choose_tab)
        keys.turned.connect(self._presenter.turn_keys)
        self._holder_layout.addWidget(keys)
        self.keys = keys
        if old is not None:
            self._holder_layout.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._presenter.fit_keys(places=rows * columns, tabs_most=TABS_MOST[self._look.layout])
        if self._state is not None:
            self._show_keys(self._presenter.state)

    def _show_keys(self, state: SaleState) -> None:
        if self.keys is not None:
            quick = state.quick
            rows = tuple(key_row(key) for key in quick.keys)
            self.keys.present(quick.tabs, quick.tab, rows, turn=turn_row(quick.turn))


class PadPage(Panel):
    """A quantity, weight, price or discount: what for, the figure, the pad, OK."""

    def __init__(
        self,
        look: Appearance,
        words: Words,
        presenter: SalePresenter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent)
        narrow = look.narrow
        self._title = Text(look, role="strong", wrap=True)
        self._close = ActionButton(look, icon="close", name=words("sale.close"), key="")
        self._close.clicked.connect(presenter.escape)
        self._box = AmountBox(look)
        self._pad = NumberPad(
            look,
            PadKind.AMOUNT,
            clear_words=words("sale.pad_clear"),
            backspace_name=words("sale.pad_backspace"),
        )
        self._pad.typed.connect(presenter.pad_key)
        self._pad.backspace.connect(presenter.backspace)
        self._pad.clear.connect(presenter.pad_clear)
        self._turn = ActionButton(look, words("sale.pad_as_amount"), icon="percent", height=48)
        if look.layout is not Layout.WIDE:
            self._turn.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._turn.clicked.connect(presenter.pad_turn)
        self._ok = ActionButton(
            look,
            words("sale.pad_ok"),
            icon="check",
            key="Enter",
            kind=Kind.SOFT,
            role="strong",
            height=48 if narrow else 64,
        )
        self._ok.clicked.connect(presenter.pad_ok)
        self._arrange(look)

    def present(self, state: PadState) -> None:
        """Show what is wanted and what stands there."""
        self._title.setText(state.title)
        self._box.present(state.label, state.value, fresh=state.fresh)
        self._pad.show_point(not state.whole)
        self._turn.set_words(state.turn)
        self._turn.setVisible(bool(state.turn))
        self._ok.setEnabled(state.ready)

    def _arrange(self, look: Appearance) -> None:
        upright = look.layout is Layout.WIDE
        gap = look.px(4 if look.narrow else GAP)
        pad = look.px(4 if look.narrow else 16 if upright else GAP)
        head = QHBoxLayout()
        head.setSpacing(gap)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        words = QVBoxLayout()
        words.setSpacing(gap)
        words.addLayout(head)
        figure = QHBoxLayout() if upright else QVBoxLayout()
        figure.setSpacing(gap)
        figure.addWidget(self._box, 1)
        figure.addWidget(self._turn)
        words.addLayout(figure)
        whole: QHBoxLayout | QVBoxLayout
        if not upright:
            whole = QHBoxLayout(self)
            words.addStretch(1)
            words.addWidget(self._ok)
            whole.addLayout(words, 1)
            whole.addWidget(self._pad, 1)
        else:
            whole = QVBoxLayout(self)
            whole.addLayout(words)
            whole.addWidget(self._pad, 1)
            whole.addWidget(self._ok)
        whole.setContentsMargins(pad, pad, pad, pad)
        whole.setSpacing(look.px(GAP))


class UnknownPage(Panel):
    """A code without a product: whoever may can make one, and nobody has to."""

    closed = Signal()

    def __init__(
        self,
        look: Appearance,
        words: Words,
        presenter: SalePresenter,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("surface", parent)
        pad = look.px(8 if look.narrow else 24)
        self._code = Text(look, role="title", tabular=True, wrap=True)
        self._code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = Text(look, words("sale.unknown_title"), "strong", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        hint = Text(look, words("sale.unknown_hint"), tone="ink2", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        high = 64 if look.layout is Layout.WIDE else 48
        self.add = ActionButton(
            look, words("sale.new_product"), icon="plus", kind=Kind.SOFT, height=high
        )
        self.add.clicked.connect(presenter.new_product)
        self.leave = ActionButton(look, words("sale.close"), icon="close", key="Esc", height=high)
        self.leave.clicked.connect(presenter.forget_unknown)
        column = QVBoxLayout(self)
        column.setContentsMargins(pad, pad, pad, pad)
        column.setSpacing(look.px(4 if look.narrow else 12))
        column.addStretch(1)
        if not look.narrow:
            icon = Icon(look, "scan", 40, tone="ink2")
            column.addWidget(icon, 0, Qt.AlignmentFlag.AlignHCenter)
        for part in (self._code, title, hint):
            column.addWidget(part)
        column.addStretch(1)
        answers = QVBoxLayout() if look.layout is Layout.WIDE else QHBoxLayout()
        answers.setSpacing(look.px(GAP))
        for button in (self.add, self.leave):
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            answers.addWidget(button)
        column.addLayout(answers)

    def present(self, code: str) -> None:
        """Show the code as it was read."""
        self._code.setText(BREAK.join(code))
        self._code.setAccessibleName(code)
        self.setAccessibleName(code)
