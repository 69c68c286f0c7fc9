"""The till's time: the wall clock, held back from going back, in the store's zone.

Shape: `now()` is the rule time (`sync/rule_time`): the latest of the wall, of the floor, which is
the latest stamp of the journal, and of head office's time with what has passed since it was heard.
A wall clock that is set back a day does not stop the till: rules see the floor until the wall has
caught up, and the journal is told of the jump once. `wall()` is what the machine's clock shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from threading import Lock

from posloyalty.services.ports import Clock
from posloyalty.sync.hlc import instant, wall_ms
from posloyalty.sync.rule_time import HeardTime, after_hearing, rule_ms

JUMP_MIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Jump:
    """The wall clock showed `wall` where `expected` was due, `by_ms` apart (negative: set back)."""

    wall: datetime
    expected: datetime
    by_ms: int


class TillClock:
    """A `Clock` for services, over the machine's."""

    def __init__(self, clock: Clock, zone: tzinfo, *, floor_ms: int = 0) -> None:
        self._clock = clock
        self._zone = zone
        self._floor_ms = floor_ms
        self._lock = Lock()
        self._heard: HeardTime | None = None
        self._seen_ms = wall_ms(clock.now())
        self._seen_monotonic_ms = clock.monotonic_ms()
        self._at_start = True

    @property
    def zone(self) -> tzinfo:
        """The store's zone."""
        return self._zone

    def move_to(self, zone: tzinfo) -> None:
        """The store's zone was changed in the settings."""
        self._zone = zone

    def now(self) -> datetime:
        """The rule time: never before what the journal has seen, or head office has said."""
        wall = self._clock.now()
        found_ms = rule_ms(
            wall_ms=wall_ms(wall),
            floor_ms=self._floor_ms,
            heard=self._heard,
            monotonic_ms=self._clock.monotonic_ms(),
        )
        # The wall's own instant where it is the latest: it is finer than milliseconds.
        return (wall if found_ms == wall_ms(wall) else instant(found_ms)).astimezone(self._zone)

    def hear(self, at: datetime) -> None:
        """Head office said what time it is there."""
        with self._lock:
            self._heard = after_hearing(
                self._heard,
                wall_ms(at),
                now_ms=wall_ms(self.now()),
                monotonic_ms=self._clock.monotonic_ms(),
            )

    def monotonic_ms(self) -> int:
        """Milliseconds that only go forward."""
        return self._clock.monotonic_ms()

    def wall(self) -> datetime:
        """What the machine's clock shows, in the store's zone."""
        return self._clock.now().astimezone(self._zone)

    def journal_saw(self, stamp_ms: int) -> None:
        """Raise the floor: an event with this stamp was committed."""
        with self._lock:
            self._floor_ms = max(self._floor_ms, stamp_ms)

    def jump(self) -> Jump | None:
        """A jump of more than ten minutes that was not yet told; `told()` ends it.

        At the start the wall is compared with the journal's last stamp: only a clock behind it is
        wrong for certain. Later it is compared with the time that has passed.
        """
        wall = self._clock.now()
        found_ms = wall_ms(wall)
        if self._at_start:
            due_ms = self._floor_ms
            wrong = due_ms - found_ms > JUMP_MIN // timedelta(milliseconds=1)
        else:
            passed_ms = self._clock.monotonic_ms() - self._seen_monotonic_ms
            due_ms = self._seen_ms + passed_ms
            wrong = abs(due_ms - found_ms) > JUMP_MIN // timedelta(milliseconds=1)
        if not wrong:
            return None
        return Jump(
            wall=wall.astimezone(self._zone),
            expected=instant(due_ms).astimezone(self._zone),
            by_ms=found_ms - due_ms,
        )

    def told(self) -> None:
        """The journal knows of the last jump, or there was none: measure from here on."""
        with self._lock:
            self._at_start = False
            self._seen_ms = wall_ms(self._clock.now())
            self._seen_monotonic_ms = self._clock.monotonic_ms()
