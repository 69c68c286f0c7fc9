"""Taking back, or keeping, what a rule gave, when goods come back.

A rule's gifts are found by what they are: among what the sale did where it gave them, otherwise
among what the member holds of the event that gave them. What is used stays used.
"""

from __future__ import annotations

from collections.abc import Iterable

from posloyalty.domain.engine.awards import Awards
from posloyalty.domain.ledger.right import Right
from posloyalty.domain.ledger.transfer import Account, AccountKind, Transfer, TransferCode
from posloyalty.domain.programme.gives import GivePoints, Gives


def take_back_gifts(
    gives: Gives, event_id: bytes, awards: Awards, *, owner: bytes | None = None
) -> None:
    """Take back what an event gave to the member of the moment, or to another owner."""
    returned, state = awards.moment.returned, awards.moment.state
    assert returned is not None  # only goods that come back take anything back
    if owner is None:
        if state is None:
            return
        owner = state.member_id
    here = event_id == returned.sale.id
    for right in _rights(gives, event_id, owner, awards):
        if not right.used and right.cancelled <= 0:
            awards.plan.cancel(right)
        awards.leave(right.id)
    for gift in gives.of(GivePoints):
        if here:
            given = _transfer(gift, owner, awards)
            if given is not None:
                awards.take_back(given)
                awards.leave(given.id)
        elif state is not None and state.member_id == owner:
            ledger = awards.programme.ledger(gift.wallet)
            policy = awards.programme.wallet(gift.wallet).negative
            awards.plan.postings(state).take_back(ledger, gift.points, policy=policy)


def keep_gifts(gives: Gives, awards: Awards, *, owner: bytes | None = None) -> None:
    """Keep what the sale gave, whatever comes back of it."""
    returned, state = awards.moment.returned, awards.moment.state
    assert returned is not None  # only goods that come back take anything back
    if owner is None:
        if state is None:
            return
        owner = state.member_id
    for right in _rights(gives, returned.sale.id, owner, awards):
        awards.leave(right.id)
    for gift in gives.of(GivePoints):
        given = _transfer(gift, owner, awards)
        if given is not None:
            awards.leave(given.id)


def _rights(gives: Gives, event_id: bytes, owner: bytes, awards: Awards) -> Iterable[Right]:
    """The rights that were given: of the sale as they stand now, else of the member's."""
    returned, state = awards.moment.returned, awards.state
    assert returned is not None  # only goods that come back take anything back
    named = {gift.right for gift in gives.gifts if hasattr(gift, "right")}
    if event_id == returned.sale.id:
        known: Iterable[Right] = returned.issued
    else:
        known = () if state is None else state.rights
    return [
        right
        for right in known
        if right.origin == event_id and right.owner == owner and (right.kind, right.of) in named
    ]


def _transfer(gift: GivePoints, owner: bytes, awards: Awards) -> Transfer | None:
    """The first bonus of the sale that looks like the gift and is not dealt with yet."""
    returned = awards.moment.returned
    assert returned is not None  # only goods that come back take anything back
    ledger = awards.programme.ledger(gift.wallet)
    found = [
        one
        for one in returned.did.transfers
        if one.code is TransferCode.BONUS
        and one.credit == Account(ledger, AccountKind.MEMBER, owner)
        and one.id not in awards.left_alone
    ]
    exact = [one for one in found if one.amount == gift.points]
    return next(iter(exact or found), None)
