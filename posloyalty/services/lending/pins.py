"""What open sales count on of the leases that this till holds: head office's asking back does not
take it from under them.

A sale is quoted by what its till holds, and booked a little later. Whatever it wants to spend is
pinned meanwhile, what it was lent just now as what lay there before: for ten minutes, and until
something of that lease is used, or the sale wants something else. What is not given back then is
asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from posloyalty.domain.ledger.right import Right
from posloyalty.services.ports import Clock

PINNED_MS: Final = 600_000


@dataclass(frozen=True, slots=True)
class _Pinned:
    until_ms: int
    left: Mapping[bytes, int | None]  # of each lease, as it was


class Pins:
    """Of one till. Sales pin on one thread and answers are heard on another: what is kept is
    replaced, never changed.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of: Mapping[bytes, _Pinned] = {}

    def rely(self, event_id: bytes, leases: Iterable[Right]) -> None:
        """A sale counts on these leases from now on, and on no others."""
        self._keep(event_id, {one.id: one.left for one in leases})

    def add(self, event_id: bytes, lease_id: bytes, amount: int) -> None:
        """It was lent one more."""
        known = self._of.get(event_id)
        self._keep(event_id, {**(known.left if known else {}), lease_id: amount})

    def hold(self, lease: Right) -> bool:
        """Whether some sale counts on a lease as it is."""
        now_ms = self._clock.monotonic_ms()
        return any(
            one.until_ms > now_ms and lease.id in one.left and one.left[lease.id] == lease.left
            for one in self._of.values()
        )

    def _keep(self, event_id: bytes, left: Mapping[bytes, int | None]) -> None:
        now_ms = self._clock.monotonic_ms()
        others = {k: v for k, v in self._of.items() if v.until_ms > now_ms and k != event_id}
        self._of = {**others, event_id: _Pinned(now_ms + PINNED_MS, left)}
