"""What a member can do at this till, beside buying.

Shape: `offered(member_id)` answers everything in one look, for the screen: what the declared kinds
show at the counter (`engine/at_counter`), and what services do that is no happening of the
programme, or more than one: levels, boards, referrals, households.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from posloyalty.domain.engine.at_counter import AtCounter, ShownGroup, shown_at
from posloyalty.domain.engine.boards import joined
from posloyalty.domain.engine.households import household_of, members_of
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.referrals import code_of
from posloyalty.domain.engine.tier_history import GRANT
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.board import Board
from posloyalty.domain.programme.kinds.household import HOUSEHOLD, Household
from posloyalty.domain.programme.kinds.referral import REFERRED, Referral
from posloyalty.domain.values.calendar import store_day
from posloyalty.services.doings.offered import (
    Belonging,
    LevelByHand,
    Offered,
    Referring,
    Sharing,
)
from posloyalty.services.ground import Grounded
from posloyalty.services.members.member_state import state_of
from posloyalty.services.office.joined_office import has_joined
from posloyalty.services.ports import Reader
from posloyalty.services.refusal import ServiceRefusal
from posloyalty.services.selling.counter_facts import counter_store


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A member on a day; `shared` are everybody's rights by the code of a board or the member's
    household.
    """

    programme: Programme
    state: MemberState
    day: date
    language: str
    shared: dict[str, tuple[Right, ...]]
    shown: tuple[ShownGroup, ...]

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
        return Offered(
            day=look.day,
            shown=look.shown,
            levels=tuple(_levels(look)),
            boards=tuple(_boards(look)),
            referrals=tuple(_referrals(look)),
            household=_household(look),
            lone=lone and look.state.status is MemberStatus.ACTIVE,
        )

    def _look(self, reader: Reader, member_id: bytes, language: str) -> _Look:
        now = self._clock.now()
        programme = self._in_effect(reader, now)
        day = store_day(now, programme.zone)
        state = state_of(reader, programme, member_id, day)
        if state is None:
            raise ServiceRefusal("NO_SUCH_MEMBER")
        codes = [board.code(programme.id) for board in programme.of(Board)]
        codes += [] if state.household_id is None else [state.household_id.hex()]
        return _Look(
            programme=programme,
            state=state,
            day=day,
            language=language,
            shared={code: tuple(reader.ledger.rights_by_code(code)) for code in codes},
            shown=shown_at(
                AtCounter(
                    programme=programme,
                    state=state,
                    day=day,
                    store=counter_store(reader, programme, now, self._rules(), language or None),
                    under=lambda code: tuple(reader.ledger.rights_by_code(code)),
                    counts=reader.ledger.meters,
                )
            ),
        )


def _levels(look: _Look) -> Iterator[LevelByHand]:
    """All levels, with the last day of what was given by hand and holds."""
    given = {right.of: right.last_day for right in look.held(GRANT)}
    schemes = look.programme.tier_schemes
    for scheme in schemes:
        for level in scheme.levels:
            name, key = level.names.in_language(look.language), f"{scheme.id}/{level.id}"
            yield LevelByHand(id=key, name=name, given_through=given.get(key))


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
