"""How a sale is paid: tenders, cash rounding and change.

Shape: `Tender(kind, amount_minor, given_minor, change_minor, reference)`. `amount_minor` is what a
tender settles of the sale: over a complete sale the amounts add up to the payable. Cash rounding
touches the cash part only: China rounds down to 0.10, so 112.76 in cash is 112.70 and
`rounding_minor` is -6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.values.rounding import Rounding, divide


class TenderKind(StrEnum):
    """The kinds that this version takes; points are an offer-like redemption, not a tender."""

    CASH = "cash"
    CARD = "card"
    QR_WALLET = "qr_wallet"
    GIFT_CARD = "gift_card"
    WALLET = "wallet"


@dataclass(frozen=True, slots=True)
class CashRounding:
    """The smallest coin of the market in minor units, and which way the rest goes."""

    step_minor: int = 1
    rounding: Rounding = Rounding.HALF_UP

    def payable(self, amount_minor: int) -> int:
        """What is asked in coins for an amount, in minor units."""
        return divide(amount_minor, self.step_minor, self.rounding) * self.step_minor


@dataclass(frozen=True, slots=True, kw_only=True)
class Tender:
    """One payment. `given_minor` and `change_minor` differ from the amount for cash only.

    `rounding_minor` is asked minus exact, at most 0 where the market rounds down. `reference` is
    the terminal's or wallet's number that the cashier entered. `account_id` is the owner of the
    account that stored value was taken from: a gift card's id, or the member's. `stays_minor` is
    what of money that comes back stayed for the new goods of an exchange. `scheme` is which QR
    wallet it was, by the market's table of payment codes; empty where no code was scanned.
    """

    number: int
    kind: TenderKind
    amount_minor: int
    given_minor: int
    change_minor: int = 0
    rounding_minor: int = 0
    reference: str | None = None
    account_id: bytes | None = None
    stays_minor: int = 0
    scheme: str = ""

    @property
    def goes_minor(self) -> int:
        """What of money that comes back really goes back by it."""
        return self.given_minor - self.stays_minor


class TenderRefusal(ValueError):
    """A tender that cannot be taken; `reason` is a wording code."""

    def __init__(self, reason: str, **numbers: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = numbers


def worth_telling(tenders: Iterable[Tender]) -> tuple[Tender, ...]:
    """The payments that people are told of: not cash that rounding leaves no coin of, unless that
    is all there is. Sums, journal and later refunds keep it.
    """
    known = tuple(tenders)
    return tuple(one for one in known if one.given_minor) or known


def instrument(kind: TenderKind, scheme: str, say: Callable[[str], str]) -> str:
    """An instrument in words: its wallet where that is known and has a name, else its kind. `say`
    words a code, and raises LookupError for one without words.
    """
    if scheme:
        try:
            return say(f"scheme_{scheme}")
        except LookupError:
            pass  # a market's table may name a wallet that nobody has words for
    return say(kind.value)


def still_due(payable_minor: int, tenders: tuple[Tender, ...]) -> int:
    """What is left to pay in minor units; cash rounding already counts as settled."""
    return payable_minor - sum(t.amount_minor for t in tenders)


def take_cash(
    payable_minor: int,
    tenders: tuple[Tender, ...],
    *,
    given_minor: int,
    rounding: CashRounding,
) -> Tender:
    """Cash against what is still due: change when it is enough, a part payment when not.

    Raises `TenderRefusal` NOTHING_DUE or NOT_POSITIVE. The tender's `amount_minor` is exact (the
    rounding is settled with it), so the amounts of all tenders always add up to the payable.
    """
    due = still_due(payable_minor, tenders)
    if due <= 0:
        raise TenderRefusal("NOTHING_DUE")
    if given_minor < 0 or (given_minor == 0 and rounding.payable(due) > 0):
        raise TenderRefusal("NOT_POSITIVE")
    asked = rounding.payable(due)
    number = len(tenders) + 1
    if due <= given_minor < asked:
        # Rounding asks for more than is owed: whoever gives what is owed is not sent back for it.
        asked = given_minor
    if given_minor < asked:
        return Tender(
            number=number,
            kind=TenderKind.CASH,
            amount_minor=given_minor,
            given_minor=given_minor,
        )
    return Tender(
        number=number,
        kind=TenderKind.CASH,
        amount_minor=due,
        given_minor=given_minor,
        change_minor=given_minor - asked,
        rounding_minor=asked - due,
    )


def take_exact(
    payable_minor: int,
    tenders: tuple[Tender, ...],
    *,
    kind: TenderKind,
    amount_minor: int,
    reference: str | None,
    account_id: bytes | None = None,
) -> Tender:
    """A payment to the amount, with its reference: a card or QR wallet that the cashier saw
    succeed, or stored value from the account of `account_id`.

    Raises `TenderRefusal` NOTHING_DUE, NOT_POSITIVE, MORE_THAN_DUE or REFERENCE_NEEDED.
    """
    due = still_due(payable_minor, tenders)
    if due <= 0:
        raise TenderRefusal("NOTHING_DUE")
    if amount_minor <= 0:
        raise TenderRefusal("NOT_POSITIVE")
    if amount_minor > due:
        raise TenderRefusal("MORE_THAN_DUE", due_minor=due)
    if not (reference or "").strip():
        raise TenderRefusal("REFERENCE_NEEDED")
    return Tender(
        number=len(tenders) + 1,
        kind=kind,
        amount_minor=amount_minor,
        given_minor=amount_minor,
        reference=(reference or "").strip(),
        account_id=account_id,
    )
