"""What a member can do at this till: activities to record, challenges, events, votes, surveys.

Shape: `offered(member_id)` answers everything in one look, for the screen; the acts
themselves are `happenings` for `acts.record`, and the services `attend`, `voices`, `boards`,
`referrals`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from posloyalty.domain.engine.boards import joined
from posloyalty.domain.engine.challenges import given_for, made_meter, progress_of, taken_up
from posloyalty.domain.engine.draws import entries_of
from posloyalty.domain.engine.households import household_of, members_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.referrals import code_of
from posloyalty.domain.engine.risk import PHONE_PROOF, to_verify
from posloyalty.domain.engine.seats import seats_of
from posloyalty.domain.engine.tier_history import GRANT, open_challenges
from posloyalty.domain.engine.tiers import held
from posloyalty.domain.engine.works.prize import prizes_of
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.activity import Activity
from posloyalty.domain.programme.kinds.board import Board
from posloyalty.domain.programme.kinds.challenge import Challenge, LastDays
from posloyalty.domain.programme.kinds.club import CLUB, Club
from posloyalty.domain.programme.kinds.draw import Draw
from posloyalty.domain.programme.kinds.event import Event
from posloyalty.domain.programme.kinds.household import HOUSEHOLD, Household
from posloyalty.domain.programme.kinds.referral import REFERRED, Referral
from posloyalty.domain.programme.kinds.story import STORY, Story
from posloyalty.domain.programme.kinds.survey import INVITATION, Survey
from posloyalty.domain.programme.kinds.vote import BALLOT, Vote
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.offered import (
    Asked,
    Ballot,
    Belonging,
    Entered,
    Invited,
    LevelByHand,
    Named,
    Offered,
    OwnStory,
    Prize,
    Question,
    Recordable,
    Referring,
    Sharing,
    StoryKind,
)
from posloyalty.services.ground import Grounded
from posloyalty.services.members.member_state import state_of
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal

DRAW_TOLD: Final = timedelta(days=30)
"""How long after a draw could be held those who did not win are told how it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A member on a day; `shared` are everybody's rights by the code of an event, a board or the
    member's household, `drawn` the draws that this till knows to be held.
    """

    programme: Programme
    state: MemberState
    day: date
    language: str
    shared: dict[str, tuple[Right, ...]]
    drawn: frozenset[str]

    def held(self, kind: str) -> tuple[Right, ...]:
        """The member's own rights of a kind that hold on the day."""
        return tuple(r for r in self.state.rights if r.kind == kind and r.good_on(self.day))


class TakePart(Grounded):
    """What members can do at one till."""

    def offered(self, member_id: bytes, language: str = "") -> Offered:
        """What the member can do. Raises NO_PROGRAMME, NO_SUCH_MEMBER."""
        with self._book.read() as reader:
            look = self._look(reader, member_id, language)
            lone = not has_joined(reader.settings)
        programme = look.programme
        return Offered(
            day=look.day,
            activities=tuple(_recordable(one, language) for one in programme.of(Activity)),
            challenges=progress_of(programme, look.state, look.day, language),
            to_take_up=(*_to_take_up(look), *_ways_to_levels(look)),
            levels=tuple(_levels(look)),
            events=tuple(_events(look)),
            votes=tuple(_votes(look)),
            surveys=tuple(_surveys(look)),
            stories=tuple(_stories(look)),
            draws=tuple(_draws(look)),
            clubs=tuple(_clubs(look)),
            boards=tuple(_boards(look)),
            referrals=tuple(_referrals(look)),
            household=_household(look),
            unproved=bool(to_verify(programme, look.state, PHONE_PROOF, look.day)),
            lone=lone and look.state.status is MemberStatus.ACTIVE,
        )

    def _look(self, reader: Reader, member_id: bytes, language: str) -> _Look:
        now = self._clock.now()
        programme = self._in_effect(reader, now)
        day = store_day(now, programme.zone)
        state = state_of(reader, programme, member_id, day)
        if state is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        codes = [event.code(programme.id) for event in programme.of(Event) if event.on >= day]
        codes += [board.code(programme.id) for board in programme.of(Board)]
        codes += [] if state.household_id is None else [state.household_id.hex()]
        return _Look(
            programme=programme,
            state=state,
            day=day,
            language=language,
            shared={code: tuple(reader.ledger.rights_by_code(code)) for code in codes},
            drawn=frozenset(
                draw.id
                for draw in programme.of(Draw)
                if day > draw.days.last and _is_drawn(reader, programme, draw)
            ),
        )


def _is_drawn(reader: Reader, programme: Programme, draw: Draw) -> bool:
    """Whether it was held: the draw itself counts that on its last day, once."""
    last = draw.days.last
    counted = reader.ledger.meters(bytes.fromhex(draw.code(programme.id)), last)
    return any(entry.day == last for entry in counted)


def _recordable(one: Activity, language: str) -> Recordable:
    return Recordable(
        id=one.id,
        name=one.names.in_language(language),
        fields=tuple((f.id, f.names.in_language(language)) for f in one.evidence),
        for_each=one.for_each,
        most_quantity=one.most_quantity,
        role=one.role,
    )


def _to_take_up(look: _Look) -> Iterator[Named]:
    """Challenges that wait to be taken up: neither under way nor made for good."""
    programme, state = look.programme, look.state
    own = [entry for entry in state.meters if entry.owner == state.member_id]
    for one in programme.of(Challenge):
        if not one.opt_in or not isinstance(one.within, LastDays):
            continue
        runs = any(right.good_on(look.day) for right in taken_up(one, state.rights))
        made = given_for(own, programme.meter(made_meter(one)))
        if not runs and (one.again or not made):
            yield Named(id=one.id, name=one.names.in_language(look.language))


def _ways_to_levels(look: _Look) -> Iterator[Named]:
    """Challenges for a level that the member does not hold, by `scheme/challenge`."""
    programme, state, day = look.programme, look.state, look.day
    for scheme in programme.tier_schemes:
        running = {one.id for one, _ in open_challenges(scheme, state.rights, day)}
        rank = held(programme, scheme, state, day).rank
        for one in scheme.challenges:
            if one.id not in running and rank < scheme.rank_of(one.level):
                name = one.names.in_language(look.language)
                yield Named(id=f"{scheme.id}/{one.id}", name=name)


def _levels(look: _Look) -> Iterator[LevelByHand]:
    """All levels, with the last day of what was given by hand and holds."""
    given = {right.of: right.last_day for right in look.held(GRANT)}
    schemes = look.programme.tier_schemes
    for scheme in schemes:
        for level in scheme.levels:
            name, key = level.names.in_language(look.language), f"{scheme.id}/{level.id}"
            yield LevelByHand(id=key, name=name, given_through=given.get(key))


def _events(look: _Look) -> Iterator[Invited]:
    for event in look.programme.of(Event):
        rights = look.shared.get(event.code(look.programme.id))
        if rights is None:
            continue  # it is over
        seats = seats_of(event, rights)
        mine = seats.of(look.state.member_id)
        waits = mine is not None and mine.held and not mine.released
        yield Invited(
            id=event.id,
            name=event.names.in_language(look.language),
            on=event.on,
            until=event.until,
            seat=mine is not None and not waits,
            waits=waits,
            free=seats.free,
            guests=event.guests,
            people=0 if mine is None else mine.uses - mine.used,
        )


def _votes(look: _Look) -> Iterator[Ballot]:
    voted = {right.of.partition("/")[0] for right in look.state.rights if right.kind == BALLOT}
    for one in look.programme.of(Vote):
        if one.days.first <= look.day <= one.days.last and one.id not in voted:
            yield Ballot(
                id=one.id,
                name=one.names.in_language(look.language),
                options=tuple(
                    Named(id=option.id, name=option.names.in_language(look.language))
                    for option in one.options
                ),
                through=one.days.last,
            )


def _surveys(look: _Look) -> Iterator[Asked]:
    invited = {right.of: right for right in look.held(INVITATION)}
    for one in look.programme.of(Survey):
        if one.id in invited:
            yield Asked(
                id=one.id,
                name=one.names.in_language(look.language),
                questions=tuple(
                    Question(
                        id=each.id,
                        name=each.names.in_language(look.language),
                        scores=each.scale.scores,
                    )
                    for each in one.questions
                ),
                through=invited[one.id].last_day,
            )


def _stories(look: _Look) -> Iterator[StoryKind]:
    for one in look.programme.of(Story):
        own = [right for right in look.state.rights if (right.kind, right.of) == (STORY, one.id)]
        yield StoryKind(
            id=one.id,
            name=one.names.in_language(look.language),
            licence=one.licence,
            own=tuple(
                OwnStory(digest=right.code, since=right.from_day, shown=bool(right.released))
                for right in own
                if right.cancelled <= 0
            ),
        )


def _draws(look: _Look) -> Iterator[Entered]:
    """Draws that the member has entries of, a month longer than until they may be drawn, so that
    whoever lost hears of it; and those that they won in, until every prize is handed over.
    """
    for one in look.programme.of(Draw):
        prizes = prizes_of(one, look.state.rights)
        won = [right for right in prizes if not right.used]
        entries = len(entries_of(one, look.state.rights))
        after = one.days.last + timedelta(days=1, hours=one.late_hours)
        if not won and (prizes or not entries or look.day > after + DRAW_TOLD):
            continue
        named = {prize.id: prize.names.in_language(look.language) for prize in one.prizes}
        ids = [right.of.partition("/")[2] for right in won]
        yield Entered(
            id=one.id,
            name=one.names.in_language(look.language),
            entries=entries,
            odds=one.odds.in_language(look.language),
            through=one.days.last,
            drawn_after=after,
            drawn=one.id in look.drawn,
            prizes=tuple(
                Prize(id=prize_id, name=named.get(prize_id, prize_id), right_id=right.id)
                for prize_id, right in zip(ids, won, strict=True)
            ),
        )


def _clubs(look: _Look) -> Iterator[Belonging]:
    held = {right.of: right for right in look.held(CLUB)}
    for one in look.programme.of(Club):
        mine = held.get(one.id)
        yield Belonging(
            id=one.id,
            name=one.names.in_language(look.language),
            belongs=mine is not None,
            through=None if mine is None else mine.last_day,
        )


def _boards(look: _Look) -> Iterator[Belonging]:
    """Boards whose days are not over; a race of fixed days is only shown until then."""
    for one in look.programme.of(Board):
        if one.days(look.day)[1] < look.day:
            continue
        on_it = joined(one, look.shared[one.code(look.programme.id)])
        yield Belonging(
            id=one.id,
            name=one.names.in_language(look.language),
            belongs=any(right.owner == look.state.member_id for right in on_it),
        )


def _household(look: _Look) -> Sharing | None:
    if look.programme.find(Household, HOUSEHOLD) is None:
        return None
    mine = household_of(look.state.rights)
    if mine is None:
        return Sharing(belongs=False)
    there = members_of(look.shared.get(mine.id.hex(), ()))
    return Sharing(belongs=True, head=mine.head, members=len(there))


def _referrals(look: _Look) -> Iterator[Referring]:
    state = look.state
    brought = any(r.kind == REFERRED and r.cancelled <= 0 for r in state.rights)
    for one in look.programme.of(Referral):
        held = code_of(state.rights, one.id)
        yield Referring(
            id=one.id,
            name=one.names.in_language(look.language),
            code="" if held is None else held.code,
            new=not brought and not state.purchases,
        )
