"""Events that this server read a moment ago, so that the ledger need not read them again.

Shape: a bounded map from an event's place to the event as it was filed. It is filled before the
commit, so whoever asks has seen the place in the tables and compares the event's id.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from threading import Lock
from typing import Final

from posloyalty.sync.journals import Filed

EVENTS_MOST: Final = 5_000

Place = tuple[bytes, int, int]
"""Till, epoch and sequence."""


class Recent:
    """The newest events, at most so many."""

    def __init__(self, most: int = EVENTS_MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._events: dict[Place, Filed] = {}
        self._order: deque[Place] = deque()

    def note(self, filed: Iterable[Filed]) -> None:
        """Keep events that are about to be committed; the oldest go."""
        with self._lock:
            for one in filed:
                place = (one.till_id, one.epoch, one.seq)
                if place not in self._events:
                    self._order.append(place)
                self._events[place] = one
            while len(self._order) > self._most:
                del self._events[self._order.popleft()]

    def find(self, place: Place) -> Filed | None:
        """The event at a place, if it is remembered."""
        return self._events.get(place)
