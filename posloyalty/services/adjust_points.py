"""Points given or taken by hand, with a cause: an act of its own, so that it is seen for ever."""

from __future__ import annotations

from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works.risk import CAUSE, TAKE, WAY
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.programme_acts import Acted, Happening, ProgrammeActs
from posloyalty.services.refusal import ServiceRefusal

CAUSE_LENGTH_MOST = 40


def adjust_points(
    acts: ProgrammeActs,
    member_id: bytes,
    wallet: str,
    points: int,
    cause: str,
    operator: Operator,
) -> Acted:
    """Give `points` minor units of a wallet, or take them where they are below zero.

    Raises `ServiceRefusal` CAUSE_NEEDED, SUPERVISOR_NEEDED, POINTS_SHORT or NOTHING_TO_RECORD.
    """
    if not 0 < len(cause.strip()) <= CAUSE_LENGTH_MOST:
        raise ServiceRefusal("CAUSE_NEEDED")
    if not points:
        raise ServiceRefusal("NOTHING_TO_RECORD")
    way = TAKE if points < 0 else "give"
    recorded = Recorded(
        what=wallet, quantity=abs(points), evidence=((WAY, way), (CAUSE, cause.strip()))
    )
    happening = Happening(trigger=Trigger.ADJUST, recorded=recorded, member_id=member_id)
    return acts.record(happening, operator)
