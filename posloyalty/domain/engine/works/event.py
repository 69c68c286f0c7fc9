"""Events at work: accepting, cancelling, coming.

`Trigger.EVENT`, what "<id>", evidence `act`: "accept" (`guests` brings so many), "cancel", or
"check_in" of as many people as the quantity says.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from posloyalty.domain.engine.at_counter import (
    NOTHING_ASKED,
    Ask,
    AskedAs,
    AtCounter,
    Place,
    Row,
    WayBack,
    WithWeekday,
    said,
    shows,
    whole,
)
from posloyalty.domain.engine.award import Award
from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.engine.giving import give
from posloyalty.domain.engine.happening import Happening, happening
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.moment import Moment, Trigger
from posloyalty.domain.engine.seats import Seats, seats_of
from posloyalty.domain.engine.work import Stage, works
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.event import SEAT, Event
from posloyalty.domain.programme.names import Names
from posloyalty.domain.programme.reason import Reason, reason

ACT = "act"
ACCEPT = "accept"
CANCEL = "cancel"
CHECK_IN = "check_in"
GUESTS = "guests"
PEOPLE = "people"
CHOICES_MOST = 8


def accepting(member_id: bytes, event_id: str, guests: int = 0) -> Happening:
    """A member wants to come to an event, with so many guests."""
    evidence = ((ACT, ACCEPT), (GUESTS, str(guests)))
    return happening(Trigger.EVENT, member_id, event_id, evidence)


def cancelling(member_id: bytes, event_id: str) -> Happening:
    """A member does not come."""
    return happening(Trigger.EVENT, member_id, event_id, ((ACT, CANCEL),))


def checking_in(member_id: bytes, event_id: str, people: int = 1) -> Happening:
    """A member is there, with so many people in all."""
    return happening(Trigger.EVENT, member_id, event_id, ((ACT, CHECK_IN),), people)


@works(Event, Trigger.EVENT, stage=Stage.BONUSES)
def attend(event: Event, moment: Moment, awards: Awards) -> None:
    """Do what is recorded, or say why not."""
    recorded, member = moment.recorded, moment.active
    if recorded is None or recorded.what != event.id:
        return
    if member is None:
        awards.refuse("NO_MEMBER" if moment.state is None else "MEMBER_BARRED")
    seats, evidence = seats_of(event, moment.gathered), dict(recorded.evidence)
    act = evidence.get(ACT, "")
    if act == ACCEPT:
        guests = evidence.get(GUESTS, "0")
        _accept(event, seats, member, int(guests) if guests.isdigit() else 0, awards)
        return
    seat = seats.of(member.member_id)
    if seat is None:
        awards.refuse("NO_SEAT")
    if act == CANCEL:
        _cancel(event, seats, seat, awards)
    elif act == CHECK_IN:
        _check_in(event, seat, recorded.quantity, awards)


def _accept(event: Event, seats: Seats, member: MemberState, guests: int, awards: Awards) -> None:
    moment = awards.moment
    if seats.of(member.member_id) is not None:
        awards.refuse("HAS_SEAT")
    if moment.day > event.until:
        awards.refuse("TOO_LATE", day=event.until)
    if guests > event.guests:
        awards.refuse("TOO_MANY_GUESTS", most=event.guests)
    name = _name(event, awards)
    awards.require(event, name)
    people = 1 + guests
    # Nobody passes those who wait already.
    waits = people > seats.free or bool(seats.waiting)
    if waits and seats.queue + people > event.waiting:
        awards.refuse("EVENT_FULL", name=name)
    before = seats.queue
    awards.issue(
        SEAT,
        event.id,
        rule_id=event.id,
        name=name,
        reasons=(reason("WAITS", before=before) if waits else _seated(event, people),),
        code=event.code(moment.programme.id),
        uses=people,
        last_day=event.on,
        held=waits,
    )


def _cancel(event: Event, seats: Seats, seat: Right, awards: Awards) -> None:
    if seat.used:
        awards.refuse("CAME_ALREADY")
    if awards.moment.day > event.until:
        awards.refuse("TOO_LATE", day=event.until)
    awards.plan.cancel(seat)
    left = seats.without(seat)
    up = left.next_up()
    while up is not None:
        awards.plan.release(up)
        awards.show(
            Award(
                kind=SEAT,
                of=event.id,
                name=_name(event, awards),
                amount=up.uses,
                rule_id=event.id,
                reasons=(reason("CAME_UP", day=event.on),),
            )
        )
        left = Seats(event, (*left.without(up).rights, replace(up, released=1)))
        up = left.next_up()


def _check_in(event: Event, seat: Right, people: int, awards: Awards) -> None:
    moment = awards.moment
    if moment.day != event.on:
        awards.refuse("NOT_THAT_DAY", day=event.on)
    if seat.held and not seat.released:
        awards.refuse("STILL_WAITS")
    left = seat.uses - seat.used
    if not left:
        awards.refuse("CAME_ALREADY")
    if people > left:
        awards.refuse("MORE_THAN_SEATS", most=left)
    awards.plan.use(seat, people)
    awards.count(f"attended/{event.id}", people)
    if not seat.used:
        give(event.gives, awards, rule_id=event.id, name=_name(event, awards))


def _name(event: Event, awards: Awards) -> str:
    return event.names.in_language(awards.moment.store.language)


def _seated(event: Event, people: int) -> Reason:
    return reason("SEATED", people=people, day=event.on)


@shows(Event, heading=said("doings.of_events"), place=Place.DOES)
def at_counter(event: Event, at: AtCounter) -> Iterator[Row]:
    """Coming to it; for who has a place checking in on the day, and giving it up until then."""
    if event.on < at.day:
        return
    seats = seats_of(event, at.under(event.code(at.programme.id)))
    mine = seats.of(at.member_id)
    if mine is None:
        yield _to_accept(event, seats, at)
        return
    waits = mine.held and not mine.released
    if not waits and event.on == at.day:
        yield _to_check_in(event, mine, at)
    if at.day <= event.until:
        held = "doings.event_waits" if waits else "doings.event_seat"
        yield Row(
            id=f"cancel:{event.id}",
            icon="calendar",
            title=event.names,
            sub=said(held, day=WithWeekday(event.on), people=mine.uses - mine.used),
            verb=said("doings.give_up_place"),
            sample=NOTHING_ASKED,
            does=lambda _answers: cancelling(at.member_id, event.id),
        )


def _to_accept(event: Event, seats: Seats, at: AtCounter) -> Row:
    free = "doings.event_free" if seats.free else "doings.event_full"
    day = WithWeekday(event.on)
    return Row(
        id=f"event:{event.id}",
        icon="calendar",
        title=event.names,
        sub=said(free, day=day, n=seats.free) if seats.free else said(free, day=day),
        verb=said("doings.accept"),
        asks=(_people(GUESTS, "doings.guests", 0, event.guests),) if event.guests else (),
        sample={GUESTS: "0"},
        does=lambda answers: accepting(at.member_id, event.id, whole(answers, GUESTS)),
        back=WayBack(by=lambda _did: cancelling(at.member_id, event.id)),
    )


def _to_check_in(event: Event, mine: Right, at: AtCounter) -> Row:
    people = mine.uses - mine.used
    return Row(
        id=f"check_in:{event.id}",
        icon="people",
        title=event.names,
        sub=said("doings.event_today", people=people),
        verb=said("doings.check_in"),
        asks=(_people(PEOPLE, "doings.people", 1, people),) if people > 1 else (),
        sample={PEOPLE: "1"},
        does=lambda answers: checking_in(at.member_id, event.id, whole(answers, PEOPLE) or 1),
    )


def _people(name: str, label: str, least: int, most: int) -> Ask:
    """So many people: chosen where they are few, else typed."""
    value = str(least)
    if most - least >= CHOICES_MOST:
        kind, length = AskedAs.NUMBER, len(str(most))
        return Ask(name=name, label=said(label), kind=kind, value=value, length_most=length)
    options = tuple((str(n), Names(str(n))) for n in range(least, most + 1))
    return Ask(name=name, label=said(label), kind=AskedAs.OPTION, value=value, options=options)
