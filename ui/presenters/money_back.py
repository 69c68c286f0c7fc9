"""Money that a connected terminal gives back for goods, before anything is booked.

Shape: `give(sale_id, currency, tenders, done)` has the terminal give what goes back by each card
and wallet, one after the other, each on disk before it is sent and answered on disk, and hands the
terminal's references to `done`. What is declined or has no answer stops it (`stopped`): what went
back already stays with the sale and is not sent again, and giving again goes on there. Without a
terminal `done` hears at once, and the cashier gives the money back on the one that the shop has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.tender import Tender, TenderKind
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import TerminalAnswer
    from ui.presenters.counter import Counter

BY_TERMINAL = (TenderKind.CARD, TenderKind.QR_WALLET)
References = tuple[tuple[int, str], ...]
"""What the terminal calls the money that it gave back, by the tenders' numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What still goes back, what did before, and the references of what did."""

    sale_id: bytes
    currency: str
    operator: Operator
    done: Callable[[References], None]
    rest: tuple[Tender, ...]
    known: tuple[Payment, ...] = ()
    references: References = ()


class MoneyBack:
    """One refund at a time. `stopped` is told when the terminal did not do it, `failed` of what
    broke; `declined` and `unknown` then say what became of it.
    """

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        stopped: Callable[[], None],
        failed: Callable[[Exception], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._stopped = stopped
        self._failed = failed
        self.asking = False
        self.declined: Payment | None = None
        self.unknown: Payment | None = None

    @property
    def pending(self) -> tuple[Payment, ...]:
        """What did not go back, or may not have; not the one that is under way."""
        found = self.declined or self.unknown
        return () if found is None or self.asking else (found,)

    def stopped_at(self, payment_id: bytes) -> bool:
        """Whether it was this payment that did not go back."""
        return any(one.id == payment_id for one in self.pending)

    def forget(self) -> None:
        """Another refund, or another sum: what the terminal said is no matter any more."""
        self.declined = self.unknown = None

    def give(
        self,
        sale_id: bytes,
        currency: str,
        tenders: Iterable[Tender],
        done: Callable[[References], None],
    ) -> None:
        """Give back what goes back by cards and wallets of a sale."""
        self.forget()
        operator, payments = self._session.operator, self._session.till.payments
        rest = tuple(one for one in tenders if one.kind in BY_TERMINAL and one.goes_minor)
        if operator is None or not rest or not payments.connected:
            done(())
            return
        self.asking = True
        work = _Work(sale_id=sale_id, currency=currency, operator=operator, done=done, rest=rest)
        self._session.lanes.look_up(
            lambda: payments.back_of_sale(sale_id),
            lambda known: self._next(replace(work, known=known)),
            self._broken,
        )

    def _next(self, work: _Work) -> None:
        """The next tender that goes back; when none is left, that is told."""
        if not work.rest:
            self.asking = False
            work.done(work.references)
            return
        tender, payments = work.rest[0], self._session.till.payments
        known = next((one for one in work.known if _same(one, tender)), None)
        if known is not None and known.taken:
            self._went_back(work, known)
        elif known is not None:
            self._ask(work, known, lambda: payments.ask(known))
        else:
            self._session.lanes.write(
                lambda: payments.begin_back(work.sale_id, tender, work.currency, work.operator),
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
        self.asking = False
        if payment.step is PaymentStep.DECLINED:
            self.declined = payment
            why = words(f"terminal.{payment.cause or 'declined'}")
            self._counter.refuse(words("return.terminal_declined", amount=amount, why=why))
        else:
            self.unknown = payment
            said = words("return.terminal_unknown", amount=amount)
            self._session.toasts.say(said, ToastKind.LOOK)
            self._session.sounds.play(Sound.LOOK_HERE)
        self._stopped()

    def _went_back(self, work: _Work, payment: Payment) -> None:
        references = (*work.references, (payment.back, payment.mark))
        self._next(replace(work, rest=work.rest[1:], references=references))

    def _broken(self, fault: Exception) -> None:
        self.asking = False
        self._failed(fault)


def _same(payment: Payment, tender: Tender) -> bool:
    """Whether a payment is of just this part of a refund."""
    return (payment.back, payment.amount_minor) == (tender.number, tender.goes_minor)
