"""`step = "lease"`: head office lends the step's till some of a member's points.

The till holds them from its next exchange on: at once when it is online. `days` is how long, today
included. Refuses ASSET_SHORT where others hold too much. `step = "recall"` asks back what the till
holds of a member; it is free when the till's journal says that it gave it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.scenario.block import Block
from posloyalty.scenario.scene import Scene
from posloyalty.scenario.step import NOTHING_SEEN, Outcome, step
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind, Denied

DAYS_MOST: Final = 366


@dataclass(frozen=True, slots=True)
class Lend:
    """How many points, by wallet."""

    member: str
    points: Mapping[str, int]
    days: int

    def run(self, scene: Scene) -> Outcome:
        """Lend them."""
        programme, at = scene.programme, scene.world.at
        for wallet, points in sorted(self.points.items()):
            asset = Asset(AssetKind.POINTS, programme.ledger(wallet), scene.member_id(self.member))
            last = store_day(at, programme.zone) + timedelta(days=self.days - 1)
            found = scene.world.head_office.lease(
                derive_id("scenario-lease", str(scene.path), wallet),
                scene.till.facts.till_id,
                asset,
                points,
                at=at,
                last_day=last,
                zone=programme.zone,
            )
            if isinstance(found, Denied):
                raise ServiceRefusal(found.reason, free_points=found.free)
        return NOTHING_SEEN


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
    """Read how much."""
    return Lend(
        block.refer("member", "member"),
        block.by_wallet("points"),
        block.whole("days", 1, least=1, most=DAYS_MOST),
    )


@step("recall")
def read_recall(block: Block) -> Recall:
    """Read whose."""
    return Recall(block.refer("member", "member"))
