"""Money back by tender: to the instruments that paid, never more to one than it paid.

Shape: `money_back(...)` answers tenders in the shape of the sale's, by the same numbers: the amount
settled, and for cash what is handed over, `given_minor` = amount + rounding. Cash rounding is
mirrored: over all refunds of a sale the coins are those that the sale took, whatever the market's
rounding is today (a sale of 7.00 never gives back 8.00).

In an exchange the refund comes to the same coins. Of these the other sale keeps what it would have
asked anybody for the part that they pay, and the rest is handed out (`carry_over`). So every sale
has taken coins, and returns and exchanges in any order sum to the very coins that it took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from posloyalty.domain.shop.tender import CashRounding, Tender, TenderKind
from posloyalty.domain.values.portion import first_units


class TenderOrder(StrEnum):
    """Which tenders get their money back first."""

    PROPORTIONAL = "proportional"  # each its share of what comes back
    STORED_FIRST = "stored_first"  # gift cards and wallets before cash and cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What a sale's tender paid, what earlier refunds gave back of it, and what it paid of all the
    goods that came back so far, these included. `handed_minor` is what earlier refunds came to for
    cash, in coins.
    """

    tender: Tender
    given_minor: int
    returned_minor: int
    handed_minor: int = 0

    @property
    def room_minor(self) -> int:
        """The most that may still go back to it."""
        return self.tender.amount_minor - self.given_minor

    @property
    def cash(self) -> bool:
        """Whether it was cash."""
        return self.tender.kind is TenderKind.CASH

    @property
    def asked_minor(self) -> int:
        """What was asked for it, in coins for cash."""
        return self.tender.amount_minor + self.tender.rounding_minor

    @property
    def stored(self) -> bool:
        """Whether it took value from an account of ours: a gift card, a wallet."""
        return self.tender.account_id is not None


def paid_so_far(
    tenders: Sequence[Tender], earlier: Iterable[Tender], returned: Mapping[int, int]
) -> tuple[Paid, ...]:
    """The tenders of a sale; `returned` is by number what each paid of the goods that came back."""
    given: dict[int, int] = {}
    handed: dict[int, int] = {}
    for one in earlier:
        given[one.number] = given.get(one.number, 0) + one.amount_minor
        handed[one.number] = handed.get(one.number, 0) + one.given_minor
    return tuple(
        Paid(
            tender=tender,
            given_minor=given.get(tender.number, 0),
            returned_minor=returned.get(tender.number, 0),
            handed_minor=handed.get(tender.number, 0),
        )
        for tender in tenders
    )


def spread_back(total_minor: int, paid: Sequence[Paid], order: TenderOrder) -> tuple[int, ...]:
    """What of a refund goes to each tender; the sum is the total, which the rooms must hold."""
    if order is TenderOrder.PROPORTIONAL:
        return _in_proportion(total_minor, paid, [one.returned_minor for one in paid])
    amounts, left = [0] * len(paid), total_minor
    for place, one in enumerate(paid):
        if one.stored:
            amounts[place] = min(left, one.room_minor)
            left -= amounts[place]
    places = [place for place, one in enumerate(paid) if not one.stored]
    others = [paid[place] for place in places]
    rest = _in_proportion(left, others, [one.tender.amount_minor for one in others])
    for place, amount in zip(places, rest, strict=True):
        amounts[place] = amount
    return tuple(amounts)


def hold_back(amounts: Sequence[int], paid: Sequence[Paid], held_minor: int) -> tuple[int, ...]:
    """The amounts less money that is held back: from cash first, from stored value never."""
    left = held_minor
    lowered = list(amounts)
    places = [place for place, one in enumerate(paid) if not one.stored]
    for place in sorted(places, key=lambda p: paid[p].tender.kind is not TenderKind.CASH):
        part = min(left, lowered[place])
        lowered[place] -= part
        left -= part
    if left:
        raise ValueError(f"{left} more is held back than money goes back")
    return tuple(lowered)


def money_back(
    amounts: Sequence[int],
    paid: Sequence[Paid],
    *,
    cash: CashRounding,
    references: Mapping[int, str] | None = None,
) -> tuple[Tender, ...]:
    """The tenders of a refund. A card or wallet keeps the sale's reference, unless a new one is
    given by number; a tender that gets nothing is left out.
    """
    named = references or {}
    return tuple(
        _back(amount, one, cash, named.get(one.tender.number, one.tender.reference))
        for amount, one in zip(amounts, paid, strict=True)
        if amount
    )


def in_coins(
    tenders: Iterable[Tender], paid: Iterable[Paid], cash: CashRounding
) -> tuple[Tender, ...]:
    """The same refund with its cash rounded once, over all cash that came back so far, however many
    payments it was: to what coins pay, and to no more than the sale took. When all of it has come
    back, all that was taken has, whatever coins those were.
    """
    tenders, taken = tuple(tenders), [one for one in paid if one.cash]
    mine = [one for one in tenders if one.kind is TenderKind.CASH]
    gone = sum(one.given_minor for one in taken) + sum(one.amount_minor for one in mine)
    asked = sum(one.asked_minor for one in taken)
    whole = gone == sum(one.tender.amount_minor for one in taken)
    so_far = asked if whole else min(cash.payable(gone), asked)
    coins = max(0, so_far - sum(one.handed_minor for one in taken))
    if not whole:
        coins -= coins % cash.step_minor
    return _rounded(tenders, coins - sum(one.given_minor for one in mine))


def carry_over(
    tenders: Iterable[Tender], most_minor: int, cash: CashRounding
) -> tuple[tuple[Tender, ...], tuple[Tender, ...]]:
    """A refund whose money stays for another sale, as far as that needs it: the refund's tenders
    with what stays of each, and those with which the other sale begins, by the same instruments.

    Later the goods of that sale go back to the instruments that really paid. Stored value is back
    on its account and stays there.
    """
    tenders = tuple(tenders)
    amounts = [0 if one.account_id else one.amount_minor for one in tenders]
    parts = first_units(min(most_minor, sum(amounts)), amounts)
    coins = [one.given_minor if one.kind is TenderKind.CASH else 0 for one in tenders]
    part = sum(n for one, n in zip(tenders, parts, strict=True) if one.kind is TenderKind.CASH)
    asked = min(cash.payable(part), sum(coins))
    stays = [
        mine if one.kind is TenderKind.CASH else whole
        for one, mine, whole in zip(tenders, first_units(asked, coins), parts, strict=True)
    ]
    kept = tuple(replace(one, stays_minor=n) for one, n in zip(tenders, stays, strict=True))
    return kept, _begins(kept, part, asked)


def _begins(kept: Iterable[Tender], cash_minor: int, asked_minor: int) -> tuple[Tender, ...]:
    """What the other sale begins with: cash is cash, whatever it was paid with once, and of its
    coins stay those that the sale asks for that part of its price.
    """
    begins: list[Tender] = []
    for one in kept:
        first = one.kind is TenderKind.CASH
        amount = cash_minor if first else one.stays_minor
        if not amount or (first and any(each.kind is TenderKind.CASH for each in begins)):
            continue
        given = asked_minor if first else amount
        begins.append(
            Tender(
                number=len(begins) + 1,
                kind=one.kind,
                amount_minor=amount,
                given_minor=given,
                rounding_minor=given - amount,
                reference=one.reference,
                scheme=one.scheme,
            )
        )
    return tuple(begins)


def _rounded(tenders: tuple[Tender, ...], off_minor: int) -> tuple[Tender, ...]:
    """Cash rounded by so much together: by the largest tender, as far as it gives anything."""
    found = list(tenders)
    room = {
        place: one.given_minor for place, one in enumerate(tenders) if one.kind is TenderKind.CASH
    }
    for place in sorted(room, key=lambda place: -room[place]):
        off = max(off_minor, -room[place])
        one = found[place]
        found[place] = replace(
            one, given_minor=one.given_minor + off, rounding_minor=one.rounding_minor + off
        )
        off_minor -= off
    return tuple(found)


def _back(amount: int, one: Paid, cash: CashRounding, reference: str | None) -> Tender:
    tender = one.tender
    rounding = 0
    if tender.kind is TenderKind.CASH:
        asked = _coins(one.given_minor + amount, tender, cash)
        # What was carried over may be more than its coins would have been.
        rounding = max(0, asked - one.handed_minor) - amount
    return Tender(
        number=tender.number,
        kind=tender.kind,
        amount_minor=amount,
        given_minor=amount + rounding,
        rounding_minor=rounding,
        reference=reference,
        account_id=tender.account_id,
        scheme=tender.scheme,
    )


def _coins(amount: int, tender: Tender, cash: CashRounding) -> int:
    """The coins that the first `amount` of a cash tender comes to; all of it is what was asked."""
    asked = tender.amount_minor + tender.rounding_minor
    if amount == tender.amount_minor:
        return asked
    return min(cash.payable(amount), asked)


def _in_proportion(total: int, paid: Sequence[Paid], shares: Sequence[int]) -> tuple[int, ...]:
    """By the shares over all refunds so far, as far as each tender has room."""
    before = sum(one.given_minor for one in paid)
    wanted = first_units(before + total, shares) if total else (0,) * len(paid)
    now = [max(0, want - one.given_minor) for want, one in zip(wanted, paid, strict=True)]
    # Refunds by another order, or money held back, may have given a tender more than its share by
    # now: what the others are then wanted too much goes off in proportion.
    less = first_units(sum(now) - total, now)
    return tuple(amount - part for amount, part in zip(now, less, strict=True))
