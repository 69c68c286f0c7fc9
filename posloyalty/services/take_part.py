"""What a member can do at this till: activities to record, challenges, events, votes, surveys.

Shape: `offered(member_id, operator)` answers everything in one look, for the screen; the acts
themselves are `acts.record` and the services `attend`, `voices`, `boards`, `referrals`.
"""

from __future__ import annotations

from dataclasses import dataclass

from posloyalty.domain.engine.challenges import ChallengeProgress, progress_of, taken_up
from posloyalty.domain.engine.seats import seats_of
from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.kinds.challenge import Challenge
from posloyalty.domain.programme.kinds.event import Event
from posloyalty.domain.programme.kinds.survey import INVITATION, Survey
from posloyalty.domain.programme.kinds.vote import BALLOT, Vote
from posloyalty.domain.shop.operator import Operator
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.member_state import state_of
from posloyalty.services.ports import Book, Clock
from posloyalty.services.programmes import Programmes
from posloyalty.services.refusal import ServiceRefusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Recordable:
    """An activity that the operator may record: what to fill in, by key and name."""

    id: str
    name: str
    fields: tuple[tuple[str, str], ...]
    for_each: int
    most_quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something by its id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Named):
    """An event: whether the member has a `seat`, or only waits for one."""

    seat: bool
    waits: bool
    free: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """Everything that the member can do now."""

    activities: tuple[Recordable, ...]
    challenges: tuple[ChallengeProgress, ...]
    to_take_up: tuple[Named, ...]
    events: tuple[Invited, ...]
    votes: tuple[Named, ...]
    surveys: tuple[Named, ...]


class TakePart:
    """What members can do at one till."""

    def __init__(self, *, book: Book, clock: Clock, programmes: Programmes) -> None:
        self._book = book
        self._clock = clock
        self._programmes = programmes

    def offered(self, member_id: bytes, operator: Operator, language: str = "") -> Offered:
        """What the member can do, and this operator record. Raises NO_PROGRAMME, NO_SUCH_MEMBER."""
        now = self._clock.now()
        with self._book.read() as reader:
            programme = self._programmes.at(reader, now)
            if programme is None:
                raise ServiceRefusal("NO_PROGRAMME")
            day = store_day(now, programme.zone)
            state = state_of(reader, programme, member_id, day)
            if state is None:
                raise ServiceRefusal("NO_SUCH_MEMBER")
            seats = {
                event.id: seats_of(event, reader.ledger.rights_by_code(event.code(programme.id)))
                for event in programme.of(Event)
                if event.on >= day
            }
        events = []
        for event in programme.of(Event):
            if event.id in seats:
                mine = seats[event.id].of(member_id)
                waits = mine is not None and mine.held and not mine.released
                events.append(
                    Invited(
                        id=event.id,
                        name=event.names.in_language(language),
                        seat=mine is not None and not waits,
                        waits=waits,
                        free=seats[event.id].free,
                    )
                )
        voted = {r.of.partition("/")[0] for r in state.rights if r.kind == BALLOT}
        asked = {r.of for r in state.rights if r.kind == INVITATION and r.good_on(day)}
        return Offered(
            activities=tuple(
                Recordable(
                    id=one.id,
                    name=one.names.in_language(language),
                    fields=tuple((f.id, f.names.in_language(language)) for f in one.evidence),
                    for_each=one.for_each,
                    most_quantity=one.most_quantity,
                )
                for one in programme.of(Activity)
                if operator.is_at_least(one.role)
            ),
            challenges=progress_of(programme, state, day, language),
            to_take_up=tuple(
                Named(id=one.id, name=one.names.in_language(language))
                for one in programme.of(Challenge)
                if one.opt_in and not any(r.good_on(day) for r in taken_up(one, state.rights))
            ),
            events=tuple(events),
            votes=tuple(
                Named(id=one.id, name=one.names.in_language(language))
                for one in programme.of(Vote)
                if one.days.first <= day <= one.days.last and one.id not in voted
            ),
            surveys=tuple(
                Named(id=one.id, name=one.names.in_language(language))
                for one in programme.of(Survey)
                if one.id in asked
            ),
        )
