"""Paid memberships at the till: a trial, a pause, and what ends one.

Selling and renewing is a line of a sale. Ending one is the return of that line, by the plan's own
terms: `cancellation` says which sale and which line, for the return screen to quote and complete.
"""

from __future__ import annotations

from posloyalty.domain.engine.plans import is_trial, periods_of
from posloyalty.domain.engine.refund_quote import RefundWish
from posloyalty.domain.engine.works.plans import pausing, trying
from posloyalty.domain.programme.kinds.plan import Plan
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.domain.values.quantity import ONE_MILLI
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.ground import Ground, Grounded
from posloyalty.services.members.member_state import state_of
from posloyalty.services.refusal import ServiceRefusal


class Plans(Grounded):
    """Memberships of one till's members."""

    def __init__(self, ground: Ground, *, acts: ProgrammeActs) -> None:
        super().__init__(ground)
        self._acts = acts

    def try_out(self, member_id: bytes, plan_id: str, operator: Operator) -> Acted:
        """Begin the trial. Raises `ServiceRefusal` NO_TRIAL or TRIAL_HAD."""
        return self._acts.record(trying(member_id, plan_id), operator)

    def pause(self, member_id: bytes, plan_id: str, days: int, operator: Operator) -> Acted:
        """Let it rest from tomorrow on; it lasts as much longer.

        Raises `ServiceRefusal` PLAN_NOT_ACTIVE or PAUSE_TOO_LONG (`most`).
        """
        return self._acts.record(pausing(member_id, plan_id, days), operator)

    def cancellation(self, member_id: bytes, plan_id: str) -> tuple[bytes, RefundWish]:
        """The sale of the latest period that is not over, and the return that ends it.

        Raises `ServiceRefusal` PLAN_NOT_ACTIVE (`name`) where nothing runs that was paid for.
        """
        at = self._now()
        with self._book.read() as reader:
            programme = self._in_effect(reader, at)
            day = store_day(at, programme.zone)
            state = state_of(reader, programme, member_id, day)
        if state is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        periods = [
            one
            for one in periods_of(state.rights, programme, plan_id)
            if not is_trial(one) and one.last_day is not None and one.last_day >= day
        ]
        if not periods:
            plan = programme.find(Plan, plan_id)
            name = plan_id if plan is None else plan.names.in_language(self._rules().language)
            raise ServiceRefusal("PLAN_NOT_ACTIVE", name=name)
        latest = periods[-1]
        back = ((latest.line, ONE_MILLI),)
        return latest.origin, RefundWish(refund_id=self._ids.new_id(), back=back)
