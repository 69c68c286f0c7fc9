"""Why what is given at a moment has to wait: what looks wrong about an act, not about a sale."""

from __future__ import annotations

from posloyalty.domain.engine.moment import Moment
from posloyalty.domain.engine.risk import SIGNED_UP, risk_of
from posloyalty.domain.ledger.meter import total_within
from posloyalty.domain.programme.kinds.risk import SIGN_UP
from posloyalty.domain.programme.reason import Reason, reason


def suspicions(moment: Moment) -> tuple[Reason, ...]:
    """TOO_MANY_SIGN_UPS where whoever signs somebody up did so too often before."""
    risk, recorded, operator = risk_of(moment.programme), moment.recorded, moment.operator
    if not risk.sign_ups or operator is None or recorded is None or recorded.what != SIGN_UP:
        return ()
    before = total_within(
        moment.gathered_meters,
        moment.programme.meter(SIGNED_UP),
        at=moment.at,
        minutes=risk.sign_up_minutes,
        owner=operator.id,
    )
    if before < risk.sign_ups:
        return ()
    return (reason("TOO_MANY_SIGN_UPS", sign_ups=before, minutes=risk.sign_up_minutes),)
