"""A programme that ends: first nobody earns, then nobody redeems, then what is left ends as its
file says, once every till's journal is known past the last day.

Shape: `WoundDown(seed, world)` draws from a seed of its own. In worlds that `ends`, two members of
a programme of their own earn, redeem and are lent points, whatever the day: the engine says what of
it there is. Head office looks now and then whether it is time, as its server does, and lets what is
left end. `check()` asks whether anything was given or taken after its last day, whether all that
was left has ended, in as many points as there were, and whether everybody has the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Recorded
from posloyalty.domain.engine.winding_up import WoundUp
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.kinds.reward import exchanged
from posloyalty.domain.programme.kinds.voucher import VOUCHER
from posloyalty.domain.programme.kinds.winding_down import GRACE, Left, winding_of
from posloyalty.domain.values.calendar import day_end, store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.lending.lent_points import point_uses
from posloyalty.services.lending.lent_rights import Reach
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.ending import WIND_UP, ending, of_household
from tests.domain.engine.made import programme
from tests.simulation.part import Part
from tests.simulation.planning import Held, planned
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member

if TYPE_CHECKING:
    from tests.simulation.world import World

MEMBERS: Final = (member("leaver"), member("stayer"))
POINTS: Final = "bye/points"
TEXT: Final = """
language = 1
id = "bye"
version = 1
name = "Bye"
currency = "CNY"
timezone = "UTC"

[[wallet]]
id = "points"
[wallet.spend]
points = 10
money = "1.00"
step = 1

[[voucher]]
id = "tea"
amount = "5.00"

[[voucher]]
id = "goodbye"
amount = "3.00"

[[rule]]
id = "visits"
trigger = "activity"
what = "visit"
gives = {{ points = 7 }}

[[rule]]
id = "treats"
trigger = "activity"
what = "treat"
gives = {{ voucher = "tea" }}

[[reward]]
id = "cup"
cost = 20
gives = {{ voucher = "tea" }}

[winding_down]
announced = 2026-03-01
earns_through = 2026-03-03
redeems_through = 2026-03-05
{left}
"""
LEFT: Final = {
    Left.EXPIRES: 'left = "expires"',
    Left.PAID_OUT: 'left = "paid_out"',
    Left.VOUCHER: 'left = "voucher"\nvoucher = "goodbye"\nwallet = "points"\npoints = 30',
}
PROGRAMMES: Final = {left: programme(TEXT.format(left=text)) for left, text in LEFT.items()}
ALONE: Final = Reach(online=False, denied=frozenset(), reached=None, sent=0, face_minor=0)
LOOKS: Final = 0.05


class WoundDown(Part):
    """The end of one world's programme."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"wound down {seed}")
        self._world = world
        self._on = world.kind.ends
        self._programme = PROGRAMMES[self._random.choice(list(Left))]
        winding = winding_of(self._programme)
        assert winding is not None
        self._winding = winding
        self.ends_at = day_end(winding.redeems_through, UTC)
        self._wishes = 0
        self.ended = 0

    def greet(self, till: SmallTill) -> None:
        """Every till knows both."""
        for who in MEMBERS if self._on else ():
            till.greet(who, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe somebody earns, redeems, or a till is lent points; maybe it is time to end."""
        if not self._on:
            return
        if self._random.random() < LOOKS:
            self._wind_up()
        who, chance = self._random.choice(MEMBERS), self._random.random()
        if chance < 0.2:
            self._act(till, who, Recorded(what="visit", quantity=self._random.randint(1, 9)))
        elif chance < 0.25:
            self._act(till, who, Recorded(what="treat", quantity=1))
        elif chance < 0.4:
            self._wish(till, who)
        elif chance < 0.55:
            self._act(till, who, Recorded(what=exchanged("cup"), quantity=1))

    def waits_for(self) -> set[bytes]:
        """The tills of head office that are not known past the last day. Where it goes on from a
        copy it knows nothing of one that joined since, until that one joins again.
        """
        return {one for one in self._world.desk.genesis if not self._is_past(one)}

    def settled(self) -> bool:
        """The last day is over, at every till; whether nothing was left to end."""
        if not self._on:
            return True
        late = self.ends_at + GRACE - self._world.at
        if late > timedelta(0):
            self._world.skipped += late + timedelta(hours=1)
        behind = [node for node in self._world.nodes.values() if not self._is_past(node.till.id)]
        for node in behind:
            self._world.starts(node)
        return not behind and not self._wind_up()

    def check(self) -> None:
        """Raises AssertionError where something was given too late, or is left."""
        for who in MEMBERS if self._on else ():
            office = self._world.office
            fold, events = office.fold(who), office.archive.events_of(who)
            wanted = Belongings.of(fold)
            for till in self._world.tills:
                same_books(till.books[who], wanted)
            assert not any(lot.remaining for lot in fold.lots), "no points are left"
            day = store_day(self._world.at, UTC)
            good = [one for one in fold.rights if one.kind == VOUCHER and one.good_on(day)]
            assert all(one.of == self._winding.voucher for one in good), "nor vouchers"
            lent = office.lending.book.of_owner(who)
            assert not any(one.left for one in lent), "nothing lies at tills"
            for one in events:
                self._check_days(one)

    def _check_days(self, one: Filed) -> None:
        """What tills did of themselves was still to be had on its day."""
        if one.decided:
            return
        day, winding = store_day(one.at, UTC), self._winding
        for move in one.does.transfers:
            if move.debit.kind is AccountKind.ISSUED:
                assert day <= winding.earns_through, "nobody earns later"
            if move.credit.kind is AccountKind.REDEEMED:
                assert day <= winding.redeems_through, "nobody redeems later"

    def _act(self, till: RestorableTill, who: bytes, recorded: Recorded) -> None:
        store = StoreContext(zone=UTC)

        def act(plan: EventPlan, state: MemberState) -> None:
            does = planned(self._programme, self._tried(plan), state, recorded, store)
            uses = None if does is None else self._uses(till, recorded, does)
            if uses is None:
                return
            planned(self._programme, plan, state, recorded, store)
            for lease_id, amount in uses:
                plan.use(till.leases[lease_id], amount)

        till.act(who, self._world.at, act, programme_id=self._programme.id)

    def _tried(self, plan: EventPlan) -> EventPlan:
        return EventPlan(
            event_id=b"what it would do", at=plan.at, day=plan.day, programme_id=self._programme.id
        )

    def _uses(
        self, till: RestorableTill, recorded: Recorded, does: Consequences
    ) -> list[tuple[bytes, int]] | None:
        """The leases that it uses; None where the till was not lent enough."""
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        used = point_uses(
            reader, self._programme, recorded.what, does, ALONE, day, b"what it uses...."
        )
        try:
            return [(change.right_id, change.amount) for change in used]
        except ServiceRefusal:
            return None

    def _wish(self, till: RestorableTill, who: bytes) -> None:
        world, asset = self._world, Asset(AssetKind.POINTS, POINTS, who)
        last = world.at.date() + timedelta(days=self._random.choice((0, 2, 9)))
        owned = max(1, world.office.owned(asset, last, at=world.at, zone=UTC))
        self._wishes += 1
        wish_id = derive_id("wound down", self._wishes)
        world.lent.wish(wish_id, till.id, asset, self._random.randint(1, owned), last)

    def _is_past(self, till_id: bytes) -> bool:
        known: datetime | None = self._world.office.archive.last_at(till_id)
        return known is not None and known >= self.ends_at

    def _wind_up(self) -> int:
        """What is left ends, if it is time; gives how many owners it was of."""
        now = self._world._true()
        due = now >= self.ends_at + GRACE and not self.waits_for()
        return sum(map(self._end_of, MEMBERS)) if due else 0

    def _end_of(self, who: bytes) -> bool:
        office, told = self._world.office, list[WoundUp]()
        had = self._left(who)
        if not any(self._has(who)):
            return False
        written = office.by_hand(
            who,
            WIND_UP,
            self._programme,
            self._world._true(),
            what=self._programme.id,
            facts=(),
            plans=ending(self._programme, told),
            of_nobody=of_household(office.fold(who), who),
        )
        office.lending.recall_of(who)
        ended = sum(one.expired + one.worth_points for one in told)
        assert ended == had, "each point ends once"
        self.ended += written is not None
        return written is not None

    def _left(self, who: bytes) -> int:
        return sum(lot.remaining for lot in self._world.office.fold(who).lots)

    def _has(self, who: bytes) -> Iterator[bool]:
        """Points, and vouchers that end with the programme."""
        fold, day = self._world.office.fold(who), store_day(self._world.at, UTC)
        yield self._left(who) > 0
        for one in fold.rights:
            yield one.kind == VOUCHER and one.of != self._winding.voucher and one.good_on(day)
