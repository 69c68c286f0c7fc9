"""What one event gives an owner of whom nothing that stands has to be known.

Most sales only give: points of the programme's own accounts go into new lots of the member. Then
neither lots nor rights nor debts of before have anything to do with what comes of it, and a fold
that goes on from them (`fold_on`) comes to the event's own transfers, as they are. `only_gains`
says for which events that is so; `tests/sync/test_fold_gains.py` holds the two side by side.
"""

from __future__ import annotations

from typing import Final

from posloyalty.domain.ledger.transfer import AccountKind, Transfer
from posloyalty.sync import events
from posloyalty.sync.journals import Filed
from posloyalty.sync.leases import RISK_OVERRIDE

_DEBT: Final = AccountKind.MEMBER_DEBT
_OWNED: Final = frozenset({AccountKind.MEMBER, AccountKind.GIFT_CARD, _DEBT})
"""Out of these a transfer takes what has to be there, or to be owed, whoever is named as owner."""


def only_gains(owner: bytes, one: Filed) -> tuple[Transfer, ...] | None:
    """An owner's transfers of an event that gives them something and does nothing else that a fold
    looks at, each with the new lot that it opens, if any; None for every other event.
    """
    does = one.does
    if does.rights or one.decided or _is_return(one):
        return None
    mine = []
    for transfer in does.transfers:
        if transfer.credit.owner == owner and _only_gives(transfer):
            mine.append(transfer)
        elif owner in (transfer.credit.owner, transfer.debit.owner):
            return None
    if len(mine) > 1 and not _all_new(mine):
        return None
    for entry in does.meters:
        if entry.meter == RISK_OVERRIDE:
            return None
    return tuple(mine)


def _only_gives(transfer: Transfer) -> bool:
    """Whether a transfer comes from the programme's own, whole, and touches no lot that is there
    and no debt.
    """
    debit, opens = transfer.debit, transfer.opens
    if transfer.uses or debit.owner or debit.kind in _OWNED or transfer.credit.kind is _DEBT:
        return False
    return opens is None or opens.original == transfer.amount


def _is_return(one: Filed) -> bool:
    if isinstance(one.event, events.Sale):  # as most events are, and told quickest
        return False
    return isinstance(one.event, events.Refund)


def _all_new(transfers: list[Transfer]) -> bool:
    """Whether no transfer and no lot has the id of another one."""
    lots = [one.opens.id for one in transfers if one.opens is not None]
    ids = {one.id for one in transfers}
    return len(ids) == len(transfers) and len(set(lots)) == len(lots)
