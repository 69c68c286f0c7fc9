"""The till tells head office who its members are, and hears who the others are.

Shape: `step(link)` is one request and what follows from it: what waits here goes up, a hundred
members at once, else the next page of the feed comes down. Nothing goes up before a page told the
life of head office's database: was it put back behind what it took, nobody would notice, and its
older word would stand. A page is put into the book in small transactions, each with how far the
feed was heard, so that nothing holds up a sale for long, a cut loses nothing, and what comes twice
changes nothing. The erased come first, then the members of this store, then all others.

The others come by the roll of the chain where there is one (`HearRoll`), and then what changed
since. Whoever is no more is struck off the roll before the book says that it was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.feed_place import Heard, heard_so_far, keep_heard
from posloyalty.services.office.hear_roll import HearRoll
from posloyalty.services.office.heard_items import HeardItems
from posloyalty.services.office.meet_members import MeetMembers
from posloyalty.services.ports import Book, Ids, Reader
from posloyalty.services.ports.head_office import ProfileLink
from posloyalty.sync.profiles.member import is_sound
from posloyalty.sync.profiles.record import ProfileRecord
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.profiles import (
    RESYNC,
    TOLD_MAX,
    FeedAsk,
    FeedGiven,
    ProfilesTold,
    Stream,
)

EVERY_MS: Final = 300_000
"""So often the feed is asked for when nobody said that it has anything."""
CHUNK: Final = 100
"""Members put into the book in one transaction, which a sale may have to wait for: some 10 ms."""


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
        roll: HearRoll | None = None,
    ) -> None:
        self.meet = meet
        self._book = book
        self._clock = clock
        self._items = HeardItems(ids, feed=True)
        self._changed = changed
        self._roll = roll
        self._left_rest = False
        self._more = True
        self._rests_until_ms = 0
        self._tells_at_ms = 0

    def due(self) -> bool:
        """Whether there is something to tell, or it is time to ask."""
        now_ms = self._clock.monotonic_ms()
        if self._left_rest and not self._roll_awaited():
            self._more, self._left_rest = True, False
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
        without_rest = self._roll_awaited()
        with self._book.read() as reader:
            heard = heard_so_far(reader.settings)
            tells = heard.knows_life and now_ms >= self._tells_at_ms
            records = _waiting(reader) if tells else ()
            ask = FeedAsk(
                erase=heard.erase,
                store=heard.store,
                rest=heard.rest,
                home=reader.facts.store_code,
                without_rest=without_rest,
            )
        if records:
            return self._tell(link, records)
        given = link.profiles(ask)
        if isinstance(given, Problem):
            return self._refused(given)
        self._more, self._left_rest = given.more, without_rest
        self._rests_until_ms = now_ms + EVERY_MS
        return self._hear(given, heard)

    def _roll_awaited(self) -> bool:
        return self._roll is not None and self._roll.awaited

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
            keep_heard(unit.settings, Heard())
            unit.commit()
        if self._roll is not None:
            self._roll.begin_again()
        self._more = True
        return True

    def _hear(self, given: FeedGiven, heard: Heard) -> bool:
        """Put a page into the book; the cursor moves with its last piece."""
        new = 0
        if self._roll is not None:
            gone = [item.k for item in given.items if item.record is None]
            self._roll.strike(tuple(bytes.fromhex(one) for one in gone))
        after = msgspec.structs.replace(heard, **{Stream(given.stream).value: given.next})
        pieces = [given.items[at : at + CHUNK] for at in range(0, len(given.items), CHUNK)]
        for place, piece in enumerate(pieces, 1):
            with self._book.write() as unit:
                new += self._items.put(unit, piece)
                if place == len(pieces):
                    keep_heard(unit.settings, after)
                unit.commit()
        if not pieces and after != heard:
            with self._book.write() as unit:
                keep_heard(unit.settings, after)
                unit.commit()
        if new:
            self._changed()
        return bool(pieces)


def _waiting(reader: Reader) -> tuple[ProfileRecord, ...]:
    """What to tell now."""
    found = (reader.profiles.record(one) for one in reader.profiles.waiting(most=TOLD_MAX))
    return tuple(one for one in found if one is not None)
