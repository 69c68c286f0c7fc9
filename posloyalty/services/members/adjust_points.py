"""Points given or taken by hand, with a cause: an act of its own, so that it is seen for ever."""

from __future__ import annotations

from posloyalty.domain.shop.operator import Operator
from posloyalty.services.doings.happenings import adjusting
from posloyalty.services.doings.programme_acts import Acted, ProgrammeActs
from posloyalty.services.refusal import ServiceRefusal

CAUSE_LENGTH_MOST = 40


def adjust_points(
    acts: ProgrammeActs,
    member_id: bytes,
    wallet: str,
    points: int,
    cause: str,
    operator: Operator,
    *,
    approved_by: Operator | None = None,
) -> Acted:
    """Give `points` minor units of a wallet, or take them where they are below zero.

    Raises `ServiceRefusal` CAUSE_NEEDED, SUPERVISOR_NEEDED, POINTS_SHORT or NOTHING_TO_RECORD.
    """
    if not 0 < len(cause.strip()) <= CAUSE_LENGTH_MOST:
        raise ServiceRefusal("CAUSE_NEEDED")
    if not points:
        raise ServiceRefusal("NOTHING_TO_RECORD")
    happening = adjusting(member_id, wallet, points, cause)
    return acts.record(happening, operator, approved_by=approved_by)
