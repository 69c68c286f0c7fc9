"""One of every widget, filled, for tests that walk over all of them."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.appearance import Appearance
from ui.appearance.stylesheet import style_sheet
from ui.presenters.ports import ToastKind
from ui.presenters.strip_state import LampState, StripState
from ui.widgets.basket_list import BasketList, BasketRow, BasketWords, OfferRow
from ui.widgets.buttons import ActionButton, Kind, function_button, main_button
from ui.widgets.chips import ChipKind, ChipList, ChipRow
from ui.widgets.entry_line import EntryLine
from ui.widgets.fields import Choice, NoteField, SearchBox, TextField, Toggle
from ui.widgets.lists import ListRow, RowList
from ui.widgets.member_card import EarnLine, MemberCard, MemberCardRow
from ui.widgets.number_pad import AmountBox, ChangeLine, NumberPad, PadKind, PinDots
from ui.widgets.progress import ProgressPanel
from ui.widgets.quick_keys import QuickKeyRow, QuickKeys
from ui.widgets.sheet import QuestionPanel, SheetFrame
from ui.widgets.strip import StatusStrip
from ui.widgets.tables import Column, DataTable, TableRow
from ui.widgets.totals import FigureList, TotalsPanel

BASKET_WORDS = BasketWords(
    fewer="One less",
    more="One more",
    quantity="Quantity",
    price="Price",
    discount="Something off",
    why="Why?",
    remove="Remove",
    empty="Scan an item",
    list_name="Basket",
)
ROWS = (
    BasketRow(
        number=1,
        quantity="2",
        name="Wholewheat toast",
        unit_price="9.80",
        amount="19.60",
        spoken="2, Wholewheat toast, 9.80 each, 19.60, offer −2.00",
        offers=(OfferRow("Member price", "−2.00"),),
    ),
    BasketRow(
        number=2,
        quantity="1.286 kg",
        name="红富士苹果",
        unit_price="12.80",
        amount="16.46",
        spoken="1.286 kg, 红富士苹果, 16.46",
        can_count=False,
    ),
    BasketRow(
        number=3,
        quantity="1",
        name="开放价",
        unit_price="5.00",
        amount="5.00",
        spoken="1, 开放价, 5.00",
        can_price=True,
    ),
)
MEMBER = MemberCardRow(
    name="王小雨 女士",
    phone="138 **** 6021",
    balance="2,480",
    unit="分",
    as_of="今天 13:52",
    tier="金卡",
    pips_full=3,
    pips_of=4,
    pending="待入账 120",
    birthday="本月生日 28 日",
    progress=690,
    progress_words="再消费 620 元升铂金",
    deadline="12 月 31 日前",
)
CHIPS = (
    ChipRow(id="r", kind=ChipKind.REFUSED, title="Birthday", sub="28 Nov only", spoken="refused"),
    ChipRow(id="u", kind=ChipKind.USABLE, title="Points", sub="80 left", spoken="usable"),
    ChipRow(
        id="a",
        kind=ChipKind.APPLIED,
        title="10 off 100",
        sub="applied",
        spoken="applied",
        amount="−10.00",
    ),
)


class Gallery(QWidget):
    """Every widget in one tall window, by name."""

    def __init__(self, look: Appearance) -> None:
        super().__init__()
        self.setStyleSheet(style_sheet(look))
        self.column = QVBoxLayout()
        inner = QWidget()
        inner.setLayout(self.column)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        QHBoxLayout(self).addWidget(area)
        self._inputs(look)
        self._sale(look)
        self._lists(look)
        self._sheets(look)

    def _inputs(self, look: Appearance) -> None:
        self.strip = StatusStrip(look, menu_name="Menu", keys_name="Keyboard")
        self.strip.present(
            StripState(
                shop="Dawn Mart · Renmin Rd",
                till="Till 01",
                time="14:05",
                lamps=(
                    LampState(id="sync", icon="saved", words="Saved here"),
                    LampState(id="printer", icon="printer", words="Paper out", trouble=True),
                ),
            )
        )
        self.entry = EntryLine(look, name="Entry", undo_words="Undo")
        self.entry.present("Scan or type", "3 ×")
        self.toast_line = EntryLine(look, name="Entry", undo_words="Undo")
        self.toast_line.say("Removed", ToastKind.NEWS, lambda: None)
        self.buttons = [ActionButton(look, kind.name, kind=kind, key="F2") for kind in Kind]
        self.function = function_button(look, "Member", icon="person", key="F2")
        self.main = main_button(look, "Pay 136.76")
        self.pad = NumberPad(look, clear_words="Clear", backspace_name="Backspace")
        self.pin_pad = NumberPad(look, PadKind.PIN, clear_words="Clear", backspace_name="Back")
        self.amount = AmountBox(look)
        self.amount.present("Cash given", "200", fresh=True)
        self.change = ChangeLine(look)
        self.change.present("Change", "87.20")
        self.dots = PinDots(look, name="PIN")
        self.dots.present(3)
        for widget in (self.strip, self.entry, self.toast_line, *self.buttons, self.function):
            self.column.addWidget(widget)
        for widget in (self.main, self.pad, self.pin_pad, self.amount, self.change, self.dots):
            self.column.addWidget(widget)

    def _sale(self, look: Appearance) -> None:
        self.basket = BasketList(look, BASKET_WORDS)
        self.basket.setMinimumHeight(look.px(320))
        self.basket.present(ROWS, 1)
        self.quick = QuickKeys(look)
        self.quick.present(
            ("Top", "Fresh"),
            0,
            (QuickKeyRow(id=b"1", name="Tea egg", price="2.00", initial="T", colour="brown"), None),
        )
        self.card = MemberCard(look, find_words="Find / join", find_hint="No member yet")
        self.card.present(MEMBER)
        self.no_card = MemberCard(look, find_words="Find / join", find_hint="No member yet")
        self.earn = EarnLine(look, why_name="Why?")
        self.earn.present("Earns", "+204", "pts")
        self.chips = ChipList(look, why_name="Why?", more_words="{n} more")
        self.chips.present(CHIPS)
        self.totals = TotalsPanel(look)
        self.totals.present(label="To pay", total="¥136.76", saved=("You save", "−17.00"))
        self.figures = FigureList(look)
        self.figures.present((("Tax incl.", "13.42", "ink"),))
        for widget in (self.basket, self.quick, self.card, self.no_card, self.earn):
            self.column.addWidget(widget)
        for widget in (self.chips, self.totals, self.figures):
            self.column.addWidget(widget)

    def _lists(self, look: Appearance) -> None:
        self.rows = RowList(look, name="Members")
        self.rows.setMinimumHeight(look.px(160))
        self.rows.present(
            (
                ListRow(id="1", title="Wang Xiaoyu", sub="138 **** 6021", tag="Gold", initial="W"),
                ListRow(id="2", title="Wu Xiaoyan", amount="312", icon="person"),
            ),
            0,
        )
        columns = (Column(title="Number", stretch=True), Column(title="Amount", amount=True))
        self.table = DataTable(look, columns, name="Sales")
        self.table.setMinimumHeight(look.px(200))
        self.table.present(tuple(TableRow(id=str(n), cells=(str(n), "1.00")) for n in range(3)), 1)
        self.text = TextField(look, "Phone", hint="11 digits")
        self.text.present("137", finding="Too short: 11 digits")
        self.note = NoteField(look, "Footer")
        self.choice = Choice(look, "Look", ("Light", "Dark"))
        self.choice.present(1)
        self.toggle = Toggle(look, "Terms v4", "Required")
        self.search = SearchBox(look, "Search")
        self.progress = ProgressPanel(look, cancel_words="Cancel")
        self.progress.present("Importing", 3, 10)
        for widget in (self.rows, self.table, self.text, self.note, self.choice, self.toggle):
            self.column.addWidget(widget)
        for widget in (self.search, self.progress):
            self.column.addWidget(widget)

    def _sheets(self, look: Appearance) -> None:
        self.sheet = SheetFrame(look, "Why?", close_words="Close")
        self.question = QuestionPanel(
            look,
            icon="look",
            tone="warn",
            title="Erase the draft?",
            text="Nothing was paid.",
            answers=("Erase", "Back"),
        )
        self.column.addWidget(self.sheet)
        self.column.addWidget(self.question)
