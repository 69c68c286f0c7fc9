"""Records that a shop joined while it was alone: one is another name of the other here, too.

Shape: `note_joined(connection, profiles, new)` looks at the acts of tills among new events. A shop
without head office joins two records of one member by itself, and its journal brings the act when
it enrols. What it moved is folded like any event; that a name went is noted with the members'
profiles, so every till hears it, and a card of the record that went finds who stays.

A till is believed where it could know: as long as no other till of the chain brought anything about
who goes. Whoever is another name already, was erased, or is the one who would stay in the end, is
left as they are: names lead nowhere in a circle, whatever a forger writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.store.statements import ask_one
from posloyalty.sync import events
from posloyalty.sync.fold import GOES, MERGE
from posloyalty.sync.office.archive import STAYS, Filing

_ELSEWHERE: Final = """
SELECT 1 FROM event_owner e JOIN till t ON t.till_id = e.till_id
WHERE e.owner = ? AND e.till_id <> ? LIMIT 1"""
_ID_BYTES: Final = 16


def note_joined(connection: Connection, profiles: ProfileFeed, new: Iterable[Filing]) -> None:
    """Believe what tills say that they joined, where it is theirs to say."""
    for filing in new:
        said = _said(filing)
        if said is None:
            continue
        goes, stays = said
        elsewhere = ask_one(connection, _ELSEWHERE, (goes, filing.one.till_id))
        if not elsewhere and _stands_alone(profiles, goes, stays):
            profiles.rename(goes, stays)


def _said(filing: Filing) -> tuple[bytes, bytes] | None:
    """Who goes and who stays, where an event is a till's act of joining two records."""
    event = filing.one.event
    if filing.alias is not None or not isinstance(event, events.Act) or event.kind != MERGE:
        return None
    facts = dict(event.facts)
    try:
        goes, stays = bytes.fromhex(facts[GOES]), bytes.fromhex(facts[STAYS])
    except (KeyError, ValueError):
        return None
    return (goes, stays) if len(goes) == len(stays) == _ID_BYTES else None


def _stands_alone(profiles: ProfileFeed, goes: bytes, stays: bytes) -> bool:
    """Whether who goes is nobody else's name yet, and who stays leads to somebody else."""
    theirs, ours = profiles.items(goes), profiles.items(stays)
    if any(one.record is None for one in theirs) or goes == stays:
        return False
    if any(one.record is None and not one.stays for one in ours):
        return False
    return all(goes.hex() not in (one.k, one.stays) for one in ours)
