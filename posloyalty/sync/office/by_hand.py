"""What people at head office decide about a member's points, as steps of an act.

Shape: each function gives a `Plans`, which `HeadOffice.by_hand` calls with the plan of the act and
the member as head office knows them; it puts steps into the plan and returns transfers beside them.
Nothing planned is nothing decided. Tills hear of such an act like of any event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.values.identifiers import derive_id

Plans = Callable[[EventPlan, MemberState], tuple[Transfer, ...]]
FORGIVE: Final = "forgive"
"""The kind of the act that lets a debt go."""


def let_go(ledger: str, most: int) -> Plans:
    """A member owes so much less, never less than nothing."""

    def plan(planned: EventPlan, state: MemberState) -> tuple[Transfer, ...]:
        amount = min(most, dict(state.debts).get(ledger, 0))
        if amount <= 0:
            return ()
        return (
            Transfer(
                id=derive_id(FORGIVE, planned.event_id, ledger),
                code=TransferCode.WRITE_OFF,
                debit=Account(ledger, AccountKind.ISSUED),
                credit=Account(ledger, AccountKind.MEMBER_DEBT, state.member_id),
                amount=amount,
                event_id=planned.event_id,
            ),
        )

    return plan
