"""What the connected terminal takes for the open sale, and what became of it.

Shape: `TerminalPayments` puts a payment on disk, has the terminal take it on the lane of payments,
and puts the answer on disk; `came` hears of money that was taken, `unknown` that there was no
answer. What has none stays in `pending` with its sale, also after a restart, and is asked again.
Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.shop.payment import Payment, PaymentStep
from posloyalty.domain.shop.tender import Tender, TenderKind
from ui.presenters.counter import Counter
from ui.presenters.ports import Sound, ToastKind
from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.ports import TerminalAnswer


class TerminalPayments:
    """The payments of the open sale. `changed` is told after every change."""

    def __init__(
        self,
        session: Session,
        counter: Counter,
        *,
        came: Callable[[Payment], None],
        unknown: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._session = session
        self._counter = counter
        self._came = came
        self._unknown = unknown
        self._changed = changed
        self._sale_id = b""
        self._known: dict[bytes, Payment] = {}
        self.busy = False

    @property
    def connected(self) -> bool:
        """Whether a terminal takes cards and QR wallets."""
        return self._session.till_open and self._session.till.payments.connected

    @property
    def pending(self) -> tuple[Payment, ...]:
        """Payments whose outcome is not known; the one under way is not among them."""
        return () if self.busy else tuple(one for one in self._known.values() if one.open)

    def load(self, sale_id: bytes) -> None:
        """Learn what was taken or asked for a sale, also before a restart."""
        self._sale_id, self._known = sale_id, {}
        till = self._session.till

        def came(payments: tuple[Payment, ...]) -> None:
            if self._sale_id == sale_id:
                for payment in payments:
                    self._take(payment)
                self._changed()

        self._session.lanes.look_up(
            lambda: till.payments.of_sale(sale_id), came, self._counter.say_fault
        )

    def forget(self) -> None:
        """The sale is booked: its payments are its tenders."""
        self._sale_id, self._known = b"", {}

    def send(self, kind: TenderKind, amount_minor: int, currency: str, code: str = "") -> None:
        """Have the terminal take so much; `code` is a payment code that was scanned."""
        operator, till, sale_id = self._session.operator, self._session.till, self._sale_id
        if operator is None or self.busy:
            return
        self._begin()
        self._session.lanes.write(
            lambda: till.payments.begin(sale_id, kind, amount_minor, currency, operator),
            lambda payment: self._ask(payment, lambda: till.payments.take(payment, code), operator),
            self._failed,
        )

    def ask_again(self, payment_id: bytes) -> None:
        """Ask the terminal what became of a payment."""
        operator, till = self._session.operator, self._session.till
        payment = self._known.get(payment_id)
        if operator is not None and payment is not None and not self.busy:
            self._begin()
            self._ask(payment, lambda: till.payments.ask(payment), operator)

    def heard(self, payment: Payment) -> None:
        """A payment was asked about or settled elsewhere."""
        if payment.sale_id == self._sale_id:
            self._take(payment)
            self._changed()

    def of_tender(self, tender: Tender) -> Payment | None:
        """The payment that a tender stands for, if the terminal took it."""
        for payment in self._known.values():
            if payment.taken and payment.tender(1).reference == tender.reference:
                return payment
        return None

    def give_back(self, payment: Payment, done: Callable[[], None]) -> None:
        """Have the terminal give a payment back; `done` hears when it did."""
        operator, till = self._session.operator, self._session.till
        if operator is None or self.busy:
            return
        self._begin()

        def noted(after: Payment) -> None:
            self.busy = False
            self._known.pop(after.id, None)
            done()

        def answered(answer: TerminalAnswer) -> None:
            self._session.lanes.write(
                lambda: till.payments.note_given_back(payment, answer, operator),
                noted,
                self._failed,
            )

        self._session.lanes.paying(lambda: till.payments.give_back(payment), answered, self._failed)

    # The work

    def _begin(self) -> None:
        self.busy = True
        self._changed()

    def _ask(self, payment: Payment, job: Callable[[], TerminalAnswer], operator: Operator) -> None:
        self._known[payment.id] = payment
        payments = self._session.till.payments

        def answered(answer: TerminalAnswer) -> None:
            self._session.lanes.write(
                lambda: payments.note(payment, answer, operator), self._noted, self._failed
            )

        self._session.lanes.paying(job, answered, self._failed)

    def _noted(self, payment: Payment) -> None:
        self.busy = False
        words = self._session.words
        amount = self._counter.figures.money(payment.amount_minor)
        if payment.sale_id != self._sale_id:
            # The sale was left meanwhile; whoever looks after open payments finds it.
            return
        self._take(payment)
        if payment.step is PaymentStep.DECLINED:
            why = words(f"terminal.{payment.cause or 'declined'}")
            self._counter.refuse(words("pay.terminal_declined", amount=amount, why=why))
        elif payment.open:
            self._unknown()
            self._session.toasts.say(words("pay.terminal_unknown", amount=amount), ToastKind.LOOK)
            self._session.sounds.play(Sound.LOOK_HERE)
        self._changed()

    def _take(self, payment: Payment) -> None:
        self._known.pop(payment.id, None)
        if payment.open or payment.taken:
            self._known[payment.id] = payment
        if payment.taken:
            self._came(payment)

    def _failed(self, fault: Exception) -> None:
        # Whatever failed, what the terminal did is asked for again: it stands in `pending`.
        self.busy = False
        self._counter.say_fault(fault)
        self._changed()
