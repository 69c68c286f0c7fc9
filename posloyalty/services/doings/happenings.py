"""What members do beside buying, as happenings: one small function each, without any look-up.

A screen previews a happening before it has it recorded, so both are made here: what is shown is
what is booked.
"""

from __future__ import annotations

from datetime import date

from posloyalty.domain.engine.happening import Evidence, Happening, happening
from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.use_rights import reservation_code
from posloyalty.domain.engine.works import board, risk
from posloyalty.domain.engine.works.pass_uses import DAY, OFF, RIGHT
from posloyalty.domain.engine.works.tier_acts import THROUGH
from posloyalty.domain.programme.kinds.pass_ import PASS
from posloyalty.domain.programme.kinds.privilege import PRIVILEGE


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


def using_pass(member_id: bytes, pass_id: str, right_id: bytes | None = None) -> Happening:
    """A pass is used once, the one that ends first unless one is named."""
    evidence = () if right_id is None else ((RIGHT, right_id.hex()),)
    return happening(Trigger.USE, member_id, f"{PASS}/{pass_id}", evidence)


def using_privilege(member_id: bytes, privilege_id: str) -> Happening:
    """A privilege is used once."""
    return happening(Trigger.USE, member_id, f"{PRIVILEGE}/{privilege_id}")


def reserving(member_id: bytes, privilege_id: str, day: date, *, off: bool = False) -> Happening:
    """A place on a day is taken, or given up when it is called `off`."""
    evidence: Evidence = ((DAY, day.isoformat()),)
    return Happening(
        trigger=Trigger.RESERVE,
        recorded=Recorded(
            what=f"{PRIVILEGE}/{privilege_id}",
            evidence=(*evidence, (OFF, "1")) if off else evidence,
        ),
        member_id=member_id,
        shown=reservation_code(privilege_id, day),
    )


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
