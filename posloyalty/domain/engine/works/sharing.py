"""Points go from one member to another: an act that a person records.

What is recorded is the sharing's id, with the points, in minor units of the wallet, as the quantity
and the other member's id, in hexadecimal, as the evidence `to`. Each part keeps its days; nothing
counts as earned by the other.
"""

from __future__ import annotations

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import plan_spend, usable_sum
from posloyalty.domain.ledger.transfer import TransferCode
from posloyalty.domain.programme.kinds.sharing import Sharing
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.values.identifiers import BadIdentifier, id_from_hex

TO = "to"


@works(Sharing, Trigger.ACTIVITY, stage=Stage.BONUSES)
def share(sharing: Sharing, moment: Moment, awards: Awards) -> None:
    """Move the points, if so many may be given and are there."""
    state, recorded, programme = moment.active, moment.recorded, moment.programme
    if state is None or recorded is None or recorded.what != sharing.id:
        return
    other = _other(dict(recorded.evidence).get(TO, ""))
    ledger, points = programme.ledger(sharing.wallet), recorded.quantity
    if other is None or other == state.member_id or not sharing.allows(points):
        return
    state = settled(programme, state)
    if ledger in dict(state.pools):
        return  # it belongs to the household
    postings = awards.plan.postings(state)
    postings.expire(ledger)
    lots = [lot for lot in postings.lots if lot.account.ledger == ledger]
    spare = usable_sum(lots, moment.day) - postings.debt(ledger)
    if points > spare:
        return
    uses = plan_spend(lots, points, moment.day)
    postings.move_out(ledger, uses, code=TransferCode.TRANSFER_OUT)
    by_id = {lot.id: lot for lot in lots}
    theirs = awards.plan.postings_of(other)
    for use in uses:
        like = by_id[use.lot_id]
        theirs.move_in(ledger, use.amount, code=TransferCode.TRANSFER_IN, like=like)
    awards.show(
        Award(
            kind=POINTS,
            of=sharing.wallet,
            name=sharing.names.in_language(moment.store.language),
            amount=points,
            rule_id=sharing.id,
            reasons=(reason("SHARED", wallet=sharing.wallet, shared_points=points),),
        )
    )


def _other(text: str) -> bytes | None:
    try:
        return id_from_hex(text)
    except BadIdentifier:
        return None
