"""A terminal for practice: it answers as real ones do, also badly, and keeps what it was asked.

What it answers follows from the smallest digits of the amount, so that each case can be practised
and asked about again after a restart:

| amount ends in | it |
|---|---|
| 01 | declines |
| 02 | does not answer in time, and took nothing |
| 03 | takes the money, then loses the line |
| 04 | as 03, and the line stays gone: only a supervisor can settle it |
| anything else | approves |
"""

from __future__ import annotations

from collections import deque
from typing import Final

from posloyalty.domain.shop.payment import Payment
from posloyalty.services.ports import PaymentWish, TerminalAnswer, TerminalOutcome

NAME: Final = "simulator"
KEPT_MOST: Final = 200
DECLINES: Final = 1
TIMES_OUT: Final = 2
LOSES_LINE: Final = 3
STAYS_GONE: Final = 4
_HUNDRED: Final = 100


class SimulatedTerminal:
    """Implements `PaymentTerminal`; `asked` are its latest calls, oldest first, without codes."""

    def __init__(self) -> None:
        self.asked: deque[tuple[str, bytes]] = deque(maxlen=KEPT_MOST)

    @property
    def name(self) -> str:
        """As the journal keeps it."""
        return NAME

    def take(self, wish: PaymentWish) -> TerminalAnswer:
        """Answer by the amount's smallest digits."""
        self.asked.append(("take", wish.payment.id))
        return _first_answer(wish.payment)

    def refund(self, payment: Payment, of: str) -> TerminalAnswer:
        """Answer by the same digits: what it may do when it takes it may do when it gives back."""
        self.asked.append(("refund", payment.id))
        return _first_answer(payment)

    def ask(self, payment: Payment) -> TerminalAnswer:
        """What became of it; the money of a time-out was never taken."""
        self.asked.append(("ask", payment.id))
        case = payment.amount_minor % _HUNDRED
        if case == STAYS_GONE:
            return TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="line_lost")
        if case == TIMES_OUT:
            return TerminalAnswer(outcome=TerminalOutcome.DECLINED, cause="not_received")
        return _known(payment)

    def give_back(self, payment: Payment) -> TerminalAnswer:
        """Always done, unless the line stays gone."""
        self.asked.append(("give_back", payment.id))
        if payment.amount_minor % _HUNDRED == STAYS_GONE:
            return TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="line_lost")
        return TerminalAnswer(outcome=TerminalOutcome.APPROVED, reference=_reference(payment))


def _first_answer(payment: Payment) -> TerminalAnswer:
    case = payment.amount_minor % _HUNDRED
    if case == TIMES_OUT:
        return TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="timed_out")
    if case in (LOSES_LINE, STAYS_GONE):
        return TerminalAnswer(outcome=TerminalOutcome.UNKNOWN, cause="line_lost")
    return _known(payment)


def _known(payment: Payment) -> TerminalAnswer:
    if payment.amount_minor % _HUNDRED == DECLINES:
        return TerminalAnswer(outcome=TerminalOutcome.DECLINED, cause="declined")
    return TerminalAnswer(outcome=TerminalOutcome.APPROVED, reference=_reference(payment))


def _reference(payment: Payment) -> str:
    return f"SIM-{payment.id.hex()[-8:].upper()}"
