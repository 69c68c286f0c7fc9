"""Paying out what is left on a gift card: on which terms, which way, and whose papers were seen.

Shape: `PayOutTerms` bound a pay-out; those of a market and of a programme hold together, the
stricter of each (`beside`). `check_pay_out` refuses with a code and its facts. Of whoever is paid
nothing is kept but which kind of document was shown: no name, number or account.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from posloyalty.domain.shop.authority import Need
from posloyalty.domain.shop.operator import Right


class Document(StrEnum):
    """What somebody shows to say who they are."""

    ID_CARD = "id_card"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"
    TRAVEL_PERMIT = "travel_permit"
    DRIVING_LICENCE = "driving_licence"


USUAL_DOCUMENTS = (Document.ID_CARD, Document.PASSPORT, Document.DRIVING_LICENCE)
"""What is asked for where a programme asks and the market names none."""


class PayOutWay(StrEnum):
    """How the money goes: coins and notes, or a transfer to an account."""

    CASH = "cash"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class PayOutTerms:
    """What is asked before what is left on a card is paid out; nothing, where nothing is said.

    `cash_most` is the most that may be left for it to go in cash, in minor units. Of `documents`
    one is to be seen. `same_name`: a transfer goes to an account in the name of who asks for it.
    """

    cash_most: int | None = None
    documents: tuple[Document, ...] = ()
    same_name: bool = False

    def beside(self, others: PayOutTerms | None) -> PayOutTerms:
        """Both hold: the smaller sum, the documents that both take, whatever either asks."""
        if others is None:
            return self
        sums = [most for most in (self.cash_most, others.cash_most) if most is not None]
        both = tuple(one for one in self.documents if one in others.documents)
        return PayOutTerms(
            cash_most=min(sums, default=None),
            documents=both or self.documents or others.documents,
            same_name=self.same_name or others.same_name,
        )

    @property
    def asks(self) -> bool:
        """Whether anything is asked at all."""
        return self.cash_most is not None or bool(self.documents) or self.same_name


NO_TERMS = PayOutTerms()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOut:
    """Money that left a card: `amount_minor` of what was paid for, `given_minor` in hand, which
    for cash is what coins come to; `seen` is the document that was shown.
    """

    way: PayOutWay
    amount_minor: int
    given_minor: int
    seen: Document | None = None

    @property
    def rounding_minor(self) -> int:
        """What coins make of it: in hand less owed."""
        return self.given_minor - self.amount_minor


class PayOutRefused(ValueError):
    """A pay-out that the terms do not allow; `reason` is a code of area "refusal"."""

    def __init__(self, reason: str, **facts: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


def check_cash(terms: PayOutTerms, amount_minor: int) -> None:
    """Whether so much may go in cash. Raises `PayOutRefused` CARD_CASH_MOST (`most_minor`,
    `left_minor`), or CARD_CASH_NAMED where the transfer must be to the holder's own account.
    """
    most = terms.cash_most
    if most is not None and amount_minor > most:
        reason = "CARD_CASH_NAMED" if terms.same_name else "CARD_CASH_MOST"
        raise PayOutRefused(reason, most_minor=most, left_minor=amount_minor)


def check_seen(terms: PayOutTerms, seen: str) -> Document | None:
    """The document that was seen; None where none is asked for. Raises `PayOutRefused`
    DOCUMENT_NEEDED.
    """
    found = next((one for one in terms.documents if one.value == seen), None)
    if found is None and terms.documents:
        raise PayOutRefused("DOCUMENT_NEEDED")
    return found


def need_for_pay_out(amount_minor: int) -> Need:
    """What who pays it out must be allowed to: a supervisor's, within their limit for refunds."""
    return Need(Right.WAIVE, Need.refund(amount_minor).takes)
