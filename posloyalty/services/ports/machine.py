"""The machine under the services: time, ids and chance."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The time. Services get the rule time: never before what the journal has already seen."""

    def now(self) -> datetime:
        """The present instant, aware, in the store's zone."""
        ...

    def monotonic_ms(self) -> int:
        """Milliseconds that only go forward; only differences mean anything."""
        ...


class Ids(Protocol):
    """A source of new ids."""

    def new_id(self) -> bytes:
        """A new UUIDv7, 16 bytes."""
        ...


class Chance(Protocol):
    """Randomness fit for keys and codes."""

    def token_bytes(self, count: int) -> bytes:
        """`count` unpredictable bytes."""
        ...
