"""`step = "lease"`: head office lends the step's till some of a member's points, or some of the
money, points or pieces that a campaign has to give, or a voucher.

The till holds them from its next exchange on: at once when it is online. `days` is how long, today
included. Refuses ASSET_SHORT where others hold too much. `step = "recall"` asks back what the till
holds of a member; it is free when the till's journal says that it gave it back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.lending.lent_rights import right_asset
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind, Denied
from posloyalty.sync.office.deciding import budget_asset

DAYS_MOST: Final = 366
UNITS_MOST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Lend:
    """How many points of a member, by wallet; how much of a campaign's budget, in minor units or
    pieces; or which of the member's vouchers.
    """

    member: str
    points: Mapping[str, int]
    campaign: str
    of_budget: Mapping[LimitUnit, int]
    voucher: str
    days: int

    def run(self, scene: Scene) -> Outcome:
        """Lend them."""
        programme, at = scene.programme, scene.world.at
        for number, (asset, amount) in enumerate(self._wanted(scene)):
            last = store_day(at, programme.zone) + timedelta(days=self.days - 1)
            found = scene.world.head_office.lease(
                derive_id("scenario-lease", str(scene.path), number),
                scene.till.facts.till_id,
                asset,
                amount,
                at=at,
                last_day=last,
                zone=programme.zone,
            )
            if isinstance(found, Denied):
                raise ServiceRefusal(found.reason, free_points=found.free)
        return NOTHING_SEEN

    def _wanted(self, scene: Scene) -> Iterator[tuple[Asset, int]]:
        programme = scene.programme
        for campaign in programme.of(Campaign):
            for unit, amount in self.of_budget.items() if campaign.id == self.campaign else ():
                yield budget_asset(programme.id, campaign, unit), amount
        if self.voucher:
            with scene.till.book.read() as reader:
                rights = reader.ledger.rights_of(scene.member_id(self.member))
            for right in rights:
                if (right.kind, right.of) == (VOUCHER, self.voucher):
                    yield right_asset(right), right.left or 0
        for wallet, points in sorted(self.points.items()):
            owner = scene.member_id(self.member)
            yield Asset(AssetKind.POINTS, programme.ledger(wallet), owner), points


@dataclass(frozen=True, slots=True)
class Recall:
    """Whose."""

    member: str

    def run(self, scene: Scene) -> Outcome:
        """Ask back everything."""
        scene.world.head_office.recall(scene.till.facts.till_id, scene.member_id(self.member))
        return NOTHING_SEEN


@step("lease")
def read_lease(block: Block) -> Lend:
    """Read how much, of what."""
    budget, voucher = "campaign" in block, "voucher" in block
    return Lend(
        member="" if budget else block.refer("member", "member"),
        points={} if budget or voucher else block.by_wallet("points"),
        campaign=block.text("campaign") if budget else "",
        of_budget=_of_budget(block) if budget else {},
        voucher=block.text("voucher") if voucher else "",
        days=block.whole("days", 1, least=1, most=DAYS_MOST),
    )


def _of_budget(block: Block) -> Mapping[LimitUnit, int]:
    for key, unit in (("pieces", LimitUnit.COUNT), ("points", LimitUnit.POINTS)):
        if key in block:
            return {unit: block.whole(key, 0, least=1, most=UNITS_MOST)}
    return {LimitUnit.MONEY: block.money("money")}


@step("recall")
def read_recall(block: Block) -> Recall:
    """Read whose."""
    return Recall(block.refer("member", "member"))
