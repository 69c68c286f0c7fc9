"""Whom an event concerns: whose lots, debts, rights, counts and levels it moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from posloyalty.domain.ledger.transfer import AccountKind
from posloyalty.sync import events
from posloyalty.sync.journals import Filed

_STORE_RISK: Final = AccountKind.STORE_RISK
_OF_A_MEMBER: Final = (events.Sale, events.Refund, events.Act)


def owners_of(one: Filed, right_owners: Mapping[bytes, bytes]) -> frozenset[bytes]:
    """The ids of everybody concerned; `right_owners` says whose a right is that it does not open.

    Nobody in particular is not among them: bearers' rights, the programme's own accounts.
    """
    does = one.does
    found: set[bytes] = set()
    for transfer in does.transfers:  # written out, for every event of a chain comes through here
        debit, credit = transfer.debit, transfer.credit
        if debit.kind is not _STORE_RISK:
            found.add(debit.owner)
        if credit.kind is not _STORE_RISK:
            found.add(credit.owner)
    for change in does.rights:
        opened = change.opens
        found.add(right_owners.get(change.right_id, b"") if opened is None else opened.owner)
    for entry in does.meters:
        found.add(entry.owner)
    for met in does.tiers:
        found.add(met.member_id)
    if isinstance(one.event, _OF_A_MEMBER):
        member = one.event.member
        if isinstance(member, str):
            found.add(bytes.fromhex(member))
    found.discard(b"")
    return frozenset(found)


def met_by(event: events.Event | events.Opaque) -> tuple[bytes, ...]:
    """The members of whom a till hears from now on: who joined there, or was met there."""
    if isinstance(event, events.MemberCreate):
        return (bytes.fromhex(event.member),)
    if isinstance(event, events.MemberMet):
        return tuple(bytes.fromhex(one) for one in event.members)
    return ()
