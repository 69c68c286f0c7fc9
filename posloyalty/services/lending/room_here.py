"""What a till may hand out of one wallet of a member: its leases, and what goes beyond them.

Shape: `RoomHere` for a wallet; `points` is the most by itself, `up_to` with other money beyond the
leases, `told` what the engine spends within. What goes beyond leases is judged by its worth at the
most: `Offer.most_off` is what one use of a voucher or reward takes off, `worth_of(programme,
wallet)` what points are worth, by what they pay, or, where they only buy rewards, by what the
dearest of those takes off for each. None where that depends on the goods: nobody risks what nobody
can say.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.spend_room import SpendRoom, rewards_at_sales
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.programme.wallet import Wallet
from posloyalty.services.lending.held_leases import left_in
from posloyalty.sync.leases import Asset


@dataclass(frozen=True, slots=True)
class PointsWorth:
    """So many `points`, in the wallet's minor units, are worth `money_minor`."""

    points: int
    money_minor: int

    def for_money(self, minor: int) -> int:
        """The most points that are worth no more than an amount."""
        return minor * self.points // self.money_minor

    def in_money(self, points: int) -> int:
        """What points cost the merchant, rounded up."""
        return -(-points * self.money_minor // self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomHere:
    """The points of a `wallet` as an `asset`, and what they are `worth`, None where nobody can say.

    `leases` are those that are good, and money goes beyond them: `floor_minor` without anybody,
    `beyond_minor` as the sale stands, `word_minor` with a supervisor's word; `why` says what bounds
    it.
    """

    wallet: str
    asset: Asset
    worth: PointsWorth | None
    leases: tuple[Right, ...]
    floor_minor: int
    beyond_minor: int
    word_minor: int
    why: str

    @property
    def leased(self) -> int:
        """Points of the leases."""
        return left_in(self.leases)

    @property
    def points(self) -> int:
        """The most that may be spent as the sale stands."""
        return self.up_to(self.beyond_minor)

    def up_to(self, beyond_minor: int) -> int:
        """The most with so much money beyond the leases."""
        return self.leased + (0 if self.worth is None else self.worth.for_money(beyond_minor))

    def worth_minor(self, points: int) -> int:
        """What so many points cost the merchant; 0 where nobody can say."""
        return 0 if self.worth is None else self.worth.in_money(points)

    def told(self) -> SpendRoom:
        """The same for the engine."""
        return SpendRoom(self.wallet, self.points, reason(self.why), self.up_to(self.word_minor))


def worth_of(programme: Programme, wallet: Wallet) -> PointsWorth | None:
    """What a wallet's points are worth; None where a reward may take off whatever goods cost."""
    if wallet.spend is not None:
        return PointsWorth(wallet.spend.points, wallet.spend.money_minor)
    worths = [_worth(one) for one in rewards_at_sales(programme) if one.wallet == wallet.id]
    known = [one for one in worths if one is not None]
    if len(known) < len(worths) or not known:
        return None
    dearest = known[0]
    for one in known[1:]:
        # Shares compared without a division.
        if one.money_minor * dearest.points > dearest.money_minor * one.points:
            dearest = one
    return dearest


def _worth(reward: Reward) -> PointsWorth | None:
    """What a reward takes off for the fewest points that it costs anybody."""
    off = None if reward.offer is None else reward.offer.most_off
    if not off:
        return None
    return PointsWorth(min((reward.cost, *(cost for _, _, cost in reward.costs))), off)
