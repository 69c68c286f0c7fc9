"""Members whom head office told of, put into the book.

Shape: `HeardItems.put(unit, items)` does what is new of some items inside a transaction, with one
event that says that something was heard; a page of the feed and a member of the roll come in by the
same way. What was said here and is not sent yet is merged with what is heard; otherwise head
office's word stands as it is, so that all tills come to the same.

Somebody whose record had become another's name is there again where the feed gives a record of
them: head office was put back to before that, and people have decided otherwise since. Nobody else
may say so: an answer that was on its way while two records became one is older than what the feed
said meanwhile. Nobody who was erased comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from posloyalty.domain.members.member import MemberStatus, Profile
from posloyalty.services.ports import Appended, Ids, UnitOfWork
from posloyalty.services.ports.profiles import HeardProfile, There
from posloyalty.sync import events
from posloyalty.sync.profiles.member import member_of
from posloyalty.sync.profiles.record import ProfileRecord, merged
from posloyalty.sync.wire.profiles import Item

_KNOWN_AT_ONCE: Final = 50


class HeardItems:
    """Puts items into the book; `feed` says that they come by the feed, in its order."""

    def __init__(self, ids: Ids, *, feed: bool = False) -> None:
        self._ids = ids
        self._feed = feed

    def put(self, unit: UnitOfWork, items: Sequence[Item]) -> int:
        """What is new of some items; one event says that something was heard."""
        gone = [item for item in items if item.record is None]
        known = _known(unit, [bytes.fromhex(item.k) for item in items])
        found = [one for item in items if (one := self._news(unit, item, known)) is not None]
        ended = [item for item in gone if _is_here(unit, item)]
        erased = tuple(item.k for item in gone if not item.stays)
        for item in gone:
            if item.stays:
                unit.profiles.rename(bytes.fromhex(item.k), bytes.fromhex(item.stays))
        if found or ended:
            count = len(found) + len(ended)
            appended = self._note_heard(unit, count)
            for item in ended:
                end(unit, bytes.fromhex(item.k), renamed=bool(item.stays), appended=appended)
            unit.profiles.hear(found, appended=appended)
        if erased:
            self._note_erased(unit, erased)
        return len(found) + len(ended)

    def _news(self, unit: UnitOfWork, item: Item, known: Collection[bytes]) -> HeardProfile | None:
        """What of an item the book does not have; `known` are those of whom it has anything."""
        if item.record is None:
            return None
        member_id = bytes.fromhex(item.k)
        if member_id not in known:
            return _heard(item, item.record, there=There.NEW)
        note, mine = unit.profiles.note(member_id), unit.profiles.record(member_id)
        if note is None or mine is None:
            returns = self._feed and _was_renamed(unit, member_id)
            return _heard(item, item.record, there=There.AGAIN) if returns else None
        record = merged(mine, item.record) if note.waits else item.record
        if record == mine and item.taken == note.taken:
            return None
        return _heard(item, record, there=There.KNOWN, waits=note.waits)

    def _note_heard(self, unit: UnitOfWork, count: int) -> Appended:
        stamp, event_id = unit.journal.stamp(), self._ids.new_id().hex()
        return unit.journal.append(
            events.ProfilesHeard(id=event_id, at=stamp.at, hlc=stamp.hlc, n=count)
        )

    def _note_erased(self, unit: UnitOfWork, members: tuple[str, ...]) -> None:
        """Head office waits for every till to say so, also for one that knew nobody of them."""
        stamp, event_id = unit.journal.stamp(), self._ids.new_id().hex()
        unit.journal.append(
            events.EraseAck(id=event_id, at=stamp.at, hlc=stamp.hlc, members=members)
        )


def end(unit: UnitOfWork, member_id: bytes, *, renamed: bool, appended: Appended) -> None:
    """A member is no more: erased, or from now on another name of somebody."""
    member = unit.members.by_id(member_id)
    if member is None:
        return
    unit.members.save_profile(member_id, Profile(name=""), appended=appended)
    status = MemberStatus.CLOSED if renamed else MemberStatus.ERASED
    unit.members.set_status(member_id, status, appended=appended)


def _known(unit: UnitOfWork, member_ids: Sequence[bytes]) -> frozenset[bytes]:
    """Those of whom the book has anything."""
    places = range(0, len(member_ids), _KNOWN_AT_ONCE)
    parts = [unit.members.known(member_ids[at : at + _KNOWN_AT_ONCE]) for at in places]
    return frozenset().union(*parts)


def _heard(
    item: Item, record: ProfileRecord, *, there: There, waits: bool = False
) -> HeardProfile | None:
    """A record as the book takes it; None for one of a later release, which it cannot read."""
    try:
        member = member_of(record, taken=item.taken)
    except ValueError:
        return None
    return HeardProfile(record=record, member=member, there=there, waits=waits, taken=item.taken)


def _is_here(unit: UnitOfWork, item: Item) -> bool:
    """Whether a member who is no more is still somebody in the book."""
    member = unit.members.by_id(bytes.fromhex(item.k))
    return member is not None and member.status not in (MemberStatus.ERASED, MemberStatus.CLOSED)


def _was_renamed(unit: UnitOfWork, member_id: bytes) -> bool:
    """Whether a record became another's name here; who was erased is none."""
    member = unit.members.by_id(member_id)
    return member is not None and member.status is MemberStatus.CLOSED
