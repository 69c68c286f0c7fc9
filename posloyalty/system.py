"""The machine's clock, its randomness and the ids made from both.

Used by the two composition roots alone; everyone else is handed these objects. A source test bans
`datetime.now`, `time.time`, `uuid4`, `random` and `os.urandom` everywhere else.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from hashlib import sha256
from threading import Lock
from typing import Final

_COUNTS_SLEEP: Final = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}
"""The system's clocks that go on while the computer sleeps (clock_gettime(2) of Linux and
clock_gettime(3) of macOS). `time.monotonic` stands still meanwhile there; on Windows it goes on."""


class SystemClock:
    """The wall clock in the shop's zone, and a clock that is never set back."""

    def __init__(self, zone: tzinfo, *, platform: str = sys.platform) -> None:
        self._zone = zone
        self._counts_sleep: int | None = getattr(time, _COUNTS_SLEEP.get(platform, ""), None)

    def now(self) -> datetime:
        """The present instant, aware, in the shop's zone."""
        return datetime.now(self._zone)

    def monotonic_ms(self) -> int:
        """Milliseconds since some moment of this boot, those asleep too; only differences mean
        anything. A sleep that did not count would look like a clock that was set, and what was
        heard of head office before it like news.
        """
        clock = self._counts_sleep
        now_ns = time.monotonic_ns() if clock is None else time.clock_gettime_ns(clock)
        return now_ns // 1_000_000


class SystemChance:
    """Randomness fit for keys and codes."""

    def token_bytes(self, count: int) -> bytes:
        """`count` bytes that nobody can predict."""
        return os.urandom(count)


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


class SystemIds:
    """UUIDv7 identifiers (RFC 9562, 5.7; counter by method 1 of 6.2), ascending within a process.

    Layout: 48 bits of milliseconds, version, a 12-bit counter, variant, 62 hashed bits. The hash
    mixes the till, the boot and a running number into fresh randomness, so that a virtual
    machine resumed twice from one snapshot does not repeat ids even where its randomness repeats.
    A clock set back does not turn the order: the last millisecond is kept until time catches up.
    """

    def __init__(
        self,
        *,
        till: bytes,
        boot: bytes,
        now_ms: Callable[[], int] = _wall_ms,
        token_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._seed = len(till).to_bytes(4, "big") + till + boot
        self._now_ms = now_ms
        self._token_bytes = token_bytes
        self._lock = Lock()
        self._last_ms = 0
        self._counter = 0
        self._made = 0

    def new_id(self) -> bytes:
        """The 16 bytes of a new UUIDv7, greater than every one made before by this object."""
        with self._lock:
            self._step()
            stamp_ms, counter, made = self._last_ms, self._counter, self._made
        mixed = sha256(self._seed + made.to_bytes(8, "big") + self._token_bytes(16)).digest()
        tail = int.from_bytes(mixed[:8], "big") & (1 << 62) - 1
        value = stamp_ms << 80 | 0x7 << 76 | counter << 64 | 0b10 << 62 | tail
        return value.to_bytes(16, "big")

    def _step(self) -> None:
        now_ms = self._now_ms()
        self._made += 1
        if now_ms > self._last_ms:
            self._last_ms, self._counter = now_ms, 0
        elif self._counter == 0xFFF:
            self._last_ms, self._counter = self._last_ms + 1, 0
        else:
            self._counter += 1
