"""Clubs are joined and left, their notices are told, and priority is said to who serves.

`Trigger.ACTIVITY`, what the club's id, evidence `act` "join" (the default) or "leave". Belonging to
a club is a right of kind `club`.
"""

from __future__ import annotations

from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.restrictions import served_first
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.programme.kinds.club import CLUB, Club, Priority

ACT = "act"
LEAVE = "leave"
PRIORITY = "priority"


@works(Club, Trigger.ACTIVITY, stage=Stage.BONUSES)
def join(club: Club, moment: Moment, awards: Awards) -> None:
    """Let a member in, or out."""
    recorded, state = moment.recorded, moment.active
    if recorded is None or recorded.what != club.id or state is None:
        return
    name = club.names.in_language(moment.store.language)
    held = _held(club, moment, state)
    if dict(recorded.evidence).get(ACT, "") == LEAVE:
        if held is None:
            awards.refuse("NOT_IN_CLUB", name=name)
        awards.plan.cancel(held)
        return
    if held is not None:
        awards.refuse("IN_CLUB", name=name)
    awards.issue(
        CLUB,
        club.id,
        rule_id=club.id,
        name=name,
        uses=UNBOUNDED,
        from_day=moment.day,
        last_day=club.last_day(moment.day),
    )


@works(Club, Trigger.SALE, stage=Stage.MESSAGES)
def notify(club: Club, moment: Moment, awards: Awards) -> None:
    """Tell a member of the club its notice."""
    text = club.notice.in_language(moment.store.language)
    if text and moment.active is not None and _held(club, moment, moment.active) is not None:
        awards.tell("CLUB_NOTICE", name=club.names.in_language(moment.store.language), text=text)


@works(Priority, Trigger.SALE, stage=Stage.MESSAGES)
def serve_first(priority: Priority, moment: Moment, awards: Awards) -> None:
    """Say the ticket, once for the lowest of a member's."""
    first = served_first(moment.programme, moment.facts, moment.business_facts)
    if moment.active is None or first is None or first.id != priority.id:
        return
    name = priority.names.in_language(moment.store.language)
    awards.tell("PRIORITY", name=name, ticket=priority.ticket)
    awards.show(
        Award(kind=PRIORITY, of=priority.id, name=name, amount=priority.ticket, rule_id=priority.id)
    )


def _held(club: Club, moment: Moment, state: MemberState) -> Right | None:
    mine = (
        right
        for right in state.rights
        if right.kind == CLUB and right.of == club.id and right.programme == moment.programme.id
    )
    return next((right for right in mine if right.good_on(moment.day)), None)
