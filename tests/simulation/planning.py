"""What the product plans for a till without a disk: acts by a programme, from what it was lent."""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.engine import works
from posloyalty.domain.engine.awards import ActRefusal, Awards
from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from tests.sync.fleet import SmallTill

_WORKS = works  # imported so that what they register is known


class Held:
    """As much of a reader as leases are read from."""

    def __init__(self, till: SmallTill) -> None:
        self._leases = tuple(till.leases.values())
        self.ledger = self

    def rights_of(self, owner: bytes) -> Iterable[Right]:
        """The leases that are somebody's."""
        return [lease for lease in self._leases if lease.owner == owner]


def planned(
    programme: Programme,
    plan: EventPlan,
    state: MemberState,
    recorded: Recorded,
    store: StoreContext,
) -> Consequences | None:
    """What a programme makes of an act, put into the plan; None where it refuses it, or does
    nothing.
    """
    basket = Basket(sale_id=plan.event_id, currency=programme.currency)
    context = freeze(programme, basket.for_member(state.member_id), state, plan.at, store)
    moment = Moment(
        trigger=Trigger.ACTIVITY, programme=context.programme, store=store, event_id=plan.event_id,
        at=plan.at, day=plan.day, facts=context.facts, business_facts=context.business_facts,
        state=state, active=context.active, recorded=recorded,
    )  # fmt: skip
    try:
        run_works(moment, Awards(moment, plan))
    except ActRefusal:
        return None
    does = plan.consequences()
    return None if does == Consequences() else does
