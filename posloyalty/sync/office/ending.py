"""The act of head office by which what is left to somebody ends, once their programme is over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.engine.winding_up import WoundUp, wind_up
from posloyalty.domain.members.member import MemberStatus
from posloyalty.domain.programme.definition import Programme
from posloyalty.domain.programme.kinds.winding_down import WindingDown, winding_of
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.office.by_hand import Plans, Steps

WIND_UP: Final = "wind_up"
"""The kind of the act."""
PAID: Final = "paid."
"""How a fact begins that says how many points of a wallet were worth how many minor units."""


def ending(programme: Programme, told: list[WoundUp]) -> Plans:
    """Everything that the programme gave ends as its file says; what it came to is added to `told`.

    A programme that goes on ends nothing.
    """
    winding = winding_of(programme)

    def plan(planned: EventPlan, state: MemberState) -> Steps:
        if winding is None:
            return Steps()
        told.extend(wind_up(programme, winding, state, planned))
        return Steps(facts=tuple(facts_of(winding, told)))

    return plan


def of_household(fold: MemberFold, owner: bytes) -> MemberState:
    """An owner of whom no member's record is known: a household that shares a wallet."""
    return MemberState(
        member_id=owner,
        status=MemberStatus.ACTIVE,
        joined_on=date.min,
        lots=fold.lots,
        debts=tuple(
            (account.ledger, -balance)
            for account, balance in sorted(fold.debts.items())
            if account.owner == owner
        ),
    )


def facts_of(winding: WindingDown, told: Sequence[WoundUp]) -> Iterator[tuple[str, str]]:
    """What the act says of itself, here and at a till without head office: what became of each
    wallet's points that were worth money.
    """
    yield ("left", winding.left.value)
    for one in told:
        if one.worth_minor:
            yield (f"{PAID}{one.wallet}", f"{one.worth_points}:{one.worth_minor}")
