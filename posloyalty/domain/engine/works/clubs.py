"""Clubs are joined and left, their notices are told, and priority is said to who serves.

`Trigger.ACTIVITY`, what the club's id, evidence `act` "join" (the default) or "leave". Belonging to
a club is a right of kind `club`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    AtCounter,
    Place,
    Row,
    WayBack,
    said,
    shows,
)
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.happening import Happening, activity
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.restrictions import served_first
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.programme.kinds.club import CLUB, Club, Priority

ACT = "act"
LEAVE = "leave"
PRIORITY = "priority"


def club(member_id: bytes, club_id: str, *, leave: bool = False) -> Happening:
    """A member joins a club, or leaves it."""
    evidence = ((ACT, LEAVE),) if leave else ()
    return activity(member_id, club_id, evidence=evidence)


@works(Club, Trigger.ACTIVITY, stage=Stage.BONUSES)
def join(declared: Club, moment: Moment, awards: Awards) -> None:
    """Let a member in, or out."""
    recorded, state = moment.recorded, moment.active
    if recorded is None or recorded.what != declared.id or state is None:
        return
    name = declared.names.in_language(moment.store.language)
    held = _held(declared, moment.programme.id, moment.day, state)
    if dict(recorded.evidence).get(ACT, "") == LEAVE:
        if held is None:
            awards.refuse("NOT_IN_CLUB", name=name)
        awards.plan.cancel(held)
        return
    if held is not None:
        awards.refuse("IN_CLUB", name=name)
    awards.issue(
        CLUB,
        declared.id,
        rule_id=declared.id,
        name=name,
        uses=UNBOUNDED,
        from_day=moment.day,
        last_day=declared.last_day(moment.day),
    )


@works(Club, Trigger.SALE, stage=Stage.MESSAGES)
def notify(declared: Club, moment: Moment, awards: Awards) -> None:
    """Tell a member of the club its notice."""
    text = declared.notice.in_language(moment.store.language)
    member = moment.active
    if not text or member is None:
        return
    if _held(declared, moment.programme.id, moment.day, member) is not None:
        awards.tell(
            "CLUB_NOTICE", name=declared.names.in_language(moment.store.language), text=text
        )


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


@shows(Club, heading=said("doings.of_clubs"), place=Place.BELONGS)
def at_counter(declared: Club, at: AtCounter) -> Iterator[Row]:
    """To join it, or to leave it."""
    mine = _held(declared, at.programme.id, at.day, at.state)
    leave = mine is not None
    sub = said("doings.club_member" if leave else "doings.club_open")
    if mine is not None and mine.last_day is not None:
        sub = said("doings.club_member_through", day=mine.last_day)
    yield Row(
        id=f"club:{declared.id}",
        icon="people",
        title=declared.names,
        sub=sub,
        verb=said("doings.leave" if leave else "doings.join"),
        sample=NOTHING_ASKED,
        does=lambda _answers: club(at.member_id, declared.id, leave=leave),
        back=None
        if leave
        else WayBack(by=lambda _did: club(at.member_id, declared.id, leave=True)),
    )


def _held(declared: Club, programme_id: str, day: date, state: MemberState) -> Right | None:
    mine = (
        right
        for right in state.rights
        if (right.kind, right.of, right.programme) == (CLUB, declared.id, programme_id)
    )
    return next((right for right in mine if right.good_on(day)), None)
