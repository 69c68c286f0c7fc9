"""Points as deferred revenue: what of a price belongs to the points it gives (IFRS 15, B39-B43).

Shape: amounts are integers in one unit of money. A price is allocated to goods and points by their
stand-alone selling prices; points are worth what will be redeemed of them. Revenue from points is
released as they are redeemed, cumulatively, by the newest estimate of how many will be. Every entry
balances: its postings sum to zero. Halves are rounded up, once per entry.

The figures of the standard's example (95 % expected, then 97 %) are in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from posloyalty.domain.values.allocation import allocate
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

CASH = "cash"
REVENUE = "revenue"
CONTRACT_LIABILITY = "contract_liability"


@dataclass(frozen=True, slots=True)
class Entry:
    """One journal entry: (account, amount), debits positive, credits negative."""

    text: str
    postings: tuple[tuple[str, int], ...]

    @property
    def balances(self) -> bool:
        """Whether debits equal credits."""
        return sum(amount for _, amount in self.postings) == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """Points issued together, and what of their price is still deferred.

    `expected` is how many points will ever be redeemed, as estimated now; `redeemed` and `released`
    are sums so far.
    """

    deferred: int
    expected: int
    redeemed: int = 0
    released: int = 0

    @property
    def liability(self) -> int:
        """What is still owed to the holders of the points."""
        return self.deferred - self.released


def defer(
    price: int, *, goods_alone: int, points: int, point_value: Ratio, redemption_rate: Ratio
) -> tuple[Deferral, Entry]:
    """Split a price received between the goods and the points that came with them.

    `goods_alone` is what the goods cost without points, `point_value` what a point buys,
    `redemption_rate` the share of points that is expected to be redeemed.
    """
    points_alone = (point_value * redemption_rate * points).apply(1, Rounding.HALF_UP)
    goods, owed = allocate(price, (goods_alone, points_alone), ("goods", "points"))
    made = Deferral(deferred=owed, expected=redemption_rate.apply(points, Rounding.HALF_UP))
    postings = ((CASH, price), (REVENUE, -goods), (CONTRACT_LIABILITY, -owed))
    return made, Entry("sale with points", postings)


def release(
    before: Deferral, *, redeemed: int, expected: int | None = None
) -> tuple[Deferral, Entry]:
    """Recognise revenue for points redeemed since; `expected` is a new estimate, if there is one.

    The release is cumulative: what should have been released in all, less what was. When every
    expected point is redeemed, nothing is left.
    """
    expected = before.expected if expected is None else expected
    total = min(before.redeemed + redeemed, expected)
    due = Ratio(total, expected).apply(before.deferred, Rounding.HALF_UP) if expected else 0
    due = before.deferred if total == expected else due
    part = due - before.released
    after = replace(before, expected=expected, redeemed=before.redeemed + redeemed, released=due)
    return after, Entry("points redeemed", ((CONTRACT_LIABILITY, part), (REVENUE, -part)))
