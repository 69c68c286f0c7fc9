"""Activity keeps points alive: each qualifying one is counted on the last good day it promises.

What ran out before is booked as expired first, so that nothing comes back to life. Members of a
level whose points never run out are promised the rest of their level, and after it as long as an
activity of its last day would have given.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.meters import alive_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.wallets import expiry_at, settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.expiry import Activity, ByTier, Inactivity, Never
from posloyalty.domain.programme.tier_hold import FOREVER
from posloyalty.domain.programme.wallet import Wallet


@works(Wallet, Trigger.SALE, Trigger.ACTIVITY, stage=Stage.MESSAGES)
def keep_alive(wallet: Wallet, moment: Moment, awards: Awards) -> None:
    """Count what the activity promises, if the wallet's points live by activity."""
    if moment.active is None or not isinstance(wallet.expiry, Inactivity | ByTier):
        return
    programme, state = moment.programme, awards.state
    assert state is not None  # who is active is there
    last = promised(programme, wallet, state, _done(moment), moment.day)
    if last is None:
        return
    ledger = programme.ledger(wallet.id)
    awards.plan.postings(settled(programme, state)).expire(ledger)
    owner = dict(settled(programme, state).pools).get(ledger, state.member_id)
    awards.plan.count(alive_meter(ledger), owner, 1, day=last)


def promised(
    programme: Programme,
    wallet: Wallet,
    state: MemberState,
    done: frozenset[Activity],
    day: date,
) -> date | None:
    """The last good day that activities of a day promise; None when they promise none."""
    expiry = wallet.expiry
    ranks = {s.id: held(programme, s, state, day).rank for s in programme.tier_schemes}
    rule = expiry_at(programme, wallet, ranks)
    if isinstance(rule, Inactivity):
        return rule.last_day(day) if rule.activities & done else None
    scheme = programme.tier_scheme(expiry.scheme) if isinstance(expiry, ByTier) else None
    if scheme is None or not isinstance(expiry, ByTier) or not isinstance(rule, Never):
        return None
    end = held(programme, scheme, state, day).grace
    if end is None or not isinstance(expiry.base, Inactivity):
        return None
    return FOREVER if end == FOREVER else expiry.base.last_day(end)


def _done(moment: Moment) -> frozenset[Activity]:
    """What a moment is, of the things that keep points alive."""
    if moment.sold is None:
        return frozenset({Activity.ACTIVITY})
    found = set()
    if any(line.base_minor or line.product.earning for line in moment.sold.lines):
        found.add(Activity.BUY)
    if any(line.product.gift_card for line in moment.sold.lines):
        found.add(Activity.RELOAD)
    if any(moment.sold.redeemed.values()):
        found.add(Activity.REDEEM)
    return frozenset(found)
