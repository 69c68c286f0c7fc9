"""Partners' points: what is issued and spent at each is counted for its settlement.

Under the partner's own id: `issued/<wallet>/points` and `redeemed/<wallet>/points`; and of the
points that it stands for (`funders`) `spent/<wallet>/points`, wherever they are spent. A sale at a
till of one of its stores counts for it, and so do goods that come back. What it reports is
`Trigger.ACTIVITY`, what the partner's id, the points in minor units as the quantity, evidence
`kind` "issue" or "redeem".
"""

from __future__ import annotations

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.funders import funder_of_partner, spent_by_funder
from posloyalty.domain.engine.limits import allowed, count_use
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.returned import Returned
from posloyalty.domain.engine.wallets import may_spend, settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.lots import usable_sum
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.partner import PARTNER, Partner
from posloyalty.domain.programme.limit import LimitUnit
from posloyalty.domain.programme.reason import Reason, reason
from posloyalty.domain.values.portion import first_units

ISSUE = "issue"
REDEEM = "redeem"
KIND = "kind"


def issued_meter(wallet: str) -> str:
    """Points that a partner issued, less what was taken back."""
    return f"issued/{wallet}/points"


def redeemed_meter(wallet: str) -> str:
    """Points that were spent at a partner, less what was given back."""
    return f"redeemed/{wallet}/points"


def spent_meter(wallet: str) -> str:
    """Points that a partner stands for and that were spent anywhere, less what was given back."""
    return f"spent/{wallet}/points"


@works(Partner, Trigger.SALE, stage=Stage.MESSAGES)
def spent_of(partner: Partner, moment: Moment, awards: Awards) -> None:
    """Count the partner's points that a sale spends, in whoever's store."""
    _count_spent(partner, moment, awards)


@works(Partner, Trigger.RETURN, stage=Stage.MESSAGES)
def given_back_of(partner: Partner, moment: Moment, awards: Awards) -> None:
    """Count the partner's points that a return gives back; the sale's own count stays."""
    awards.keep_counted(spent_meter(partner.wallet), partner.owner(moment.programme.id))
    _count_spent(partner, moment, awards)


@works(Partner, Trigger.SALE, stage=Stage.BONUSES)
def rung(partner: Partner, moment: Moment, awards: Awards) -> None:
    """Count what a sale at the partner's till earned and spent."""
    sold = moment.sold
    assert sold is not None  # a sale has goods
    if not partner.has_store(moment.store.store_id) or not partner.in_force(moment.day):
        return
    owner, wallet = partner.owner(moment.programme.id), partner.wallet
    by_campaigns = sum(points for _, of, points in sold.campaign_points if of == wallet)
    awards.count(issued_meter(wallet), sold.earned.get(wallet, 0) - by_campaigns, owner=owner)
    awards.count(redeemed_meter(wallet), sold.redeemed.get(wallet, 0), owner=owner)


@works(Partner, Trigger.RETURN, stage=Stage.BONUSES)
def returned(partner: Partner, moment: Moment, awards: Awards) -> None:
    """Take out of the count what came back, as far as it was counted."""
    back, programme = moment.returned, moment.programme
    assert back is not None  # a return has what came back
    owner, wallet = partner.owner(programme.id), partner.wallet
    pairs = (
        (issued_meter(wallet), _issued_back(back, wallet, programme, owner)),
        (redeemed_meter(wallet), back.goods.redeemed.get(wallet, 0)),
    )
    for meter, points in pairs:
        gone = min(points, back.counted(programme.meter(meter), owner))
        if gone:
            awards.count(meter, -gone, owner=owner, day=back.day, undoes=back.sale.id)
        awards.keep_counted(meter, owner)


def _issued_back(back: Returned, wallet: str, programme: Programme, owner: bytes) -> int:
    """What of the points that come back the partner had issued: campaigns gave the others."""
    meter = programme.meter(issued_meter(wallet))
    issued = sum(m.amount for m in back.did.meters if (m.meter, m.owner) == (meter, owner))
    now, kept = back.goods.earned.get(wallet, 0), back.kept.earned.get(wallet, 0)
    every = sum(n for line in back.sale.lines for name, n in line.earned if name == wallet)
    parts = (min(issued, every), every - min(issued, every))
    return first_units(every - kept, parts)[0] - first_units(every - kept - now, parts)[0]


@works(Partner, Trigger.ACTIVITY, stage=Stage.BONUSES)
def reported(partner: Partner, moment: Moment, awards: Awards) -> None:
    """Give or take the points that a partner reports."""
    recorded, state = moment.recorded, moment.active
    if recorded is None or recorded.what != partner.id or state is None:
        return
    if not partner.in_force(moment.day):
        awards.refuse("AGREEMENT_OVER", name=partner.names.in_language(moment.store.language))
    kind = dict(recorded.evidence).get(KIND, ISSUE)
    if kind == REDEEM:
        _redeem(partner, moment, awards, recorded.quantity)
    elif kind == ISSUE:
        _issue(partner, moment, awards, recorded.quantity)
    else:
        awards.refuse("BAD_KIND", given=kind)


def _issue(partner: Partner, moment: Moment, awards: Awards, points: int) -> None:
    name = partner.names.in_language(moment.store.language)
    reasons: list[Reason] = [reason("FROM_PARTNER", name=name)]
    kept = allowed(awards, _key(partner), partner.limits, points)
    if kept < points:
        lost = points - kept
        reasons.append(reason("PARTNER_CAPPED", wallet=partner.wallet, lost_points=lost))
    if not kept:
        awards.refuse("PARTNER_LIMIT", name=name)
    given = awards.credit(
        partner.wallet,
        kept,
        rule_id=partner.id,
        name=name,
        reasons=tuple(reasons),
        funder=funder_of_partner(partner.id),
    )
    owner = partner.owner(moment.programme.id)
    awards.count(issued_meter(partner.wallet), given, owner=owner)
    count_use(awards, _key(partner), partner.limits, given, unit=LimitUnit.POINTS)


def _redeem(partner: Partner, moment: Moment, awards: Awards, points: int) -> None:
    state, programme = moment.active, moment.programme
    assert state is not None  # the caller has looked
    ledger, wallet = programme.ledger(partner.wallet), programme.wallet(partner.wallet)
    if not may_spend(programme, wallet, state):
        awards.refuse("HEAD_SPENDS")
    postings = awards.plan.postings(settled(programme, state))
    postings.expire(ledger)
    lots = [lot for lot in postings.lots if lot.account.ledger == ledger]
    spare = max(0, usable_sum(lots, moment.day) - postings.debt(ledger))
    if points > spare:
        awards.refuse("POINTS_SHORT", wallet=wallet.id, have_points=spare)
    postings.redeem(ledger, points)
    owner = partner.owner(programme.id)
    awards.count(redeemed_meter(partner.wallet), points, owner=owner)
    for one in programme.of(Partner):
        _count_spent(one, moment, awards)
    name = partner.names.in_language(moment.store.language)
    awards.show(
        Award(
            kind=POINTS,
            of=wallet.id,
            name=name,
            amount=-points,
            rule_id=partner.id,
            reasons=(reason("SPENT_AT_PARTNER", wallet=wallet.id, name=name, spent_points=points),),
        )
    )


def _count_spent(partner: Partner, moment: Moment, awards: Awards) -> None:
    state, programme = moment.state, moment.programme
    if state is None:
        return
    ledger = programme.ledger(partner.wallet)
    transfers = awards.plan.consequences().transfers
    spent = spent_by_funder(transfers, state.lots, ledger).get(funder_of_partner(partner.id), 0)
    if spent:
        owner = partner.owner(programme.id)
        awards.count(spent_meter(partner.wallet), spent, owner=owner)


def _key(partner: Partner) -> str:
    return f"{PARTNER}:{partner.id}"
