"""A payment that a connected terminal takes, or gives back: what is known of it, step by step.

Shape: a `Payment` begins when the terminal is asked, before anything is sent, and moves by steps
that `may_follow` allows. Nothing is assumed: without an answer its outcome is not known, and then
only the terminal, or a supervisor who looked, can say whether the money was taken. Only a payment
that was taken is a tender.

Money that goes back for a return is a payment too, with the number of the sale's tender that it
goes back to; what is said of taking is then said of giving: `taken` means that the customer has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from posloyalty.domain.shop.tender import Tender, TenderKind


class PaymentStep(StrEnum):
    """What became of a payment; TOOK and TOOK_NOT are a supervisor's word."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    TOOK = "took"
    TOOK_NOT = "took_not"
    GIVEN_BACK = "given_back"


OPEN: Final = frozenset({PaymentStep.ASKED, PaymentStep.UNKNOWN})
"""Nobody knows whether the money was taken."""
TAKEN: Final = frozenset({PaymentStep.APPROVED, PaymentStep.TOOK})
_ANSWERS: Final = frozenset(PaymentStep) - {PaymentStep.ASKED, PaymentStep.GIVEN_BACK}
_NEXT: Final = {
    PaymentStep.ASKED: _ANSWERS,
    PaymentStep.UNKNOWN: _ANSWERS - {PaymentStep.UNKNOWN},
    **{step: frozenset({PaymentStep.GIVEN_BACK}) for step in TAKEN},
}


def may_follow(before: PaymentStep, after: PaymentStep) -> bool:
    """Whether a payment may go on so; what was declined, not taken or given back has ended."""
    return after in _NEXT.get(before, frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A payment as of its last step.

    `amount_minor` is in minor units of `currency`; `terminal` names the adapter that was asked;
    `reference` is the terminal's, empty until it is known; `cause` says why, as a wording code.
    `back` is 0, or for money that goes back the number of the tender that it goes back to.
    """

    id: bytes
    sale_id: bytes
    kind: TenderKind
    amount_minor: int
    currency: str
    terminal: str
    step: PaymentStep
    at: datetime
    reference: str = ""
    cause: str = ""
    back: int = 0

    @property
    def mark(self) -> str:
        """What stands for it on paper: the terminal's reference, or the beginning of its id where a
        supervisor saw it and the terminal never said.
        """
        return self.reference or self.id.hex()[:12].upper()

    @property
    def open(self) -> bool:
        """Whether nobody knows what became of it."""
        return self.step in OPEN

    @property
    def taken(self) -> bool:
        """Whether the money was taken and has not gone back."""
        return self.step in TAKEN

    def tender(self, number: int) -> Tender:
        """The payment as a part of its sale. Raises ValueError unless it was taken."""
        if not self.taken:
            raise ValueError(f"a payment that is {self.step} pays nothing")
        return Tender(
            number=number,
            kind=self.kind,
            amount_minor=self.amount_minor,
            given_minor=self.amount_minor,
            reference=self.mark,
        )
