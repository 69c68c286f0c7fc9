"""The till tells head office who its members are, and hears who the others are.

Shape: `step(link)` is one request and what follows from it: what waits here goes up, a hundred
members at once, else the next page of the feed comes down. A page is put into the book in small
transactions, each with how far the feed was heard, so that nothing holds up a sale for long, a cut
loses nothing, and what comes twice changes nothing. The erased come first, then the members of this
store, then all others (SYNC 5, 7).

What was said here and is not sent yet is merged with what is heard; otherwise head office's word
stands as it is, so that all tills come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from posloyalty.domain.members.member import MemberStatus, Profile
from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.meet_members import MeetMembers
from posloyalty.services.ports import Appended, Book, Ids, Reader, SettingReads, UnitOfWork
from posloyalty.services.ports.head_office import ProfileLink
from posloyalty.services.ports.profiles import HeardProfile
from posloyalty.sync import events
from posloyalty.sync.profiles.member import is_sound, member_of
from posloyalty.sync.profiles.record import ProfileRecord, merged
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.profiles import (
    RESYNC,
    TOLD_MAX,
    FeedAsk,
    FeedGiven,
    Item,
    ProfilesTold,
    Stream,
)

EVERY_MS: Final = 300_000
"""So often the feed is asked for when nobody said that it has anything."""
CHUNK: Final = 100
"""Members put into the book in one transaction, which a sale may have to wait for: some 10 ms."""
_KNOWN_AT_ONCE: Final = 50
SETTING: Final = "profiles_heard"


class Heard(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far each part of the feed was heard: cursors."""

    erase: str = ""
    store: str = ""
    rest: str = ""


class ShareProfiles:
    """The till's mouth and ear for profiles. `changed` is told after members' records changed;
    `meet` is who came to the counter.
    """

    def __init__(
        self,
        *,
        book: Book,
        clock: TillClock,
        ids: Ids,
        meet: MeetMembers,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.meet = meet
        self._book = book
        self._clock = clock
        self._ids = ids
        self._changed = changed
        self._more = True
        self._rests_until_ms = 0
        self._tells_at_ms = 0

    def due(self) -> bool:
        """Whether there is something to tell, or it is time to ask."""
        now_ms = self._clock.monotonic_ms()
        if self._more or now_ms >= self._rests_until_ms:
            return True
        if now_ms < self._tells_at_ms:
            return False
        with self._book.read() as reader:
            return bool(reader.profiles.waiting(most=1))

    def look(self) -> None:
        """Head office said that there may be something to hear."""
        self._more = True

    def step(self, link: ProfileLink) -> bool:
        """One request; whether anything was told or heard. May raise `OutOfReach`."""
        now_ms = self._clock.monotonic_ms()
        with self._book.read() as reader:
            heard = heard_so_far(reader.settings)
            records = () if now_ms < self._tells_at_ms else _waiting(reader)
            ask = FeedAsk(
                erase=heard.erase,
                store=heard.store,
                rest=heard.rest,
                home=reader.facts.store_code,
            )
        if records:
            return self._tell(link, records)
        given = link.profiles(ask)
        if isinstance(given, Problem):
            return self._refused(given)
        self._more = given.more
        self._rests_until_ms = now_ms + EVERY_MS
        return self._hear(given, heard)

    def _tell(self, link: ProfileLink, records: Sequence[ProfileRecord]) -> bool:
        sound = tuple(one for one in records if is_sound(one))
        if sound:
            said = link.tell_profiles(ProfilesTold(records=sound))
            if isinstance(said, Problem):
                return self._refused(said)
        with self._book.write() as unit:
            # What cannot travel would only be in the way of all others.
            unit.profiles.sent(records)
            unit.commit()
        return True

    def _refused(self, problem: Problem) -> bool:
        """Head office's database is another one: begin again. Any other no is asked again later."""
        if problem.code != RESYNC:
            self._more = False
            self._rests_until_ms = self._tells_at_ms = self._clock.monotonic_ms() + EVERY_MS
            return False
        with self._book.write() as unit:
            unit.profiles.send_all_again()
            _keep(unit, Heard())
            unit.commit()
        self._more = True
        return True

    def _hear(self, given: FeedGiven, heard: Heard) -> bool:
        """Put a page into the book; the cursor moves with its last piece."""
        new = 0
        after = msgspec.structs.replace(heard, **{Stream(given.stream).value: given.next})
        pieces = [given.items[at : at + CHUNK] for at in range(0, len(given.items), CHUNK)]
        for place, piece in enumerate(pieces, 1):
            with self._book.write() as unit:
                new += self._put(unit, piece)
                if place == len(pieces):
                    _keep(unit, after)
                unit.commit()
        if not pieces and after != heard:
            with self._book.write() as unit:
                _keep(unit, after)
                unit.commit()
        if new:
            self._changed()
        return bool(pieces)

    def _put(self, unit: UnitOfWork, items: Sequence[Item]) -> int:
        """What is new of some items; one event says that something was heard."""
        gone = [item for item in items if item.record is None]
        known = _known(unit, [bytes.fromhex(item.k) for item in items])
        found = [one for item in items if (one := _news(unit, item, known)) is not None]
        ended = [item for item in gone if _is_here(unit, item)]
        erased = tuple(item.k for item in gone if not item.stays)
        if found or ended:
            count = len(found) + len(ended)
            appended = self._note_heard(unit, count)
            for item in ended:
                end(unit, bytes.fromhex(item.k), renamed=bool(item.stays), appended=appended)
            unit.profiles.hear(found, appended=appended)
        if erased:
            self._note_erased(unit, erased)
        return len(found) + len(ended)

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


def heard_so_far(settings: SettingReads) -> Heard:
    """How far the book has heard the feed."""
    kept = settings.get(SETTING)
    return Heard() if kept is None else msgspec.json.decode(kept, type=Heard)


def _keep(unit: UnitOfWork, heard: Heard) -> None:
    unit.settings.put({SETTING: msgspec.json.encode(heard).decode("ascii")})


def _known(unit: UnitOfWork, member_ids: Sequence[bytes]) -> frozenset[bytes]:
    """Those of whom the book has anything."""
    places = range(0, len(member_ids), _KNOWN_AT_ONCE)
    parts = [unit.members.known(member_ids[at : at + _KNOWN_AT_ONCE]) for at in places]
    return frozenset().union(*parts)


def _waiting(reader: Reader) -> tuple[ProfileRecord, ...]:
    """What to tell now."""
    found = (reader.profiles.record(one) for one in reader.profiles.waiting(most=TOLD_MAX))
    return tuple(one for one in found if one is not None)


def _news(unit: UnitOfWork, item: Item, known: Collection[bytes]) -> HeardProfile | None:
    """What of an item the book does not have; `known` are those of whom it has anything."""
    if item.record is None:
        return None
    member_id = bytes.fromhex(item.k)
    if member_id not in known:
        return _heard(item, item.record, new=True)
    note, mine = unit.profiles.note(member_id), unit.profiles.record(member_id)
    if note is None or mine is None:
        return None  # no more a member here
    record = merged(mine, item.record) if note.waits else item.record
    if record == mine and item.taken == note.taken:
        return None
    return _heard(item, record, new=False, waits=note.waits)


def _heard(
    item: Item, record: ProfileRecord, *, new: bool, waits: bool = False
) -> HeardProfile | None:
    """A record as the book takes it; None for one of a later release, which it cannot read."""
    try:
        member = member_of(record, taken=item.taken)
    except ValueError:
        return None
    return HeardProfile(record=record, member=member, new=new, waits=waits, taken=item.taken)


def _is_here(unit: UnitOfWork, item: Item) -> bool:
    """Whether a member who is no more is still somebody in the book."""
    member = unit.members.by_id(bytes.fromhex(item.k))
    return member is not None and member.status not in (MemberStatus.ERASED, MemberStatus.CLOSED)
