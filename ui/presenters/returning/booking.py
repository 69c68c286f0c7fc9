"""Books a return: what goes back to cards and wallets is given by the terminal first.

Shape: `start(...)` has the terminal give each such tender back, one after the other, each on disk
before it is sent and answered on disk, and books the return with the terminal's references. What is
declined or has no answer stops it: nothing is booked, what went back already stays with the sale
and is not sent again, and starting again goes on there. Without a terminal the return is booked at
once, and the cashier gives the money back on the terminal that the shop has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.refund import Refund
from posloyalty.domain.shop.tender import Tender, TenderKind
from ui.presenters.counter import Counter
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.returning import acts
from ui.presenters.returning.taking import Picked, Taking
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.build_refund import RefundPreview
    from posloyalty.services.ports import TerminalAnswer

BY_TERMINAL = (TenderKind.CARD, TenderKind.QR_WALLET)
References = tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """One booking: what still goes back by the terminal, and the references of what did."""

    taking: Taking
    preview: RefundPreview
    operator: Operator
    approver: Operator
    rest: tuple[Tender, ...] = ()
    known: tuple[Payment, ...] = ()
    references: References = ()


class Booking:
    """One return at a time. `changed` is told when it begins, asks and ends."""

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        booked: Callable[[Refund], None],
        failed: Callable[[Exception], None],
        changed: Callable[[], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._booked = booked
        self._failed = failed
        self._changed = changed
        self.busy = False
        self.asking = False
        self.declined = False

    def forget(self) -> None:
        """Another return, or another sum: what was declined is no matter any more."""
        self.declined = False

    def start(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        """Give the money back and book it."""
        self._start(taking, preview, approver, by_hand=False)

    def start_by_hand(self, taking: Taking, preview: RefundPreview, approver: Operator) -> None:
        """Book it: somebody gave the money back otherwise, and answers for that."""
        self._start(taking, preview, approver, by_hand=True)

    def _start(
        self, taking: Taking, preview: RefundPreview, approver: Operator, *, by_hand: bool
    ) -> None:
        operator = self._session.operator
        if operator is None or self.busy:
            return
        work = _Work(taking=taking, preview=preview, operator=operator, approver=approver)
        self.busy, self.declined = True, False
        payments = self._session.till.payments
        by_terminal = isinstance(taking.goods, Picked) and payments.connected and not by_hand
        rest = tuple(one for one in preview.quote.tenders if one.kind in BY_TERMINAL)
        if not by_terminal or not rest:
            self._write(work)
        else:
            sale_id = acts.sale_of(taking).id
            self.asking = True
            self._session.lanes.look_up(
                lambda: payments.back_of_sale(sale_id),
                lambda known: self._next(replace(work, rest=rest, known=known)),
                self._broken,
            )
        self._changed()

    # The terminal

    def _next(self, work: _Work) -> None:
        """The next tender that goes back; when none is left, the return is booked."""
        if not work.rest:
            self._write(work)
            return
        tender, payments = work.rest[0], self._session.till.payments
        known = next((one for one in work.known if _same(one, tender)), None)
        if known is not None and known.taken:
            self._went_back(work, known)
        elif known is not None:
            self._ask(work, known, lambda: payments.ask(known))
        else:
            sale = acts.sale_of(work.taking)
            self._session.lanes.write(
                lambda: payments.begin_back(sale.id, tender, sale.currency, work.operator),
                lambda made: self._ask(
                    work, made, lambda: payments.refund(made, tender.reference or "")
                ),
                self._broken,
            )

    def _ask(self, work: _Work, payment: Payment, job: Callable[[], TerminalAnswer]) -> None:
        payments = self._session.till.payments

        def answered(answer: TerminalAnswer) -> None:
            self._session.lanes.write(
                lambda: payments.note(payment, answer, work.operator),
                lambda noted: self._noted(work, noted),
                self._broken,
            )

        self._session.lanes.paying(job, answered, self._broken)

    def _noted(self, work: _Work, payment: Payment) -> None:
        if payment.taken:
            self._went_back(work, payment)
            return
        words = self._session.words
        amount = self._counter.figures.money(payment.amount_minor)
        self._end()
        if payment.step is PaymentStep.DECLINED:
            self.declined = True
            why = words(f"terminal.{payment.cause or 'declined'}")
            self._counter.refuse(words("return.terminal_declined", amount=amount, why=why))
        else:
            said = words("return.terminal_unknown", amount=amount)
            self._session.toasts.say(said, ToastKind.LOOK)
            self._session.sounds.play(Sound.LOOK_HERE)
        self._changed()

    def _went_back(self, work: _Work, payment: Payment) -> None:
        references = (*work.references, (payment.back, payment.mark))
        self._next(replace(work, rest=work.rest[1:], references=references))

    # The book

    def _write(self, work: _Work) -> None:
        till = self._session.till
        self._session.lanes.write(
            lambda: acts.book(
                till,
                work.taking,
                work.preview.quote,
                work.operator,
                work.approver,
                references=work.references,
            ),
            self._done,
            self._broken,
        )

    def _done(self, refund: Refund) -> None:
        self._end()
        self._booked(refund)

    def _broken(self, fault: Exception) -> None:
        self._end()
        self._failed(fault)

    def _end(self) -> None:
        self.busy = self.asking = False


def _same(payment: Payment, tender: Tender) -> bool:
    """Whether a payment is of just this part of a return."""
    return (payment.back, payment.amount_minor) == (tender.number, tender.amount_minor)
