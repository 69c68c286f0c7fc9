"""Referrals at work: a code is given, a friend comes by it, qualifies, or brings the goods back.

`Trigger.REFERRAL_CODE`, what "<id>", evidence `code`: the member gets that code. `Trigger.REFERRAL`
of the friend, what "<id>", evidence `code`: they came by it. What both sides are given can be used
when the days are over that the purchase must survive.
"""

from __future__ import annotations

from datetime import date, timedelta

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.referrals import code_of, open_referrals, referrer_of, success_meter
from posloyalty.domain.engine.returned import Returned
from posloyalty.domain.engine.take_back_gifts import keep_gifts, take_back_gifts
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.meter import total
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.programme.kinds.referral import (
    CODE,
    REFERRAL_CODE,
    REFERRED,
    Codes,
    Referral,
)
from posloyalty.domain.programme.reason import Reason, reason


@works(Referral, Trigger.REFERRAL_CODE, stage=Stage.REFERRALS)
def give_code(referral: Referral, moment: Moment, awards: Awards) -> None:
    """Give the member a code of their own."""
    recorded, operator = moment.recorded, moment.operator
    if recorded is None or recorded.what != referral.id:
        return
    if moment.active is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    by_hand = referral.codes is Codes.BY_HAND
    if by_hand and operator is not None and not operator.is_at_least(referral.role):
        awards.refuse("NOT_ALLOWED", name=operator.name)
    held = code_of(moment.active.rights, referral.id)
    if held is not None:
        awards.refuse("HAS_CODE", given=held.code)
    code = dict(recorded.evidence).get(CODE, "")
    if any(one.kind == REFERRAL_CODE for one in moment.gathered):
        awards.refuse("REFERRAL_CODE_TAKEN", given=code)
    awards.issue(
        REFERRAL_CODE,
        referral.id,
        rule_id=referral.id,
        name=_name(referral, moment),
        reasons=(reason("REFERRAL_CODE", code=code),),
        code=code,
        uses=0,
        from_day=moment.day,
    )


@works(Referral, Trigger.REFERRAL, stage=Stage.REFERRALS)
def capture(referral: Referral, moment: Moment, awards: Awards) -> None:
    """Note by whom a new member came."""
    recorded, friend = moment.recorded, moment.active
    if recorded is None or recorded.what != referral.id:
        return
    if friend is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    code = next((one for one in moment.gathered if one.kind == REFERRAL_CODE), None)
    if code is None or code.of != referral.id or not code.good_on(moment.day):
        awards.refuse("REFERRAL_CODE_UNKNOWN")
    if code.owner == friend.member_id:
        awards.refuse("REFERS_THEMSELVES")
    if friend.purchases:
        awards.refuse("NOT_NEW")
    if any(one.kind == REFERRED and one.cancelled <= 0 for one in friend.rights):
        awards.refuse("REFERRED_ALREADY")
    days = referral.within_days
    awards.issue(
        REFERRED,
        referral.id,
        rule_id=referral.id,
        name=_name(referral, moment),
        reasons=_still_to_do(referral, moment),
        code=code.owner.hex(),
        from_day=moment.day,
        last_day=None if days is None else moment.day + timedelta(days=days - 1),
    )
    awards.count(f"referred/{referral.id}", 1, owner=code.owner)


@works(Referral, Trigger.SALE, Trigger.ACTIVITY, stage=Stage.REFERRALS)
def qualify(referral: Referral, moment: Moment, awards: Awards) -> None:
    """Give to both sides, once the friend has done what is asked for."""
    friend = moment.active
    if friend is None or not _done(referral, moment):
        return
    waiting = open_referrals(moment.programme, friend.rights, moment.day)
    right = next((one for one in waiting if one.of == referral.id), None)
    referrer = None if right is None else referrer_of(right)
    if right is None or referrer is None:
        return
    awards.plan.use(right)
    usable = moment.day + timedelta(days=referral.survives_days)
    name, why = _name(referral, moment), _why(referral, usable)
    give(referral.friend, awards, rule_id=referral.id, name=name, reasons=why, from_day=usable)
    meter = success_meter(referral.id)
    before = total(friend.linked, moment.programme.meter(meter), owner=referrer)
    if referral.most is not None and before >= referral.most:
        full = reason("REFERRER_HAS_ALL", most=referral.most)
        awards.show(
            Award(
                kind=REFERRED,
                of=referral.id,
                name=name,
                amount=0,
                rule_id=referral.id,
                reasons=(full,),
            )
        )
        return
    awards.count(meter, 1, owner=referrer)
    give(
        referral.referrer,
        awards,
        rule_id=referral.id,
        name=name,
        reasons=(reason("FOR_REFERRER"), *why),
        member_id=referrer,
        from_day=usable,
    )
    if referral.survives_days:
        awards.tell("REFERRAL_PENDING", name=name, day=usable.isoformat())


@works(Referral, Trigger.RETURN, stage=Stage.REFERRALS)
def reverse(referral: Referral, moment: Moment, awards: Awards) -> None:
    """Take both sides' back while the purchase must survive; afterwards everything stays."""
    returned = moment.returned
    if returned is None:
        return
    right = _qualified(referral, returned)
    referrer = None if right is None else referrer_of(right)
    if right is None or referrer is None:
        return
    meter = success_meter(referral.id)
    awards.leave(right.id)
    awards.leave_count(meter, owner=referrer)
    if any(one.right_id == right.id for one in returned.undone.rights):
        _keep(referral, referrer, awards)  # an earlier return has taken it back
        return
    in_time = moment.day < returned.day + timedelta(days=referral.survives_days)
    enough = not returned.whole and returned.kept.spend_minor >= (referral.least_minor or 0)
    if enough or not (in_time or returned.void):
        _keep(referral, referrer, awards)
        return
    awards.plan.give_back(right)
    counted = returned.counted(moment.programme.meter(meter), referrer)
    awards.count(meter, -counted, owner=referrer, day=returned.day, undoes=returned.sale.id)
    for gives, owner in ((referral.friend, None), (referral.referrer, referrer)):
        take_back_gifts(gives, returned.sale.id, awards, owner=owner)


def _keep(referral: Referral, referrer: bytes, awards: Awards) -> None:
    keep_gifts(referral.friend, awards)
    keep_gifts(referral.referrer, awards, owner=referrer)


def _qualified(referral: Referral, returned: Returned) -> Right | None:
    """The right that the sale used up."""
    for change in returned.did.rights:
        right = returned.rights.get(change.right_id)
        mine = right is not None and right.kind == REFERRED and right.of == referral.id
        if mine and change.move is RightMove.USE:
            return right
    return None


def _done(referral: Referral, moment: Moment) -> bool:
    if referral.least_minor is None:
        recorded = moment.recorded
        return (
            moment.trigger is Trigger.ACTIVITY
            and recorded is not None
            and recorded.what == referral.activity
        )
    sold = moment.sold
    return sold is not None and sold.spend_minor >= max(1, referral.least_minor)


def _name(referral: Referral, moment: Moment) -> str:
    return referral.names.in_language(moment.store.language)


def _still_to_do(referral: Referral, moment: Moment) -> tuple[Reason, ...]:
    if referral.least_minor is None:
        return (reason("REFERRED_DOES", activity=referral.activity),)
    return (reason("REFERRED_BUYS", least_minor=referral.least_minor),)


def _why(referral: Referral, usable: date) -> tuple[Reason, ...]:
    made = reason("REFERRED")
    return (made, reason("USABLE_FROM", day=usable)) if referral.survives_days else (made,)
