"""The counter: takes scans for the open sale, whatever is in front, and says what came of them.

Shape: `Counter` is the `SaleDesk` of the neighbouring screens. `scanned` asks the one resolver what
a code is, on the look-up lane and in the order of the scans, then adds, attaches or refuses. A
payment code is never echoed, kept or logged: only the refusal's words are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

from posloyalty.domain.engine.award import ALERT, Award
from posloyalty.domain.programme.kinds.claim import Claim
from posloyalty.domain.programme.kinds.risk import Risk
from posloyalty.domain.shop.basket import Basket, BasketRefusal, Chosen
from posloyalty.domain.shop.operator import Right
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.product import Product
from posloyalty.domain.shop.scan_code import ScanScreen
from posloyalty.domain.shop.scan_code.gtin import printed_gtin
from posloyalty.domain.shop.tender import TenderKind
from posloyalty.domain.values.money import Currency, currency
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.wording import MissingWording, Words
from ui.presenters.amounts import Figures
from ui.presenters.blocked_lines import BlockedLines, blocked_sentence
from ui.presenters.exchanging import Exchange
from ui.presenters.faults import fault_text
from ui.presenters.holding import Holding
from ui.presenters.open_sale import OpenSale
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.reason_text import fact_text, reason_text
from ui.presenters.receipt_claims import ReceiptClaims
from ui.presenters.refusal_text import refusal_sentence
from ui.presenters.reserving import Reserving
from ui.presenters.scanning import recognise
from ui.presenters.session import Change, Session

if TYPE_CHECKING:
    from posloyalty.services.members.find_member import MemberPanel

SHOP_CURRENCY_BEFORE_OPENING = "CNY"
PAYMENT_CODE = "payment_code"
SELDOM: frozenset[type] = frozenset({Claim, Risk})
"""What asks for nothing of a member until it comes up by itself: no reason for a button."""


class AtPayment(Protocol):
    """Whoever takes what can pay, while the pay screen is in front."""

    def gift_card_scanned(self, code: str) -> None:
        """A gift card's code came."""

    def payment_code_scanned(self, code: str, scheme: str) -> bool:
        """A customer's payment code of a wallet came: True when the connected terminal takes it."""


class Counter:
    """The open sale with its scans, sounds and messages. One per window."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.sale = OpenSale(session)
        self.sale.fault = self.say_fault
        self.sale.member_came = self._member_came
        self._wallets: Mapping[str, tuple[str, int]] = {}
        self._watchers: list[Callable[[], None]] = []
        self.holding = Holding(self)
        self.exchange: Exchange | None = None
        self.unknown_code = ""
        self.payment_settled: Callable[[Payment], None] = lambda _payment: None
        self.sale.card_wanted = self._card_wanted
        self.stored_kinds: frozenset[TenderKind] = frozenset()
        self._card_for: tuple[bytes, Product] | None = None
        self._cleared = 0
        self._greet: bytes | None = None
        self._pay_waits = False
        self.has_doings = False
        self._back: tuple[Basket | None, Callable[[], None]] | None = None
        self.claims = ReceiptClaims(self)
        self._blocked = BlockedLines(self)
        self.reserving = Reserving(self)
        self.sale.subscribe(self._sale_changed)
        session.subscribe(self._session_changed)
        if session.till_open:
            self._read_wallets()

    @property
    def words(self) -> Words:
        """The words of the present language."""
        return self.session.words

    @property
    def currency(self) -> Currency:
        """The shop's currency."""
        if self.sale.basket is not None:
            return self.sale.basket.currency
        shop = self.session.shop
        return currency(SHOP_CURRENCY_BEFORE_OPENING if shop is None else shop.currency)

    @property
    def figures(self) -> Figures:
        """How figures are written now."""
        return Figures(words=self.words, currency=self.currency, wallets=self._wallets)

    @property
    def may_add_products(self) -> bool:
        """Whether who is signed in may put a new product into the catalogue."""
        operator = self.session.operator
        return operator is not None and operator.may(Right.CHANGE_SETTINGS)

    def subscribe(self, watcher: Callable[[], None]) -> None:
        """Tell `watcher` after every change of the sale or of what was not understood."""
        self._watchers.append(watcher)
        self.sale.subscribe(watcher)

    # The desk of the neighbouring screens

    def attach_member(self, member_id: bytes, proof: str) -> None:
        """Put a member into the sale, found or enrolled on the member screen."""
        self.sale.attach_member(member_id, proof)

    def say_alerts(self, awards: Iterable[Award]) -> None:
        """Say what looks wrong among what was given: a whole sentence on the message line."""
        alerts = [one for award in awards if award.kind == ALERT for one in award.reasons]
        if alerts:
            told = (reason_text(one, self.figures) for one in alerts)
            self.session.toasts.say(self.words("reason.between").join(told), ToastKind.NEWS)

    def scanned(self, text: str) -> None:
        """Take a scan as if the sale were in front."""
        self.take_code(text)

    def take_code(
        self,
        text: str,
        *,
        quantity_milli: int | None = None,
        paying: AtPayment | None = None,
        money_alone: bool = False,
    ) -> None:
        """Recognise a scanned or typed code and do what it says; `paying` takes what can pay, and
        with `money_alone` nothing else is taken.
        """
        if not self.session.till_open:
            return
        screen = ScanScreen.SALE if paying is None else ScanScreen.PAYMENT
        self._forget_unknown()
        sale_id, cleared = self._sale_id, self._cleared

        def came(found: object) -> None:
            if self._pays(found, text, paying):
                return
            if money_alone and not _refused(found):
                self.refuse(self.words("pay.finish_first"))
            else:
                self._recognised(found, quantity_milli, text, paying=paying is not None)

        def still() -> bool:
            # A card that head office was asked about is of the customer who stood here then.
            return sale_id in (b"", self._sale_id) and cleared == self._cleared

        recognise(self.session, text, screen, done=came, failed=self.say_fault, still=still)

    def clear(self) -> None:
        """Empty the basket; a gift card that waited for its code is not sold."""
        self._card_for = None
        self._cleared += 1
        self.sale.clear()

    def forget_unknown(self) -> None:
        """Nobody wants a product for the code that was not known."""
        self._forget_unknown()

    def add_unknown(self) -> None:
        """Open the settings with the unknown code as a new product."""
        code = self.unknown_code
        self._forget_unknown()
        self.session.navigator.show(Screen.SETTINGS, section="products", new_product=code)

    def pay(self) -> None:
        """Go and pay, as soon as the quote of this basket is there; or say what comes first."""
        if self.asks_first():
            return
        if not self.sale.lines:
            self.said("sale.scan_first")
        elif self.sale.fresh and self.sale.quote is not None and self.sale.quote.blocked:
            self._pay_waits = False
            self.refuse(blocked_sentence(self.sale.quote.blocked[-1], self.figures))
        elif self.sale.fresh:
            self._pay_waits = False
            self.session.navigator.show(Screen.PAY)
        else:
            self._pay_waits = True
            if not self.sale.quoting:
                self.sale.requote()

    def asks_first(self) -> bool:
        """Whether a product still waits for its weight or price; says so."""
        asked = self.sale.ask
        if asked is not None:
            code = "sale.price_first" if asked.price else "sale.weight_first"
            self.refuse(self.words(code, name=asked.product.name))
        return asked is not None

    def stay(self) -> None:
        """Pay was pressed too early, and Esc or another screen came between."""
        self._pay_waits = False

    # What is said

    def said(self, code: str, /, kind: ToastKind = ToastKind.NEWS, **facts: object) -> None:
        """A message without a way back."""
        self.session.toasts.say(self.words(code, **facts), kind)

    def said_with_undo(self, code: str, /, **facts: object) -> None:
        """A message with its way back."""
        self.session.toasts.say(self.words(code, **facts), ToastKind.NEWS, undo=self.undo)

    def refuse(self, sentence: str) -> None:
        """What did not work and what to do, with the sound of it."""
        self.session.toasts.say(sentence, ToastKind.REFUSED)
        self.session.sounds.play(Sound.REFUSED)

    def say_fault(self, fault: Exception) -> None:
        """A job or a change failed: say so in words."""
        self.refuse(self.fault_sentence(fault))

    def fault_sentence(self, fault: Exception) -> str:
        """The words of a basket's or a service's refusal, or of a fault."""
        if isinstance(fault, BasketRefusal):
            facts: dict[str, object] = {
                name: fact_text(name, value, "", self.figures)
                for name, value in fault.numbers.items()
            }
            return self.words(f"sale.basket_{fault.reason.lower()}", **facts)
        if isinstance(fault, ServiceRefusal):
            return refusal_sentence(fault, self.figures)
        return fault_text(fault, self.words)

    def attempt(self, change: Callable[[], None]) -> bool:
        """Make a change; what the basket cannot take is said and changes nothing."""
        try:
            change()
        except BasketRefusal as refusal:
            self.say_fault(refusal)
            return False
        return True

    def said_with_way_back(self, sentence: str, back: Callable[[], None]) -> None:
        """Something was booked beside the sale, with its way back until the basket changes."""
        self._back = (self.sale.basket, back)
        self.session.toasts.say(sentence, ToastKind.GOOD, undo=self.undo)

    @property
    def can_take_back(self) -> bool:
        """Whether what was done last is something beside the sale that can be taken back."""
        return self._back is not None and self._back[0] == self.sale.basket

    def undo(self) -> None:
        """Take back what was done last: something beside the sale, or a step of the basket."""
        self.session.toasts.clear()
        beside, back = self.can_take_back, self._back
        self._back = None
        if beside and back is not None:
            back[1]()
        elif self.sale.undo():
            self.said("sale.undone")

    # The work

    def _pays(self, found: object, text: str, paying: AtPayment | None) -> bool:
        """Hand on what can pay; the payment code goes to the terminal and nowhere else."""
        from posloyalty.services.selling.scanned import ScannedGiftCard, ScanRefused

        if paying is None:
            return False
        if isinstance(found, ScannedGiftCard):
            paying.gift_card_scanned(found.code)
            return True
        if not isinstance(found, ScanRefused) or str(found.reason) != PAYMENT_CODE:
            return False
        return paying.payment_code_scanned(text, str(dict(found.facts).get("scheme", "")))

    def _recognised(
        self, found: object, quantity_milli: int | None, text: str, *, paying: bool
    ) -> None:
        from posloyalty.services.selling.scanned import (
            ScannedGiftCard,
            ScannedMember,
            ScannedProduct,
            ScannedReceipt,
            ScannedVoucher,
            ScanRefused,
            UnknownProduct,
        )
        from posloyalty.services.shop.catalogue import SKU_MOST

        if isinstance(found, ScannedProduct):
            self._add(found, quantity_milli)
        elif isinstance(found, ScannedMember):
            self._greet = found.member_id
            self.session.toasts.scan_follows()
            self.sale.attach_member(found.member_id, found.proof)
            if found.unproven:
                self.said(f"scan.{found.unproven}", ToastKind.LOOK)
        elif isinstance(found, ScannedVoucher):
            self._take(found.chosen)
        elif isinstance(found, ScannedGiftCard):
            self._show_card(found.code)
        elif isinstance(found, UnknownProduct) and found.withdrawn:
            self.refuse(self.words("sale.withdrawn", name=found.withdrawn))
        elif isinstance(found, UnknownProduct):
            if self.may_add_products and len(found.code) <= SKU_MOST:
                self.unknown_code = found.code
            self.refuse(self.words("sale.unknown_code"))
            self._tell()
        elif isinstance(found, ScannedReceipt):
            number = found.sale_number
            self.claims.scanned(text, lambda: self._receipt(number, text, paying=paying))
        elif isinstance(found, ScanRefused):
            self.refuse(self._scan_refusal(str(found.reason), dict(found.facts)))

    def _card_wanted(self, product: Product) -> bool:
        """A gift card is sold on the card that is scanned next, where cards have codes."""
        wanted = TenderKind.GIFT_CARD in self.stored_kinds
        if wanted:
            self._card_for = (self._sale_id, product)
            self.said("sale.scan_card", ToastKind.LOOK, name=product.name)
        return wanted

    def _show_card(self, code: str) -> None:
        """The card that a line waits for; else what is on it."""
        waiting, self._card_for = self._card_for, None
        if waiting is None or waiting[0] != self._sale_id:
            self.session.navigator.open_sheet(Sheet.GIFT_CARD, code=code)
            return
        self.session.toasts.scan_follows()
        if self.attempt(lambda: self.sale.add(waiting[1], card=code)):
            self.session.sounds.play(Sound.UNDERSTOOD)

    @property
    def _sale_id(self) -> bytes:
        return b"" if self.sale.basket is None else self.sale.basket.sale_id

    def _receipt(self, number: str | None, text: str, *, paying: bool) -> None:
        """What a receipt is for where nothing of it is to claim: its goods come back."""
        if paying:
            self.said("sale.receipt_scanned", ToastKind.LOOK, number=number or "")
        else:
            self.session.navigator.show(Screen.RETURN, scan=number or text)

    def _take(self, voucher: Chosen) -> None:
        """Use a voucher whose code was shown; what stands against it, the quote says."""
        basket = self.sale.basket
        if basket is not None and voucher in basket.chosen:
            self.said("sale.voucher_already", ToastKind.LOOK)
            return
        self.session.toasts.scan_follows()
        self.sale.choose(voucher)
        self.session.sounds.play(Sound.UNDERSTOOD)

    def _add(self, found: object, quantity_milli: int | None) -> None:
        from posloyalty.services.selling.scanned import ScannedProduct

        if not isinstance(found, ScannedProduct):
            return
        self.session.toasts.scan_follows()
        if found.unknown:
            self._stand_in(found.product, found.unknown)
            return
        quantity = quantity_milli if found.quantity_milli is None else found.quantity_milli
        added = self.attempt(
            lambda: self.sale.add(
                found.product, quantity_milli=quantity, gross_minor=found.gross_minor
            )
        )
        if added:
            self.session.sounds.play(Sound.UNDERSTOOD)

    def _stand_in(self, product: Product, code: str) -> None:
        """Sell goods that nobody knows under an article that stands for them: its price is asked,
        and the code is written down.
        """
        if self.attempt(lambda: self.sale.add(product)):
            self.sale.notes.unknown_scanned(self.sale.basket, code)
            # With the sound of a refusal: who scans without looking has to look.
            self.refuse(self.words("sale.unknown_stands_in", code=printed_gtin(code)))

    def _scan_refusal(self, reason: str, facts: dict[str, object]) -> str:
        if reason == PAYMENT_CODE:
            return self.words("pay.payment_code")
        written = {n: fact_text(n, fact, "", self.figures) for n, fact in facts.items()}
        try:
            return self.words(f"scan.{reason}", **written)
        except (MissingWording, KeyError):
            return self.words("sale.unknown_code")

    def _sale_changed(self) -> None:
        if self._pay_waits and self.sale.fresh:
            self.pay()
        else:
            self._blocked.follow()
        self.claims.follow()
        self.reserving.follow()

    def _session_changed(self, change: Change) -> None:
        if change in (Change.TILL, Change.LANGUAGE, Change.SHOP) and self.session.till_open:
            self._read_wallets()

    def _read_wallets(self) -> None:
        """The programme's wallets, and whether it gives members anything to do beside buying."""
        till, language = self.session.till, self.words.language

        def read() -> tuple[Mapping[str, tuple[str, int]], frozenset[type]]:
            from ui.presenters.doings.sources import kinds_of_doings  # on the lane: it is much

            wallets = till.check_out.wallets(language)
            return wallets, till.programmes.declares(kinds_of_doings())

        def came(answer: tuple[Mapping[str, tuple[str, int]], frozenset[type]]) -> None:
            before, (self._wallets, declared) = self._wallets, answer
            self.claims.declared = Claim in declared
            self.has_doings = bool(declared - SELDOM)
            self._tell()
            if before not in ({}, self._wallets):
                self.session.renamed()

        self.read_kinds()
        self.session.lanes.look_up(read, came, self.say_fault)

    def read_kinds(self) -> None:
        """Ask which kinds of stored value the programme in effect lets pay."""
        if not self.session.till_open:
            return
        till = self.session.till

        def came(kinds: frozenset[TenderKind]) -> None:
            if kinds != self.stored_kinds:
                self.stored_kinds = kinds
                self._tell()

        self.session.lanes.look_up(till.check_out.stored_kinds, came, self.say_fault)

    def _member_came(self, panel: MemberPanel) -> None:
        if self._greet == panel.member.id:
            self._greet = None
            self.session.sounds.play(Sound.MEMBER_FOUND)

    def _forget_unknown(self) -> None:
        if self.unknown_code:
            self.unknown_code = ""
            self._tell()

    def tell(self) -> None:
        """Something beside the sale changed that its screens show."""
        self._tell()

    def _tell(self) -> None:
        for watcher in tuple(self._watchers):
            watcher()


_COUNTERS: WeakKeyDictionary[Session, Counter] = WeakKeyDictionary()


def counter_of(session: Session) -> Counter:
    """The window's one counter: screens are made one by one, and all of them share the sale."""
    counter = _COUNTERS.get(session)
    if counter is None:
        counter = _COUNTERS[session] = Counter(session)
    return counter


def _refused(found: object) -> bool:
    """Whether a code was not taken for anything, and says why."""
    from posloyalty.services.selling.scanned import ScanRefused

    return isinstance(found, ScanRefused)
