"""Members' records at a till without head office: two become one, a member is erased.

Shape: each is one act with the very keys of head office's, planned by the same engine, so that a
journal reads the same whoever decided. Where there is a head office, it decides: a till alone would
not know what others sold meanwhile. Households are looked after with it: who has been in one for
the longest heads it where nobody else does, and what is shared ends with the last member, or goes
along with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from msgspec import UNSET

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.erase import ERASURE, FACTS, erase
from posloyalty.domain.engine.households import (
    household_of,
    is_headless,
    members_of,
    take_over,
    take_up,
)
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.merge import merge
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.operator import Operator, Right
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.members.no_more import forget_person, purchases_in, rename_person
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import Appended, UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.counter_facts import counter_store
from posloyalty.sync.consequence_event import counted, posts, rights_changed, tiers_met
from posloyalty.sync.events import Act
from posloyalty.sync.fold import GOES, MERGE
from posloyalty.sync.office.archive import ERASE, MEMBER, STAYS

MAY: Final = Right.WAIVE
"""Whose authority it takes: it cannot be undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What an act is planned with, and who does it."""

    unit: UnitOfWork
    programme: Programme
    plan: EventPlan
    operator: Operator
    approved_by: Operator | None


class Records(Grounded):
    """The records of a lone till; `changed` tells the look-up cache to follow the book."""

    def __init__(self, ground: Ground, *, changed: Callable[[], None]) -> None:
        super().__init__(ground)
        self._changed = changed

    def erase(
        self, member_id: bytes, operator: Operator, *, approved_by: Operator | None = None
    ) -> None:
        """What a member owns ends, and nothing says any more who they were. What was sold stays.

        Raises `ServiceRefusal` HEAD_OFFICE_DECIDES, NOT_ALLOWED, NO_PROGRAMME or NO_SUCH_MEMBER.
        """
        with self._book.write() as unit:
            case = self._case(unit, operator, approved_by)
            state, shared = _parts(unit, case, member_id)
            erase(state, plan=case.plan)
            _look_after(case, state, shared, stays=None)
            facts = (*FACTS, (MEMBER, member_id.hex()))
            appended = _book(case, ERASE, ERASURE, member_id, facts)
            forget_person(unit, member_id, appended)
            unit.commit()
        self._changed()

    def merge(
        self,
        stays: bytes,
        goes: bytes,
        operator: Operator,
        *,
        approved_by: Operator | None = None,
    ) -> None:
        """Two records are one member: `goes` is from now on another name of `stays`.

        Raises what `erase` does, and SAME_RECORD.
        """
        with self._book.write() as unit:
            case = self._case(unit, operator, approved_by)
            if stays == goes:
                raise ServiceRefusal("SAME_RECORD")
            ours, _ = _parts(unit, case, stays)
            theirs, shared = _parts(unit, case, goes)
            store = counter_store(unit, case.programme, case.plan.at, self._rules())
            merge(case.programme, ours, theirs, plan=case.plan, store=store)
            _look_after(case, theirs, shared, stays=ours)
            facts = ((GOES, goes.hex()), (STAYS, stays.hex()))
            appended = _book(case, MERGE, MERGE, stays, facts)
            rename_person(unit, stays, goes, appended)
            unit.commit()
        self._changed()

    def _case(self, unit: UnitOfWork, operator: Operator, approved_by: Operator | None) -> _Case:
        if has_joined(unit.settings):
            raise ServiceRefusal("HEAD_OFFICE_DECIDES")
        if not (approved_by or operator).may(MAY):
            raise ServiceRefusal("NOT_ALLOWED", name=operator.name)
        at: datetime = self._now()
        programme = self._in_effect(unit, at)
        plan = EventPlan(
            event_id=self._ids.new_id(),
            at=at,
            day=store_day(at, programme.zone),
            programme_id=programme.id,
            costs=programme.shop_costs,
        )
        return _Case(
            unit=unit,
            programme=programme,
            plan=plan,
            operator=operator,
            approved_by=approved_by,
        )


def _parts(
    unit: UnitOfWork, case: _Case, member_id: bytes
) -> tuple[MemberState, MemberState | None]:
    """What is a member's own, all of it, and what their household shares, if they are in one."""
    found = unit.ledger.member_state(member_id, lots_since=date.min)
    if found is None or found.status is not MemberStatus.ACTIVE:
        raise ServiceRefusal("NO_SUCH_MEMBER")
    state, home = settled(case.programme, found), found.household_id
    if home is None:
        return state, None
    pooled = dict(state.pools)
    own = replace(
        state,
        lots=tuple(lot for lot in state.lots if lot.account.owner != home),
        # Nobody joins a household who owes something in what is shared from then on.
        debts=tuple((ledger, owed) for ledger, owed in state.debts if ledger not in pooled),
        meters=tuple(entry for entry in state.meters if entry.owner != home),
        household_id=None,
        heads_household=False,
        pools=(),
    )
    shared = MemberState(
        member_id=home,
        status=MemberStatus.ACTIVE,
        joined_on=date.min,
        lots=tuple(lot for lot in state.lots if lot.account.owner == home),
        debts=tuple((ledger, owed) for ledger, owed in state.debts if ledger in pooled),
    )
    return own, shared


def _look_after(
    case: _Case, gone: MemberState, shared: MemberState | None, *, stays: MemberState | None
) -> None:
    """The household of somebody who is no more; `stays` is who they are now, nobody if erased."""
    held = household_of(gone.rights)
    if held is None or shared is None:
        return
    known = case.unit.ledger.rights_by_code(held.right.code)
    there = members_of(case.plan.right(one) for one in known if one.owner != gone.member_id)
    home = None if stays is None else household_of(case.plan.after(stays).rights)
    if home is not None and home.id == held.id:
        return  # the record that stays is in it
    if is_headless(there):
        take_over(there, case.plan)
    elif not there and stays is None:
        erase(shared, plan=case.plan)
    elif not there and stays is not None:
        take_up(case.programme.pooled, shared, case.plan.after(stays), case.plan)


def _book(
    case: _Case, kind: str, what: str, member_id: bytes, facts: tuple[tuple[str, str], ...]
) -> Appended:
    """The act, with everything that was planned."""
    unit, plan, does = case.unit, case.plan, case.plan.consequences()
    stamp = unit.journal.stamp(plan.at)
    approver = case.approved_by
    appended = unit.acts.book(
        Act(
            id=plan.event_id.hex(),
            at=stamp.at,
            hlc=stamp.hlc,
            actor=case.operator.id.hex(),
            ok=UNSET if approver is None else approver.id.hex(),
            kind=kind,
            what=what,
            day=plan.day.isoformat(),
            member=member_id.hex(),
            pi=case.programme.id,
            pv=case.programme.version,
            ph=case.programme.hash.hex(),
            facts=facts,
            post=posts(does.transfers),
            tiers=tiers_met(does.tiers),
            rights=rights_changed(does.rights),
            meters=counted(does.meters, member_id=member_id, at=plan.at),
        )
    )
    for owner, more in purchases_in(does).items():
        unit.members.count_purchases(owner, more)
    return appended
