"""What is handed out at the merchant's risk is judged by its worth in money, at the most.

Shape: `most_off(offer)` is what one use of a voucher or reward takes off; `worth_of(programme,
wallet)` what points are worth: what they pay, or, where they only buy rewards, what the dearest of
those takes off for each. None where that depends on the goods: nobody risks what nobody can say.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.spend_room import rewards_at_sales
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.effects.amount import Amount
from posloyalty.domain.programme.kinds.reward import Reward
from posloyalty.domain.programme.offer import Offer
from posloyalty.domain.programme.terms import FreePiece
from posloyalty.domain.programme.wallet import Wallet


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


def most_off(offer: Offer) -> int | None:
    """What an offer takes off at the most, in minor units; None where that depends on the goods."""
    if offer.most_minor is not None:
        return offer.most_minor
    if isinstance(offer.effect, Amount):
        return offer.effect.amount_minor
    return offer.effect.up_to_minor if isinstance(offer.effect, FreePiece) else None


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
    off = None if reward.offer is None else most_off(reward.offer)
    if not off:
        return None
    return PointsWorth(min((reward.cost, *(cost for _, _, cost in reward.costs))), off)
