"""What people at head office decide about a member's points, as acts of its own journal.

Shape: each function gives a `Plans`, which `HeadOffice.by_hand` (a `ByHand`) calls with the plan of
the act and the member as head office knows them; it puts steps into the plan and returns what is
beside them. Nothing planned is nothing decided. Tills hear of such an act like of any event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from posloyalty.domain.engine import works
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.consequences import NO_CONSEQUENCES, Consequences, EventPlan
from posloyalty.domain.engine.context import StoreContext, freeze
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Recorded, Trigger
from posloyalty.domain.engine.work import run_works
from posloyalty.domain.engine.works.risk import CAUSE, WAY
from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.journal import StoredEvent
from posloyalty.sync.office.archive import Archive
from posloyalty.sync.office.own_journal import OwnJournal


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What an act does beside its plan, and says beside its facts."""

    does: Consequences = NO_CONSEQUENCES
    facts: tuple[tuple[str, str], ...] = ()


NOTHING_MORE: Final = Steps()
Plans = Callable[[EventPlan, MemberState], Steps]
FORGIVE: Final = "forgive"
"""The kind of the act that lets a debt go."""
ADJUST: Final = Trigger.ADJUST.value
GIVE: Final = "give"
WHY: Final = "why"
"""How an act's facts name the reason that somebody wrote."""
_WORKS: Final = works  # imported so that what they register is known


class ByHand:
    """Writes such acts; `behind` dates each behind all that is known of its owner."""

    def __init__(
        self,
        journal: OwnJournal,
        archive: Archive,
        state: Callable[[bytes], MemberState | None],
        behind: Callable[..., datetime],
    ) -> None:
        self._journal = journal
        self._archive = archive
        self._state = state
        self._behind = behind

    def __call__(
        self,
        owner: bytes,
        kind: str,
        programme: Programme,
        at: datetime,
        *,
        facts: tuple[tuple[str, str], ...],
        plans: Plans,
        what: str = "",
        of_nobody: MemberState | None = None,
    ) -> StoredEvent | None:
        """Decide and file; None for nobody, unless somebody says how an owner who is no member
        stands, and where there is nothing to do.
        """
        self._archive.lock(owner)
        state = self._state(owner) or of_nobody
        if state is None:
            return None
        plan = self._journal.plan(programme, self._behind(at, owner))
        more = plans(plan, state)
        if more.does == plan.consequences() == NO_CONSEQUENCES:
            return None
        written = self._journal.write(
            plan,
            programme,
            kind=kind,
            what=what or kind,
            member_id=owner,
            facts=(*facts, *more.facts),
            also=more.does,
        )
        self._archive.decide(self._journal.office_id, written)
        return written


def marked(kind: str) -> Plans:
    """A right without an end that says something of the member; nothing where they have it."""

    def plan(planned: EventPlan, state: MemberState) -> Steps:
        if not _standing(state, kind):
            planned.issue(kind=kind, of=kind, owner=state.member_id, uses=UNBOUNDED)
        return NOTHING_MORE

    return plan


def unmarked(kind: str) -> Plans:
    """Every such right is withdrawn."""

    def plan(planned: EventPlan, state: MemberState) -> Steps:
        for right in _standing(state, kind):
            planned.cancel(right)
        return NOTHING_MORE

    return plan


def _standing(state: MemberState, kind: str) -> list[Right]:
    return [one for one in state.rights if one.kind == kind and not one.cancelled]


def let_go(ledger: str, most: int) -> Plans:
    """A member owes so much less, never less than nothing."""

    def plan(planned: EventPlan, state: MemberState) -> Steps:
        """The debt goes, as far as there is one."""
        amount = min(most, dict(state.debts).get(ledger, 0))
        if amount <= 0:
            return NOTHING_MORE
        transfer = Transfer(
            id=derive_id(FORGIVE, planned.event_id, ledger),
            code=TransferCode.WRITE_OFF,
            debit=Account(ledger, AccountKind.ISSUED),
            credit=Account(ledger, AccountKind.MEMBER_DEBT, state.member_id),
            amount=amount,
            event_id=planned.event_id,
        )
        return Steps(does=Consequences(transfers=(transfer,)))

    return plan


def given_facts(cause: str) -> tuple[tuple[str, str], ...]:
    """What the act of `give` says of itself, as a till's does."""
    return ((WAY, GIVE), (CAUSE, cause))


def give(programme: Programme, wallet: str, points: int, cause: str) -> Plans:
    """Points by hand, as the programme plans them at a till: their days, and a debt first."""

    def plan(planned: EventPlan, state: MemberState) -> Steps:
        """A plan of the programme's own, asked for outside of any sale."""
        store = StoreContext(zone=programme.zone)
        basket = Basket(sale_id=planned.event_id, currency=programme.currency)
        context = freeze(programme, basket.for_member(state.member_id), state, planned.at, store)
        moment = Moment(
            trigger=Trigger.ADJUST,
            programme=programme,
            store=context.store,
            event_id=planned.event_id,
            at=planned.at,
            day=context.day,
            facts=context.facts,
            business_facts=context.business_facts,
            state=state,
            active=context.active,
            recorded=Recorded(what=wallet, quantity=points, evidence=given_facts(cause)),
        )
        run_works(moment, Awards(moment, planned))
        return NOTHING_MORE

    return plan
