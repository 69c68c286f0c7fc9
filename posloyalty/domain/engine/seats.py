"""Places at an event: who has one, who waits, who comes up when one is free.

Shape: a place is a right of kind SEAT, for its owner and their guests (`uses`), found by the
event's code. One on the waiting list is held back until a release; a promise once made stands,
also where tills that could not hear one another have promised too many.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from posloyalty.domain.ledger.right import Right
from posloyalty.domain.programme.kinds.event import SEAT, Event


@dataclass(frozen=True, slots=True)
class Seats:
    """The places of an event, in the order in which people accepted."""

    event: Event
    rights: tuple[Right, ...]

    @property
    def confirmed(self) -> tuple[Right, ...]:
        """Those who have a place."""
        return tuple(one for one in self.rights if not _waits(one))

    @property
    def waiting(self) -> tuple[Right, ...]:
        """Those who wait for one, the first one first."""
        return tuple(one for one in self.rights if _waits(one))

    @property
    def taken(self) -> int:
        """People who have a place."""
        return sum(one.uses for one in self.confirmed)

    @property
    def free(self) -> int:
        """Places that are left."""
        return max(0, self.event.capacity - self.taken)

    @property
    def queue(self) -> int:
        """People who wait."""
        return sum(one.uses for one in self.waiting)

    def of(self, owner: bytes) -> Right | None:
        """Somebody's place, confirmed or not."""
        return next((one for one in self.rights if one.owner == owner), None)

    def without(self, gone: Right) -> Seats:
        """The places when one is given up."""
        return Seats(self.event, tuple(one for one in self.rights if one.id != gone.id))

    def next_up(self) -> Right | None:
        """Who comes up first: the first of those who wait for no more places than are free."""
        return next((one for one in self.waiting if one.uses <= self.free), None)


def seats_of(event: Event, rights: Iterable[Right]) -> Seats:
    """The places among some rights that were not given up."""
    found = [one for one in rights if one.kind == SEAT and one.of == event.id]
    found = [one for one in found if one.cancelled <= 0]
    return Seats(event, tuple(sorted(found, key=lambda one: (one.origin, one.id))))


def _waits(right: Right) -> bool:
    return right.held and not right.released
