"""Events as their bodies were read: whoever comes often is asked about again and again.

A body is its own key and what is read of it frozen, so nothing here is ever out of date, whatever
happens to the database: the journal is still asked for the bodies each time, and reading them again
is most of what an answer about a member of many purchases would cost. What a till heard is kept
apart from what tills did, which is asked for about each of the tills that hear of it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from posloyalty.domain.engine.consequences import Consequences
from posloyalty.sync import events
from posloyalty.sync.journals import moving

BODIES_KEPT: Final = 4_096
"""So many of either kind, some 30 MB together in a process that knows that many."""
BYTES_MAX: Final = 8_192
"""A longer body is read each time: a basket of a hundred lines is rare, and its bytes many."""

Read = tuple[events.Event | events.Opaque, Consequences]


def read_body(body: bytes) -> Read:
    """An event and what it does; raises `BadEvent`."""
    return _kept(body) if len(body) <= BYTES_MAX else _read(body)


def heard_body(body: bytes) -> Consequences:
    """What an event does that a till only heard of; raises `BadEvent`."""
    return _kept_of_heard(body) if len(body) <= BYTES_MAX else moving(events.decode(body))


def _read(body: bytes) -> Read:
    event = events.decode(body)
    return event, moving(event)


@lru_cache(maxsize=BODIES_KEPT)
def _kept(body: bytes) -> Read:
    return _read(body)


@lru_cache(maxsize=BODIES_KEPT)
def _kept_of_heard(body: bytes) -> Consequences:
    return moving(events.decode(body))
