"""Payments that a connected terminal takes: asked, answered, asked again, settled, given back.

Shape: three calls make a payment. `begin` puts it on disk, `take` talks to the terminal and touches
no book, `note` puts the answer on disk. Whatever happens in between, a payment whose answer is not
on disk is one whose outcome is not known: it is shown with its sale, `ask` asks the terminal again,
and a supervisor who looked may `settle` it. Only a payment that was taken becomes a tender, and a
sale that is completed has to count every one of them.

`take`, `ask` and `give_back` may take as long as a customer does; they belong to the lane of
payments. The others read or write the book.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from msgspec import UNSET

from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.shop.payment import Payment, PaymentStep, may_follow
from posloyalty.domain.shop.sale import Sale
from posloyalty.domain.shop.tender import Tender, TenderKind
from posloyalty.domain.values.calendar import parse_instant
from posloyalty.services.people.note_change import require
from posloyalty.services.ports import (
    Book,
    Ids,
    PaymentTerminal,
    PaymentWish,
    Reader,
    TerminalAnswer,
    TerminalOutcome,
    UnitOfWork,
)
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events

UNSETTLED_MOST: Final = 50
BY_TERMINAL: Final = frozenset({TenderKind.CARD, TenderKind.QR_WALLET})
SLIP_SEEN: Final = "slip_seen"
NO_SLIP: Final = "no_slip"
_STEPS: Final = {
    TerminalOutcome.APPROVED: PaymentStep.APPROVED,
    TerminalOutcome.DECLINED: PaymentStep.DECLINED,
    TerminalOutcome.UNKNOWN: PaymentStep.UNKNOWN,
}
_SILENCE: Final = TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="no_terminal")


class TakePayments:
    """Payments of one till. `terminal` gives the one that is connected now, or None."""

    def __init__(
        self, *, book: Book, ids: Ids, terminal: Callable[[], PaymentTerminal | None]
    ) -> None:
        self._book = book
        self._ids = ids
        self._terminal = terminal

    @property
    def connected(self) -> bool:
        """Whether a terminal takes the payments; without one the cashier enters its reference."""
        return self._terminal() is not None

    # On the writer's lane

    def begin(
        self, sale_id: bytes, kind: TenderKind, amount_minor: int, currency: str, operator: Operator
    ) -> Payment:
        """Put a payment on disk before anything is sent.

        Raises `ServiceRefusal` NO_TERMINAL, or PAYMENT_OPEN while another one of this sale and
        amount is not known: asking for it twice could take it twice.
        """
        terminal = self._terminal()
        if terminal is None:
            raise ServiceRefusal("NO_TERMINAL")
        if kind not in BY_TERMINAL or amount_minor <= 0:
            raise ValueError("a terminal takes cards and wallets, and something of them")
        payment_id = self._ids.new_id()
        with self._book.write() as unit:
            for other in unit.payments.of_sale(sale_id):
                if other.open and other.amount_minor == amount_minor:
                    raise ServiceRefusal("PAYMENT_OPEN", amount_minor=amount_minor)
            payment = self._asked(unit, payment_id, terminal, sale_id, kind, amount_minor, currency)
            self._write(unit, payment, operator, event_id=payment_id)
            unit.commit()
        return payment

    def begin_back(
        self, sale_id: bytes, tender: Tender, currency: str, operator: Operator
    ) -> Payment:
        """Put on disk that a tender of a refund is to go back, as far as it does not stay for the
        new goods of an exchange, before anything is sent.

        Raises `ServiceRefusal` NO_TERMINAL, or BACK_OPEN (`amount_minor`) while something that went
        back to the same tender, or may have, counts in no return: it could go back twice.
        """
        terminal = self._terminal()
        if terminal is None:
            raise ServiceRefusal("NO_TERMINAL")
        payment_id = self._ids.new_id()
        with self._book.write() as unit:
            for other in _uncounted_back(unit, sale_id):
                if other.back == tender.number:
                    raise ServiceRefusal("BACK_OPEN", amount_minor=other.amount_minor)
            payment = replace(
                self._asked(
                    unit, payment_id, terminal, sale_id, tender.kind, tender.goes_minor, currency
                ),
                back=tender.number,
            )
            self._write(unit, payment, operator, event_id=payment_id)
            unit.commit()
        return payment

    def _asked(
        self,
        unit: UnitOfWork,
        payment_id: bytes,
        terminal: PaymentTerminal,
        sale_id: bytes,
        kind: TenderKind,
        amount_minor: int,
        currency: str,
    ) -> Payment:
        return Payment(
            id=payment_id,
            sale_id=sale_id,
            kind=kind,
            amount_minor=amount_minor,
            currency=currency,
            terminal=terminal.name,
            step=PaymentStep.ASKED,
            at=parse_instant(unit.journal.stamp().at),
        )

    def note(self, payment: Payment, answer: TerminalAnswer, operator: Operator) -> Payment:
        """Put what the terminal said on disk. Raises `ServiceRefusal` NO_SUCH_PAYMENT, or
        PAYMENT_ENDED where somebody settled it otherwise meanwhile.
        """
        return self._step(
            payment.id,
            _STEPS[answer.outcome],
            operator,
            reference=answer.reference,
            cause=answer.cause,
        )

    def note_given_back(
        self, payment: Payment, answer: TerminalAnswer, operator: Operator
    ) -> Payment:
        """Put on disk that the terminal gave a payment back.

        Raises `ServiceRefusal` NOT_GIVEN_BACK where it did not say so: the payment stands.
        """
        if answer.outcome is not TerminalOutcome.APPROVED:
            raise ServiceRefusal("NOT_GIVEN_BACK", amount_minor=payment.amount_minor)
        return self._step(payment.id, PaymentStep.GIVEN_BACK, operator, reference=answer.reference)

    def settle(
        self,
        payment_id: bytes,
        operator: Operator,
        *,
        took: bool,
        approved_by: Operator | None = None,
    ) -> Payment:
        """A supervisor looked at the terminal: the money was taken, or it was not. `approved_by`
        answers for it where the operator alone may not.

        Raises `ServiceRefusal` NOT_ALLOWED, NO_SUCH_PAYMENT or PAYMENT_ENDED.
        """
        require(approved_by or operator, Right.WAIVE)
        step = PaymentStep.TOOK if took else PaymentStep.TOOK_NOT
        cause = SLIP_SEEN if took else NO_SLIP
        return self._step(payment_id, step, operator, cause=cause, approved_by=approved_by)

    def returned(
        self, payment_id: bytes, operator: Operator, *, approved_by: Operator | None = None
    ) -> Payment:
        """A supervisor gave money back that was taken and counts in no sale: none came of it, or
        it was paid otherwise meanwhile. Of money that went back for a return that nobody booked it
        says that the customer paid it again.

        Raises `ServiceRefusal` NOT_ALLOWED, NO_SUCH_PAYMENT or PAYMENT_ENDED, also where its sale
        or return counts it.
        """
        require(approved_by or operator, Right.WAIVE)
        with self._book.read() as reader:
            payment = reader.payments.by_id(payment_id)
            if payment is not None and _is_counted(reader, payment):
                raise ServiceRefusal("PAYMENT_ENDED", amount_minor=payment.amount_minor)
        return self._step(
            payment_id,
            PaymentStep.GIVEN_BACK,
            operator,
            cause=SLIP_SEEN,
            approved_by=approved_by,
        )

    # On the lane of payments

    def take(self, payment: Payment, code: str = "") -> TerminalAnswer:
        """Have the terminal take the money; `code` is a customer's payment code, kept nowhere."""
        terminal = self._terminal()
        if terminal is None or terminal.name != payment.terminal:
            return _SILENCE
        return terminal.take(PaymentWish(payment=payment, code=code))

    def ask(self, payment: Payment) -> TerminalAnswer:
        """Ask the terminal what became of a payment."""
        terminal = self._terminal()
        if terminal is None or terminal.name != payment.terminal:
            return _SILENCE
        return terminal.ask(payment)

    def refund(self, payment: Payment, of: str) -> TerminalAnswer:
        """Have the terminal give back what `begin_back` put on disk, of what it took as `of`."""
        terminal = self._terminal()
        if terminal is None or terminal.name != payment.terminal:
            return _SILENCE
        return terminal.refund(payment, of)

    def give_back(self, payment: Payment) -> TerminalAnswer:
        """Have the terminal give a payment back whole."""
        terminal = self._terminal()
        if terminal is None or terminal.name != payment.terminal:
            return _SILENCE
        return terminal.give_back(payment)

    # On any lane

    def of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """The payments of a sale that are open or were taken, in their order."""
        with self._book.read() as reader:
            found = reader.payments.of_sale(sale_id)
        return tuple(one for one in found if one.open or one.taken)

    def back_of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """What went back, or may have, for a return of a sale that is not booked yet."""
        with self._book.read() as reader:
            return _uncounted_back(reader, sale_id)

    def unsettled(self) -> tuple[Payment, ...]:
        """What somebody has to look after: not known, or taken and counted in no sale."""
        with self._book.read() as reader:
            return reader.payments.unsettled(limit=UNSETTLED_MOST)

    def _step(
        self,
        payment_id: bytes,
        step: PaymentStep,
        operator: Operator,
        *,
        reference: str = "",
        cause: str = "",
        approved_by: Operator | None = None,
    ) -> Payment:
        with self._book.write() as unit:
            before = unit.payments.by_id(payment_id)
            if before is None:
                raise ServiceRefusal("NO_SUCH_PAYMENT")
            if before.step is step:
                return before
            if not may_follow(before.step, step):
                raise ServiceRefusal("PAYMENT_ENDED", amount_minor=before.amount_minor)
            after = replace(before, step=step, reference=reference or before.reference, cause=cause)
            self._write(unit, after, operator, event_id=self._ids.new_id(), approved_by=approved_by)
            unit.commit()
        return after

    def _write(
        self,
        unit: UnitOfWork,
        payment: Payment,
        operator: Operator,
        *,
        event_id: bytes,
        approved_by: Operator | None = None,
    ) -> None:
        stamp = unit.journal.stamp()
        unit.payments.book(
            events.Payment(
                id=event_id.hex(),
                at=stamp.at,
                hlc=stamp.hlc,
                actor=operator.id.hex(),
                ok=UNSET if approved_by in (None, operator) else approved_by.id.hex(),
                pay=payment.id.hex(),
                sale=payment.sale_id.hex(),
                kind=payment.kind.value,
                n=payment.amount_minor,
                cur=payment.currency,
                term=payment.terminal,
                step=payment.step.value,
                ref=payment.reference or UNSET,
                why=payment.cause or UNSET,
                back=payment.back or UNSET,
            )
        )


def _is_counted(reader: Reader, payment: Payment) -> bool:
    """Whether a booked sale, or for money back a booked return, has a payment among its tenders."""
    if payment.back:
        return payment.taken and payment not in _uncounted_back(reader, payment.sale_id)
    stored = reader.sales.by_id(payment.sale_id)
    return stored is not None and _counts(payment, stored.sale)


def _uncounted_back(reader: Reader | UnitOfWork, sale_id: bytes) -> tuple[Payment, ...]:
    """What went back, or may have, and counts in no booked return of the sale."""
    found = [one for one in reader.payments.back_of_sale(sale_id) if one.open or one.taken]
    if not found:
        return ()
    booked = Counter(
        key for refund, _ in reader.refunds.of_sale(sale_id) for key in _keys_back(refund.tenders)
    )
    left = []
    for payment in found:
        key = _key_back(payment)
        if payment.taken and booked[key]:
            booked[key] -= 1
        else:
            left.append(payment)
    return tuple(left)


def check_back_counted(unit: UnitOfWork, sale_id: bytes, tenders: Iterable[Tender]) -> None:
    """Whether a return that is about to be booked counts everything that a terminal gave back.

    Raises `ServiceRefusal` BACK_OPEN (`amount_minor`): something went back that it does not count,
    or nobody knows whether it did.
    """
    counted = Counter(_keys_back(tenders))
    for payment in _uncounted_back(unit, sale_id):
        if payment.open or not counted[_key_back(payment)]:
            raise ServiceRefusal("BACK_OPEN", amount_minor=payment.amount_minor)
        counted[_key_back(payment)] -= 1


_BackKey = tuple[int, TenderKind, int, str]


def _key_back(payment: Payment) -> _BackKey:
    return (payment.back, payment.kind, payment.amount_minor, payment.mark)


def _keys_back(tenders: Iterable[Tender]) -> list[_BackKey]:
    return [
        (one.number, one.kind, one.goes_minor, one.reference or "")
        for one in tenders
        if one.goes_minor
    ]


def _counts(payment: Payment, sale: Sale) -> bool:
    """Whether a booked sale has a payment among its tenders."""
    if not payment.taken:
        return False
    mine = payment.tender(1)
    return any(
        (one.kind, one.amount_minor, one.reference)
        == (mine.kind, mine.amount_minor, mine.reference)
        for one in sale.tenders
    )


def check_counted(payments: Iterable[Payment], tenders: Iterable[Tender]) -> None:
    """Whether a sale counts everything that a terminal took for it.

    Raises `ServiceRefusal` PAYMENT_NOT_COUNTED (`amount_minor`): it has to be given back, or count.
    """
    counted = Counter((one.kind, one.amount_minor, one.reference) for one in tenders)
    for payment in payments:
        if payment.taken:
            tender = payment.tender(1)
            key = (tender.kind, tender.amount_minor, tender.reference)
            if not counted[key]:
                raise ServiceRefusal("PAYMENT_NOT_COUNTED", amount_minor=payment.amount_minor)
            counted[key] -= 1
