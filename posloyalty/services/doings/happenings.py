"""What members do beside buying, as happenings: one small function each, without any look-up.

A screen previews a happening before it has it recorded, so both are made here: what is shown is
what is booked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from posloyalty.domain.engine.moment import Recorded, Trigger
from posloyalty.domain.engine.use_rights import reservation_code
from posloyalty.domain.engine.works import board, clubs, event, prize, risk, voice
from posloyalty.domain.engine.works.pass_uses import DAY, OFF, RIGHT
from posloyalty.domain.engine.works.plans import DAYS
from posloyalty.domain.engine.works.tier_acts import THROUGH
from posloyalty.domain.programme.kinds.draw import PRIZE
from posloyalty.domain.programme.kinds.pass_ import PASS
from posloyalty.domain.programme.kinds.privilege import PRIVILEGE
from posloyalty.domain.programme.kinds.risk import RISK
from posloyalty.domain.programme.kinds.vote import CHOICE
from posloyalty.services.doings.programme_acts import Happening

Evidence = tuple[tuple[str, str], ...]


def activity(
    member_id: bytes, activity_id: str, quantity: int = 1, evidence: Evidence = ()
) -> Happening:
    """Somebody did something; `quantity` in the activity's own unit."""
    recorded = Recorded(what=activity_id, quantity=quantity, evidence=evidence)
    return Happening(trigger=Trigger.ACTIVITY, recorded=recorded, member_id=member_id)


def signing_up(member_id: bytes) -> Happening:
    """Somebody became a member."""
    return _happening(Trigger.SIGN_UP, member_id, Trigger.SIGN_UP.value)


def taking_up(member_id: bytes, challenge_id: str) -> Happening:
    """A member takes up a challenge; one for a level is called `scheme/challenge`."""
    trigger = Trigger.TIER_CHALLENGE if "/" in challenge_id else Trigger.CHALLENGE
    return _happening(trigger, member_id, challenge_id)


def granting(
    member_id: bytes, level: str, through: date | None = None, *, cause: str = ""
) -> Happening:
    """A level, as `scheme/level`, is given by hand, through a day or as if it had been met."""
    evidence: Evidence = () if through is None else ((THROUGH, through.isoformat()),)
    return _happening(Trigger.TIER_GRANT, member_id, level, (*evidence, *_why(cause)))


def withdrawing(member_id: bytes, level: str, *, cause: str = "") -> Happening:
    """A level that was given by hand ends with yesterday."""
    return _happening(Trigger.TIER_WITHDRAW, member_id, level, _why(cause))


def _why(cause: str) -> Evidence:
    return ((risk.CAUSE, cause),) if cause else ()


def accepting(member_id: bytes, event_id: str, guests: int = 0) -> Happening:
    """A member wants to come to an event, with so many guests."""
    evidence = ((event.ACT, event.ACCEPT), (event.GUESTS, str(guests)))
    return _happening(Trigger.EVENT, member_id, event_id, evidence)


def cancelling(member_id: bytes, event_id: str) -> Happening:
    """A member does not come."""
    return _happening(Trigger.EVENT, member_id, event_id, ((event.ACT, event.CANCEL),))


def checking_in(member_id: bytes, event_id: str, people: int = 1) -> Happening:
    """A member is there, with so many people in all."""
    evidence = ((event.ACT, event.CHECK_IN),)
    recorded = Recorded(what=event_id, quantity=people, evidence=evidence)
    return Happening(trigger=Trigger.EVENT, recorded=recorded, member_id=member_id)


def voting(member_id: bytes, vote_id: str, choice: str) -> Happening:
    """A member casts a ballot."""
    return _happening(Trigger.VOTE, member_id, vote_id, ((CHOICE, choice),))


def handing_in(member_id: bytes, story_id: str, content: bytes, *, licensed: bool) -> Happening:
    """A member hands in a story, known by its SHA-256; `licensed` says that they agreed."""
    evidence: Evidence = (
        (voice.ACT, voice.SUBMIT),
        (voice.LICENCE, "yes" if licensed else "no"),
        (voice.DIGEST, sha256(content).hexdigest() if content else ""),
    )
    return _happening(Trigger.STORY, member_id, story_id, evidence)


def about_story(
    member_id: bytes, story_id: str, act: str, digest: str, cause: str = ""
) -> Happening:
    """A story that was handed in is shown, rejected for a cause, or withdrawn."""
    evidence: Evidence = ((voice.ACT, act), (voice.RIGHT, digest))
    if cause or act == voice.REJECT:
        evidence = (*evidence, (voice.CAUSE, cause))
    return _happening(Trigger.STORY, member_id, story_id, evidence)


def handing_over(member_id: bytes, draw_id: str, right_id: bytes | None = None) -> Happening:
    """A prize is handed over to whom it belongs, the first one unless one is named."""
    evidence = () if right_id is None else ((prize.RIGHT, right_id.hex()),)
    return _happening(Trigger.USE, member_id, f"{PRIZE}/{draw_id}", evidence)


def answering(member_id: bytes, survey_id: str, answers: Mapping[str, int]) -> Happening:
    """A member answers a survey, question by question."""
    evidence = tuple((name, str(score)) for name, score in answers.items())
    return _happening(Trigger.SURVEY, member_id, survey_id, evidence)


def using_pass(member_id: bytes, pass_id: str, right_id: bytes | None = None) -> Happening:
    """A pass is used once, the one that ends first unless one is named."""
    evidence = () if right_id is None else ((RIGHT, right_id.hex()),)
    return _happening(Trigger.USE, member_id, f"{PASS}/{pass_id}", evidence)


def using_privilege(member_id: bytes, privilege_id: str) -> Happening:
    """A privilege is used once."""
    return _happening(Trigger.USE, member_id, f"{PRIVILEGE}/{privilege_id}")


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


def trying_plan(member_id: bytes, plan_id: str) -> Happening:
    """The trial of a paid membership begins."""
    return _happening(Trigger.PLAN_TRIAL, member_id, plan_id)


def pausing_plan(member_id: bytes, plan_id: str, days: int) -> Happening:
    """A paid membership rests from tomorrow on."""
    return _happening(Trigger.PLAN_PAUSE, member_id, plan_id, ((DAYS, str(days)),))


def club(member_id: bytes, club_id: str, *, leave: bool = False) -> Happening:
    """A member joins a club, or leaves it."""
    evidence = ((clubs.ACT, clubs.LEAVE),) if leave else ()
    return activity(member_id, club_id, evidence=evidence)


def joining_board(member_id: bytes, board_id: str) -> Happening:
    """A member wants to be seen on a board; their nickname is written elsewhere."""
    return _happening(Trigger.BOARD, member_id, board_id, ((board.ACT, board.JOIN),))


def leaving_board(member_id: bytes, board_id: str) -> Happening:
    """A member does not want to be seen on a board any more."""
    return _happening(Trigger.BOARD, member_id, board_id, ((board.ACT, board.LEAVE),))


def putting_right(member_id: bytes, act: str) -> Happening:
    """What a person says of a member: "verify" that they are who they say, "release" points."""
    return activity(member_id, RISK, evidence=((risk.ACT, act),))


def adjusting(member_id: bytes, wallet: str, points: int, cause: str) -> Happening:
    """Points by hand, in minor units of a wallet; taken where they are below zero."""
    way = risk.TAKE if points < 0 else "give"
    evidence = ((risk.WAY, way), (risk.CAUSE, cause.strip()))
    recorded = Recorded(what=wallet, quantity=abs(points), evidence=evidence)
    return Happening(trigger=Trigger.ADJUST, recorded=recorded, member_id=member_id)


def _happening(trigger: Trigger, member_id: bytes, what: str, evidence: Evidence = ()) -> Happening:
    recorded = Recorded(what=what, evidence=evidence)
    return Happening(trigger=trigger, recorded=recorded, member_id=member_id)
