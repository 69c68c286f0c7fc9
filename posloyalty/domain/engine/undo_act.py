"""Undoing an act that was recorded by mistake: as if it had not been, as far as that goes.

Shape: `undo(...)` plans the opposite of what an act did: counts on their own day, rights that it
issued and nobody has used, uses given back, bonuses taken back as their wallet's `negative` says.
What was spent or moved by it is not undone so; `undoable` says whether it can be.
"""

from __future__ import annotations

from collections.abc import Mapping

from posloyalty.domain.engine.consequences import Consequences, EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.right import Right, RightMove
from posloyalty.domain.ledger.transfer import AccountKind, TransferCode
from posloyalty.domain.programme.definition import Programme

LEFT = (TransferCode.EXPIRE,)
"""What ran out before the act was booked with it, and stays so."""


def undoable(programme: Programme, did: Consequences) -> bool:
    """Whether an act only gave and counted, in wallets that this programme has."""
    wallets = {programme.ledger(wallet.id) for wallet in programme.wallets}
    moved = (one for one in did.transfers if one.code not in LEFT)
    return all(
        one.code is TransferCode.BONUS
        and one.credit.kind is AccountKind.MEMBER
        and one.credit.ledger in wallets
        for one in moved
    ) and all(change.move in (RightMove.ISSUE, RightMove.USE) for change in did.rights)


def undo(
    programme: Programme,
    event_id: bytes,
    did: Consequences,
    states: Mapping[bytes, MemberState],
    rights: Mapping[bytes, Right],
    plan: EventPlan,
) -> None:
    """Plan the opposite; `states` are of everybody whom it gave points, with the lots it opened."""
    for entry in did.meters:
        plan.count(
            entry.meter, entry.owner, -entry.amount, day=entry.day, at=entry.at, undoes=event_id
        )
    for change in reversed(did.rights):
        right = rights.get(change.right_id)
        if right is None:
            continue
        if change.move is RightMove.USE:
            plan.give_back(right, change.amount)
        elif not right.used and right.cancelled <= 0:
            plan.cancel(right)
    for one in did.transfers:
        if one.code is TransferCode.BONUS:
            owner, ledger = one.credit.owner, one.credit.ledger
            policy = programme.wallet(ledger.partition("/")[2]).negative
            plan.postings_of(owner, states.get(owner)).reverse(one, one.amount, policy=policy)
