"""Points that wait for an event become usable when an act of that name is recorded."""

from __future__ import annotations

from posloyalty.domain.engine.award import POINTS, Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.meters import released_meter
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.reason import reason
from posloyalty.domain.programme.wallet import Wallet


@works(Wallet, Trigger.ACTIVITY, stage=Stage.BONUSES)
def release(wallet: Wallet, moment: Moment, awards: Awards) -> None:
    """Make everything usable that waits for what was recorded."""
    event, state = wallet.pending.event, moment.state
    if not event or moment.recorded is None or moment.recorded.what != event or state is None:
        return
    programme, ledger = moment.programme, moment.programme.ledger(wallet.id)
    freed = awards.plan.postings(settled(programme, state)).activate(ledger)
    if not freed:
        return
    awards.plan.count(released_meter(ledger), state.member_id, freed)
    awards.show(
        Award(
            kind=POINTS,
            of=wallet.id,
            name=wallet.names.in_language(moment.store.language),
            amount=freed,
            rule_id=wallet.id,
            reasons=(reason("RELEASED", wallet=wallet.id, freed_points=freed),),
        )
    )
