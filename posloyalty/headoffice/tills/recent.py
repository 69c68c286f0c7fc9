"""Events that this server took in a moment ago, so that its ledger need not read them again.

Shape: a bounded map from an event's place to the event as it was filed, and the owners of whom
something came in here and was not yet asked for. It is filled behind the commit and emptied by the
fold; whoever finds nothing here reads the tables, which alone say what there is to fold.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any, Final, TypeVar

from posloyalty.sync.journals import Filed

EVENTS_MOST: Final = 5_000
OTHERS_EVERY: Final = 8
"""So often the owners are asked for of whom nothing came in here: another server may have left them
behind.
"""

Key = TypeVar("Key")
Place = tuple[bytes, int, int]
"""Till, epoch and sequence."""


class Recent:
    """The newest events, at most so many."""

    def __init__(self, most: int = EVENTS_MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._events: dict[Place, Filed] = {}
        self._owners: dict[bytes, None] = {}
        self._asked = 0

    def note(self, filed: Iterable[Filed], owners: Iterable[bytes]) -> None:
        """Keep events that were committed, and whose they are; the oldest go."""
        with self._lock:
            for one in filed:
                self._events[one.till_id, one.epoch, one.seq] = one
            self._owners.update(dict.fromkeys(owners))
            _shorten(self._events, self._most)
            _shorten(self._owners, self._most)

    def owners(self, most: int) -> list[bytes]:
        """Owners whose events are here, longest first, at most so many; each is told once. Nobody
        now and then, so that those of other servers have their turn.
        """
        with self._lock:
            self._asked += 1
            if self._asked % OTHERS_EVERY == 0:
                return []
            told = list(self._owners)[:most]
            for one in told:
                del self._owners[one]
            return told

    def find(self, place: Place) -> Filed | None:
        """The event at a place, if it is remembered."""
        return self._events.get(place)

    def forget(self, places: Iterable[Place]) -> None:
        """Events that were folded; who is asked for them again reads them."""
        with self._lock:
            for place in places:
                self._events.pop(place, None)


def _shorten(known: dict[Key, Any], most: int) -> None:
    """What was put there first goes."""
    for one in list(known)[: max(0, len(known) - most)]:
        del known[one]
