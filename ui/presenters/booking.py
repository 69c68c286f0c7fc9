"""Booking the paid sale, or both halves of an exchange: once, and told when it is on disk.

Shape: `begin(tenders)` has the open sale booked; `booked` is called before the done screen comes,
`failed` when the sale stands as it was. While `busy` nothing of the sale changes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender
from posloyalty.services.refusal import ServiceRefusal
from ui.presenters.counter import Counter
from ui.presenters.exchanging import ExchangePay
from ui.presenters.ports import Screen, Sound
from ui.presenters.session import Session

QUOTE_STALE: Final = "QUOTE_STALE"


class Booking:
    """Completes the open sale."""

    def __init__(
        self,
        session: Session,
        counter: Counter,
        exchange: ExchangePay,
        *,
        booked: Callable[[], None],
        failed: Callable[[], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._sale = counter.sale
        self._exchange = exchange
        self._tell_booked = booked
        self._tell_failed = failed
        self.busy = False

    def begin(self, tenders: tuple[Tender, ...]) -> None:
        """Book the sale as it is quoted, paid so."""
        basket, quote, operator = self._sale.basket, self._sale.quote, self._session.operator
        if basket is None or quote is None or operator is None or self.busy:
            return
        self.busy = True
        self._sale.begin_completing()
        if self._exchange.open:
            self._exchange.complete(tenders, self._exchanged, self._failed)
            return
        till = self._session.till

        def complete() -> None:
            self._session.lanes.write(
                lambda: till.check_out.complete(basket, quote, tenders, operator),
                self._booked,
                self._failed,
            )

        self._counter.reserving.before(basket, complete, self._not_lent)

    def _exchanged(self, _refund: Refund, sale: Sale) -> None:
        back_minor = self._exchange.back_minor
        self._exchange.over()
        self._booked(sale, back_minor=back_minor)

    def _booked(self, sale: Sale, *, back_minor: int = 0) -> None:
        panel = self._sale.panel
        name = "" if panel is None else panel.member.profile.name
        self.busy = False
        self._tell_booked()
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

    def _not_lent(self) -> None:
        """Head office lends less than the sale spends: it stands, with less, and is paid anew."""
        self.busy = False
        self._sale.not_completed()
        self._tell_failed()

    def _failed(self, fault: Exception) -> None:
        self.busy = False
        self._sale.not_completed()
        if isinstance(fault, ServiceRefusal) and fault.reason == QUOTE_STALE:
            self._counter.refuse(self._session.words("pay.quote_stale"))
            self._exchange.begin()
            self._sale.requote()
        else:
            what = self._counter.fault_sentence(fault)
            self._counter.refuse(self._session.words("pay.not_booked", what=what))
        self._tell_failed()
