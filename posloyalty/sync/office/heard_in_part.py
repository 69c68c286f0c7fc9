"""What a till heard for somebody else's sake: the rest is told when it concerns the till.

Shape: an event is told to a till for the owners of whom it hears by then (`Teller`). A sale in a
campaign is every till's business for the campaign's counts, and its member only a till's that has
met them; so a till may hold an event and miss what it counts for one of its owners. `rest_of` is
that part as an event with an id of its own, `unheard_of` what a till has yet to hear of an owner,
whole events and such parts, and `places_for` since when it holds what an event counts for them.
What a till lost of its own with an old book it hears again in the same way, also in part. What else
an event did to an owner comes right with the settling, which knows no counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import structs

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.domain.values.identifiers import derive_id
from posloyalty.sync.journals import Filed


class HeldEvents(Protocol):
    """What is asked of an archive: see there."""

    def seen(self, till_id: bytes, event_ids: Collection[bytes]) -> Mapping[bytes, int]:
        """Those of some events that a till's journal holds, with the first place of each."""

    def heard_for(
        self, till_id: bytes, owner: bytes, event_ids: Collection[bytes]
    ) -> Mapping[bytes, int]:
        """Those of some events that a till heard for an owner's sake."""

    def told_again(self, till_id: bytes, own: Mapping[bytes, tuple[int, int]]) -> Collection[bytes]:
        """Those of a till's own events, each with its epoch and sequence, that it lost and whose
        journal holds them only because it heard of them again.
        """


def rest_id(event_id: bytes, owner: bytes) -> bytes:
    """Under which id a till hears what an event counts for one of its owners."""
    return derive_id("rest", event_id, owner)


def rest_of(one: Filed, owner: bytes) -> Filed:
    """What an event counts for an owner, and nothing else of it."""
    meters = tuple(entry for entry in one.does.meters if entry.owner == owner)
    return structs.replace(
        one, event_id=rest_id(one.event_id, owner), does=Consequences(meters=meters)
    )


def counts(one: Filed, owner: bytes) -> bool:
    """Whether an event counts anything for an owner."""
    return any(entry.owner == owner for entry in one.does.meters)


def unheard_of(
    archive: HeldEvents,
    till_id: bytes,
    owner: bytes,
    filed: Sequence[Filed],
    seen: Collection[bytes],
) -> list[Filed]:
    """What of an owner's events a till has yet to hear, in their order; `seen` are those that its
    journal holds in whatever part.
    """
    places = heard_places(archive, till_id, owner, _heard(archive, till_id, owner, filed, seen))
    found = []
    for one in filed:
        if one.event_id not in seen:
            found.append(one)
        elif places.get(one.event_id, 0) is None:
            found.append(rest_of(one, owner))
    return found


def places_for(
    archive: HeldEvents, till_id: bytes, owner: bytes, filed: Sequence[Filed]
) -> Mapping[bytes, int]:
    """The place of each of an owner's events in a till's journal, from which on it holds what the
    event counts for them.
    """
    seen = archive.seen(till_id, [one.event_id for one in filed])
    places = heard_places(archive, till_id, owner, _heard(archive, till_id, owner, filed, seen))
    found = {event_id: places.get(event_id, place) for event_id, place in seen.items()}
    return {event_id: place for event_id, place in found.items() if place is not None}


def _heard(
    archive: HeldEvents,
    till_id: bytes,
    owner: bytes,
    filed: Iterable[Filed],
    seen: Collection[bytes],
) -> list[bytes]:
    """Those of a till's events that it only heard and that count something for an owner."""
    places = {
        one.event_id: (one.till_id, one.epoch, one.seq)
        for one in filed
        if one.event_id in seen and counts(one, owner)
    }
    return only_heard(archive, till_id, places)


def only_heard(
    archive: HeldEvents, till_id: bytes, held: Mapping[bytes, tuple[bytes, int, int]]
) -> list[bytes]:
    """Those of some events that a till's journal holds, each with whose it is and its epoch and
    sequence there, of which it may have heard a part.
    """
    own = {one: (epoch, seq) for one, (whose, epoch, seq) in held.items() if whose == till_id}
    again = archive.told_again(till_id, own) if own else ()
    return [one for one in held if one not in own or one in again]


def heard_places(
    archive: HeldEvents, till_id: bytes, owner: bytes, event_ids: Collection[bytes]
) -> dict[bytes, int | None]:
    """Where a till heard events for an owner's sake, whole or by their rest; None: not yet."""
    if not event_ids:
        return {}
    heard = archive.heard_for(till_id, owner, event_ids)
    rests = {one: rest_id(one, owner) for one in event_ids if one not in heard}
    told = archive.heard_for(till_id, owner, list(rests.values())) if rests else {}
    return {one: heard[one] if one in heard else told.get(rests[one]) for one in event_ids}
