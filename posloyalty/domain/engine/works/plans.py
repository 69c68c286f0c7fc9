"""Paid memberships at work: sold and renewed with a line, tried, paused, and given back.

`Trigger.PLAN_TRIAL`, what the plan's id: the trial begins. `Trigger.PLAN_PAUSE`, with the evidence
`days`: it rests from tomorrow on, and lasts as much longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    Ask,
    AskedAs,
    AtCounter,
    Place,
    Row,
    said,
    shows,
    whole,
)
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.happening import Happening, happening
from posloyalty.domain.engine.moment import Moment, SoldLine, Trigger
from posloyalty.domain.engine.plans import (
    PLAN_PAUSE,
    PlanState,
    kept_back,
    next_period,
    standing,
    used_meter,
)
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.conditions.plan import PLAN
from posloyalty.domain.programme.kinds.plan import Plan, asks_for, plan_sold_as
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.programme.tier_window import ONE_DAY
from posloyalty.domain.shop.refund import VALUE_USED
from posloyalty.domain.values.quantity import ONE_MILLI

DAYS = "days"
DAYS_LONGEST: Final = 4


def trying(member_id: bytes, plan_id: str) -> Happening:
    """The trial of a paid membership begins."""
    return happening(Trigger.PLAN_TRIAL, member_id, plan_id)


def pausing(member_id: bytes, plan_id: str, days: int) -> Happening:
    """A paid membership rests from tomorrow on."""
    return happening(Trigger.PLAN_PAUSE, member_id, plan_id, ((DAYS, str(days)),))


@works(Plan, Trigger.SALE, stage=Stage.BONUSES)
def sell(plan: Plan, moment: Moment, awards: Awards) -> None:
    """Count what was used of it in this sale, then begin or renew it."""
    if moment.state is None or moment.sold is None:
        return
    _count_used(plan, moment, awards)
    for line in moment.sold.lines:
        if plan_sold_as(moment.programme, line.product) is plan:
            for piece in range(line.quantity_milli // ONE_MILLI):
                _renew(plan, line, piece, moment, awards)
    _warn(plan, moment, awards)


@works(Plan, Trigger.PLAN_TRIAL, stage=Stage.BONUSES)
def try_out(plan: Plan, moment: Moment, awards: Awards) -> None:
    """The trial, once for each member."""
    if moment.recorded is None or moment.recorded.what != plan.id:
        return
    if moment.active is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    name = plan.names.in_language(moment.store.language)
    had = [r for r in moment.active.rights if (r.kind, r.of) == (PLAN, plan.id)]
    if not plan.trial_days:
        awards.refuse("NO_TRIAL", name=name)
    if had:
        awards.refuse("TRIAL_HAD", name=name)
    last = moment.day + timedelta(days=plan.trial_days - 1)
    awards.issue(
        PLAN,
        plan.id,
        rule_id=plan.id,
        name=name,
        reasons=(reason("PLAN_TRIAL", last_day=last),),
        uses=0,
        from_day=moment.day,
        last_day=last,
    )


@works(Plan, Trigger.PLAN_PAUSE, stage=Stage.BONUSES)
def pause(plan: Plan, moment: Moment, awards: Awards) -> None:
    """It rests for some days, and lasts as much longer."""
    if moment.recorded is None or moment.recorded.what != plan.id:
        return
    if moment.active is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    name, day = plan.names.in_language(moment.store.language), moment.day
    now = standing(moment.programme, plan, moment.active, day)
    if now.state is not PlanState.ACTIVE or now.period is None or now.period.last_day is None:
        awards.refuse("PLAN_NOT_ACTIVE", name=name)
    written = dict(moment.recorded.evidence).get(DAYS, "")
    days = int(written) if written.isdecimal() else 0
    rest = _rested(plan, moment, now.period)
    if not 0 < days <= plan.pause_days - rest:
        awards.refuse("PAUSE_TOO_LONG", name=name, most=max(0, plan.pause_days - rest))
    first, last = day + ONE_DAY, day + timedelta(days=days)
    awards.issue(
        PLAN_PAUSE,
        plan.id,
        rule_id=plan.id,
        name=name,
        reasons=(reason("PLAN_RESTS", last_day=last),),
        uses=0,
        from_day=first,
        last_day=last,
    )
    awards.plan.extend(now.period, days)


@works(Plan, Trigger.RETURN, stage=Stage.BONUSES)
def give_back(plan: Plan, moment: Moment, awards: Awards) -> None:
    """Periods that were sold on the goods that come back, the latest first, by the plan's terms."""
    returned = moment.returned
    if returned is None:
        return
    for line in returned.goods.lines:
        if plan_sold_as(moment.programme, line.product) is not plan:
            continue
        sold = [r for r in returned.issued if r.line == line.number and r.kind == PLAN]
        own = sorted(
            (r for r in sold if not r.cancelled), key=lambda one: one.from_day or moment.day
        )
        pieces = line.quantity_milli // ONE_MILLI
        gone = own[len(own) - pieces :]
        awards.leave(*(right.id for right in own if right not in gone))
        for right in gone:
            if not (returned.void or returned.faulty):
                kept = kept_back(moment.programme, plan, moment.state, right, moment.day)
                awards.withhold(VALUE_USED, kept, plan.names.in_language(moment.store.language))
            awards.plan.cancel(right)


def _renew(plan: Plan, line: SoldLine, piece: int, moment: Moment, awards: Awards) -> None:
    state = awards.state
    assert state is not None  # the seller has looked
    first, last = next_period(moment.programme, plan, state.rights, moment.day)
    before = standing(moment.programme, plan, state, moment.day).paid_months
    pieces = line.quantity_milli // ONE_MILLI
    paid = line.net_minor * (piece + 1) // pieces - line.net_minor * piece // pieces
    name = plan.names.in_language(moment.store.language)
    reasons = [reason("PLAN_PERIOD", first_day=first, last_day=last)]
    times = 0
    if plan.tenure is not None:
        times = (before + plan.months) // plan.tenure.months - before // plan.tenure.months
        if times and plan.tenure.days:
            last += timedelta(days=times * plan.tenure.days)
            reasons.append(
                reason("PLAN_TENURE", months=before + plan.months, days=times * plan.tenure.days)
            )
    awards.issue(
        PLAN,
        plan.id,
        rule_id=plan.id,
        name=name,
        reasons=reasons,
        uses=0,
        from_day=first,
        last_day=last,
        paid_minor=paid,
        line=line.number,
    )
    awards.tell("PLAN_THROUGH", name=name, day=last.isoformat())
    if times and plan.tenure is not None and plan.tenure.gives.gifts:
        give(plan.tenure.gives, awards, rule_id=plan.id, name=name, times=times)


def _count_used(plan: Plan, moment: Moment, awards: Awards) -> None:
    """Offers that ask for the plan, and what they took off."""
    assert moment.sold is not None  # it is a sale
    asking = {one.id for one in moment.programme.offers if asks_for(one.when, plan.id)}
    given = [amount for offer, amount in moment.sold.offers if offer in asking]
    if given:
        awards.count(used_meter(plan.id, "count"), 1)
        awards.count(used_meter(plan.id, "money"), sum(given))


def _warn(plan: Plan, moment: Moment, awards: Awards) -> None:
    """Say that it ends soon, where it was not renewed in this very sale."""
    state = awards.state
    if state is None or not plan.warn_days:
        return
    now = standing(moment.programme, plan, state, moment.day)
    if now.through is None or now.state not in (PlanState.ACTIVE, PlanState.TRIAL):
        return
    if now.through <= moment.day + timedelta(days=plan.warn_days):
        name = plan.names.in_language(moment.store.language)
        awards.tell("PLAN_ENDS", name=name, day=now.through.isoformat())


def _rested(plan: Plan, moment: Moment, period: Right) -> int:
    """How many days of pauses begin within a period."""
    assert moment.active is not None  # only a member pauses
    first, last = period.from_day, period.last_day
    assert first is not None  # periods have both
    assert last is not None
    return sum(
        (one.last_day - one.from_day).days + 1
        for one in moment.active.rights
        if (one.kind, one.of) == (PLAN_PAUSE, plan.id) and not one.cancelled
        if one.from_day is not None and one.last_day is not None and first <= one.from_day <= last
    )


@shows(Plan, heading=said("doings.of_plans"), place=Place.BELONGS)
def at_counter(plan: Plan, at: AtCounter) -> Iterator[Row]:
    """Where the member stands in it, and to try it, or to let it rest; it is sold by a line."""
    now = standing(at.programme, plan, at.state, at.day)
    stands = Row(
        id=f"plan:{plan.id}",
        icon="calendar",
        title=plan.names,
        sub=said(f"doings.plan_{now.state.value}", day=now.through or ""),
        also=plan.benefits,
    )
    if plan.trial_days and now.state is PlanState.NONE:
        yield replace(
            stands,
            id=f"trial:{plan.id}",
            verb=said("doings.begin_trial"),
            sample=NOTHING_ASKED,
            does=lambda _answers: trying(at.member_id, plan.id),
        )
    elif plan.pause_days and now.state is PlanState.ACTIVE:
        days = Ask(
            name=DAYS,
            label=said("doings.pause_days", most=plan.pause_days),
            kind=AskedAs.NUMBER,
            length_most=DAYS_LONGEST,
        )
        yield replace(
            stands,
            id=f"pause:{plan.id}",
            verb=said("doings.pause"),
            asks=(days,),
            does=lambda answers: pausing(at.member_id, plan.id, whole(answers, DAYS)),
        )
    else:
        yield stands
