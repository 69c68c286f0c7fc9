"""Goods that come back with the open sale, until its difference is paid.

Shape: an `Exchange` waits at the counter from the return screen to the pay screen. `ExchangePay` is
the pay screen's part: it has both halves quoted on the writer's lane, because the new goods are
priced for the member as the refund leaves them, gives the money of the refund as the first
payments, has them priced anew when the difference is to be paid by another kind and that matters,
and books both in one transaction. What goes back to cards and wallets is given by the terminal
first, as for a return. Nothing is booked before; a restart forgets the exchange and keeps the
basket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.shop.authority import Approval, Need
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.payment import Payment
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind
from ui.presenters.approval import ask_approval
from ui.presenters.money_back import MoneyBack, References
from ui.presenters.reserving import asked_first, return_held

if TYPE_CHECKING:
    from posloyalty.domain.engine.quote import Quote
    from posloyalty.services.lending.reserve_for_sale import Reservation
    from posloyalty.services.returning.exchange_sale import ExchangeQuote
    from ui.presenters.counter import Counter


Back = tuple[tuple[TenderKind, int], ...]
"""What goes back, in minor units, by the kind of payment that it goes back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Goods of a stored sale that come back with the open one; `approver` answers for them."""

    sale_id: bytes
    wish: RefundWish
    back_minor: int
    approver: Operator


class ExchangePay:
    """Both halves on the pay screen."""

    def __init__(
        self,
        counter: Counter,
        *,
        quoted: Callable[[ExchangeQuote], None],
        stopped: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._counter = counter
        self._session = counter.session
        self._quoted = quoted
        self._failed = failed
        self.money = MoneyBack(counter.session, counter, stopped=stopped, failed=failed)
        self._basket: Basket | None = None
        self._said: frozenset[TenderKind] = frozenset()
        self.quote: ExchangeQuote | None = None
        self.begun = False
        """Whether these halves are being booked: a terminal may have given money back."""

    @property
    def open(self) -> bool:
        """Whether goods come back with the open sale."""
        return self._counter.exchange is not None

    @property
    def waits(self) -> bool:
        """Whether the halves are still being reckoned."""
        return self.open and self.quote is None

    @property
    def locked(self) -> int:
        """How many of the payments are the refund's, and stay."""
        return 0 if self.quote is None else len(self.quote.begins)

    @property
    def back(self) -> Back:
        """What the customer gets back by each kind, where the new goods cost less."""
        if self.quote is None or self.quote.due_minor:
            return ()
        sums: dict[TenderKind, int] = {}
        for one in self.quote.refund_tenders:
            sums[one.kind] = sums.get(one.kind, 0) + one.goes_minor
        return tuple((kind, amount) for kind, amount in sums.items() if amount)

    def on_card(self, card_id: bytes) -> int:
        """What goods that come back put on a gift card, in minor units: it can pay at once."""
        return 0 if self.quote is None else dict(self.quote.cards_back).get(card_id, 0)

    @property
    def pending(self) -> tuple[Payment, ...]:
        """What the terminal did not give back, or may not have."""
        return self.money.pending if self.open else ()

    def heard(self, payment: Payment) -> None:
        """A supervisor settled a payment: the next press goes on from there."""
        if self.money.stopped_at(payment.id):
            self.money.forget()

    def begin(self, said: Iterable[TenderKind] | None = None) -> None:
        """Have both halves quoted for the basket as it stands; `said` is how the difference would
        be paid, as before where nothing is.
        """
        exchange, basket = self._counter.exchange, self._counter.sale.basket
        operator, till = self._session.operator, self._session.till
        self._said = self._said if said is None else frozenset(said)
        basket = None if basket is None else basket.paid_by(self._said)
        self.quote, self._basket, self.begun = None, basket, False
        self.money.forget()
        if exchange is None or basket is None or operator is None:
            return

        def came(quote: ExchangeQuote) -> None:
            if self._counter.exchange is exchange and self._basket is basket:
                self.quote = quote
                self._quoted(quote)

        self._session.lanes.write(
            lambda: till.exchange.quote(exchange.sale_id, exchange.wish, basket, operator),
            came,
            self._counter.say_fault,
        )

    def follow(self) -> None:
        """The open sale changed: where that is news, both halves are quoted anew."""
        basket, known = self._counter.sale.basket, self._basket
        if basket is not None and known is not None and basket.paid_by(known.tenders) != known:
            self.begin()

    def priced(self, quote: Quote | None) -> Quote | None:
        """The quote that is paid: the new goods' as the refund leaves the member, once it is there,
        else the open sale's own.
        """
        return quote if self.quote is None else self.quote.sale

    def pay_by(self, kinds: Iterable[TenderKind]) -> bool:
        """Say how the difference is paid, where the rules ask; whether that is news."""
        said = frozenset(kinds)
        if said == self._said or (self.quote is not None and not self.quote.sale.asks_tender):
            return False
        self.begin(said)
        return True

    def ask_first(self, go: Callable[[], None]) -> None:
        """Have head office asked once more for the goods that come back, then `go` on: a customer
        may have chosen for longer than anything is held aside. Nothing where none come back.
        """
        exchange, till = self._counter.exchange, self._session.till
        if exchange is None:
            go()
            return

        def answered(found: Reservation | None) -> None:
            if found is not None and found.short:
                self._failed(return_held(found))
            else:
                go()

        asked_first(
            self._session,
            lambda: till.reserve_return.of_sale(exchange.sale_id, exchange.wish),
            answered,
        )

    def complete(
        self,
        tenders: tuple[Tender, ...],
        done: Callable[[Refund, Sale], None],
        *,
        by_hand: Operator | None = None,
    ) -> None:
        """Give back what goes back and book both; `tenders` are all payments, the refund's first.
        `by_hand` answers for money that was given back otherwise.
        """
        exchange, quote = self._counter.exchange, self.quote
        if exchange is None or quote is None:
            return
        self.begun = True
        if by_hand is not None:
            self.money.forget()
            self._book(tenders, done, (), by_hand)
            return
        self.money.give(
            exchange.sale_id,
            quote.sale.currency.code,
            quote.refund_tenders,
            lambda references: self._book(tenders, done, references, exchange.approver),
        )

    def _book(
        self,
        tenders: tuple[Tender, ...],
        done: Callable[[Refund, Sale], None],
        references: References,
        approver: Operator,
    ) -> None:
        exchange, basket, quote = self._counter.exchange, self._basket, self.quote
        operator, till = self._session.operator, self._session.till
        if exchange is None or basket is None or quote is None or operator is None:
            return
        difference = tenders[self.locked :]
        self._session.lanes.write(
            lambda: till.exchange.complete(
                exchange.sale_id,
                exchange.wish,
                quote,
                basket,
                difference,
                operator,
                approver=approver,
                references=references,
            ),
            lambda both: done(*both),
            self._failed,
        )

    def answer_for(self, done: Callable[[Approval], None]) -> None:
        """Have somebody answer for what the terminal declined and was given back otherwise."""
        declined, exchange = self.money.declined, self._counter.exchange
        if declined is None or exchange is None:
            return
        figures, amount = self._counter.figures, declined.amount_minor

        def what() -> str:
            return figures.words("return.approve_by_hand", amount=figures.total(amount))

        need = replace(Need.refund(exchange.back_minor), right=Right.WAIVE)
        ask_approval(self._session, need, what=what, done=done)

    def over(self) -> None:
        """It is booked, or put off."""
        self._counter.exchange = None
        self.money.forget()
        self.quote = self._basket = None
        self.begun = False
        self._said = frozenset()
