"""Households at the till: founding one, joining it, leaving it, each as one act of a member.

Shape: a household is an id that memberships share (`engine/households.py`); nothing is stored of it
but those. Who shares what follows from the programme's wallets with `of = "household"`.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine import households
from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.households import HEAD, MEMBER, household_of, members_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.household import HOUSEHOLD, Household
from posloyalty.domain.shop.basket import Basket
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.ground import Grounded
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.counter_facts import member_state


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdMember:
    """One member of a household."""

    member_id: bytes
    head: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What a change of a household is planned with."""

    programme: Programme
    rules: Household
    state: MemberState
    plan: EventPlan


class Households(Grounded):
    """Households of one till's members."""

    def members(self, household_id: bytes) -> tuple[HouseholdMember, ...]:
        """Who belongs to a household, the longest first; nobody where there is none."""
        with self._book.read() as reader:
            found = members_of(reader.ledger.rights_by_code(household_id.hex()))
        return tuple(HouseholdMember(member_id=r.owner, head=r.of == HEAD) for r in found)

    def of_member(self, member_id: bytes) -> bytes | None:
        """The household that a member belongs to; None without one."""
        with self._book.read() as reader:
            held = household_of(reader.ledger.rights_of(member_id))
        return None if held is None else held.id

    def found(self, member_id: bytes, operator: Operator) -> bytes:
        """A member founds a household as its head; returns its id.

        Raises `ServiceRefusal` NO_PROGRAMME, NO_HOUSEHOLDS, NO_SUCH_MEMBER, IN_HOUSEHOLD or OWES.
        """
        with self._book.write() as unit:
            place = self._place(unit, member_id)
            household_id = derive_id("household", place.plan.event_id)
            self._join(unit, place, household_id, HEAD, operator)
            unit.commit()
        return household_id

    def join(self, member_id: bytes, household_id: bytes, operator: Operator) -> None:
        """A member joins a household.

        Raises what `found` does, NO_SUCH_HOUSEHOLD, and HOUSEHOLD_FULL (`most`).
        """
        with self._book.write() as unit:
            place = self._place(unit, member_id)
            there = _members(unit, household_id)
            if not there:
                raise ServiceRefusal("NO_SUCH_HOUSEHOLD")
            if len(there) >= place.rules.members_most:
                raise ServiceRefusal("HOUSEHOLD_FULL", most=place.rules.members_most)
            self._join(unit, place, household_id, MEMBER, operator)
            unit.commit()

    def leave(self, member_id: bytes, operator: Operator) -> None:
        """A member leaves; what is shared stays, and goes with the last one, to whom head office
        gives it where there is one: the others may have joined at other tills.

        Raises `ServiceRefusal` NO_PROGRAMME, NO_HOUSEHOLDS, NO_SUCH_MEMBER, NOT_IN_HOUSEHOLD, and
        OWES for the last one while the household owes something.
        """
        with self._book.write() as unit:
            place = self._place(unit, member_id)
            held = household_of(place.state.rights)
            if held is None:
                raise ServiceRefusal("NOT_IN_HOUSEHOLD")
            others = tuple(r for r in _members(unit, held.id) if r.owner != member_id)
            # A till of several may never have met those who share it elsewhere.
            knows_all = not has_joined(unit.settings)
            if not others and knows_all:
                _refuse_debts(place)
            households.leave(place.programme, place.state, others, place.plan, knows_all=knows_all)
            self._book_act(unit, place, "leave", held.id, operator)
            unit.commit()

    def _join(
        self, unit: UnitOfWork, place: _Place, household_id: bytes, role: str, operator: Operator
    ) -> None:
        if place.state.household_id is not None:
            raise ServiceRefusal("IN_HOUSEHOLD")
        _refuse_debts(place)
        households.join(place.programme, place.state, household_id, role, place.plan)
        self._book_act(unit, place, "found" if role == HEAD else "join", household_id, operator)

    def _place(self, unit: UnitOfWork, member_id: bytes) -> _Place:
        rules, at = self._rules(), self._now()
        programme = self._in_effect(unit, at)
        household = programme.find(Household, HOUSEHOLD)
        if household is None:
            raise ServiceRefusal("NO_HOUSEHOLDS")
        event_id = self._ids.new_id()
        nobody = Basket(sale_id=event_id, currency=rules.currency)
        state = member_state(unit, nobody.for_member(member_id), programme, at)
        assert state is not None  # a basket that names a member has one, or is refused
        day = store_day(at, programme.zone)
        plan = EventPlan(
            event_id=event_id,
            at=at,
            day=day,
            programme_id=programme.id,
            costs=programme.shop_costs,
        )
        return _Place(programme=programme, rules=household, state=state, plan=plan)

    def _book_act(
        self,
        unit: UnitOfWork,
        place: _Place,
        what: str,
        household_id: bytes,
        operator: Operator,
    ) -> None:
        happening = Happening(
            trigger=Trigger.HOUSEHOLD,
            recorded=Recorded(what=what, evidence=((HOUSEHOLD, household_id.hex()),)),
            member_id=place.state.member_id,
        )
        acted = Acted(
            event_id=place.plan.event_id, awards=(), told=(), does=place.plan.consequences()
        )
        unit.acts.book(act_event(unit, place.programme, happening, acted, operator, place.plan.at))


def _members(unit: UnitOfWork, household_id: bytes) -> tuple[Right, ...]:
    return members_of(unit.ledger.rights_by_code(household_id.hex()))


def _refuse_debts(place: _Place) -> None:
    owed = dict(place.state.debts)
    if any(owed.get(ledger, 0) for ledger in place.programme.pooled):
        raise ServiceRefusal("OWES")
