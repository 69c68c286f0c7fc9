"""Payments of connected terminals as they are stored, and the terminal itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from posloyalty.domain.shop.payment import Payment
from posloyalty.services.ports.journal import Appended
from posloyalty.sync.events import Payment as PaymentEvent


class TerminalOutcome(StrEnum):
    """What a terminal says of a payment; silence is UNKNOWN, never a no."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class TerminalAnswer:
    """An outcome, the terminal's reference where it has one, and why: a code of area "terminal"."""

    outcome: TerminalOutcome
    reference: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentWish:
    """What a terminal is asked for. `code` is the customer's payment code where one was scanned:
    bearer money, handed to the terminal and kept nowhere.
    """

    payment: Payment
    code: str = field(default="", repr=False)


class PaymentTerminal(Protocol):
    """A terminal that is connected; one thread at a time, and off the screen's.

    Every call is bounded in time and never raises for what a terminal or its line does.
    """

    @property
    def name(self) -> str:
        """The adapter's name, as the journal keeps it."""
        ...

    def take(self, wish: PaymentWish) -> TerminalAnswer:
        """Take the money; asked twice with the same payment it takes it once."""
        ...

    def refund(self, payment: Payment, of: str) -> TerminalAnswer:
        """Give the payment's amount back of what was taken under the reference `of`; asked twice
        with the same payment it gives it once.
        """
        ...

    def ask(self, payment: Payment) -> TerminalAnswer:
        """What became of a payment, or of money that was to go back."""
        ...

    def give_back(self, payment: Payment) -> TerminalAnswer:
        """Give a payment back whole; APPROVED when it is."""
        ...


class PaymentReads(Protocol):
    """Stored payments, each as of its last step."""

    def by_id(self, payment_id: bytes) -> Payment | None:
        """A payment by its id."""
        ...

    def of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """The payments of a sale, paid or open, in the order in which they were asked."""
        ...

    def back_of_sale(self, sale_id: bytes) -> tuple[Payment, ...]:
        """What terminals gave back, or were to give back, for returns of a sale."""
        ...

    def unsettled(self, *, limit: int) -> tuple[Payment, ...]:
        """Those whose outcome is not known, and those taken that count in no booked sale, or given
        back that count in no booked return: the oldest first.
        """
        ...


class Payments(PaymentReads, Protocol):
    """Writing payments."""

    def book(self, step: PaymentEvent) -> Appended:
        """Append a step and its row."""
        ...
