"""Members who are known at one till only, buy in a campaign of which every till hears, and come to
other tills later: what their purchases count is then known there, too.

Shape: `Strangers(seed, world)` draws from a seed of its own. In worlds that `meets`, somebody joins
at a till, buys there for a campaign, or comes to another till for the first time (`happens(till)`);
a till that was put back from a copy may have to meet them again. `check()` asks whether each till
counts of everybody whom it knows what head office counts, and of the campaign everything.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import PURCHASES
from posloyalty.domain.values.calendar import format_instant
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync import events
from posloyalty.sync.consequence_event import consequences_of
from posloyalty.sync.office.belongings import Belongings
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import LEDGER, member

if TYPE_CHECKING:
    from tests.simulation.world import World

STRANGERS: Final = tuple(member(f"stranger-{n}") for n in range(5))
CAMPAIGN: Final = member("a campaign")


class Strangers(Part):
    """The strangers of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"strangers {seed}")
        self._world = world
        self._on = world.kind.meets
        self._joined: set[bytes] = set()
        self._met = 0

    def happens(self, till: RestorableTill) -> None:
        """Maybe somebody comes, or buys."""
        if not self._on or self._random.random() > 0.35:
            return
        who = self._random.choice(STRANGERS)
        if who in till.books:
            self._buy(till, who)
        elif who not in self._joined:
            self._joined.add(who)
            till.greet(who, self._world.at)
        elif self._random.random() < 0.3:
            self._meet(till, who)

    def check(self) -> None:
        """Raises AssertionError where a till counts something else than head office."""
        if not self._on:
            return
        for till in self._world.tills:
            here = _counted(till)
            for owner in (CAMPAIGN, *STRANGERS):
                if owner is CAMPAIGN or owner in till.books:
                    meters = self._world.office.fold(owner).meters
                    there = sum(entry.amount for entry in meters if entry.owner == owner)
                    assert here[owner] == there, "each purchase counts once at whoever knows of it"
                if owner in till.books:
                    wanted = Belongings.of(self._world.office.fold(owner))
                    same_books(till.books[owner], wanted)

    def _buy(self, till: RestorableTill, who: bytes) -> None:
        def buy(plan: EventPlan, state: MemberState) -> None:
            plan.postings(state).earn(LEDGER, 7, usable_from=plan.day, last_day=None)
            plan.count(PURCHASES, who, 1)
            plan.count("taken", CAMPAIGN, 1)

        till.act(who, self._world.at, buy)

    def _meet(self, till: RestorableTill, who: bytes) -> None:
        """Somebody comes to a till that did not know them."""
        self._met += 1
        at = format_instant(self._world.at)
        met = derive_id("met", till.id, self._met).hex()
        event = events.MemberMet(id=met, at=at, hlc=(0, 0), members=(who.hex(),))
        till.append(event, Consequences())
        till.books[who] = Belongings(who)


def _counted(till: RestorableTill) -> Counter[bytes]:
    """What a till's book counts, by owner."""
    found: Counter[bytes] = Counter()
    for one in till.journal:
        event = events.decode(one.body)
        if isinstance(event, events.Act | events.Heard):
            for entry in consequences_of(event).meters:
                found[entry.owner] += entry.amount
    return found
