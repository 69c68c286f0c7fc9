"""What changed of an owner since a till's book last held just what head office says of them.

Shape: at a number of the owner's events, and a place of the till's journal, book and fold agreed.
`since_agreed(...)` takes how lots and rights stand now, the events behind that number and what the
till's journal has behind that place, and gives those lots, rights and sums alone that any of them
names, in the till's book and in the fold. All others are alike in both, so a `difference` is the
same as of everything; years of spent lots are not looked at.

It is so where head office moved just what the events say (`as_said`). None where anything is in
doubt: then both are folded whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.ledger.right import Right, RightMove, after_change
from posloyalty.domain.ledger.transfer import AccountKind, Lot, Transfer
from posloyalty.sync.comes_behind import in_order
from posloyalty.sync.fold import MemberFold
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import LEASE
from posloyalty.sync.office.belongings import Belongings

_DEBT: Final = AccountKind.MEMBER_DEBT
_BACK: Final = {
    RightMove.USE: "used",
    RightMove.RELEASE: "released",
    RightMove.CANCEL: "cancelled",
}
"""What is less of a right before each of these; the counts of the others are looked at whole."""


class Since(Struct, frozen=True, kw_only=True, gc=False):
    """What is looked at of an owner: in the till's `book`, as head office has it `then`, the events
    (`filed`) and the transfers of theirs that `moved` something.
    """

    book: Belongings
    then: Belongings
    filed: tuple[Filed, ...]
    moved: tuple[Transfer, ...]


class Booked(Struct, frozen=True, gc=False):
    """What an event of a till's journal did: its id, and whether it happened there."""

    event_id: bytes
    does: Consequences
    own: bool


def moves_of(owner: bytes, filed: Iterable[Filed]) -> list[Transfer]:
    """The transfers of an owner, as the events say them."""
    return [
        one
        for event in filed
        for one in event.does.transfers
        if owner in (one.debit.owner, one.credit.owner)
    ]


def as_said(
    owner: bytes, before: Mapping[bytes, Right], filed: Sequence[Filed], fold: MemberFold
) -> bool:
    """Whether a fold of new events, in their order, moved and changed just what they say; `before`
    are the rights that they name, as they were.
    """
    if list(fold.transfers) != moves_of(owner, filed):
        return False
    rights = dict(before)
    for one in filed:
        for change in one.does.rights:
            opened = change.opens
            if change.move is RightMove.ISSUE and opened is not None:
                if opened.owner != owner or opened.kind == LEASE:
                    continue
                if change.right_id in rights:
                    return False  # the first of two stands
                rights[change.right_id] = opened
            elif change.right_id in rights:
                rights[change.right_id] = after_change(rights[change.right_id], change)
    return all(rights.get(right.id) == right for right in fold.rights)


def since_agreed(
    owner: bytes,
    filed: Iterable[Filed],
    booked: Iterable[Booked],
    *,
    lots: Iterable[Lot],
    rights: Iterable[Right],
) -> Since | None:
    """See the module. `lots` and `rights` are those that are named, as they stand now."""
    ordered = tuple(in_order(filed))
    moved, then = moves_of(owner, ordered), Belongings(owner)
    if any(_DEBT in (one.debit.kind, one.credit.kind) for one in moved):
        return None  # what is owed is known whole alone
    then.lots.update((lot.id, lot) for lot in lots)
    then.rights.update((right.id, right) for right in rights if right.owner == owner)
    book = Belongings(owner, _lots_before(then.lots, moved), {}, {}, {})
    known = _rights_before(owner, then.rights, ordered)
    if known is None or any(not 0 < lot.remaining <= lot.original for lot in book.lots.values()):
        return None  # of what was spent already no till need ever have heard
    book.rights.update(known)
    _sum(then, moved, ordered)
    new = {one.event_id for one in ordered}
    try:
        for one in booked:
            if one.own or one.event_id in new:
                book.take(one.does)
            elif one.does.transfers or one.does.rights or one.does.tiers:
                return None  # it was settled, or heard of something that had been there
    except (KeyError, ValueError):
        return None
    return Since(book=book, then=then, filed=ordered, moved=tuple(moved))


def _lots_before(now: Mapping[bytes, Lot], moved: Iterable[Transfer]) -> dict[bytes, Lot]:
    """The lots as they stood before some transfers."""
    back, opened = dict[bytes, int](), set[bytes]()
    for one in moved:
        if one.opens is not None:
            opened.add(one.opens.id)
        for use in one.uses:
            back[use.lot_id] = back.get(use.lot_id, 0) + use.amount
    return {
        lot_id: replace(lot, remaining=lot.remaining + back.get(lot_id, 0))
        for lot_id, lot in now.items()
        if lot_id not in opened
    }


def _rights_before(
    owner: bytes, now: Mapping[bytes, Right], filed: Iterable[Filed]
) -> dict[bytes, Right] | None:
    """The rights as they stood before some events; None where an event does what is rare."""
    before, opened = dict(now), set[bytes]()
    for one in filed:
        for change in one.does.rights:
            right = before.get(change.right_id)
            if right is None:
                continue
            if change.move is RightMove.ISSUE:
                opened.add(change.right_id)
            elif change.move in _BACK:
                name = _BACK[change.move]
                less = change.amount if change.move is RightMove.USE else 1
                before[right.id] = replace(right, **{name: getattr(right, name) - less})
            else:
                return None
    if any(_is_odd(right) for right_id, right in before.items() if right_id not in opened):
        return None
    return {right_id: right for right_id, right in before.items() if right_id not in opened}


def _is_odd(right: Right) -> bool:
    """Whether a till may hold a right otherwise than head office, and not be told."""
    return right.used < 0 or right.released != 0 or right.cancelled != 0


def _sum(then: Belongings, moved: Iterable[Transfer], filed: Iterable[Filed]) -> None:
    """What the transfers add to accounts, and the levels that were met."""
    for one in moved:
        for account, sign in ((one.debit, -1), (one.credit, 1)):
            if account.owner == then.owner:
                then.accounts[account] = then.accounts.get(account, 0) + sign * one.amount
    for event in filed:
        for met in event.does.tiers:
            if met.member_id == then.owner:
                then.holdings[met.holding.scheme, met.holding.level] = met.holding


def named_by(owner: bytes, does: Iterable[Consequences]) -> tuple[set[bytes], set[bytes]]:
    """The lots and rights that are named in what was done to an owner."""
    lots, rights = set[bytes](), set[bytes]()
    for one in does:
        for transfer in one.transfers:
            if owner in (transfer.debit.owner, transfer.credit.owner):
                lots.update(use.lot_id for use in transfer.uses)
                if transfer.opens is not None:
                    lots.add(transfer.opens.id)
        rights.update(change.right_id for change in one.rights)
    return lots, rights
