"""Which lots a spending takes, and what has run out.

Shape: plans are tuples of `LotUse`, never changes in place. The order of spending is earliest last
day, then earliest earned, then id: a total order, so that every till and every replay takes the
same points. Pending and expired lots are never spent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from posloyalty.domain.ledger.transfer import Lot, LotUse


class SpendRefusal(ValueError):
    """More was asked for than the usable lots hold; `missing` is by how much."""

    def __init__(self, missing: int) -> None:
        super().__init__(f"{missing} more than the usable lots hold")
        self.reason = "NOT_ENOUGH"
        self.missing = missing


def spending_order(lot: Lot) -> tuple[date, date, bytes]:
    """The key by which lots are spent: what runs out first goes first, what never does last."""
    return (lot.last_day or date.max, lot.earned_on, lot.id)


def usable_sum(lots: Iterable[Lot], day: date) -> int:
    """What may be spent on a day, before any debt is held against it."""
    return sum(lot.remaining for lot in lots if lot.usable_on(day))


def expired_sum(lots: Iterable[Lot], day: date) -> int:
    """What has run out and is not booked as expired yet."""
    return sum(lot.remaining for lot in lots if lot.expired_on(day))


def plan_spend(lots: Iterable[Lot], amount: int, day: date) -> tuple[LotUse, ...]:
    """The uses that make up `amount`; raises `SpendRefusal` when the usable lots do not hold it."""
    return take(sorted((lot for lot in lots if lot.usable_on(day)), key=spending_order), amount)


def plan_expiry(lots: Iterable[Lot], day: date) -> tuple[LotUse, ...]:
    """Everything that remains in lots whose last good day has passed."""
    gone = [lot for lot in lots if lot.remaining and lot.expired_on(day)]
    return tuple([LotUse(lot.id, lot.remaining) for lot in sorted(gone, key=spending_order)])


def take(lots: Iterable[Lot], amount: int) -> tuple[LotUse, ...]:
    """Take `amount` from lots in the given order; raises `SpendRefusal` when they run dry."""
    uses = []
    for lot in lots:
        if amount == 0:
            break
        part = min(amount, lot.remaining)
        if part:
            uses.append(LotUse(lot.id, part))
            amount -= part
    if amount:
        raise SpendRefusal(amount)
    return tuple(uses)


def after_use(lot: Lot, use: LotUse) -> Lot:
    """The lot after a use; a use beyond its bounds is a mistake of ours and raises ValueError."""
    remaining = lot.remaining - use.amount
    if not 0 <= remaining <= lot.original:
        raise ValueError(f"a lot of {lot.original} cannot hold {remaining}")
    return replace(lot, remaining=remaining)


def of_one_kind(uses: Iterable[LotUse], lots: Mapping[bytes, Lot]) -> list[tuple[Lot, int]]:
    """What uses give back, by lots of one funder and cost: the first of each, and how much."""
    found: dict[tuple[str, str], tuple[Lot, int]] = {}
    for use in uses:
        lot = lots[use.lot_id]
        kind = lot.funder, str(lot.shop_cost)
        first, amount = found.get(kind, (lot, 0))
        found[kind] = first, amount - use.amount
    return [found[kind] for kind in sorted(found)]
