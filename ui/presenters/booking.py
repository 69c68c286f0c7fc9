"""Booking the paid sale, or both halves of an exchange: once, and told when it is on disk.

Shape: `begin(tenders)` has the open sale booked; `booked` is called before the done screen comes,
`changed` when the sale stands as it was, `not_lent` with payments that
another till might take as well. While `busy` nothing of the sale changes. In an exchange
the terminal may have to give money back first; when it does not, nothing is booked either.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.counter import Counter
from ui.presenters.exchanging import Back, ExchangePay
from ui.presenters.ports import Screen, Sound
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.returning.exchange_sale import ExchangeQuote

QUOTE_STALE: Final = "QUOTE_STALE"


class Booking:
    """Completes the open sale."""

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        quoted: Callable[[ExchangeQuote], None],
        booked: Callable[[], None],
        changed: Callable[[], None],
        not_lent: Callable[[tuple[Tender, ...]], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._sale = counter.sale
        self.exchange = ExchangePay(
            counter, quoted=quoted, stopped=self._stopped, failed=self._failed
        )
        self._tell_booked = booked
        self._changed = changed
        self._not_lent = not_lent
        self.busy = False

    def begin(self, tenders: tuple[Tender, ...], *, by_hand: Operator | None = None) -> None:
        """Book the sale as it is quoted, paid so; `by_hand` answers for money of an exchange that
        was given back otherwise.
        """
        basket, quote, operator = self._sale.basket, self._sale.quote, self._session.operator
        if basket is None or quote is None or operator is None or self.busy:
            return
        self.busy = True
        self._sale.begin_completing()
        till, exchange = self._session.till, self.exchange

        def complete() -> None:
            if exchange.open:
                exchange.complete(tenders, self._exchanged, by_hand=by_hand)
                return
            self._session.lanes.write(
                lambda: till.check_out.complete(basket, quote, tenders, operator),
                self._booked,
                self._failed,
            )

        if exchange.begun:
            # The terminal may have given a part back for just these goods: they stay as they are.
            complete()
            return
        # What the returned goods bring pays from what was paid already.
        asked, paying = exchange.priced(quote) or quote, tenders[exchange.locked :]
        reserving, both = self._counter.reserving, exchange.quote
        exchange.ask_first(
            lambda: reserving.before(basket, asked, paying, complete, self._held_up, exchange=both)
        )

    def given_otherwise(self, tenders: tuple[Tender, ...]) -> None:
        """Have somebody answer for what the terminal declined to give back, and book."""

        def approved(approval: Approval) -> None:
            if not self.busy and self.exchange.money.declined is not None:
                self.begin(tenders, by_hand=approval.operator)
                self._changed()

        self.exchange.answer_for(approved)

    def _exchanged(self, _refund: Refund, sale: Sale) -> None:
        back, kept = self.exchange.back, self.exchange.locked
        self.exchange.over()
        self._booked(sale, back=back, kept=kept)

    def _booked(self, sale: Sale, *, back: Back = (), kept: int = 0) -> None:
        panel = self._sale.panel
        name = "" if panel is None else panel.member.profile.name
        self.busy = False
        self._tell_booked()
        self._session.toasts.clear()
        self._session.sounds.play(Sound.SALE_COMPLETE)
        self._sale.completed()
        self._session.booked()
        self._session.navigator.show(Screen.DONE, sale=sale, member_name=name, back=back, kept=kept)
        if sale.member_id is not None:
            # The search ranks by last visit; after the sale is told, because nobody waits for it.
            self._session.lanes.write(
                self._session.till.follow_members, lambda _: None, self._counter.say_fault
            )

    def _held_up(self, tenders: tuple[Tender, ...]) -> None:
        self._not_lent(tenders)
        self._stopped()
        if self.exchange.open:
            self.exchange.begin()  # it is reckoned without what was not lent

    def _stopped(self) -> None:
        self.busy = False
        self._sale.not_completed()
        self._changed()

    def _failed(self, fault: Exception) -> None:
        self.busy = False
        self._sale.not_completed()
        if isinstance(fault, ServiceRefusal) and fault.reason == QUOTE_STALE:
            self._counter.refuse(self._session.words("pay.quote_stale"))
            self.exchange.begin()
            self._sale.requote()
        else:
            what = self._counter.fault_sentence(fault)
            self._counter.refuse(self._session.words("pay.not_booked", what=what))
            if isinstance(fault, ServiceRefusal):
                self._sale.requote()  # by what this till may hand out now
        self._changed()
