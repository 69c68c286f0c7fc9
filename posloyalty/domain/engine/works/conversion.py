"""Points of one wallet become points of another: an act that a person records.

What is recorded is the conversion's id, with as many points as the member gives up, in the minor
units of their wallet, as the quantity.
"""

from __future__ import annotations

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.meters import bonus_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.wallets import lot_days, may_spend, settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import plan_spend, usable_sum
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.kinds.conversion import Conversion
from posloyalty.domain.programme.reason import reason


@works(Conversion, Trigger.ACTIVITY, stage=Stage.BONUSES)
def convert(conversion: Conversion, moment: Moment, awards: Awards) -> None:
    """Take as many as make up whole units, and give what they come to."""
    state, recorded, programme = moment.active, moment.recorded, moment.programme
    if state is None or recorded is None or recorded.what != conversion.id:
        return
    source, target = programme.ledger(conversion.source), programme.ledger(conversion.target)
    postings = awards.plan.postings(settled(programme, state))
    postings.expire(source)
    lots = [lot for lot in postings.lots if lot.account.ledger == source]
    spare = usable_sum(lots, moment.day) - postings.debt(source)
    taken, given = conversion.comes_to(recorded.quantity)
    allowed = may_spend(programme, programme.wallet(conversion.source), state)
    if not allowed or not conversion.least <= taken <= spare or not given:
        return
    uses = plan_spend(lots, taken, moment.day)
    postings.move_out(source, uses, code=TransferCode.CONVERT, to=AccountKind.REDEEMED)
    member = moment.facts.member
    wallet = programme.wallet(conversion.target)
    days = lot_days(programme, wallet, {} if member is None else member.ranks, moment.day)
    postings.earn(
        target,
        given,
        usable_from=days.usable_from,
        last_day=days.last_day,
        code=TransferCode.CONVERT,
    )
    awards.plan.count(bonus_meter(target), state.member_id, given)
    awards.show(
        Award(
            kind=POINTS,
            of=conversion.target,
            name=conversion.names.in_language(moment.store.language),
            amount=given,
            rule_id=conversion.id,
            reasons=(reason("CONVERTED", wallet=conversion.source, taken_points=taken),),
            last_day=days.last_day,
        )
    )
