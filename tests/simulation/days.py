"""Tills whose day is ahead of head office's: what a sale asks for in reach it can spend, and nobody
else can.

Shape: `Days(seed, world)` draws from a seed of its own. In worlds of that kind, `happens(till)`
steps the clock of one till ahead by a day or more, and has sales ask for points for their till's
own day, and spend them. A till that is put back from a copy there goes by what its book says of
the time, so its day may go back while head office knows its journal further.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.leases import DAY_AHEAD, Asset, AssetKind, Denied, Lease
from posloyalty.sync.office.telling import Grant
from posloyalty.sync.rule_time import AHEAD_MOST
from tests.simulation.node import Node
from tests.simulation.office import SmallOffice
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.fleet import LEDGER

if TYPE_CHECKING:
    from tests.simulation.world import World

AHEAD_DAYS: Final = (1, 1, 1, 2, 6, 9)


class Days(Part):
    """The sales of one world that ask; `lent` counts those that were lent something ahead."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"days {seed}")
        self._world = world
        self._sales = 0
        self.lent = 0

    def happens(self, till: RestorableTill) -> None:
        """Maybe a clock steps, maybe a sale asks and spends."""
        world = self._world
        if not world.kind.days:
            return
        node = next(one for one in world.nodes.values() if one.till is till)
        if world._happens("day_ahead"):
            node.clock_off = timedelta(days=self._random.choice(AHEAD_DAYS))
        desk = world.put_back.answers()
        if self._random.random() < 0.4 and world.lent.hears(desk, node):
            self._sell(desk, node)

    def _sell(self, desk: SmallOffice, node: Node) -> None:
        world, till = self._world, node.till
        who, now, day = self._random.choice(world.members), world._true(), world.at.date()
        asset = Asset(AssetKind.POINTS, LEDGER, who)
        self._sales += 1
        rid = derive_id("asked for a sale", self._sales)
        wanted = self._random.randint(1, 300)
        found = desk.core.reserve(rid, till.id, asset, wanted, at=now, zone=UTC, day=day)
        if isinstance(found, Denied):
            told = found.reason == DAY_AHEAD
            known = desk.archive.last_at(till.id) or now
            ahead = max(day, known.date()) - now.date()
            assert told == (ahead > AHEAD_MOST), "a till is refused for its day where it is far off"
            return
        self._spend(desk, node, found)

    def _spend(self, desk: SmallOffice, node: Node, lease: Lease) -> None:
        world, till, asset = self._world, node.till, lease.asset
        last_day, day = desk.archive.shelf.last_day(lease.id), world.at.date()
        assert last_day is not None
        assert last_day >= day, "what a sale is lent is good on its till's day"
        self.lent += day > world._true().date()
        grant = Grant(lease_id=lease.id, asset=asset, amount=lease.amount, last_day=last_day)
        till.hold(grant, world.at)
        world.spend(till, asset.owner)
