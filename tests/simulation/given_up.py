"""Points that members give for something beside a sale: turned into others, given to a friend, or
exchanged for a reward, by the product's own works and from what the till was lent; and points that
a rule takes by itself when a card is full.

Shape: `GivenUp(seed, world)` draws from a seed of its own. In worlds that lend, `happens(till)` has
two members of its own gain points, a till wish for some of them, or somebody give some up; what no
lease covers is refused. `check()` asks whether everybody has the same of both; that nothing was
spent twice is asked of the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Recorded
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.reward import exchanged
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.held_leases import leases_of, uses_of
from posloyalty.services.lending.lent_points import point_uses
from posloyalty.services.lending.lent_rights import Reach
from posloyalty.services.lending.lent_takes import taken_wants, takes_here
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.belongings import Belongings
from tests.simulation.part import Part
from tests.simulation.planning import Held, planned
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member
from tests.sync.small_rules import PROGRAMME

if TYPE_CHECKING:
    from tests.simulation.world import World

BEANS: Final = "test/beans"
PAIR: Final = (member("giver"), member("friend"))
ALONE: Final = Reach(online=False, denied=frozenset(), reached=None, sent=0, face_minor=0)


class GivenUp(Part):
    """The two members of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"given up {seed}")
        self._world = world
        self._wishes = 0
        self.acts = 0
        self.cards = 0
        self.refused = 0

    def greet(self, till: SmallTill) -> None:
        """Every till knows both."""
        for who in PAIR if self._world.lending else ():
            till.greet(who, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe points, a wish for some of them, or an act that gives some up."""
        if not self._world.lending:
            return
        who = self._random.choice(PAIR)
        chance = self._random.random()
        if chance < 0.12:
            self._earn(till, who)
        elif chance < 0.27:
            self._wish(till, who)
        elif chance < 0.5:
            self._give_up(till, who)

    def check(self) -> None:
        """Raises AssertionError where a till has other points of somebody than head office."""
        for who in PAIR if self._world.lending else ():
            wanted = Belongings.of(self._world.office.fold(who))
            for till in self._world.tills:
                same_books(till.books[who], wanted)

    def _earn(self, till: RestorableTill, who: bytes) -> None:
        points, days = self._random.randint(1, 80), self._random.choice((None, 9))
        reader, day = cast(Reader, Held(till)), self._world.at.date()

        def earn(plan: EventPlan, state: MemberState) -> None:
            postings = plan.postings(state)
            postings.expire(BEANS)
            last = None if days is None else plan.day + timedelta(days=days)
            postings.earn(BEANS, points, usable_from=plan.day, last_day=last)
            takes = takes_here(reader, PROGRAMME, state, day)
            does = _planned(plan, state, Recorded(what="earned"), takes)
            for asset, taken in taken_wants(PROGRAMME, does, day).items() if does else ():
                for change in uses_of(leases_of(reader, asset, day), taken, plan.event_id)[0]:
                    plan.use(till.leases[change.right_id], change.amount)
                self.cards += 1

        till.act(who, self._world.at, earn)

    def _wish(self, till: RestorableTill, who: bytes) -> None:
        world, asset = self._world, Asset(AssetKind.POINTS, BEANS, who)
        last = world.at.date() + timedelta(days=self._random.choice((0, 2, 9)))
        owned = max(1, world.office.owned(asset, last, at=world.at, zone=UTC))
        self._wishes += 1
        amount = self._random.choice((owned, self._random.randint(1, owned)))
        world.lent.wish(derive_id("given up", self._wishes), till.id, asset, amount, last)

    def _give_up(self, till: RestorableTill, who: bytes) -> None:
        there = till.usable(who, self._world.at.date(), BEANS)
        if there < 2:
            return
        lent = sum(one.left or 0 for one in till.lent(who, BEANS, self._world.at.date()))
        if lent > 1 and self._random.random() < 0.8:
            there = min(there, lent)
        recorded = self._choice(who, self._random.randint(2, there))
        found = EventPlan(
            event_id=b"what it would do", at=self._world.at, day=self._world.at.date(),
            programme_id=PROGRAMME.id,
        )  # fmt: skip
        takes = takes_here(cast(Reader, Held(till)), PROGRAMME, till.state(who), found.day)
        uses = self._allowed(till, recorded, _planned(found, till.state(who), recorded, takes))
        if uses is None:
            self.refused += 1
            return

        def give_up(plan: EventPlan, state: MemberState) -> None:
            _planned(plan, state, recorded, takes)
            for lease, amount in uses:
                plan.use(lease, amount)

        till.act(who, self._world.at, give_up)
        self.acts += 1

    def _choice(self, who: bytes, points: int) -> Recorded:
        friend = PAIR[who == PAIR[0]]
        return self._random.choice(
            (
                Recorded(what="to-leaves", quantity=points),
                Recorded(what="to-a-friend", quantity=points, evidence=(("to", friend.hex()),)),
                Recorded(what=exchanged("cup"), quantity=max(1, points // 30)),
            )
        )

    def _allowed(
        self, till: RestorableTill, recorded: Recorded, does: Consequences | None
    ) -> list[tuple[Right, int]] | None:
        """The leases that it uses; None where the till was not lent enough, or it cannot be."""
        if does is None:
            return None
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        try:
            used = list(
                point_uses(reader, PROGRAMME, recorded.what, does, ALONE, day, b"what it uses....")
            )
        except ServiceRefusal:
            return None
        return [(till.leases[change.right_id], change.amount) for change in used]


def _planned(
    plan: EventPlan, state: MemberState, recorded: Recorded, takes: Mapping[str, int]
) -> Consequences | None:
    store = StoreContext(zone=PROGRAMME.zone, takes=takes)
    return planned(PROGRAMME, plan, state, recorded, store)
