"""Gift cards: what one holds on a day, how a payment is taken from it, and how it is filled.

A card is a right with the card's id as its code, owned by the card itself or, a named one, by a
member; its money lies in two accounts of kind GIFT_CARD that the card owns: what was paid for, in
the ledger of its kind, and what came as a bonus, in `<kind>/bonus`. A frozen card has a right of
kind CARD_FREEZE beside it that is not cancelled. It is never below zero: its money are lots.

What ran out is not usable and stays on the card, so that it can be moved to a new one where a
market asks for it; nothing is booked as gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.ledger.lots import SpendRefusal, usable_sum
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, Lot, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD, CardUses, GiftCard
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.portion import first_units

if TYPE_CHECKING:
    from posloyalty.domain.engine.awards import Awards

CARD_FREEZE: Final = "card_freeze"
TAIL: Final = 4


class CardState(StrEnum):
    """What can be done with a card on a day."""

    ACTIVE = "active"
    FROZEN = "frozen"
    EXPIRED = "expired"
    CLOSED = "closed"  # given back or replaced, and empty


def card_id(code: str) -> bytes:
    """The id of the card that a code proves; the code itself is nowhere in the journal."""
    return derive_id(GIFT_CARD, code.strip().upper())


def card_name(code: str) -> str:
    """How screens and receipts show a card: the end of its code."""
    return "•" + code.strip().upper()[-TAIL:]


def card_ledgers(programme: Programme, kind_id: str) -> tuple[str, str]:
    """Where what was paid for lies, and where the bonus."""
    ledger = programme.ledger(kind_id)
    return ledger, f"{ledger}/bonus"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCard:
    """A card as the book knows it. `kind` is None where this programme no longer declares it."""

    id: bytes
    right: Right
    principal_ledger: str
    bonus_ledger: str
    kind: GiftCard | None
    frozen: bool
    lots: tuple[Lot, ...] = ()

    @property
    def holder(self) -> bytes | None:
        """The member whose card it is; None for whoever holds it."""
        return None if self.right.owner == self.id else self.right.owner

    def principal(self, day: date) -> int:
        """What was paid for and can be used on a day, in minor units."""
        return usable_sum(self._of(self.principal_ledger), day)

    def bonus(self, day: date) -> int:
        """What came as a bonus and can be used on a day."""
        return usable_sum(self._of(self.bonus_ledger), day)

    def balance(self, day: date) -> int:
        """What can be paid with it on a day, frozen or not."""
        return self.principal(day) + self.bonus(day)

    def held(self) -> int:
        """What was paid for and is on it, also what ran out: the shop's liability."""
        return sum(lot.remaining for lot in self._of(self.principal_ledger))

    def last_day(self, day: date) -> date | None:
        """The first last good day of what can be used; None when nothing ends."""
        ends = [lot.last_day for lot in self.lots if lot.usable_on(day) and lot.last_day]
        return min(ends, default=None)

    def state(self, day: date) -> CardState:
        """What can be done with it. One that was given back is good again for money that came
        back to it later.
        """
        if self.frozen:
            return CardState.FROZEN
        if self.balance(day):
            return CardState.ACTIVE
        if self.right.cancelled > 0:
            return CardState.CLOSED
        return CardState.EXPIRED if any(lot.remaining for lot in self.lots) else CardState.ACTIVE

    def split(self, amount: int, day: date) -> tuple[int, int]:
        """How a payment falls on principal and bonus. Raises `SpendRefusal`."""
        principal, bonus = self.principal(day), self.bonus(day)
        if amount > principal + bonus:
            raise SpendRefusal(amount - principal - bonus)
        if self.kind is not None and self.kind.uses is CardUses.PRINCIPAL_FIRST:
            first = min(amount, principal)
            return first, amount - first
        first, second = first_units(amount, (principal, bonus))
        return first, second

    def _of(self, ledger: str) -> Iterable[Lot]:
        return (lot for lot in self.lots if lot.account.ledger == ledger)


def card_account(ledger: str, identifier: bytes) -> Account:
    """A card's account in a ledger."""
    return Account(ledger, AccountKind.GIFT_CARD, identifier)


def stored_card(
    programme: Programme, rights: Iterable[Right], lots: Mapping[str, Iterable[Lot]]
) -> StoredCard | None:
    """The card of the rights that its code proves; None where there is none.

    `lots` are its lots by ledger.
    """
    rights = tuple(rights)
    own = [right for right in rights if right.kind == GIFT_CARD and right.programme == programme.id]
    if not own:
        return None
    right = own[0]
    principal, bonus = card_ledgers(programme, right.of)
    return StoredCard(
        id=bytes.fromhex(right.code),
        right=right,
        principal_ledger=principal,
        bonus_ledger=bonus,
        kind=programme.find(GiftCard, right.of),
        frozen=any(one.kind == CARD_FREEZE and not one.cancelled for one in rights),
        lots=tuple(lot for some in lots.values() for lot in some),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayment:
    """What a card pays of a sale, and how the card is named on the receipt."""

    card: StoredCard
    amount_minor: int
    name: str


def pay_with(plan: EventPlan, card: StoredCard, amount: int) -> None:
    """Take a payment from a card. Raises `SpendRefusal` when it does not hold so much."""
    principal, bonus = card.split(amount, plan.day)
    postings = postings_of(plan, card)
    for ledger, part in ((card.principal_ledger, principal), (card.bonus_ledger, bonus)):
        if part:
            postings.redeem(ledger, part)


def load(
    plan: EventPlan,
    kind: GiftCard,
    ledgers: tuple[str, str],
    identifier: bytes,
    paid: int,
    *,
    known: StoredCard | None,
) -> int:
    """Put money on a card that is paid for; returns the bonus that comes on top."""
    principal, bonus_ledger = ledgers
    lots = () if known is None else known.lots
    postings = plan.postings_at(card_account(principal, identifier), lots)
    postings.earn(
        principal,
        paid,
        usable_from=plan.day,
        last_day=kind.expiry.last_day(plan.day),
        code=TransferCode.ISSUE if known is None else TransferCode.RELOAD,
    )
    bonus = kind.bonus_for(paid)
    postings.earn(
        bonus_ledger,
        bonus,
        usable_from=plan.day,
        last_day=kind.bonus_expiry.last_day(plan.day),
        code=TransferCode.BONUS,
    )
    return bonus


def tell_holds(awards: Awards, card: str, balance_minor: int) -> None:
    """Say on the receipt what a card holds, as of the moment."""
    time = awards.moment.at.astimezone(awards.moment.store.zone)
    awards.tell("CARD_HOLDS", card=card, balance_minor=balance_minor, time=f"{time:%m-%d %H:%M}")


def postings_of(plan: EventPlan, card: StoredCard) -> EventPostings:
    """The postings for a card within an event."""
    return plan.postings_at(card_account(card.principal_ledger, card.id), card.lots)


def on_card(plan: EventPlan, identifier: bytes, lots: Iterable[Lot] = ()) -> int:
    """What a card holds that can be used, after the steps of an event so far."""
    postings = plan.postings_at(card_account("", identifier), lots)
    return usable_sum(postings.lots, plan.day)
