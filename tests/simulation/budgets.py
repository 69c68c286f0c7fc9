"""Campaigns that give points, presents and money off until their budgets are used up: at every
till together no more than there is, in points, in what presents cost the shop, and in money.

Shape: `Budgets(seed, world)` draws from a seed of its own. In worlds that `gives`, `happens(till)`
has a till wish for a part of a budget, somebody cheer for points, or somebody take presents or
money off with a sale: the engine plans both with what the till was lent of the budgets, and the
till's own services say which leases that uses. `check()` asks what was given in all, and whether
everything that was given is counted.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final, cast

from posloyalty.domain.engine.campaigns import given_by
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext
from posloyalty.domain.engine.evaluate import answer
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Recorded
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.kinds.campaign import Campaign
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.domain.values.quantity import parse_quantity
from posloyalty.services.lending.lent_budgets import budget_uses, budgets_here
from posloyalty.services.ports import Reader
from posloyalty.sync.office.belongings import Belongings
from posloyalty.sync.office.deciding import budget_asset
from tests.domain.engine.made import TAX, product
from tests.simulation.part import Part
from tests.simulation.planning import Held, planned
from tests.simulation.restored import RestorableTill
from tests.sync.books import same_books
from tests.sync.fleet import SmallTill, member
from tests.sync.small_rules import PROGRAMME

if TYPE_CHECKING:
    from tests.simulation.world import World

FAN: Final = member("fan")
PRICE_MINOR: Final = 200
COST_MINOR: Final = 130
"""What a bag costs who buys it, and the shop."""
GOODS: Final = (product("BAG", "2.00"), product("TEA", "1.50"))
_, _CHEER, _PRESENTS, _SPRING = PROGRAMME.of(Campaign)
BUDGETS: Final = (
    (_CHEER, LimitUnit.POINTS),
    (_PRESENTS, LimitUnit.SHOP_COST),
    (_SPRING, LimitUnit.MONEY),
)


class Budgets(Part):
    """The campaigns of one world; `given` is what tills gave of each, by its id."""

    def __init__(self, seed: int, world: World) -> None:
        self._random = Random(f"budgets {seed}")
        self._world = world
        self._on = world.kind.gives
        self._wishes = 0
        self._sales = 0
        self.given = {campaign.id: 0 for campaign, _ in BUDGETS}

    def greet(self, till: SmallTill) -> None:
        """Every till knows who cheers."""
        if self._on:
            till.greet(FAN, self._world.at)

    def happens(self, till: RestorableTill) -> None:
        """Maybe a wish, maybe somebody is given something."""
        if not self._on:
            return
        chance = self._random.random()
        if chance < 0.2:
            self._wish(till)
        elif chance < 0.4:
            self._cheer(till)
        elif chance < 0.6:
            self._sell(till)

    def check(self) -> None:
        """Raises AssertionError where campaigns gave more than they had, or not all is counted."""
        if not self._on:
            return
        wanted = Belongings.of(self._world.office.fold(FAN))
        for till in self._world.tills:
            same_books(till.books[FAN], wanted)
        for campaign, unit in BUDGETS:
            counts = self._world.office.fold(campaign.owner(PROGRAMME.id)).meters
            counted = given_by(PROGRAMME, campaign, counts, unit)
            if not self._world.doubled:
                risked = self._world.lent.at_risk[budget_asset(PROGRAMME.id, campaign, unit)]
                assert counted <= campaign.budget[unit] + risked, "no more than the budget"
            if not any(node.restored for node in self._world.nodes.values()):
                assert counted == self.given[campaign.id], "whatever was given is counted once"

    def _wish(self, till: RestorableTill) -> None:
        world, (campaign, unit) = self._world, self._random.choice(BUDGETS)
        last = world.at.date() + timedelta(days=self._random.choice((0, 1, 9)))
        self._wishes += 1
        wish_id = derive_id("budgets", self._wishes - self._random.choice((0, 0, 0, 1)))
        most = campaign.budget[unit]
        asset = budget_asset(PROGRAMME.id, campaign, unit)
        world.lent.wish(wish_id, till.id, asset, self._random.randint(1, most), last)

    def _cheer(self, till: RestorableTill) -> None:
        recorded = Recorded(what="cheer", quantity=self._random.randint(1, 9))

        def cheer(plan: EventPlan, state: MemberState) -> None:
            does = planned(PROGRAMME, plan, state, recorded, self._store(till))
            if does is not None:
                self._use(till, plan, does)
                gained = (one for one in does.transfers if one.debit.kind is AccountKind.ISSUED)
                self.given[_CHEER.id] += sum(one.amount for one in gained)

        till.act(FAN, self._world.at, cheer)

    def _sell(self, till: RestorableTill) -> None:
        self._sales += 1
        sale_id, bought = derive_id("presents", till.id, self._sales), self._random.choice(GOODS)
        pieces = parse_quantity(str(self._random.randint(1, 4)))
        basket = Basket(sale_id=sale_id, currency=PROGRAMME.currency)
        basket = basket.add(bought, quantity_milli=pieces)
        store, at = self._store(till), self._world.at
        found = answer(PROGRAMME, basket, None, at, tax_classes=TAX, store=store)

        def sell(plan: EventPlan, _state: MemberState) -> None:
            for entry in found.after.does.meters:
                plan.count(entry.meter, entry.owner, entry.amount)
            self._use(till, plan, plan.consequences())

        till.act(FAN, at, sell)
        off = {one.offer_id: one.amount_minor for one in found.quote.offers}
        self.given[_PRESENTS.id] += off.get("bag", 0) // PRICE_MINOR * COST_MINOR
        self.given[_SPRING.id] += off.get("spring-off", 0)

    def _store(self, till: RestorableTill) -> StoreContext:
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        return StoreContext(zone=PROGRAMME.zone, budgets=budgets_here(reader, PROGRAMME, day))

    def _use(self, till: RestorableTill, plan: EventPlan, does: Consequences) -> None:
        reader, day = cast(Reader, Held(till)), self._world.at.date()
        for change in budget_uses(reader, PROGRAMME, does, day, plan.event_id):
            plan.use(till.leases[change.right_id], change.amount)
