"""The receipt of somebody unknown says until when it can be claimed."""

from __future__ import annotations

from datetime import timedelta

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.programme.kinds.claim import Claim


@works(Claim, Trigger.SALE, stage=Stage.MESSAGES)
def invite(claim: Claim, moment: Moment, awards: Awards) -> None:
    """Say so where something was bought that earns."""
    if moment.state is None and moment.sold is not None and moment.sold.spend_minor > 0:
        last = moment.day + timedelta(days=claim.days - 1)
        awards.tell("CLAIM", day=last.isoformat())
