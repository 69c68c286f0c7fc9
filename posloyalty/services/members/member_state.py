"""A member's state as a programme sees it, read from the book in one way for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.referrals import open_referrals, referrer_of
from posloyalty.domain.engine.wallets import settled
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.services.ports import MemberSeen, Reader, UnitOfWork


def state_of(
    reader: Reader | UnitOfWork,
    programme: Programme,
    member_id: bytes,
    day: date,
    *,
    seen: MemberSeen | None = None,
) -> MemberState | None:
    """The state on a day of the programme's zone, as far back as any rule of it looks; None when
    the book does not know the member. Who was `seen` in this very snapshot is not read again.
    """
    state = reader.ledger.member_state(
        member_id,
        lots_since=programme.looks_back_to(day),
        whole_life=programme.counts_whole_life,
        seen=seen,
    )
    return None if state is None else _linked(reader, programme, settled(programme, state), day)


def newcomer(member_id: bytes, day: date) -> MemberState:
    """Somebody who joins on a day and has nothing yet."""
    return MemberState(member_id=member_id, status=MemberStatus.ACTIVE, joined_on=day)


def _linked(
    reader: Reader | UnitOfWork, programme: Programme, state: MemberState, day: date
) -> MemberState:
    """With the counts of those who brought the member, while that may still be of use."""
    named = (referrer_of(right) for right in open_referrals(programme, state.rights, day))
    owners = tuple(dict.fromkeys(owner for owner in named if owner is not None))
    if not owners:
        return state
    return replace(state, linked=reader.ledger.meter_sums(owners, day, whole_life=True))


def states_of(
    reader: Reader | UnitOfWork, programme: Programme, member_ids: Sequence[bytes], day: date
) -> dict[bytes, MemberState]:
    """The same of several members at once, at most 50; unknown ids are not in the answer."""
    found = reader.ledger.member_states(
        member_ids,
        lots_since=programme.looks_back_to(day),
        whole_life=programme.counts_whole_life,
    )
    return {member_id: settled(programme, state) for member_id, state in found.items()}
