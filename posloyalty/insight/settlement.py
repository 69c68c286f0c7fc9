"""What partners and the operator owe one another for a span of days.

Shape: `settle(programme, counts, first, last)` gives a `Settlement`: a line for each partner with
points issued, taken back, redeemed and given back, how many of its own were spent at whoever's, and
what it pays (below zero: receives); the
operator's side by currency; and the points that are outstanding at the end. Counts are those of the
partners' own meters.

Days are those on which things became known: a return of March's goods in May is settled in May, so
that a statement that was sent stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.works.partners import issued_meter, redeemed_meter, spent_meter
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.partner import Partner
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.money import Currency


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerLine:
    """One partner; points in the wallet's minor units, `pays_minor` in its agreement's currency.

    `spent` are points that it stands for, spent anywhere less what was given back.
    """

    partner: str
    name: str
    wallet: str
    currency: Currency
    issued: int
    reversed: int
    redeemed: int
    restored: int
    spent: int
    pays_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A span's settlement. `operator` is what the operator has after it, by currency code;
    `outstanding` the points of partners that are not spent at the end, by wallet.
    """

    first: date
    last: date
    lines: tuple[PartnerLine, ...]
    operator: tuple[tuple[str, int], ...]
    outstanding: tuple[tuple[str, int], ...]


def settle(
    programme: Programme,
    counts: Iterable[MeterEntry],
    first: date,
    last: date,
    *,
    language: str = "",
) -> Settlement:
    """The settlement of the days from `first` through `last`, both included."""
    known = tuple(counts)
    partners = sorted(programme.of(Partner), key=lambda one: one.id)
    lines = tuple(_line(programme, one, known, first, last, language) for one in partners)
    operator: dict[str, int] = {}
    for line in lines:
        code = line.currency.code
        operator[code] = operator.get(code, 0) + line.pays_minor
    outstanding: dict[str, int] = {}
    for partner in partners:
        issued = _sums(programme, partner, known, issued_meter(partner.wallet), None, last)
        spent = _sums(programme, partner, known, redeemed_meter(partner.wallet), None, last)
        left = sum(issued) - sum(spent)
        outstanding[partner.wallet] = outstanding.get(partner.wallet, 0) + left
    return Settlement(
        first=first,
        last=last,
        lines=lines,
        operator=tuple(sorted(operator.items())),
        outstanding=tuple(sorted(outstanding.items())),
    )


def _line(
    programme: Programme,
    partner: Partner,
    counts: tuple[MeterEntry, ...],
    first: date,
    last: date,
    language: str,
) -> PartnerLine:
    wallet = partner.wallet
    issued, reversed_ = _sums(programme, partner, counts, issued_meter(wallet), first, last)
    redeemed, restored = _sums(programme, partner, counts, redeemed_meter(wallet), first, last)
    scale = programme.wallet(wallet).scale
    return PartnerLine(
        partner=partner.id,
        name=partner.names.in_language(language),
        wallet=wallet,
        currency=partner.currency,
        issued=issued,
        reversed=-reversed_,
        redeemed=redeemed,
        restored=-restored,
        spent=sum(_sums(programme, partner, counts, spent_meter(wallet), first, last)),
        pays_minor=partner.owes_minor(issued + reversed_, redeemed + restored, scale),
    )


def _sums(
    programme: Programme,
    partner: Partner,
    counts: tuple[MeterEntry, ...],
    name: str,
    first: date | None,
    last: date,
) -> tuple[int, int]:
    """What was added, and what was taken out again."""
    meter, owner = programme.meter(name), partner.owner(programme.id)
    added = gone = 0
    for entry in counts:
        day = store_day(entry.noted_at, programme.zone)
        if entry.meter != meter or entry.owner != owner or day > last:
            continue
        if first is not None and day < first:
            continue
        if entry.amount > 0:
            added += entry.amount
        else:
            gone += entry.amount
    return added, gone
