"""Paid memberships: whether one holds on a day, which periods there are, what a cancellation gives.

A period is a right of kind PLAN without bound of uses, with its first and last day and what was
paid; one that nothing was paid for and no line sold is the trial. A pause is a right of kind
PLAN_PAUSE over its days; the period in which it lies was made longer by as many.

Periods follow one another. Their ends are counted from the day on which an unbroken run began, so
that 31 August stays the end of each month; a period that was made longer ends such a run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.recognised import earned_so_far
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.conditions.plan import PLAN
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.plan import Plan, UnusedBack, UsedBack
from posloyalty.domain.programme.tier_window import ONE_DAY
from posloyalty.domain.values.calendar import LotStyle, lot_last_day

PLAN_PAUSE: Final = "plan_pause"


class PlanState(StrEnum):
    """Where a member stands in a plan on a day."""

    TRIAL = "trial"
    ACTIVE = "active"
    GRACE = "grace"
    PAUSED = "paused"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    NONE = "none"

    @property
    def benefits(self) -> bool:
        """Whether the benefits are there."""
        return self in (PlanState.TRIAL, PlanState.ACTIVE, PlanState.GRACE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A member's standing in a plan. `through` is the last day that is paid for, or on trial;
    `period` the right that holds on the day.
    """

    plan: Plan
    state: PlanState
    through: date | None = None
    period: Right | None = None
    paid_months: int = 0


def used_meter(plan_id: str, unit: str) -> str:
    """What the benefits of a plan have come to: "money" or "count"."""
    return f"benefit/{plan_id}/{unit}"


def periods_of(rights: Iterable[Right], programme: Programme, plan_id: str) -> tuple[Right, ...]:
    """The periods that stand, by their first day."""
    own = (
        right
        for right in rights
        if (right.kind, right.of, right.programme) == (PLAN, plan_id, programme.id)
        and not right.cancelled
    )
    return tuple(sorted(own, key=lambda one: (one.from_day or date.min, one.id)))


def is_trial(right: Right) -> bool:
    """Whether a period is the trial."""
    return not right.paid_minor and not right.line


def standing(programme: Programme, plan: Plan, state: MemberState, day: date) -> Standing:
    """Where a member stands on a day."""
    periods = periods_of(state.rights, programme, plan.id)
    months = sum(plan.months for one in periods if not is_trial(one))
    through = max((one.last_day for one in periods if one.last_day), default=None)
    here = next((one for one in periods if one.good_on(day)), None)
    if here is not None and paused(state.rights, programme, plan.id, day):
        found = PlanState.PAUSED
    elif here is not None:
        found = PlanState.TRIAL if is_trial(here) else PlanState.ACTIVE
    elif through is not None and through < day <= through + timedelta(days=plan.grace_days):
        found = PlanState.GRACE if not is_trial(periods[-1]) else PlanState.LAPSED
    elif _cancelled(programme, plan, state, day):
        found = PlanState.CANCELLED
    elif through is not None and through < day:
        found = PlanState.LAPSED
    else:
        found = PlanState.NONE
    return Standing(plan=plan, state=found, through=through, period=here, paid_months=months)


def plans_held(programme: Programme, state: MemberState, day: date) -> frozenset[str]:
    """The plans whose benefits a member has on a day."""
    held = (standing(programme, plan, state, day) for plan in programme.of(Plan))
    return frozenset(one.plan.id for one in held if one.state.benefits)


def next_period(
    programme: Programme, plan: Plan, rights: Iterable[Right], day: date
) -> tuple[date, date]:
    """The first and last day of the period that is bought on a day, without what tenure adds."""
    periods = periods_of(rights, programme, plan.id)
    start, anchor, months, follows = day, day, 0, None
    for one in periods:
        if one.from_day is None or one.last_day is None:
            continue
        if follows != one.from_day or is_trial(one):
            anchor, months = one.from_day, 0
        months += 0 if is_trial(one) else plan.months
        whole = not is_trial(one) and one.last_day == _end(anchor, months)
        follows = one.last_day + ONE_DAY
        if not whole:
            anchor, months = follows, 0
        start = follows
    if follows is None or start < day:
        start = anchor = day
        months = 0
    return start, _end(anchor, months + plan.months)


def paused(rights: Iterable[Right], programme: Programme, plan_id: str, day: date) -> bool:
    """Whether a plan rests on a day."""
    return any(
        (one.kind, one.of, one.programme) == (PLAN_PAUSE, plan_id, programme.id)
        and one.good_on(day)
        for one in rights
    )


def used_since(
    programme: Programme, plan: Plan, state: MemberState | None, period: Right
) -> tuple[int, int]:
    """(how often, for how much) benefits were used in a period."""
    if state is None:
        return 0, 0
    count, money = (
        total(
            state.meters,
            programme.meter(used_meter(plan.id, unit)),
            owner=state.member_id,
            since=period.from_day,
            through=period.last_day,
        )
        for unit in ("count", "money")
    )
    return count, money


def kept_back(
    programme: Programme, plan: Plan, state: MemberState | None, period: Right, day: date
) -> int:
    """What of a period's price is not given back when it ends with a day, which still counts."""
    used, worth = used_since(programme, plan, state, period)
    days = earned_so_far(period, day)
    if not used:
        return days if plan.unused is UnusedBack.PRO_RATA else 0
    match plan.used:
        case UsedBack.PRO_RATA:
            return days
        case UsedBack.LESS_USED:
            return min(worth, period.paid_minor)
        case UsedBack.NONE:
            return period.paid_minor


def _cancelled(programme: Programme, plan: Plan, state: MemberState, day: date) -> bool:
    """Whether it would hold on a day, had it not been cancelled."""
    return any(
        (one.kind, one.of, one.programme) == (PLAN, plan.id, programme.id)
        and one.cancelled > 0
        and (one.from_day or day) <= day <= (one.last_day or day)
        for one in state.rights
    )


def _end(anchor: date, months: int) -> date:
    return lot_last_day(anchor, months, LotStyle.EVE)
