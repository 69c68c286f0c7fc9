"""What a try-out's gifts, rewards and points would have cost the shop, by who stands for them.

Shape: an `AtCost` grows with each sale: `given` is what gifts, rewards and vouchers of a known cost
cost, by funder, and `instead_minor` what they took off prices; `points` are kept by (funder, cost
of a point), so that each sum is rounded once. The funder is "" for the shop itself. Points of a
wallet of which nobody says the cost cost what they pay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from posloyalty.domain.engine.campaigns import campaign_of
from posloyalty.domain.engine.funders import funder_of_campaign
from posloyalty.domain.engine.quote import AppliedOffer, AppliedRedemption
from posloyalty.domain.ledger.transfer import Lot, Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.values.ratio import Ratio
from posloyalty.domain.values.rounding import Rounding

ISSUED = (TransferCode.EARN, TransferCode.BONUS)
NOTHING = Ratio(0)


class Of(StrEnum):
    """What points did: issued, spent (`PAID` is what of it paid as money), held at the end."""

    ISSUED = "issued"
    SPENT = "spent"
    PAID = "paid"
    HELD = "held"


@dataclass(slots=True)
class AtCost:
    """What one member's, or everybody's, benefits cost the shop."""

    given: dict[str, int] = field(default_factory=dict)
    instead_minor: int = 0
    points: dict[tuple[Of, str, Ratio], int] = field(default_factory=dict)

    @property
    def given_minor(self) -> int:
        """What gifts, rewards and vouchers of a known cost cost."""
        return sum(self.given.values())

    def of(self, what: Of, funder: str | None = None) -> int:
        """What points cost, in minor units: one funder's, or all."""
        exact = NOTHING
        for (kind, who, cost), points in self.points.items():
            if kind is what and funder in (None, who):
                exact = exact + cost * points
        return exact.apply(1, Rounding.HALF_UP)

    def funders(self) -> tuple[str, ...]:
        """Whoever stands for something, the shop first."""
        return tuple(sorted({*self.given, *(who for _, who, _ in self.points)}))

    def add(self, other: AtCost) -> None:
        """Add what somebody else's came to."""
        for who, amount in other.given.items():
            self.given[who] = self.given.get(who, 0) + amount
        self.instead_minor += other.instead_minor
        for key, points in other.points.items():
            self.points[key] = self.points.get(key, 0) + points

    def note(self, what: Of, lot: Lot, points: int, cost: Ratio) -> None:
        """Add points of a lot."""
        key = what, lot.funder, cost
        self.points[key] = self.points.get(key, 0) + points


class Costing:
    """What one programme says of costs; `knows` whether it says any."""

    def __init__(self, programme: Programme) -> None:
        self._funders = {one.id: funder_of_campaign(campaign_of(one)) for one in programme.terms}
        worth = {
            programme.ledger(one.id): Ratio(one.spend.money_minor, one.spend.points)
            for one in programme.wallets
            if one.spend is not None
        }
        self._costs = {**worth, **programme.shop_costs}
        stated = any(one.states_cost for one in programme.terms)
        self.knows = stated or bool(programme.shop_costs)

    def offers(self, into: AtCost, offers: Iterable[AppliedOffer]) -> None:
        """Note what offers of a sale cost that say so."""
        for one in offers:
            if one.shop_cost is None:
                continue
            who = self._funders.get(one.offer_id.partition("~")[0], "")
            into.given[who] = into.given.get(who, 0) + one.costs_shop
            into.instead_minor += one.amount_minor

    def moved(
        self,
        into: AtCost,
        transfers: Iterable[Transfer],
        lots: Iterable[Lot],
        redemptions: Iterable[AppliedRedemption],
    ) -> None:
        """Note the points that a sale issued and spent; the first that it spent of a wallet paid,
        the others bought rewards, which have costs of their own.
        """
        known = {lot.id: lot for lot in lots}
        paying = {one.wallet: one.points for one in redemptions}
        for transfer in transfers:
            if transfer.code in ISSUED and transfer.opens is not None:
                self._note(into, Of.ISSUED, transfer.opens, transfer.amount)
            elif transfer.code is TransferCode.REDEEM:
                wallet = transfer.debit.ledger.rpartition("/")[2]
                for use in transfer.uses:
                    lot = known[use.lot_id]
                    self._note(into, Of.SPENT, lot, use.amount)
                    part = min(use.amount, paying.get(wallet, 0))
                    if part:
                        paying[wallet] -= part
                        self._note(into, Of.PAID, lot, part)

    def held(self, into: AtCost, lots: Iterable[Lot], day: date) -> None:
        """Note what is held at the end of a day, in place of what was noted before."""
        into.points = {key: n for key, n in into.points.items() if key[0] is not Of.HELD}
        for lot in lots:
            if lot.remaining and not lot.expired_on(day):
                self._note(into, Of.HELD, lot, lot.remaining)

    def _note(self, into: AtCost, what: Of, lot: Lot, points: int) -> None:
        cost = lot.shop_cost  # which may be zero
        if cost is None:
            cost = self._costs.get(lot.account.ledger)
        if cost is not None:
            into.note(what, lot, points, cost)
