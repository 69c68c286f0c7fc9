"""Paying out what is left on a gift card: which way, whose papers, and who answers for it.

Shape: `PayingOut` belongs to the card's sheet. `begin(code)` asks what would go; `offer` is there
while a way is to be chosen. A way asks for the document that was seen, where the market wants one,
and for a supervisor; then it is booked, the drawer opens for cash, and the slip is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.shop.authority import Approval
from posloyalty.domain.shop.pay_out import Document, PaidOut, PayOutWay, need_for_pay_out
from ui.presenters.approval import ReasonChoice, ask_approval
from ui.presenters.counter import Counter
from ui.presenters.drawer import open_drawer
from ui.presenters.ports import Sheet, Sound
from ui.presenters.reserving import asked_first
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.selling.pay_out_card import PayOutOffer

SEEN = "gift.which_document"


def documents(asked: tuple[Document, ...]) -> tuple[ReasonChoice, ...]:
    """The documents that would do, as buttons."""
    return tuple(ReasonChoice(one.value, f"gift.document_{one.value}") for one in asked)


class PayingOut:
    """One pay-out at a time. `changed` is told when it begins, waits and ends."""

    def __init__(self, session: Session, counter: Counter, changed: Callable[[], None]) -> None:
        self._session = session
        self._counter = counter
        self._changed = changed
        self._code = ""
        self._id = b""
        self.offer: PayOutOffer | None = None
        self.busy = False

    def forget(self) -> None:
        """Another card, or none."""
        self._code, self.offer, self.busy = "", None, False

    def begin(self, code: str) -> None:
        """Ask what would be paid out of a card."""
        till = self._session.till

        def came(offer: PayOutOffer) -> None:
            if code == self._code:
                self._id, self.offer = till.pay_outs.new_id(), offer
                self._changed()

        self._code = code
        self._session.lanes.look_up(lambda: till.pay_outs.offer(code), came, self._failed)

    def choose(self, way: PayOutWay) -> None:
        """Have it paid out this way: first head office is asked, then who answers for it."""
        offer = self.offer
        if offer is None or self.busy or self._session.operator is None:
            return
        refused = offer.cash_refused if way is PayOutWay.CASH else None
        if refused is not None:
            self._counter.say_fault(refused)
            return
        till, code = self._session.till, self._code
        if not till.lending.asks_now:
            self._ask(code, offer, way)
            return
        self.busy = True
        pay_out_id, wants = self._id, till.pay_outs.wants(code)

        def answered(_found: object) -> None:
            # What head office did not hold aside, the booking itself refuses.
            self.busy = False
            self._ask(code, offer, way)

        asked_first(self._session, lambda: till.reserving.reserve_for(pay_out_id, wants), answered)
        self._changed()

    def _ask(self, code: str, offer: PayOutOffer, way: PayOutWay) -> None:
        session, pay_out_id = self._session, self._id
        reasons = documents(offer.terms.documents)

        def what() -> str:
            amount = self._counter.figures.money(offer.given_minor(way))
            said = session.words(f"gift.asks_{way.value}", amount=amount, card=offer.card)
            return f"{said} {session.words(SEEN)}" if reasons else said

        def done(approval: Approval) -> None:
            if reasons or approval.operator != session.operator:
                # The question took the sheet's place.
                session.navigator.open_sheet(Sheet.GIFT_CARD, code=code)
            self._write(code, offer, way, approval, pay_out_id)

        need = need_for_pay_out(offer.amount_minor)
        ask_approval(session, need, what=what, done=done, reasons=reasons, title=SEEN)

    def _write(
        self, code: str, offer: PayOutOffer, way: PayOutWay, approval: Approval, pay_out_id: bytes
    ) -> None:
        till, operator = self._session.till, self._session.operator
        if operator is None:
            return
        self.busy = True
        self._session.lanes.write(
            lambda: till.pay_outs.complete(
                pay_out_id,
                code,
                way,
                operator,
                amount_minor=offer.amount_minor,
                seen=approval.reason,
                approver=approval.operator,
            ),
            lambda paid: self._paid(paid, offer.card),
            self._failed,
        )
        self._changed()

    def _paid(self, paid: PaidOut, card: str) -> None:
        self.forget()
        if paid.way is PayOutWay.CASH:
            open_drawer(self._session)
        self._session.sounds.play(Sound.UNDERSTOOD)
        amount = self._counter.figures.money(paid.given_minor)
        self._counter.said(f"gift.paid_{paid.way.value}", amount=amount, card=card)
        self._changed()

    def _failed(self, fault: Exception) -> None:
        self.forget()
        self._counter.say_fault(fault)
        self._changed()
