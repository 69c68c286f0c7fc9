"""Paying: any payments in any order, taken back until the last one completes the sale.

Shape: `PayState` holds texts and the raw sums. The main button says what it will do, and does it:
take a part, or take the rest and complete. Booking runs on the writer lane; only its answer leaves
for the done screen. When booking fails, basket and payments stand as they were and the message says
what to do; a second Enter while booking does nothing.

A connected terminal takes cards and QR wallets: the main button sends the amount, and a scanned
payment code is handed to it. Without one the code is refused with the words that say where to take
it. Nothing of a payment code is kept. What has no answer stays shown with the sale.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.tender import Tender, TenderKind, TenderRefusal
from ui.presenters.base import Presenter
from ui.presenters.booking import Booking
from ui.presenters.chips import TENDER
from ui.presenters.counter import Counter, counter_of
from ui.presenters.pay_chips import PayChips
from ui.presenters.pay_state import PayState, PayWording, not_taken, taken_back
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.priced_by_kind import PricedByKind
from ui.presenters.session import Session
from ui.presenters.stored_payments import StoredPayments
from ui.presenters.tendering import KINDS, STORED, PayField, StoredMoney, Tendering, begun
from ui.presenters.terminal_payments import TerminalPayments

if TYPE_CHECKING:
    from posloyalty.services.returning.exchange_sale import ExchangeQuote

STEPS_MOST: Final = 20


class PayPresenter(Presenter[PayState]):
    """Takes payments of the open sale and completes it."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(PayState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale = self._counter.sale
        self._chips = PayChips(session, self._counter, self._tell)
        self._terminal = TerminalPayments(
            session,
            self._counter,
            came=self._money_came,
            unknown=self._propose_anew,
            changed=self._tell,
        )
        self._counter.payment_settled = self._payment_settled
        self._seen: Basket | None = None
        self._tendering: Tendering | None = None
        self._steps: deque[Tendering] = deque(maxlen=STEPS_MOST)
        self._chosen: int | None = None
        self._complete_waits = False
        self._front = False
        self._booking = Booking(
            session,
            self._counter,
            quoted=self._exchange_quoted,
            booked=self._booked,
            changed=self._tell,
            not_lent=self._not_lent,
        )
        self._exchange = self._booking.exchange
        self._stored = StoredPayments(
            session, self._counter, exchange=self._exchange, refuse=self._refuse
        )
        self._prices = PricedByKind(self._sale, self._exchange)
        self._counter.subscribe(self._sale_changed)

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Pay the open sale from the beginning; payments of a sale that failed to book stand."""
        self._front, self._complete_waits = True, False
        self._prices.forget()
        quote, basket = self._sale.quote, self._sale.basket
        if quote is None or not self._sale.lines:
            self._session.navigator.show(Screen.SALE)
            return
        if self._exchange.open or self._tendering is None:
            self._tendering = self._begin(quote)
        else:
            self._tendering = self._tendering.with_payable(quote.payable_minor)
        if basket is not None:
            self._terminal.load(basket.sale_id)
        if self._exchange.open:
            self._exchange.begin({self._tendering.kind})
        else:
            self._seen = basket
            self._counter.read_kinds()
            self._say_kinds()
        self._tell()

    def closed(self) -> None:
        """Another screen is in front."""
        self._front = False

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def scanned(self, text: str) -> None:
        """Goods and members still join the sale; in an exchange only what pays is taken."""
        if self._waiting or self._exchange.waits:
            return
        if self._tendering is not None and self._tendering.due_minor <= 0:
            self._counter.refuse(self._session.words("pay.finish_first"))
        else:
            self._counter.take_code(text, paying=self, money_alone=self._exchange.open)

    def gift_card_scanned(self, code: str) -> None:
        """A gift card: propose as much as is due and on it."""
        if self._tendering is not None and not self._waiting:
            self._stored.find_card(code, self._tendering, self._money_found)

    def payment_code_scanned(self, code: str, scheme: str) -> bool:
        """A customer's payment code: the connected terminal takes it, else its wallet is chosen."""
        tendering = self._tendering
        if tendering is None or self._waiting:
            return tendering is not None and tendering.connected
        self._tendering = tendering.of_wallet(scheme)
        if not tendering.connected:
            self._say_kinds()
            self._tell()
        elif not self._priced_first(lambda: self._send(code)):
            self._send(code)
        return tendering.connected

    def scan_broken(self, reason: str) -> None:
        """Half a scan came; its digits are not an amount."""
        self._counter.refuse(self._session.words(reason))

    def typed(self, character: str) -> None:
        """A key of keyboard or pad for the field that is being filled."""
        if not self._waiting:
            self._session.toasts.clear()
        self._keyed(lambda now: now.typed(character))

    # Keys and taps

    def main_action(self) -> None:
        """F12 or Enter: take the payment as keyed in, and complete when nothing is left."""
        tendering = self._tendering
        if tendering is None or self._waiting or self._exchange.waits:
            return
        self._session.toasts.clear()
        if tendering.due_minor < 0:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            return
        if tendering.due_minor == 0:
            self._complete()
            return
        if tendering.looks_up:
            self._stored.find_card(tendering.reference, tendering, self._money_found)
            return
        if self._priced_first(self.main_action):
            return
        try:
            taken = tendering.taken()
        except TenderRefusal as refusal:
            self._refuse(refusal)
            return
        if tendering.by_terminal:
            self._send()
        elif tendering.stored is not None:
            amount = tendering.amount_minor() or 0
            self._stored.take(tendering.stored, amount, tendering, self._stored_came)
        else:
            self._accept(taken)

    enter = main_action  # it does what the main button says

    def back(self) -> None:
        """Back to the sale, unless money has been taken: then it has to be given back first."""
        if self._waiting:
            return
        tendering = self._tendering
        if tendering is not None and len(tendering.tenders) > tendering.locked:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            return
        self._tendering = None
        self._steps.clear()
        self._sale.pay_by(())
        self._session.navigator.show(Screen.SALE)

    escape = back

    def tender(self, place: int) -> None:
        """Ctrl+1 and so on: the kind of the next payment; Ctrl+3 again, the next QR wallet."""
        tendering = self._tendering
        if tendering is None or self._waiting or not 1 <= place <= len(KINDS):
            return
        kind = KINDS[place - 1]
        if kind in STORED and kind not in self._counter.stored_kinds:
            return
        self._session.toasts.clear()
        if kind is TenderKind.WALLET:
            # Chosen when it is found: a wallet that cannot pay leaves what was chosen before.
            self._stored.find_wallet(tendering, self._money_found)
            return
        self._tendering = tendering.again(kind)
        self._say_kinds()
        self._tell()

    def choose_wallet(self, scheme: str) -> None:
        """A QR wallet was tapped."""
        self._keyed(lambda now: now.by_wallet(scheme))

    def exact(self) -> None:
        """Ctrl+0: cash, exactly what is asked, and complete."""
        if self._tendering is None or self._waiting or self._tendering.due_minor <= 0:
            return
        self._tendering = self._tendering.choose(TenderKind.CASH)
        if not self._priced_first(self.exact):
            self.main_action()

    def give(self, amount_minor: int) -> None:
        """A note was tapped: that much cash, at once."""
        tendering = self._tendering
        if tendering is None or self._waiting or tendering.due_minor <= 0:
            return
        self._tendering = tendering.choose(TenderKind.CASH)
        if not self._priced_first(lambda: self.give(amount_minor)):
            self._tendering = self._tendering.giving(amount_minor)
            self.main_action()

    def fill(self, field: PayField) -> None:
        """The amount or the reference was tapped: the keys fill it."""
        self._keyed(lambda now: now.filling(field))

    def backspace(self) -> None:
        """The last character of the field goes; the kind of payment stays."""
        self._keyed(Tendering.backspace)

    def clear(self) -> None:
        """The field is emptied."""
        self._keyed(Tendering.cleared)

    def _keyed(self, how: Callable[[Tendering], Tendering]) -> None:
        if self._tendering is not None and not self._waiting:
            self._tendering = how(self._tendering)
            self._tell()

    def up(self) -> None:
        """The payment above."""
        self._step(-1)

    def down(self) -> None:
        """The payment below."""
        self._step(1)

    def remove(self) -> None:
        """Del: take the chosen payment back, the newest when none was chosen."""
        if self._tendering is not None and self._tendering.tenders:
            self.take_back(self._tendering.beside(self._chosen, 0))

    def take_back(self, number: int) -> None:
        """A payment is given back: its money is due again."""
        tendering = self._tendering
        if tendering is None or self._waiting or (tender := tendering.tender(number)) is None:
            return
        if number <= tendering.locked:
            self._counter.refuse(self._session.words("pay.exchange_stays"))
            return
        payment = self._terminal.of_tender(tender)
        if payment is None:
            self._steps.append(tendering)
            self._drop(tender)
        else:
            self._terminal.give_back(payment, lambda: self._drop(tender))

    def ask_again(self, payment_id: bytes) -> None:
        """Ask the terminal what became of a payment; of one of an exchange, completing does."""
        if self._exchange.money.stopped_at(payment_id):
            self.main_action()
        elif not self._waiting:
            self._session.toasts.clear()
            self._terminal.ask_again(payment_id)

    def settle(self) -> None:
        """F9: a supervisor says what became of money that nobody knows of, or that went back."""
        if self._waiting or self._tendering is None:
            return
        if self._exchange.money.declined is None:
            self._session.navigator.open_sheet(Sheet.PAYMENTS)
        else:
            self._booking.given_otherwise(self._tendering.tenders)

    def _drop(self, tender: Tender) -> None:
        tendering = self._tendering
        if tendering is None:
            return
        self._tendering = tendering.without(tender.number)
        self._chosen = None
        said = taken_back(tender, self._counter.figures)
        self._session.toasts.say(said, ToastKind.NEWS, undo=self.undo if self._steps else None)
        self._say_kinds()
        self._tell()

    def undo(self) -> None:
        """Ctrl+Z: the payments as they were before the last step."""
        if self._steps and self._tendering is not None and not self._waiting:
            self._session.toasts.clear()
            before = self._steps.pop()
            self._tendering = before.with_payable(self._tendering.payable_minor)
            self._say_kinds()
            self._tell()

    def press_chip(self, chip_id: str) -> None:
        """A chip was pressed."""
        chip = next((c for c in self.state.chips if c.id == chip_id), None)
        if chip is None or self._waiting or self._exchange.open:
            return
        self._session.toasts.clear()
        if chip_id.startswith(TENDER):
            self.tender(KINDS.index(TenderKind(chip_id.removeprefix(TENDER))) + 1)
        else:
            self._chips.press(chip, self._tendering)

    def why_chip(self, chip_id: str) -> None:
        """Why an offer applies or not."""
        self._session.navigator.open_sheet(Sheet.WHY, about=chip_id)

    # The work

    def _begin(self, quote: Quote) -> Tendering:
        self._steps.clear()
        self._chosen = None
        return begun(quote, self._session.shop, connected=self._terminal.connected)

    def _priced_first(self, then: Callable[[], None]) -> bool:
        """Whether the price of the kind that is to pay has to come before it is taken."""
        return not self._waiting and self._prices.first(self._tendering, then)

    def _say_kinds(self) -> None:
        if not self._waiting:
            self._prices.say(self._tendering)

    @property
    def _waiting(self) -> bool:
        """Whether a sale is being booked, or the terminal asked."""
        return self._booking.busy or self._terminal.busy

    def _accept(self, taken: Tendering) -> None:
        """A payment was taken; the sale is complete when it was the last."""
        if self._tendering is not None:
            self._steps.append(self._tendering)
        self._tendering = taken
        if taken.due_minor <= 0:
            self._complete()
        else:
            self._session.sounds.play(Sound.UNDERSTOOD)
        self._tell()

    def _send(self, code: str = "") -> None:
        """Have the terminal take what is keyed in."""
        tendering = self._tendering
        if tendering is not None and tendering.due_minor > 0:
            amount = tendering.amount_minor() or 0
            self._terminal.send(tendering.kind, amount, tendering.currency.code, code)

    def _money_came(self, payment: Payment) -> None:
        """The terminal took money for this sale, now or before a restart."""
        tendering = self._tendering
        if tendering is None or not self._front:
            return
        tender = tendering.told(payment.tender(1))
        if any(one.reference == tender.reference for one in tendering.tenders):
            return
        if tender.amount_minor > tendering.due_minor:
            # Something else paid meanwhile: what came late goes back.
            self._counter.refuse(
                self._session.words(
                    "pay.came_late", amount=self._counter.figures.money(tender.amount_minor)
                )
            )
            self._terminal.give_back(payment, self._tell)
            return
        # No step back may lose what the terminal took.
        self._steps.clear()
        self._tendering = tendering.with_tender(tender)
        self._say_kinds()
        self._session.sounds.play(Sound.UNDERSTOOD)
        if self._tendering.due_minor <= 0:
            self._complete()

    def _payment_settled(self, payment: Payment) -> None:
        self._exchange.heard(payment)
        self._terminal.heard(payment)
        self._tell()

    def _propose_anew(self) -> None:
        """What has no answer is not asked for again by the next press."""
        if self._tendering is not None:
            self._tendering = self._tendering.choose(self._tendering.kind)

    def _money_found(self, money: StoredMoney) -> None:
        if self._tendering is not None and not self._waiting:
            self._tendering = self._tendering.found(money)
            self._say_kinds()
            self._session.sounds.play(Sound.UNDERSTOOD)
            self._tell()

    def _stored_came(self, tender: Tender) -> None:
        if self._tendering is not None and not self._waiting:
            self._accept(self._tendering.with_tender(tender))

    def _exchange_quoted(self, quote: ExchangeQuote) -> None:
        """The money of what comes back stands there as the first payments."""
        if self._tendering is not None:
            self._tendering = self._tendering.beginning(
                quote.begins, payable_minor=quote.sale.payable_minor
            )
        self._tell()
        self._prices.came()

    def _complete(self) -> None:
        if not self._exchange.open and not self._sale.fresh:
            self._complete_waits = True
            self._sale.requote()
            return
        if self._tendering is not None:
            self._booking.begin(self._tendering.tenders)
            self._tell()

    def _not_lent(self, tenders: tuple[Tender, ...]) -> None:
        """What head office keeps for another till pays nothing here; the counter says why."""
        if self._tendering is not None:
            self._tendering = self._tendering.without_those(tenders)
        self._say_kinds()

    def _booked(self) -> None:
        self._tendering = None
        self._steps.clear()
        self._terminal.forget()

    def _sale_changed(self) -> None:
        tendering, quote = self._tendering, self._sale.quote
        if tendering is None or self._booking.busy or quote is None or not self._sale.fresh:
            return
        if self._exchange.open:
            self._exchange.follow()
            self._tell()
            return
        if not self._front and not tendering.tenders:
            self._tendering = None
            return
        now, seen = self._sale.basket, self._seen
        changed = now is None or seen is None or now.paid_by(seen.tenders) != seen
        if quote.payable_minor < tendering.paid_minor and tendering.tenders:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            # More was taken than would be due: the change waits until money is given back. When
            # the rules changed, not the basket, there is nothing to wait for.
            if changed and self._sale.undo():
                return
        self._seen = self._sale.basket
        self._tendering = tendering.with_payable(quote.payable_minor)
        self._tell()
        if not self._prices.came() and self._complete_waits:
            self._complete_waits = False
            if self._tendering.due_minor == 0:
                self._complete()

    def _refuse(self, refusal: TenderRefusal) -> None:
        if refusal.reason == "REFERENCE_NEEDED" and self._tendering is not None:
            self._tendering = self._tendering.filling(PayField.REFERENCE)
        self._counter.refuse(not_taken(refusal, self._counter.figures))
        self._tell()

    def _step(self, by: int) -> None:
        if self._tendering is not None and self._tendering.tenders:
            self._chosen = self._tendering.beside(self._chosen, by)
            self._tell()

    # Wording

    def _tell(self) -> None:
        if self._tendering is not None:
            counter, terminal = self._counter, self._terminal
            quote = self._exchange.priced(self._sale.quote)
            wording = PayWording(counter.figures, quote, kinds=counter.stored_kinds)
            state = wording.state(
                self._tendering,
                chosen=self._chosen,
                busy=self._booking.busy and not self._exchange.money.asking,
                asking=terminal.busy or self._exchange.money.asking,
                pending=(*terminal.pending, *self._exchange.pending),
            )
            self._show(wording.exchanged(state, self._exchange))
