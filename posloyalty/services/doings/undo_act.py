"""Undoing an activity that was recorded by mistake, by somebody who may.

Shape: `undo(event_id, ...)` books one act of kind "undo" whose id follows from the undone one's, so
that nothing is undone twice, here or at another till.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.happening import Happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.undo_act import undo, undoable
from posloyalty.domain.engine.undoing import with_lots
from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.shop.operator import Operator, Role
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.services.doings.programme_acts import Acted, act_event
from posloyalty.services.ground import Grounded
from posloyalty.services.members.member_state import states_of
from posloyalty.services.ports import UnitOfWork
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.sync import events

ACT: Final = "act"
CAUSE: Final = "cause"


class UndoAct(Grounded):
    """Undoes acts of one till."""

    def undo(self, event_id: bytes, operator: Operator, *, cause: str) -> Acted:
        """Undo an activity as if it had not been recorded.

        Raises `ServiceRefusal` NOT_ALLOWED (a supervisor may), CAUSE_NEEDED, NO_SUCH_ACT,
        UNDONE_ALREADY, CANNOT_UNDO or NO_PROGRAMME.
        """
        if not operator.is_at_least(Role.SUPERVISOR):
            raise ServiceRefusal("NOT_ALLOWED", name=operator.name)
        if not cause.strip():
            raise ServiceRefusal("CAUSE_NEEDED")
        undo_id = derive_id("undo", event_id)
        with self._book.write() as unit:
            at = self._clock.now()
            programme = self._in_effect(unit, at)
            act = _act(unit, event_id)
            if unit.journal.by_event_id(undo_id) is not None:
                raise ServiceRefusal("UNDONE_ALREADY")
            did = unit.ledger.done_by(event_id)
            if act.pi != programme.id or not undoable(programme, did):
                raise ServiceRefusal("CANNOT_UNDO")
            day = store_day(at, programme.zone)
            plan = EventPlan(
                event_id=undo_id,
                at=at,
                day=day,
                programme_id=programme.id,
                costs=programme.shop_costs,
            )
            _plan(unit, programme, event_id, did, plan)
            happening = Happening(
                trigger=Trigger.UNDO,
                recorded=Recorded(
                    what=act.what, evidence=((ACT, event_id.hex()), (CAUSE, cause.strip()))
                ),
                member_id=bytes.fromhex(act.member) if isinstance(act.member, str) else None,
            )
            acted = Acted(event_id=undo_id, awards=(), told=(), does=plan.consequences())
            unit.acts.book(act_event(unit, programme, happening, acted, operator, at))
            unit.commit()
        return acted


def _act(unit: UnitOfWork, event_id: bytes) -> events.Act:
    stored = unit.journal.by_event_id(event_id)
    event = None if stored is None else events.decode(stored.body)
    if not isinstance(event, events.Act) or event.kind != Trigger.ACTIVITY.value:
        raise ServiceRefusal("NO_SUCH_ACT")
    return event


def _plan(
    unit: UnitOfWork, programme: Programme, event_id: bytes, did: Consequences, plan: EventPlan
) -> None:
    owners = [one.credit.owner for one in did.transfers if one.credit.kind is AccountKind.MEMBER]
    lots = unit.ledger.lots_named([one.opens.id for one in did.transfers if one.opens is not None])
    found = states_of(unit, programme, tuple(dict.fromkeys(owners)), plan.day) if owners else {}
    states = {owner: with_lots(state, lots, frozenset((owner,))) for owner, state in found.items()}
    known = (unit.ledger.right(change.right_id) for change in did.rights)
    rights = {right.id: right for right in known if right is not None}
    undo(programme, event_id, did, states, rights, plan)
