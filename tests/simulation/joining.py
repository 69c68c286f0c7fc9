"""A till that sold alone joins while the others spend, and the line goes down in between.

In worlds of `pieces` that till sold alone for long, and what it wrote comes in many of them.

Shape: `Joining(seed, world)` draws from a seed of its own. In worlds that `joins`, a regular earns
and spends at a till without a head office, of all that its book says. Then it joins, sends what it
wrote, and hears of a policy some time later; from the joining on it spends as its own `Lending`
says, which is from leases alone. At the other tills the regular is known, too, and spends there
what is lent. That nothing is spent twice is every world's own question (`agreed`).
"""

from __future__ import annotations

from datetime import UTC, timedelta
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.lending import Lending
from posloyalty.services.ports import Book, Clock
from posloyalty.services.ports.head_office import OfficeFacts
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.risk_policy import RiskPolicy
from tests.simulation.part import Part
from tests.simulation.programme_book import SmallBook
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import LEDGER, member

if TYPE_CHECKING:
    from tests.simulation.world import World

PIECE: Final = 3
"""Events that go at once where what was written comes in pieces."""
LONG: Final = 40
"""The most that one day alone wrote there."""
REGULAR: Final = member("regular")
POINTS: Final = Asset(AssetKind.POINTS, LEDGER, REGULAR)
FACTS: Final = OfficeFacts(url="", office="", office_key="", store="", certificate="", not_after="")
NO_CLOCK: Final = cast(Clock, SimpleNamespace())


class Joining(Part):
    """The till of one world that joins; `free` counts what it spent as a till that is alone."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"joining {seed}")
        self._world = world
        self._on = world.kind.joins
        self._till = RestorableTill("alone", "S0")
        self._joined = False
        self._wishes = self._wrote = 0
        self.free = 0
        if self._on:
            self._till.greet(REGULAR, world._true())

    def greet(self, till: RestorableTill) -> None:
        """Every till knows the regular; those that joined long ago have heard of a policy."""
        if self._on and till is not self._till:
            till.greet(REGULAR, self._world.at)
            self._lending(till).adopt(RiskPolicy())

    def happens(self, till: RestorableTill) -> None:
        """Maybe the regular comes, here or to the one that is alone, or that one joins."""
        if not self._on:
            return
        self._goes_down()
        chance = self._random.random()
        if not self._joined and chance < 0.4:
            self._alone()
        elif not self._joined and chance < 0.5:
            self._join()
        elif chance < 0.9:
            self._comes(till)

    def settled(self) -> bool:
        """Whoever has not joined by now does."""
        if not self._on or self._joined:
            return True
        self._join()
        return False

    def check(self) -> None:
        """Raises AssertionError where tills have something else of the regular."""
        if self._on:
            wanted = Belongings.of(self._world.office.fold(REGULAR))
            for till in self._world.tills:
                same_books(till.books[REGULAR], wanted)

    def _alone(self) -> None:
        often = self._random.randint(1, LONG) if self._world.kind.pieces else 1
        for _ in range(often):
            if self._random.random() < 0.6:
                self._earn(self._till)
            else:
                self._spend_freely(self._till)

    def _goes_down(self) -> None:
        """The line of the one that joined, in the middle of what it sends."""
        world = self._world
        if not world.kind.pieces or not self._joined or world._resting:
            return
        node = world.nodes[self._till.id]
        place = world.office.place(self._till.id)
        begun = place is not None and place.seq < self._wrote
        if begun and self._random.random() < 0.5:
            down_ms = world.now_ms + self._random.randint(1_000, 60_000)
            node.cut_off_ms = max(node.cut_off_ms, down_ms)

    def _join(self) -> None:
        """It keeps its head office from now on; the policy comes later."""
        self._joined, self._wrote = True, len(self._till.journal)
        self._world.joins(self._till)
        if self._world.kind.pieces:
            self._world.nodes[self._till.id].lane.piece = PIECE

    def _comes(self, till: RestorableTill) -> None:
        world = self._world
        if till is self._till and self._random.random() < 0.04:
            self._is_told(till)
        what = self._random.random()
        if what < 0.15:
            self._earn(till)
        elif what < 0.5:
            self._wish(till)
        elif self._lending(till).policy is None:
            self._spend_freely(till)
        else:
            world.spend(till, REGULAR)

    def _wish(self, till: RestorableTill) -> None:
        """Of all that head office knows and nobody holds."""
        world, last = self._world, self._world.at.date() + timedelta(days=9)
        self._wishes += 1
        free = world.office.free(POINTS, last, at=world.at, zone=UTC)
        wish_id = derive_id("joining", self._wishes)
        world.lent.wish(wish_id, till.id, POINTS, max(1, free), last)

    def _is_told(self, till: RestorableTill) -> None:
        node = self._world.nodes[till.id]
        if self._world.now_ms >= max(node.cut_off_ms, self._world._down_ms):
            self._lending(till).adopt(RiskPolicy())

    def _lending(self, till: RestorableTill) -> Lending:
        book = SmallBook(till, self._world._true, FACTS)  # which says that it has joined
        return Lending(cast(Book, book), NO_CLOCK)

    def _earn(self, till: RestorableTill) -> None:
        points = self._random.randint(1, 90)

        def earn(plan: EventPlan, state: MemberState) -> None:
            plan.postings(state).earn(LEDGER, points, usable_from=plan.day, last_day=None)

        till.act(REGULAR, self._world.at, earn)

    def _spend_freely(self, till: RestorableTill) -> None:
        """By what its own book says, as whoever is alone."""
        at = self._world.at
        there = till.usable(REGULAR, at.date())
        if not there:
            return
        points = self._random.choice((there, self._random.randint(1, there)))

        def spend(plan: EventPlan, state: MemberState) -> None:
            plan.postings(state).redeem(LEDGER, points)

        till.act(REGULAR, at, spend)
        self.free += points
