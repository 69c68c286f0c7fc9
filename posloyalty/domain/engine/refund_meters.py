"""Meters of a sale undone, on the sale's own day, so that every window it counted in forgets it.

The base meters (purchases, spend, earned) are undone before works look, all others after them, and
only where no work has undone something itself. What a meter counts says how it goes back: a sum of
money or points with its share, a count of events with the whole sale. What an offer has given goes
back with what it lowered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.campaigns import EARNED_FOR
from posloyalty.domain.engine.posting import PURCHASES, SPEND, earned_meter
from posloyalty.domain.engine.refund_points import earned_back
from posloyalty.domain.engine.returned import product_of
from posloyalty.domain.engine.undoing import Undoing
from posloyalty.domain.ledger.meter import MeterEntry
from posloyalty.domain.programme.limit import LimitUnit

SHOP_COST = LimitUnit.SHOP_COST.value
SUMS = frozenset({"money", "points", "spend", "units"})
"""The last words of meters that are sums: all others count events (docs/programmes/returns.md)."""
EARNED = earned_meter("")


@dataclass(frozen=True, slots=True)
class Counted:
    """What the sale added to one meter of one owner on one day."""

    entry: MeterEntry
    amount: int


def undo_base(undoing: Undoing) -> None:
    """Undo what every member's sale counts."""
    back = earned_back(undoing) | {SPEND: _spend(undoing)}
    for one in _counted(undoing):
        meter = one.entry.meter
        if meter == PURCHASES:
            _undo(undoing, one, 0)
        elif _is_base(meter):
            _undo(undoing, one, back.get(meter, 0))


def undo_others(undoing: Undoing) -> None:
    """Undo what works counted, unless they have undone it themselves."""
    settled = {
        (entry.meter, entry.owner)
        for entry in undoing.plan.consequences().meters
        if entry.undoes == undoing.sale.id
    } | undoing.awards.kept_counts
    for one in _counted(undoing):
        key = (one.entry.meter, one.entry.owner)
        if not _is_base(one.entry.meter) and key not in settled | undoing.awards.counts_left:
            _undo(undoing, one, _back(undoing, one))


def _is_base(meter: str) -> bool:
    return meter in (PURCHASES, SPEND) or meter.startswith(EARNED)


def _counted(undoing: Undoing) -> tuple[Counted, ...]:
    sums: dict[tuple[str, bytes, date], Counted] = {}
    for entry in undoing.did.meters:
        key = (entry.meter, entry.owner, entry.day)
        before = sums[key].amount if key in sums else 0
        sums[key] = Counted(entry, before + entry.amount)
    return tuple(sums.values())


def _back(undoing: Undoing, one: Counted) -> int:
    """How much goes back with the goods, while something stays."""
    goods, parts = undoing.goods, one.entry.meter.split("/")
    used = parts[-2] if len(parts) > 2 and parts[-3] == "use" else ""
    offers = [o.offer_id for o in undoing.sale.offers if used and _is_of(o.offer_id, used)]
    if offers:
        if parts[-1] == "money":
            return sum(goods.offer_back(name) for name in offers)
        if parts[-1] == SHOP_COST:
            return sum(goods.cost_back(name) for name in offers)
        return one.amount * sum(map(goods.completes, offers)) // len(offers)
    return goods.share(one.amount) if parts[-1] in SUMS else 0


def _is_of(offer_id: str, used: str) -> bool:
    """Whether an offer of the sale is counted under a key: an offer's id, or a kind with one such
    as "voucher:welcome", which several uses in a sale have in common ("welcome", "welcome~2").
    What a campaign earned names a wallet, and no offer, though one may be called the same.
    """
    return not used.startswith(EARNED_FOR) and offer_id.partition("~")[0] == used.rpartition(":")[2]


def _undo(undoing: Undoing, one: Counted, amount: int) -> None:
    """Take an amount back on the day of the entry, never more than is left of it; the last goods
    take all that is left, whatever rounding or a work did before.
    """
    entry = one.entry
    left = one.amount - _undone(undoing, entry)
    least, most = min(0, left), max(0, left)
    back = left if undoing.goods.whole else max(least, min(amount, most))
    undoing.plan.count(
        entry.meter, entry.owner, -back, day=entry.day, at=entry.at, undoes=undoing.sale.id
    )


def _undone(undoing: Undoing, entry: MeterEntry) -> int:
    return -sum(
        one.amount
        for one in undoing.undone.meters
        if (one.meter, one.owner, one.day, one.undoes)
        == (entry.meter, entry.owner, entry.day, undoing.sale.id)
    )


def _spend(undoing: Undoing) -> int:
    """What was paid for the goods that come back and earn."""
    products = undoing.known.products
    return sum(line.net_minor for line in undoing.goods.lines if product_of(line, products).earning)
