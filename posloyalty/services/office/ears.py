"""Who asks head office for what it publishes, in their order, and what an earlier release lacks.

Head office is upgraded before the tills. A till that is newer all the same asks for things that
head office does not know; an answer of that kind is no silence. Whoever asked rests, everything
else goes on, and the till says that head office is behind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from posloyalty.services.ports.head_office import OfficeLink, OutOfReach

LACKING_REST_MS: Final = 600_000
"""So long nobody asks again for what head office did not know."""


class Ear(Protocol):
    """One that asks for one kind of thing."""

    def due(self) -> bool:
        """Whether to ask now."""

    def step(self, link: OfficeLink) -> bool:
        """One request. May raise `OutOfReach`."""


class Ears:
    """All that a till has. `now_ms` is the monotonic clock."""

    def __init__(self, ears: Sequence[Ear | None], now_ms: Callable[[], int]) -> None:
        self._ears = [one for one in ears if one is not None]
        self._now_ms = now_ms
        self._rests: dict[int, int] = {}

    @property
    def lacking(self) -> bool:
        """Whether head office did not know something that it was asked for lately."""
        now_ms = self._now_ms()
        return any(until > now_ms for until in self._rests.values())

    def due(self) -> int | None:
        """Which one has something to ask now, the first in their order."""
        now_ms = self._now_ms()
        for place, ear in enumerate(self._ears):
            if self._rests.get(place, 0) <= now_ms and ear.due():
                return place
        return None

    def step(self, place: int, link: OfficeLink) -> None:
        """Let one ask; raises `OutOfReach` unless head office is there and only lacks it."""
        try:
            self._ears[place].step(link)
        except OutOfReach as fault:
            if not fault.lacking:
                raise
            self._rests[place] = self._now_ms() + LACKING_REST_MS

    def ask_all(self) -> None:
        """Somebody wants everything tried anew."""
        self._rests.clear()
