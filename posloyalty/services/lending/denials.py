"""What head office did not lend for the events that are being rung.

Shape: `keep(event, assets)` replaces the last answer for an event; `of(event)` is that answer,
`now(event)` the same as long as a quote goes by it. An exchange is two events, and each keeps its
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from posloyalty.services.ports import Clock
from posloyalty.sync.leases import AGAIN_MS, Asset

KEPT: Final = 4
"""Of how many events the last answers are kept: the open sale, and goods that come back with it."""


class _Denied(NamedTuple):
    assets: frozenset[Asset]
    until_ms: int


NOTHING: Final = _Denied(frozenset(), 0)


class Denials:
    """Of one till."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._denied: dict[bytes, _Denied] = {}

    def keep(self, event_id: bytes, assets: Iterable[Asset]) -> None:
        """The last answer for an event."""
        self._denied.pop(event_id, None)
        self._denied = dict([*self._denied.items()][1 - KEPT :])
        until_ms = self._clock.monotonic_ms() + AGAIN_MS
        self._denied[event_id] = _Denied(frozenset(assets), until_ms)

    def of(self, event_id: bytes) -> frozenset[Asset]:
        """What was not lent for an event."""
        return self._denied.get(event_id, NOTHING).assets

    def now(self, event_id: bytes) -> frozenset[Asset]:
        """The same for a while: what others held may be free again, and is asked for once more."""
        denied = self._denied.get(event_id, NOTHING)
        return denied.assets if denied.until_ms > self._clock.monotonic_ms() else frozenset()
