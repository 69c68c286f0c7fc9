"""What is used, not spent: passes of some uses and vouchers of one, honoured where they were lent,
and at the till that sold them as long as nobody else can know of them.

Shape: `Uses(seed, world)` draws from a seed of its own. In worlds of that kind, `happens(till)`
has a till sell a pass, give a voucher, wish for uses of one, or honour one out of reach: the engine
plans the use, and the till's own services say whether it may be and which leases it uses. `check()`
asks whether anything was used more often than it could be, and whether everybody has the same.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.pass_uses import RIGHT
from posloyalty.domain.ledger.right import Right, RightChange
from posloyalty.domain.programme.kinds.pass_ import PASS
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.lent_rights import (
    Reach,
    act_uses,
    held_back,
    right_asset,
    right_uses,
)
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.found import Anomaly
from posloyalty.sync.leases import AssetKind
from posloyalty.sync.office.belongings import Belongings
from tests.simulation.part import Part
from tests.simulation.planning import Held, planned
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member
from tests.sync.small_rules import PROGRAMME

if TYPE_CHECKING:
    from tests.simulation.world import World

DRINKER: Final = member("drinker")
OF: Final = {PASS: "coffees", VOUCHER: "coffee"}
PASS_USES: Final = 5
GOOD_MOST: Final = 4
"""So few are good at a time, so that tills want the same ones."""


class Uses(Part):
    """The passes and vouchers of one world; `used` is how often tills honoured each."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"uses {seed}")
        self._world = world
        self._wishes = 0
        self.used: Counter[bytes] = Counter()
        self.refused = 0

    def greet(self, till: SmallTill) -> None:
        """Every till knows who has them."""
        if self._world.kind.uses:
            till.greet(DRINKER, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe something is sold, wished for or used."""
        if not self._world.kind.uses:
            return
        chance = self._random.random()
        if chance < 0.15:
            self._sell(till)
        elif chance < 0.4:
            self._wish(till)
        elif chance < 0.65:
            self._use_one(till)

    def check(self) -> None:
        """Raises AssertionError where something was used more often than it could be."""
        if not self._world.kind.uses:
            return
        fold = self._world.office.fold(DRINKER)
        wanted = Belongings.of(fold)
        for till in self._world.tills:
            same_books(till.books[DRINKER], wanted)
        if not self._world.doubled:
            twice = [one for one in fold.anomalies if one.anomaly is Anomaly.RIGHT_USED_TWICE]
            risked = self._world.risked(AssetKind.RIGHT)
            assert sum(one.amount for one in twice) <= risked, "nothing is used twice"
        restored = any(node.restored for node in self._world.nodes.values())
        if not restored and not self._world.risked(AssetKind.RIGHT):
            for right in fold.rights:
                assert right.used == self.used[right.id], "every use is counted once"

    def _sell(self, till: RestorableTill) -> None:
        if len(self._good(till)) >= GOOD_MOST:
            return
        kind = self._random.choice((PASS, VOUCHER))
        uses = PASS_USES if kind == PASS else 1

        def sell(plan: EventPlan, _state: MemberState) -> None:
            plan.issue(kind=kind, of=OF[kind], owner=DRINKER, uses=uses)

        till.act(DRINKER, self._world.at, sell)

    def _wish(self, till: RestorableTill) -> None:
        """Of what seems good here, whatever has become of it elsewhere."""
        world, good = self._world, self._good(till)
        if not good:
            return
        right = self._random.choice(good)
        self._wishes += 1
        wish_id = derive_id("uses", self._wishes - self._random.choice((0, 0, 0, 1)))
        last = world.at.date() + timedelta(days=self._random.choice((0, 1, 9)))
        amount = self._random.randint(1, right.left or 1)
        world.lent.wish(wish_id, till.id, right_asset(right), amount, last)
        if self._random.random() < 0.5:
            self._use(till, right)  # as the counter does, which asked for that

    def _use_one(self, till: RestorableTill) -> None:
        """One of those that seem good here."""
        good = self._good(till)
        if good:
            self._use(till, self._random.choice(good))

    def _use(self, till: RestorableTill, right: Right) -> None:
        does = self._does(till, right)
        uses = None if does is None else self._allowed(till, right, does)
        if uses is None:
            self.refused += 1
            return
        alone = any(one.event_id == right.origin for one in till.journal[till.sent :])
        assert alone or sum(one.amount for one in uses) == 1, "a use is lent, or known here alone"

        def use(plan: EventPlan, state: MemberState) -> None:
            self._planned(till, plan, state, right)
            for change in uses:
                plan.use(till.leases[change.right_id], change.amount)

        till.act(DRINKER, self._world.at, use)
        self.used[right.id] += 1

    def _good(self, till: RestorableTill) -> list[Right]:
        day = self._world.at.date()
        return [one for one in till.books[DRINKER].rights.values() if one.good_on(day)]

    def _does(self, till: RestorableTill, right: Right) -> Consequences | None:
        at = self._world.at
        plan = EventPlan(
            event_id=b"what it would do", at=at, day=at.date(), programme_id=PROGRAMME.id
        )
        return self._planned(till, plan, till.state(DRINKER), right)

    def _planned(
        self, till: RestorableTill, plan: EventPlan, state: MemberState, right: Right
    ) -> Consequences | None:
        if right.kind == VOUCHER:
            plan.use(right)
            return plan.consequences()
        recorded = Recorded(what=f"{PASS}/{right.of}", evidence=((RIGHT, right.id.hex()),))
        store = StoreContext(zone=PROGRAMME.zone)
        return planned(PROGRAMME, plan, state, recorded, store, Trigger.USE)

    def _allowed(
        self, till: RestorableTill, right: Right, does: Consequences
    ) -> list[RightChange] | None:
        """The uses of leases; None where the till may not honour it."""
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        reach = Reach(
            online=False, denied=frozenset(), reached=None, sent=till.sent, face_minor=0,
            sound=till.sound,
        )  # fmt: skip
        event_id = b"what it uses...."
        if right.kind == VOUCHER:
            no = held_back(reader, PROGRAMME, (right,), reach, day)
            return None if no else list(right_uses(reader, does, reach, day, event_id))
        try:
            return list(act_uses(reader, PROGRAMME, does, reach, day, event_id))
        except ServiceRefusal:
            return None
