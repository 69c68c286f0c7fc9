"""What members do beside buying, as happenings: one small function each, without any look-up.

A screen previews a happening before it has it recorded, so both are made here: what is shown is
what is booked.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.happening import Evidence, Happening, happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.works import board, risk
from posloyalty.domain.engine.works.tier_acts import THROUGH


def signing_up(member_id: bytes) -> Happening:
    """Somebody became a member."""
    return happening(Trigger.SIGN_UP, member_id, Trigger.SIGN_UP.value)


def granting(
    member_id: bytes, level: str, through: date | None = None, *, cause: str = ""
) -> Happening:
    """A level, as `scheme/level`, is given by hand, through a day or as if it had been met."""
    evidence: Evidence = () if through is None else ((THROUGH, through.isoformat()),)
    return happening(Trigger.TIER_GRANT, member_id, level, (*evidence, *_why(cause)))


def withdrawing(member_id: bytes, level: str, *, cause: str = "") -> Happening:
    """A level that was given by hand ends with yesterday."""
    return happening(Trigger.TIER_WITHDRAW, member_id, level, _why(cause))


def _why(cause: str) -> Evidence:
    return ((risk.CAUSE, cause),) if cause else ()


def joining_board(member_id: bytes, board_id: str) -> Happening:
    """A member wants to be seen on a board; their nickname is written elsewhere."""
    return happening(Trigger.BOARD, member_id, board_id, ((board.ACT, board.JOIN),))


def leaving_board(member_id: bytes, board_id: str) -> Happening:
    """A member does not want to be seen on a board any more."""
    return happening(Trigger.BOARD, member_id, board_id, ((board.ACT, board.LEAVE),))


def adjusting(member_id: bytes, wallet: str, points: int, cause: str) -> Happening:
    """Points by hand, in minor units of a wallet; taken where they are below zero."""
    way = risk.TAKE if points < 0 else "give"
    evidence = ((risk.WAY, way), (risk.CAUSE, cause.strip()))
    recorded = Recorded(what=wallet, quantity=abs(points), evidence=evidence)
    return Happening(trigger=Trigger.ADJUST, recorded=recorded, member_id=member_id)
