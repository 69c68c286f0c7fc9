"""The sale: scan and go. What is typed, scanned and pressed changes the one open sale.

Shape: `SaleState` is everything the screen shows, worded and formatted. The presenter keeps what
belongs to the screen alone: the echo of typed keys, the open pad, the armed chip, the quick keys'
tab. Nothing here waits: lines show at once, and offers, totals and member follow with the quote.

Typing needs no field: digits are a code, `n *` a quantity for the next article, letters open the
search. Enter takes the echo, or pays when there is none. Esc never drops a basket.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.basket import QUANTITY_ONE
from posloyalty.domain.shop.scan_code.gtin import printed_gtin
from posloyalty.domain.values.quantity import BadQuantity, format_quantity, parse_quantity
from ui.presenters.base import Presenter
from ui.presenters.basket_rows import LineRows, count_text
from ui.presenters.by_hand import ByHand
from ui.presenters.chip_presses import ChipPresses
from ui.presenters.chips import EARNING, LINE, ChipIs, chip_states
from ui.presenters.counter import Counter, counter_of
from ui.presenters.drawer import open_without_sale
from ui.presenters.member_panel import earn_state, member_state
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.quick_pages import QuickPages
from ui.presenters.sale_pad import SalePad
from ui.presenters.sale_pad_keys import PadKeys
from ui.presenters.sale_state import SaleState, pay_words, total_state
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.domain.shop.product import Category
    from posloyalty.services.shop.catalogue import QuickPage

ECHO_MOST: Final = 40
TIMES: Final = ("*", "×", "＊")
PERCENT: Final = "%"


class SalePresenter(PadKeys, Presenter[SaleState]):
    """Turns keys, taps and scans into changes of the open sale, and the open sale into a state."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale = self._counter.sale
        self._hand = ByHand(session, self._counter)
        self._pad = SalePad(self._sale, self._hand.ask)
        self._quick = QuickPages()
        self._rows = LineRows()
        self._echo = ""
        self._times: int | None = None
        self._presses = ChipPresses(session, self._counter, self._tell)
        self._chips_open = False
        self._receipts_looked_at = False
        super().__init__(self._state_now())
        self._counter.subscribe(self._changed)
        session.subscribe(self._session_changed)

    # The shell's hooks

    def foresee(self) -> None:
        """The quick keys."""
        self._load_keys()

    def opened(self, **arguments: object) -> None:
        """The sale is in front; a neighbour may bring a scan, a member or typed keys along."""
        self._load_keys()
        self._counter.read_kinds()
        self._counter.claims.in_front = True
        if self._sale.brought_back:
            self._sale.brought_back = False
            self._counter.said("sale.brought_back", ToastKind.LOOK)
        elif not self._receipts_looked_at:
            self._look_at_receipts()
        scan, member_id = arguments.get("scan"), arguments.get("member_id")
        if isinstance(scan, str) and scan:
            self.scanned(scan)
        if isinstance(member_id, bytes):
            self._counter.attach_member(member_id, str(arguments.get("proof", "phone")))
        typed = arguments.get("typed")
        if isinstance(typed, str) and typed:
            self.typed(typed)
        self._counter.claims.follow()
        self._tell()

    def closed(self) -> None:
        """Another screen is in front."""
        self._counter.stay()
        self._counter.claims.in_front = False
        self._echo, self._times, self._chips_open = "", None, False
        self._presses.armed = None
        self._tell()

    def reworded(self) -> None:
        """Another language, or the shop's details changed."""
        self._tell()

    def scanned(self, text: str) -> None:
        """A scan is taken at once, whatever is being typed; a quantity before it is for it."""
        times, self._times, self._echo = self._times, None, ""
        self._presses.armed = None
        self._counter.take_code(text, quantity_milli=times)
        self._tell()

    def scan_broken(self, reason: str) -> None:
        """Half a scan came."""
        self._counter.refuse(self._session.words(reason))

    def typed(self, character: str) -> None:
        """Digits are a code or number, `*` a quantity, anything else is looked for by name."""
        self._session.toasts.clear()
        if self._pad.open and character == PERCENT:
            self._pad.turn(self._counter.figures)
        elif self._pad.open:
            self._pad.key(character)
        elif character in TIMES:
            self._take_times()
        elif character.isascii() and (character.isdigit() or (character == "." and self._echo)):
            self._echo = (self._echo + character)[:ECHO_MOST]
        elif character.isprintable() and not character.isspace():
            text, self._echo = self._echo + character, ""
            self._session.navigator.open_sheet(Sheet.FIND, text=text, quantity_milli=self._times)
        self._tell()

    # Keys

    def main_action(self) -> None:
        """F12: pay, as soon as the quote of this basket is there."""
        self._counter.pay()

    def enter(self) -> None:
        """Enter: take the pad's number or the echo; with neither, pay."""
        if self._pad.open:
            self.pad_ok()
        elif self._echo:
            code, self._echo = self._echo, ""
            times, self._times = self._times, None
            self._counter.take_code(code, quantity_milli=times)
            self._tell()
        else:
            self.main_action()

    def escape(self) -> None:
        """Esc: one thing at a time, and never the basket."""
        self._counter.stay()
        if self._pad.open:
            self._pad.close()
        elif self._echo or self._times is not None:
            self._echo, self._times = "", None
        elif self._counter.unknown_code:
            self._counter.forget_unknown()
        elif self._chips_open:
            self._chips_open = False
        else:
            self._presses.armed = None
            self._session.toasts.clear()
        self._tell()

    def backspace(self) -> None:
        """The last typed character goes, then the quantity before it."""
        if self._pad.open:
            self._pad.backspace()
        elif self._echo:
            self._echo = self._echo[:-1]
        else:
            self._times = None
        self._tell()

    def member(self) -> None:
        """F2: the attached member, or the search for one."""
        basket = self._sale.basket
        if basket is not None and basket.member_id is not None:
            self._session.navigator.show(Screen.MEMBER, member_id=basket.member_id)
        else:
            self._session.navigator.show(Screen.MEMBER)

    def find(self) -> None:
        """F3: look for an article by name."""
        text, self._echo = self._echo, ""
        self._session.navigator.open_sheet(Sheet.FIND, text=text, quantity_milli=self._times)
        self._tell()

    def redeem(self) -> None:
        """F5: spend points, or why none can be spent."""
        basket = self._sale.basket
        if basket is None or basket.member_id is None:
            self._counter.refuse(self._session.words("sale.member_first"))
            return
        self._session.navigator.open_sheet(Sheet.REDEEM)

    def hold(self) -> None:
        """F6: the basket is put aside; digits that were typed before are its name."""
        name, self._echo, self._times = self._echo, "", None
        self._presses.armed = None
        self._counter.holding.hold(name)
        self._tell()

    def open_drawer(self) -> None:
        """Ctrl+O: open the drawer without a sale."""
        open_without_sale(self._session, self._counter.say_fault)

    def recall(self) -> None:
        """F7: take a held basket up again."""
        self._session.navigator.open_sheet(Sheet.RECALL)

    def take_back(self) -> None:
        """F8: goods come back; an exchange under way is put off and stands there again."""
        exchange, self._counter.exchange = self._counter.exchange, None
        if exchange is None:
            self._session.navigator.show(Screen.RETURN)
        else:
            self._session.navigator.show(Screen.RETURN, sale_id=exchange.sale_id)

    def doings(self) -> None:
        """Ctrl+M: what the member can do and use beside buying."""
        if not self._counter.has_doings:
            self._counter.said("sale.no_doings")
        elif self.state.member is None:
            self._counter.refuse(self._session.words("sale.member_first"))
        else:
            self._session.navigator.open_sheet(Sheet.DOINGS)

    def more(self) -> None:
        """+ : one more of the selected line."""
        self._count(QUANTITY_ONE)

    def fewer(self) -> None:
        """− : one less; the last one removes the line."""
        self._count(-QUANTITY_ONE)

    def up(self) -> None:
        """The line above."""
        self._select(-1)

    def down(self) -> None:
        """The line below."""
        self._select(1)

    def remove(self) -> None:
        """Del: the selected line goes at once, with its way back."""
        line = self._sale.selected
        if line is not None:
            self._sale.remove(line.number)
            self._counter.said_with_undo("sale.removed", name=line.product.name)

    def undo(self) -> None:
        """Ctrl+Z: one step back."""
        self._presses.armed = None
        self._counter.undo()
        self._tell()

    def clear_basket(self) -> None:
        """Ctrl+Backspace: an empty basket, with its way back."""
        basket = self._sale.basket
        if basket is None or basket.empty:
            return
        self._pad.close()
        self._counter.clear()
        self._counter.said_with_undo("sale.cleared")

    def why(self) -> None:
        """Ctrl+I: why the selected line costs what it does."""
        line = self._sale.selected
        if line is not None:
            self.why_line(line.number)

    def lock(self) -> None:
        """The lock button: show the sign-in; the basket stays."""
        self._session.sign_in(None)
        self._session.navigator.show(Screen.SIGN_IN)

    # Taps

    def select(self, number: int) -> None:
        """A line was tapped."""
        self._session.toasts.clear()
        self._sale.select(number)

    def why_line(self, number: int) -> None:
        """Why a line costs what it does."""
        self._session.navigator.open_sheet(Sheet.WHY, about=f"{LINE}{number}")

    def why_chip(self, chip_id: str) -> None:
        """Why an offer applies or not."""
        self._session.navigator.open_sheet(Sheet.WHY, about=chip_id)

    def why_earns(self) -> None:
        """Why the sale earns what it does."""
        self._session.navigator.open_sheet(Sheet.WHY, about=EARNING)

    def press_chip(self, chip_id: str) -> None:
        """A chip was pressed: use it, or show the loss and at the second press remove it."""
        chip = next((c for c in self.state.chips if c.id == chip_id), None)
        if chip is None or not chip.toggles:
            return
        self._session.toasts.clear()
        self._presses.press(chip)
        self._tell()

    def show_chips(self) -> None:
        """Where there is no room for all chips beside the basket: open or close them."""
        self._chips_open = not self._chips_open
        self._tell()

    def detach_member(self) -> None:
        """The member leaves the sale, with the way back."""
        member = self.state.member
        if member is not None:
            self._sale.detach_member()
            self._counter.said_with_undo("sale.member_left", name=member.name)

    def press_key(self, product_id: bytes) -> None:
        """A quick key was pressed."""
        product = self._quick.product(product_id)
        if product is None:
            return
        self._session.toasts.clear()
        times, self._times, self._echo = self._times, None, ""
        added = self._counter.attempt(lambda: self._sale.add(product, quantity_milli=times))
        if added:
            self._session.sounds.play(Sound.UNDERSTOOD)
        self._tell()

    def choose_tab(self, tab: int) -> None:
        """A tab of the quick keys was pressed."""
        self._quick.choose(tab)
        self._tell()

    def turn_keys(self) -> None:
        """The key in the last place was pressed: the next leaf of this tab."""
        self._quick.turn()
        self._tell()

    def fit_keys(self, *, places: int, tabs_most: int) -> None:
        """The view was made with room for so many keys and tabs."""
        self._quick.fit(places=places, tabs_most=tabs_most)
        self._tell()

    def new_product(self) -> None:
        """Put the unknown code into the catalogue."""
        self._counter.add_unknown()

    def forget_unknown(self) -> None:
        """Nobody wants a product for the unknown code."""
        self._counter.forget_unknown()

    # The work

    def _take_times(self) -> None:
        try:
            quantity = parse_quantity(self._echo)
        except BadQuantity:
            return
        if quantity > 0:
            self._times, self._echo = quantity, ""

    def _count(self, by_milli: int) -> None:
        line = self._sale.selected
        if line is None:
            return
        self._session.toasts.clear()
        if line.product.weighed:
            self.quantity(line.number)
        elif line.label_priced:
            self._counter.refuse(self._session.words("sale.label_priced"))
        elif line.quantity_milli + by_milli <= 0:
            self.remove()
        else:
            quantity = line.quantity_milli + by_milli
            self._counter.attempt(lambda: self._sale.set_quantity(line.number, quantity))

    def _select(self, by: int) -> None:
        numbers = [line.number for line in self._sale.lines]
        selected = self._sale.selected
        if selected is None:
            return
        at = numbers.index(selected.number) + by
        if 0 <= at < len(numbers):
            self._sale.select(numbers[at])

    def _load_keys(self) -> None:
        if not self._session.till_open:
            return
        till = self._session.till

        def read() -> tuple[tuple[QuickPage, ...], tuple[Category, ...]]:
            return till.catalogue.quick_keys(), till.catalogue.categories()

        def loaded(answer: tuple[tuple[QuickPage, ...], tuple[Category, ...]]) -> None:
            pages, categories = answer
            self._quick.load(pages, {c.id: c.colour for c in categories})
            self._tell()

        self._session.lanes.look_up(read, loaded, self._counter.say_fault)

    def _look_at_receipts(self) -> None:
        """Once after the start: receipts that may not have come out are worth a look."""
        if not self._session.till_open:
            return
        self._receipts_looked_at = True

        def looked(doubtful: tuple[object, ...]) -> None:
            if doubtful and self._sale.basket is not None and self._sale.basket.empty:
                said = self._session.words.counted("sale.unconfirmed", len(doubtful))
                self._session.toasts.say(said, ToastKind.LOOK)

        self._session.lanes.look_up(
            self._session.till.past_receipts.in_doubt, looked, self._counter.say_fault
        )

    def _session_changed(self, change: Change) -> None:
        if change in (Change.TILL, Change.GOODS):
            self._load_keys()
        self._tell()

    def _changed(self) -> None:
        quote = self._sale.quote
        if self._presses.armed is not None and (
            quote is None or all(o.offer_id != self._presses.armed.offer_id for o in quote.offers)
        ):
            self._presses.armed = None
        self._pad.follow(self._counter.figures)
        self._tell()

    # Wording

    def _tell(self) -> None:
        self._show(self._state_now())

    def _state_now(self) -> SaleState:
        sale, figures, words = self._sale, self._counter.figures, self._session.words
        member = sale.basket is not None and sale.basket.member_id is not None
        quote = sale.quote if sale.lines or member else None
        selected = sale.selected
        total = total_state(sale.lines, quote, figures)
        chips = chip_states(quote, figures, armed=self._presses.armed)
        exchange = self._counter.exchange
        pay = words("sale.pay_practice" if self._session.practice else "sale.pay")
        return SaleState(
            hint=words("sale.hint")
            if exchange is None
            else words("sale.exchange_hint", amount=figures.money(exchange.back_minor)),
            echo=self._echo_text(),
            count=count_text(sale.lines, figures),
            rows=self._rows.of(sale.lines, quote, figures),
            selected=None if selected is None else selected.number,
            total=total,
            member=member_state(sale.panel, quote, figures) if member else None,
            earns=earn_state(quote, figures, member=member),
            chips=chips,
            usable=sum(chip.kind is ChipIs.USABLE for chip in chips),
            chips_open=self._chips_open and bool(chips),
            quick=self._quick.state(figures),
            pad=self._pad.state(figures),
            unknown=printed_gtin(self._counter.unknown_code),
            pay=pay_words(pay, total, figures, exchange) if sale.lines else pay,
            can_pay=bool(sale.lines),
            can_redeem=member,
            can_do=member and self._counter.has_doings,
            quoting=not sale.fresh and bool(sale.lines),
            held=self._counter.holding.count,
        )

    def _echo_text(self) -> str:
        if self._times is None:
            return self._echo
        return f"{format_quantity(self._times)} × {self._echo}".rstrip()
