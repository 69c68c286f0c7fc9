"""Households: members who share wallets, as rights that each of them holds.

Shape: membership is a right of kind HOUSEHOLD whose code is the household's id in hexadecimal, so
that a household's members are found by it; `of` is the role. A member belongs to the household of
the newest such right that was not withdrawn. What is shared lies in lots that the household owns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from posloyalty.domain.engine.consequences import EventPlan
from posloyalty.domain.engine.member_state import MemberState
from posloyalty.domain.ledger.lots import spending_order
from posloyalty.domain.ledger.postings import EventPostings
from posloyalty.domain.ledger.right import UNBOUNDED, Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, LotUse, TransferCode
from posloyalty.domain.programme.definition import Programme

HOUSEHOLD: Final = "household"
HEAD: Final = "head"
MEMBER: Final = "member"


@dataclass(frozen=True, slots=True)
class InHousehold:
    """Which household a member belongs to, whether as its head, and the right that says so."""

    id: bytes
    head: bool
    right: Right


def household_of(rights: Iterable[Right]) -> InHousehold | None:
    """The household of whose members these are the rights of one; None without."""
    held = members_of(rights)
    if not held:
        return None
    newest = held[-1]
    return InHousehold(bytes.fromhex(newest.code), newest.of == HEAD, newest)


def members_of(rights: Iterable[Right]) -> tuple[Right, ...]:
    """The memberships among some rights that were not withdrawn, the oldest first.

    Of one day they go by the event that gave them: event ids are in the order of their time.
    """
    held = (right for right in rights if right.kind == HOUSEHOLD and right.cancelled <= 0)
    return tuple(sorted(held, key=lambda one: (str(one.from_day), one.origin, one.id)))


def join(
    programme: Programme, state: MemberState, household_id: bytes, role: str, plan: EventPlan
) -> None:
    """A member joins, and brings in what they have in wallets that are shared from now on."""
    plan.issue(
        kind=HOUSEHOLD,
        of=role,
        owner=state.member_id,
        code=household_id.hex(),
        uses=UNBOUNDED,
        from_day=plan.day,
    )
    pools = tuple((ledger, household_id) for ledger in programme.pooled)
    _bring(plan.postings(replace(state, pools=pools)), programme, state.member_id)


def leave(
    programme: Programme,
    state: MemberState,
    others: Iterable[Right],
    plan: EventPlan,
    *,
    knows_all: bool = True,
) -> None:
    """A member leaves what is shared behind; the last one takes it along, where everybody who is in
    the household is known: else whoever does know gives it to them.

    `others` are the memberships of those who stay; when the head leaves, the longest of them heads,
    unless another one does.
    """
    held = household_of(state.rights)
    if held is None:
        return
    plan.cancel(held.right)
    stay = members_of(others)
    if not stay and knows_all:
        _bring(plan.postings(replace(state, pools=())), programme, held.id)
    elif held.head and is_headless(stay):
        take_over(stay, plan)


def is_headless(there: Iterable[Right]) -> bool:
    """Whether somebody is in a household, by their memberships, and none of them heads it."""
    there = tuple(there)
    return bool(there) and not any(one.of == HEAD for one in there)


def take_over(there: Sequence[Right], plan: EventPlan) -> None:
    """The longest of those in a household, by their memberships in order, heads it from now on."""
    head(there[0], plan)


def head(membership: Right, plan: EventPlan) -> None:
    """Who is in a household by this membership heads it from now on."""
    plan.cancel(membership)
    plan.issue(
        kind=HOUSEHOLD,
        of=HEAD,
        owner=membership.owner,
        code=membership.code,
        uses=UNBOUNDED,
        from_day=plan.day,
    )


def take_up(pooled: Iterable[str], left: MemberState, takes: MemberState, plan: EventPlan) -> None:
    """A member takes what is `left` in a household that nobody is in any more, debts too, into
    their own account or, of ledgers that are `pooled`, that of the household which they are in.
    """
    now, shared, theirs = household_of(takes.rights), set(pooled), plan.postings(left)
    for ledger in sorted({*(lot.account.ledger for lot in left.lots), *dict(left.debts)}):
        ours = plan.postings(takes)
        if now is not None and ledger in shared:
            ours = plan.postings_at(Account(ledger, AccountKind.MEMBER, now.id), ())
        theirs.expire(ledger)
        ours.owe(ledger, theirs.write_off(ledger), code=TransferCode.DEBT)
        lots = [lot for lot in theirs.lots if lot.account.ledger == ledger and lot.remaining]
        for lot in sorted(lots, key=spending_order):
            uses = (LotUse(lot.id, lot.remaining),)
            theirs.move_out(ledger, uses, code=TransferCode.TRANSFER_OUT)
            ours.move_in(ledger, lot.remaining, code=TransferCode.TRANSFER_IN, like=lot)


def _bring(postings: EventPostings, programme: Programme, owner: bytes) -> None:
    """Move every lot of an owner to whom these postings earn for, with its own days."""
    for ledger in programme.pooled:
        postings.expire(ledger)
        own = [
            lot
            for lot in postings.lots
            if lot.account.ledger == ledger and lot.account.owner == owner and lot.remaining
        ]
        for lot in sorted(own, key=spending_order):
            uses = (LotUse(lot.id, lot.remaining),)
            postings.move_out(ledger, uses, code=TransferCode.TRANSFER_OUT)
            postings.move_in(ledger, lot.remaining, code=TransferCode.TRANSFER_IN, like=lot)
