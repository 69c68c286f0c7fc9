"""A till in a world, with what is around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from posloyalty.sync.push_session import Session
from posloyalty.sync.rule_time import HeardTime
from tests.simulation.lane import Lane
from tests.simulation.restored import RestorableTill
from tests.sync.fleet import START


@dataclass
class Node:
    """A till in the world: its lane, until when it is cut off, by how much its clock is wrong, the
    latest time that it knows, of itself and of head office, and what its program had in mind when
    its book was copied. `boot` is this start of its program, `after` the start before it, as its
    book says.
    """

    till: RestorableTill
    lane: Lane
    cut_off_ms: int = 0
    clock_off: timedelta = timedelta()
    last: datetime = START
    heard: HeardTime | None = None
    kept: Session = field(default_factory=Session)
    wakes_ms: int = -1
    restored: bool = False
    burnt: bool = False
    boot: bytes = b""
    after: bytes = b""
