"""Paying: any payments in any order, taken back until the last one completes the sale.

Shape: `PayState` holds texts and the raw sums. The main button says what it will do, and does it:
take a part, or take the rest and complete. Booking runs on the writer lane; only its answer leaves
for the done screen. When booking fails, basket and payments stand as they were and the message says
what to do; a second Enter while booking does nothing.

A scanned payment code is refused with the words that say where to take it; nothing of it is kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.quote import Quote
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import CashRounding, TenderKind, TenderRefusal
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.amounts import Figures
from ui.presenters.base import Presenter
from ui.presenters.chip_presses import ChipPresses
from ui.presenters.chips import POINTS, TENDER, ChipIs
from ui.presenters.counter import Counter, counter_of
from ui.presenters.exchanging import ExchangePay
from ui.presenters.pay_state import PayState, PayWording
from ui.presenters.ports import Screen, Sheet, Sound, ToastKind
from ui.presenters.session import Session
from ui.presenters.tendering import KINDS, PayField, Tendering, numbered

if TYPE_CHECKING:
    from posloyalty.services.exchange_sale import ExchangeQuote

QUOTE_STALE: Final = "QUOTE_STALE"
STEPS_MOST: Final = 20


class PayPresenter(Presenter[PayState]):
    """Takes payments of the open sale and completes it."""

    def __init__(self, session: Session, counter: Counter | None = None) -> None:
        super().__init__(PayState())
        self._session = session
        self._counter = counter or counter_of(session)
        self._sale = self._counter.sale
        self._presses = ChipPresses(session, self._counter, self._tell)
        self._seen: Basket | None = None
        self._tendering: Tendering | None = None
        self._steps: deque[Tendering] = deque(maxlen=STEPS_MOST)
        self._chosen: int | None = None
        self._busy = False
        self._complete_waits = False
        self._taking: Callable[[], None] | None = None
        self._front = False
        self._exchange = ExchangePay(self._counter, quoted=self._exchange_quoted)
        self._counter.subscribe(self._sale_changed)

    # The shell's hooks

    def opened(self, **arguments: object) -> None:
        """Pay the open sale from the beginning; payments of a sale that failed to book stand."""
        self._front = True
        self._complete_waits = False
        self._taking = None
        quote = self._sale.quote
        if quote is None or not self._sale.lines:
            self._session.navigator.show(Screen.SALE)
            return
        if self._exchange.open:
            self._tendering = self._begin(quote)
            self._exchange.begin()
            self._tell()
            return
        if self._tendering is None:
            self._tendering = self._begin(quote)
        else:
            self._tendering = self._tendering.with_payable(quote.payable_minor)
        self._seen = self._sale.basket
        self._say_kinds()
        self._tell()

    def closed(self) -> None:
        """Another screen is in front."""
        self._front = False

    def reworded(self) -> None:
        """Another language."""
        self._tell()

    def scanned(self, text: str) -> None:
        """Goods and members still join the sale; payment codes are refused, unseen."""
        if self._busy:
            return
        paid = self._tendering is not None and self._tendering.due_minor <= 0
        if paid or self._exchange.open:
            self._counter.refuse(self._session.words("pay.finish_first"))
            return
        self._counter.take_code(text, paying=True)

    def scan_broken(self, reason: str) -> None:
        """Half a scan came; its digits are not an amount."""
        self._counter.refuse(self._session.words(reason))

    def typed(self, character: str) -> None:
        """A key for the field that is being filled."""
        if self._tendering is None or self._busy:
            return
        self._session.toasts.clear()
        self._tendering = self._tendering.typed(character)
        self._tell()

    # Keys and taps

    def main_action(self) -> None:
        """F12 or Enter: take the payment as keyed in, and complete when nothing is left."""
        tendering = self._tendering
        if tendering is None or self._busy or self._exchange.waits:
            return
        self._session.toasts.clear()
        if tendering.due_minor < 0:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            return
        if tendering.due_minor == 0:
            self._complete()
            return
        if self._priced_first(self.main_action):
            return
        try:
            taken = tendering.taken()
        except TenderRefusal as refusal:
            self._refuse(refusal)
            return
        self._steps.append(tendering)
        self._tendering = taken
        if taken.due_minor <= 0:
            self._complete()
        else:
            self._session.sounds.play(Sound.UNDERSTOOD)
        self._tell()

    def enter(self) -> None:
        """Enter does what the main button says."""
        self.main_action()

    def escape(self) -> None:
        """Esc: back to the sale; payments taken stay until they are taken back."""
        self.back()

    def back(self) -> None:
        """Back to the sale, unless money has been taken: then it has to be given back first."""
        if self._busy:
            return
        tendering = self._tendering
        if tendering is not None and len(tendering.tenders) > tendering.locked:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            return
        self._tendering = None
        self._steps.clear()
        self._sale.pay_by(())
        self._session.navigator.show(Screen.SALE)

    def tender(self, place: int) -> None:
        """Ctrl+1 and so on: the kind of the next payment."""
        if self._tendering is not None and not self._busy and 1 <= place <= len(KINDS):
            self._session.toasts.clear()
            self._tendering = self._tendering.choose(KINDS[place - 1])
            self._say_kinds()
            self._tell()

    def choose_kind(self, kind: TenderKind) -> None:
        """A kind was tapped."""
        self.tender(KINDS.index(kind) + 1)

    def exact(self) -> None:
        """Ctrl+0: cash, exactly what is asked, and complete."""
        if self._tendering is None or self._busy or self._tendering.due_minor <= 0:
            return
        self._tendering = self._tendering.choose(TenderKind.CASH)
        if not self._priced_first(self.exact):
            self.main_action()

    def give(self, amount_minor: int) -> None:
        """A note was tapped: that much cash, at once."""
        tendering = self._tendering
        if tendering is None or self._busy or tendering.due_minor <= 0:
            return
        self._tendering = tendering.choose(TenderKind.CASH)
        if not self._priced_first(lambda: self.give(amount_minor)):
            self._tendering = self._tendering.giving(amount_minor)
            self.main_action()

    def fill(self, field: PayField) -> None:
        """The amount or the reference was tapped: the keys fill it."""
        if self._tendering is not None and not self._busy:
            self._tendering = self._tendering.filling(field)
            self._tell()

    def pad_key(self, key: str) -> None:
        """A key of the pad."""
        self.typed(key)

    def backspace(self) -> None:
        """The last character of the field goes; the kind of payment stays."""
        if self._tendering is not None and not self._busy:
            self._tendering = self._tendering.backspace()
            self._tell()

    def clear(self) -> None:
        """The field is emptied."""
        if self._tendering is not None and not self._busy:
            self._tendering = self._tendering.cleared()
            self._tell()

    def up(self) -> None:
        """The payment above."""
        self._step(-1)

    def down(self) -> None:
        """The payment below."""
        self._step(1)

    def remove(self) -> None:
        """Del: take the chosen payment back, the newest when none was chosen."""
        tenders = () if self._tendering is None else self._tendering.tenders
        if tenders:
            numbers = [tender.number for tender in tenders]
            self.take_back(self._chosen if self._chosen in numbers else numbers[-1])

    def take_back(self, number: int) -> None:
        """A payment is given back: its money is due again."""
        tendering = self._tendering
        if tendering is None or self._busy:
            return
        tender = next((t for t in tendering.tenders if t.number == number), None)
        if tender is None:
            return
        if number <= tendering.locked:
            self._counter.refuse(self._session.words("pay.exchange_stays"))
            return
        self._steps.append(tendering)
        self._tendering = tendering.without(number)
        self._chosen = None
        words = self._session.words
        said = words(
            "pay.taken_back",
            kind=words(f"pay.{tender.kind.value}"),
            amount=self._figures.money(tender.given_minor),
        )
        self._session.toasts.say(said, ToastKind.NEWS, undo=self.undo)
        self._say_kinds()
        self._tell()

    def undo(self) -> None:
        """Ctrl+Z: the payments as they were before the last step."""
        if self._steps and self._tendering is not None and not self._busy:
            self._session.toasts.clear()
            before = self._steps.pop()
            self._tendering = before.with_payable(self._tendering.payable_minor)
            self._say_kinds()
            self._tell()

    def press_chip(self, chip_id: str) -> None:
        """Points: spend them on this sale, or give them back; an offer: bring it back."""
        chip = next((c for c in self.state.chips if c.id == chip_id), None)
        quote = self._sale.quote
        if chip is None or quote is None or self._busy or self._exchange.open:
            return
        self._session.toasts.clear()
        if chip_id.startswith(TENDER):
            self.choose_kind(TenderKind(chip_id.removeprefix(TENDER)))
            return
        if not chip_id.startswith(POINTS):
            self._presses.press(chip)
            return
        wallet = chip_id.removeprefix(POINTS)
        if chip.kind is ChipIs.APPLIED:
            self._sale.redeem(wallet, 0)
            return
        for usable in quote.usable:
            if usable.wallet == wallet:
                self._spend(quote, wallet, usable.most_points, usable.most_minor)

    def why_chip(self, chip_id: str) -> None:
        """Why an offer applies or not."""
        self._session.navigator.open_sheet(Sheet.WHY, about=chip_id)

    # The work

    @property
    def _figures(self) -> Figures:
        return self._counter.figures

    def _begin(self, quote: Quote) -> Tendering:
        shop = self._session.shop
        rounding = CashRounding() if shop is None else shop.cash
        self._steps.clear()
        self._chosen = None
        begun = Tendering(
            payable_minor=quote.payable_minor, currency=quote.currency, rounding=rounding
        )
        said = [kind for kind in KINDS if quote.tenders == {kind}]
        return begun.choose(said[0] if said else TenderKind.CASH)

    def _priced_first(self, then: Callable[[], None]) -> bool:
        """Whether the price of the kind that is to pay has to be asked for before it is taken; when
        it has come, `then` takes it.
        """
        self._taking = then
        if not self._exchange.open and self._say_kinds():
            return True
        self._taking = None
        return False

    def _say_kinds(self) -> bool:
        """Say how the sale is being paid; whether the price has to be asked for again."""
        tendering = self._tendering
        if tendering is None or self._busy:
            return False
        kinds = {tender.kind for tender in tendering.tenders}
        if tendering.due_minor > 0 or not kinds:
            kinds.add(tendering.kind)
        return self._sale.pay_by(kinds)

    def _spend(self, quote: Quote, wallet: str, points: int, minor: int) -> None:
        tendering = self._tendering
        if tendering is None or quote.payable_minor - minor < tendering.paid_minor:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            return
        self._sale.redeem(wallet, points)
        self._session.sounds.play(Sound.UNDERSTOOD)

    def _exchange_quoted(self, quote: ExchangeQuote) -> None:
        """The money of what comes back stands there as the first payments."""
        begun = self._tendering
        if begun is not None:
            self._tendering = replace(
                begun,
                payable_minor=quote.sale.payable_minor,
                tenders=numbered((*quote.begins, *begun.tenders[begun.locked :])),
                locked=len(quote.begins),
            ).choose(begun.kind)
        self._tell()

    def _exchanged(self, refund: Refund, sale: Sale) -> None:
        back_minor = self._exchange.back_minor
        self._exchange.over()
        self._booked(sale, back_minor=back_minor)

    def _complete(self) -> None:
        if self._exchange.open and self._tendering is not None:
            self._busy = True
            self._sale.begin_completing()
            self._exchange.complete(self._tendering.tenders, self._exchanged, self._not_booked)
            self._tell()
            return
        if not self._sale.fresh:
            self._complete_waits = True
            self._sale.requote()
            return
        basket, quote = self._sale.basket, self._sale.quote
        operator, tendering = self._session.operator, self._tendering
        if basket is None or quote is None or operator is None or tendering is None:
            return
        self._busy = True
        self._sale.begin_completing()
        till, tenders = self._session.till, tendering.tenders

        def book() -> Sale:
            return till.check_out.complete(basket, quote, tenders, operator)

        self._session.lanes.write(book, self._booked, self._not_booked)
        self._tell()

    def _booked(self, sale: Sale, *, back_minor: int = 0) -> None:
        panel = self._sale.panel
        name = "" if panel is None else panel.member.profile.name
        self._busy = False
        self._tendering = None
        self._steps.clear()
        self._session.toasts.clear()
        self._session.sounds.play(Sound.SALE_COMPLETE)
        self._sale.completed()
        self._session.navigator.show(
            Screen.DONE, sale=sale, member_name=name, back_minor=back_minor
        )
        if sale.member_id is not None:
            # The search ranks by last visit; after the sale is told, because nobody waits for it.
            self._session.lanes.write(
                self._session.till.follow_members, lambda _: None, self._counter.say_fault
            )

    def _not_booked(self, fault: Exception) -> None:
        self._busy = False
        self._sale.not_completed()
        if isinstance(fault, ServiceRefusal) and fault.reason == QUOTE_STALE:
            self._counter.refuse(self._session.words("pay.quote_stale"))
            self._exchange.begin()
            self._sale.requote()
        else:
            what = self._counter.fault_sentence(fault)
            self._counter.refuse(self._session.words("pay.not_booked", what=what))
        self._tell()

    def _sale_changed(self) -> None:
        tendering, quote = self._tendering, self._sale.quote
        if tendering is None or self._busy or quote is None or not self._sale.fresh:
            return
        if self._exchange.open:
            return
        if not self._front and not tendering.tenders:
            self._tendering = None
            return
        changed = not _same_sale(self._sale.basket, self._seen)
        if quote.payable_minor < tendering.paid_minor and tendering.tenders:
            self._counter.refuse(self._session.words("pay.take_back_first"))
            # More was taken than would be due: the change waits until money is given back. When
            # the rules changed, not the basket, there is nothing to wait for.
            if changed and self._sale.undo():
                return
        self._seen = self._sale.basket
        self._tendering = tendering.with_payable(quote.payable_minor)
        self._tell()
        taking, self._taking = self._taking, None
        if taking is not None:
            taking()
        elif self._complete_waits:
            self._complete_waits = False
            if self._tendering.due_minor == 0:
                self._complete()

    def _refuse(self, refusal: TenderRefusal) -> None:
        facts = {name: self._figures.money(value) for name, value in refusal.numbers.items()}
        if refusal.reason == "REFERENCE_NEEDED" and self._tendering is not None:
            self._tendering = self._tendering.filling(PayField.REFERENCE)
        self._counter.refuse(self._session.words(f"pay.tender_{refusal.reason.lower()}", **facts))
        self._tell()

    def _step(self, by: int) -> None:
        numbers = [] if self._tendering is None else [t.number for t in self._tendering.tenders]
        if numbers:
            at = numbers.index(self._chosen) + by if self._chosen in numbers else len(numbers) - 1
            self._chosen = numbers[max(0, min(len(numbers) - 1, at))]
            self._tell()

    # Wording

    def _tell(self) -> None:
        if self._tendering is not None:
            wording = PayWording(self._figures, self._sale.quote)
            state = wording.state(self._tendering, chosen=self._chosen, busy=self._busy)
            self._show(wording.exchanged(state, self._exchange))


def _same_sale(now: Basket | None, seen: Basket | None) -> bool:
    """Whether only the ways in which it is paid are others."""
    if now is None or seen is None:
        return now is seen
    return now.paid_by(seen.tenders) == seen
