"""Undoing earlier transfers: what may be taken or given back, and who bears the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from posloyalty.domain.ledger.transfer import LotUse, Transfer


class NegativePolicy(StrEnum):
    """What happens when points to take back are already spent."""

    WITHIN_BALANCE = "within_balance"  # the shop bears the rest
    NEGATIVE = "negative"  # the rest becomes the member's debt
    OFFSET = "offset"  # the rest is held against the cash refund


class ReversalRefusal(ValueError):
    """More was to be taken or given back than the first transfer moved; `excess` is by how much."""

    def __init__(self, excess: int) -> None:
        super().__init__(f"{excess} more than is left of the first transfer")
        self.reason = "MORE_THAN_LEFT"
        self.excess = excess


@dataclass(frozen=True, slots=True)
class Reversal:
    """What taking points back came to: taken from lots, owed from now on, and borne elsewhere.

    `short` is the shop's loss (within_balance) or what the cash refund is reduced by (offset).
    """

    taken: int
    owed: int
    short: int


def give_back(
    redeemed: Transfer, points: int, restored: tuple[Transfer, ...]
) -> tuple[LotUse, ...]:
    """Negative uses that sum to `points`, from the redemption's last use backwards.

    `restored` are the earlier restores of the same redemption. Raises `ReversalRefusal`.
    """
    left = redeemed.amount - sum(t.amount for t in restored)
    if points > left:
        raise ReversalRefusal(points - left)
    # Restores always went backwards through the uses, so what they covered is the same tail.
    skip = redeemed.amount - left
    back = []
    for use in reversed(redeemed.uses):
        passed = min(skip, use.amount)
        skip -= passed
        part = min(points, use.amount - passed)
        points -= part
        if part:
            back.append(LotUse(use.lot_id, -part))
    return tuple(back)
