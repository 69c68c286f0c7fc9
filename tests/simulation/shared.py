"""What is nobody's own: a gift card that whoever shows it empties, and a campaign's limited pieces.

Shape: `Shared(seed, world)` draws from a seed of its own. In worlds that lend, `happens(till)` has
a till wish for some of it, pay with the card or give a piece away, from leases only; `check()` asks
whether more went than there ever was, and whether everybody has the same of the card.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.stored_value import card_account
from posloyalty.domain.ledger.right import UNBOUNDED
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.kinds.gift_card import GIFT_CARD
from posloyalty.domain.programme.limit import LimitUnit, use_meter
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.leases import Asset, AssetKind
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.deciding import budget_asset
from tests.simulation.part import Part
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member
from tests.sync.small_rules import MUGS, PROGRAMME

if TYPE_CHECKING:
    from tests.simulation.world import World

CARD: Final = member("card")
MONEY: Final = "test/gift"
LOADED: Final = 4_000
CARD_ASSET: Final = Asset(AssetKind.CARD, CARD.hex(), CARD)
_MUGS: Final = PROGRAMME.of(Campaign)[0]
MUG_ASSET: Final = budget_asset(PROGRAMME.id, _MUGS, LimitUnit.COUNT)
_METER: Final = PROGRAMME.meter(use_meter("rule:a-mug", LimitUnit.COUNT))


class Shared(Part):
    """The card and the mugs of one world."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"shared {seed}")
        self._world = world
        self._wishes = 0
        self.given = 0
        self.paid = 0

    def greet(self, till: SmallTill) -> None:
        """The first till sells the card; every till hears of it."""
        till.books[CARD] = Belongings(CARD)
        if not self._world.lending or till is not self._world.tills[0]:
            return

        def sell(plan: EventPlan, _state: MemberState) -> None:
            plan.issue(kind=GIFT_CARD, of="gift", owner=CARD, code=CARD.hex(), uses=UNBOUNDED)
            plan.postings_at(card_account(MONEY, CARD), ()).earn(
                MONEY, LOADED, usable_from=plan.day, last_day=None, code=TransferCode.ISSUE
            )

        till.books[self._world.members[0]] = Belongings(self._world.members[0])
        till.act(self._world.members[0], self._world.at, sell)

    def happens(self, till: RestorableTill) -> None:
        """Maybe a wish, maybe a use of what was lent."""
        if not self._world.lending:
            return
        if self._random.random() < 0.15:
            self._wish(till)
        if self._random.random() < 0.3:
            self._random.choice((self._pay, self._give))(till)

    def check(self) -> None:
        """Raises AssertionError where more went than there was."""
        office = self._world.office
        entries = [
            entry
            for entry in office.fold(MUG_ASSET.owner).meters
            if entry.owner == MUG_ASSET.owner and entry.meter == _METER
        ]
        counted = sum(entry.amount for entry in entries)
        if not self._world.doubled:
            most = MUGS + self._world.lent.at_risk[MUG_ASSET]
            assert counted <= min(self.given, most), "no more pieces than there are"
        if not any(node.restored for node in self._world.nodes.values()):
            # What a till had not told before it was put back nobody knows of.
            assert counted == self.given, "every piece is counted once"
            most = LOADED + self._world.lent.at_risk[CARD_ASSET]
            assert self.paid <= most or self._world.doubled, "no more than was on the card"
        if self._world.lending:
            wanted = Belongings.of(office.fold(CARD))
            for till in self._world.tills:
                same_books(till.books[CARD], wanted)

    def _wish(self, till: RestorableTill) -> None:
        world, asset = self._world, self._random.choice((CARD_ASSET, MUG_ASSET))
        last = world.at.date() + timedelta(days=self._random.choice((0, 1, 9)))
        most = 5 if asset is MUG_ASSET else 3_000
        self._wishes += 1
        wish_id = derive_id("shared", self._wishes - self._random.choice((0, 0, 0, 1)))
        world.lent.wish(wish_id, till.id, asset, self._random.randint(1, most), last)

    def _pay(self, till: RestorableTill) -> None:
        day = self._world.at.date()
        leases = till.lent_of(CARD_ASSET, day)
        lots = tuple(till.books[CARD].lots.values())
        there = sum(lot.remaining for lot in lots)
        if not leases or not there:
            return
        amount = self._random.randint(1, min(there, leases[0].left or 0))

        def pay(plan: EventPlan, _state: MemberState) -> None:
            plan.postings_at(card_account(MONEY, CARD), lots).redeem(MONEY, amount)
            plan.use(leases[0], amount)

        till.act(self._world.members[0], self._world.at, pay)
        self.paid += amount

    def _give(self, till: RestorableTill) -> None:
        leases = till.lent_of(MUG_ASSET, self._world.at.date())
        if not leases:
            return

        def give(plan: EventPlan, _state: MemberState) -> None:
            plan.count(_METER, MUG_ASSET.owner, 1)
            plan.use(leases[0], 1)

        till.act(self._world.members[0], self._world.at, give)
        self.given += 1
