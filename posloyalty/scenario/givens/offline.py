"""`[offline]`: tills share their members, and hand out of them offline what is lent to them.

Without this table a till is alone: it spends what it knows to be there. `floor` is what the
merchant risks per member and offline spell, `till_day` and `store_day` in all, `voucher` what
one may be worth that was not lent here, `override` what a supervisor may approve at once and
`override_day` at a till in a day, `debt` who bears what was spent twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from posloyalty.scenario.block import Block
from posloyalty.scenario.given import Given, Stage, gives
from posloyalty.scenario.placed_till import PlacedTill
from posloyalty.services.lending.lending import adopt_in
from posloyalty.services.ports import UnitOfWork
from posloyalty.sync.risk_policy import RiskPolicy

DEFAULT: Final = RiskPolicy()
HOURS_MOST: Final = 24 * 365


class Bearer(StrEnum):
    """Who bears what was spent twice."""

    STORE = "store"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class GivenPolicy:
    """The policy of every till."""

    policy: RiskPolicy
    stage: Stage = Stage.SHOP

    def put(self, unit: UnitOfWork, till: PlacedTill) -> None:
        """Let a till know that it is one of several."""
        adopt_in(unit, self.policy)
        till.policy = self.policy


@gives("offline", name="")
def read_offline(block: Block) -> Iterable[Given]:
    """Read the bounds."""
    policy = RiskPolicy(
        floor_minor=block.money("floor", DEFAULT.floor_minor, least=0),
        till_day_minor=block.money("till_day", DEFAULT.till_day_minor, least=0),
        store_day_minor=block.money("store_day", DEFAULT.store_day_minor, least=0),
        voucher_face_minor=block.money("voucher", DEFAULT.voucher_face_minor, least=0),
        override_minor=block.money("override", DEFAULT.override_minor, least=0),
        override_day_minor=block.money("override_day", DEFAULT.override_day_minor, least=0),
        stale_after=timedelta(hours=block.whole("stale_hours", 72, least=1, most=HOURS_MOST)),
        member_debt=block.choice("debt", Bearer, Bearer.STORE) is Bearer.MEMBER,
    )
    return (GivenPolicy(policy),)
