"""What a till may hand out of one wallet of a member: its leases, and what goes beyond them.

Shape: `RoomHere` for a wallet; `points` is the most by itself, `up_to` with other money beyond the
leases, `told` what the engine spends within.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.spend_room import SpendRoom
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.reason import reason
from posloyalty.services.lending.held_leases import left_in
from posloyalty.services.lending.worth import PointsWorth
from posloyalty.sync.leases import Asset


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
