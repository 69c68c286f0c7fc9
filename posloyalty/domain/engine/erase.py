"""A member is erased: what they own ends, and nothing that was sold changes.

Shape: `erase(...)` puts into an event's plan that all points run out, debts are let go and rights
are withdrawn, each with its reason. Meters stay as they are: they name a random id that means
nobody any more. The personal data lies beside the journal and is removed by whoever keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.lots import spending_order
from posloyalty.domain.ledger.right import RightState
from posloyalty.domain.ledger.transfer import AccountKind, LotUse, TransferCode
from posloyalty.domain.programme.reason import Reason, reason

ERASURE: Final = "ERASURE"
FACTS: Final = (("reason", ERASURE),)
"""What the act's facts say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """Points that ended and debts let go, by ledger, and why."""

    expired: tuple[tuple[str, int], ...]
    written_off: tuple[tuple[str, int], ...]
    reasons: tuple[Reason, ...]


def erase(state: MemberState, *, plan: EventPlan) -> Erased:
    """Plan the end of everything that an owner has; what a household shares is no member's."""
    postings = plan.postings(state)
    own = [lot for lot in postings.lots if lot.account.owner == state.member_id]
    expired, written_off = [], []
    for ledger in sorted({lot.account.ledger for lot in own}):
        lots = [lot for lot in own if lot.account.ledger == ledger and lot.remaining]
        uses = tuple(LotUse(lot.id, lot.remaining) for lot in sorted(lots, key=spending_order))
        gone = postings.move_out(ledger, uses, code=TransferCode.EXPIRE, to=AccountKind.BREAKAGE)
        if gone:
            expired.append((ledger, gone))
    for ledger, _ in postings.debts:
        if ledger not in dict(state.pools):
            written_off.append((ledger, postings.write_off(ledger)))
    for right in state.rights:
        if right.state(plan.day) in (RightState.GOOD, RightState.WAITING):
            plan.cancel(right)
    return Erased(
        expired=tuple(expired),
        written_off=tuple(written_off),
        reasons=tuple(
            reason(ERASURE, wallet=ledger.rpartition("/")[2], ended_points=points)
            for ledger, points in expired
        ),
    )
