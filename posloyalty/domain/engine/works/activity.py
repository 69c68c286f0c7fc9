"""Activities: recorded by a person, or marked on a sale.

What is recorded is the activity's id, how much of it, and the evidence. All of it is counted in the
meter `activity/<id>`, what a limit holds back too; what was given in `use/activity:<id>/...`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn

from posloyalty.domain.engine import happening
from posloyalty.domain.engine.at_counter import (
    Answers,
    Ask,
    AskedAs,
    AtCounter,
    Place,
    Row,
    WayBack,
    said,
    shows,
)
from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.limits import Room, count_use, room
from posloyalty.domain.engine.marks import done_meter, key_of, limits_for, minutes_to_wait
from posloyalty.domain.engine.meters import capped_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.activity import QUANTITY_MOST, Activity
from posloyalty.domain.programme.limit import LimitMode, LimitUnit
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.shop.operator import Role

QUANTITY: Final = "quantity"
SEEN: Final = "-"
"""Evidence for a first look at what an activity would give; it is never booked."""


@works(Activity, Trigger.ACTIVITY, stage=Stage.BONUSES)
def record(activity: Activity, moment: Moment, awards: Awards) -> None:
    """Record it, or refuse it in words."""
    recorded = moment.recorded
    if recorded is None or recorded.what != activity.id:
        return
    _check(activity, moment, awards)
    _do(activity, recorded.quantity, moment, awards)


@works(Activity, Trigger.SALE, stage=Stage.BONUSES)
def marked(activity: Activity, moment: Moment, awards: Awards) -> None:
    """Count what is marked on a sale."""
    if activity.id in moment.facts.marks and moment.active is not None:
        _do(activity, 1, moment, awards)


def _check(activity: Activity, moment: Moment, awards: Awards) -> None:
    recorded, operator = moment.recorded, moment.operator
    assert recorded is not None  # something is recorded
    if moment.active is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    if operator is not None and not operator.is_at_least(activity.role):
        awards.refuse("NOT_ALLOWED", name=operator.name)
    if recorded.quantity > activity.most_quantity:
        awards.refuse("TOO_MUCH_AT_ONCE", most=activity.most_quantity)
    filled = {key for key, value in recorded.evidence if value.strip()}
    for field in activity.evidence:
        if field.id not in filled:
            name = field.names.in_language(moment.store.language)
            awards.refuse("EVIDENCE_MISSING", name=name)
    awards.require(activity, activity.names.in_language(moment.store.language))
    minutes = minutes_to_wait(moment.programme, activity, moment.active, moment.at)
    if minutes:
        awards.refuse("COOLING_DOWN", minutes=minutes)


def _do(activity: Activity, quantity: int, moment: Moment, awards: Awards) -> None:
    """Count it, and give what its limits leave."""
    units = quantity // activity.for_each
    awards.count(done_meter(activity), quantity)
    if activity.engages is not None:
        awards.count(f"engaged/{activity.engages.value}", 1)
    limits, key = limits_for(activity, moment.facts), key_of(activity)
    given, reasons = _within(activity, units, LimitUnit.COUNT, moment, awards)
    points, why = _within(activity, given * activity.points, LimitUnit.POINTS, moment, awards)
    if activity.points:
        _credit(activity, units, points, (*reasons, *why), awards)
        count_use(awards, key, limits, points, unit=LimitUnit.POINTS)
    count_use(awards, key, limits, given)


def _credit(
    activity: Activity, units: int, points: int, met: tuple[Room, ...], awards: Awards
) -> None:
    """Give the points; what is held back is counted, and shown even where nothing is left."""
    wallet, lost = activity.wallet, units * activity.points - points
    name = activity.names.in_language(awards.moment.store.language)
    reasons = (
        reason("ACTIVITY", wallet=wallet, each_points=activity.points, times=units),
        *_capped(activity, lost, met),
    )
    state = awards.moment.state
    assert state is not None  # whoever is counted is there
    awards.plan.count(capped_meter(awards.programme.ledger(wallet)), state.member_id, lost)
    if points:
        awards.credit(wallet, points, rule_id=activity.id, name=name, reasons=reasons)
    else:
        awards.show(
            Award(kind=POINTS, of=wallet, name=name, amount=0, rule_id=activity.id, reasons=reasons)
        )


def _within(
    activity: Activity, wanted: int, unit: LimitUnit, moment: Moment, awards: Awards
) -> tuple[int, tuple[Room, ...]]:
    """How much of what is wanted the limits leave, and the limit that was met."""
    state = awards.state
    assert state is not None  # whoever is counted is there
    limits, key = limits_for(activity, moment.facts), key_of(activity)
    left = room(
        moment.programme, key, limits, unit, state=state, store=moment.store, day=moment.day
    )
    if left is None or wanted <= left.left:
        return wanted, ()
    if left.limit.mode is LimitMode.REJECT and moment.recorded is not None:
        _refuse(left, awards)
    return left.fits(wanted), (left,)


def _refuse(met: Room, awards: Awards) -> NoReturn:
    awards.refuse("ACTIVITY_LIMIT", most=met.limit.most)


def _capped(activity: Activity, lost: int, met: tuple[Room, ...]) -> tuple[Reason, ...]:
    if not met:
        return ()
    wallet, limit = activity.wallet, met[-1].limit
    if limit.unit is LimitUnit.POINTS:
        return (reason("CAPPED", wallet=wallet, lost_points=lost, most_points=limit.most),)
    return (reason("OFTEN_ENOUGH", wallet=wallet, lost_points=lost, most=limit.most),)


@shows(Activity, heading=said("doings.of_activities"), place=Place.DOES)
def at_counter(activity: Activity, at: AtCounter) -> Iterator[Row]:
    """What somebody at the till records, with its evidence and how much of it."""
    counted = activity.for_each > 1 or 1 < activity.most_quantity < QUANTITY_MOST

    def record_it(answers: Answers) -> happening.Happening:
        typed = answers.get(QUANTITY, "")
        quantity = int(typed) if counted and typed.isdecimal() else 0 if counted else 1
        evidence = tuple((one.id, answers.get(one.id, "").strip()) for one in activity.evidence)
        return happening.activity(at.member_id, activity.id, quantity, evidence)

    quantity = Ask(
        name=QUANTITY,
        label=said("doings.quantity", most=activity.most_quantity),
        kind=AskedAs.NUMBER,
        value=str(activity.for_each),
        length_most=len(str(activity.most_quantity)),
    )
    hint = said("doings.evidence_hint")
    asks = (Ask(name=one.id, label=one.names, hint=hint) for one in activity.evidence)
    yield Row(
        id=f"activity:{activity.id}",
        icon="check-circle",
        title=activity.names,
        sub=said("doings.each", n=activity.for_each) if activity.for_each > 1 else None,
        verb=said("doings.record"),
        role=activity.role,
        asks=((quantity,) if counted else ()) + tuple(asks),
        sample={QUANTITY: str(activity.for_each), **{one.id: SEEN for one in activity.evidence}},
        does=record_it,
        back=WayBack(role=Role.SUPERVISOR),
    )
