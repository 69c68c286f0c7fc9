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
from posloyalty.sync.journal import StoredEvent
from tests.simulation.restored import RestorableTill

_WORKS = works  # imported so that what they register is known


class Held:
    """As much of a reader as leases are read from, and whether the till alone knows of something.
    It is its own ledger and journal.
    """

    def __init__(self, till: RestorableTill) -> None:
        self._till = till
        self.ledger = self.journal = self

    def rights_of(self, owner: bytes) -> Iterable[Right]:
        """The leases that are somebody's."""
        return [lease for lease in self._till.leases.values() if lease.owner == owner]

    def right(self, right_id: bytes) -> Right | None:
        """A right, whosever it is."""
        books = self._till.books.values()
        return next((book.rights[right_id] for book in books if right_id in book.rights), None)

    def given_back_by(self, right_id: bytes) -> bytes | None:
        """Nothing that was used comes back here."""

    def by_event_id(self, event_id: bytes) -> StoredEvent | None:
        """An event of the journal."""
        return next((one for one in self._till.journal if one.event_id == event_id), None)


def planned(
    programme: Programme,
    plan: EventPlan,
    state: MemberState,
    recorded: Recorded,
    store: StoreContext,
    trigger: Trigger = Trigger.ACTIVITY,
) -> Consequences | None:
    """What a programme makes of an act, put into the plan; None where it refuses it, or does
    nothing.
    """
    basket = Basket(sale_id=plan.event_id, currency=programme.currency)
    context = freeze(programme, basket.for_member(state.member_id), state, plan.at, store)
    moment = Moment(
        trigger=trigger, programme=context.programme, store=store, event_id=plan.event_id,
        at=plan.at, day=plan.day, facts=context.facts, business_facts=context.business_facts,
        state=state, active=context.active, recorded=recorded,
    )  # fmt: skip
    try:
        run_works(moment, Awards(moment, plan))
    except ActRefusal:
        return None
    does = plan.consequences()
    return None if does == Consequences() else does
