"""How many requests head office takes in at once, and when whoever is sent away may come back.

After an outage every till of a chain comes back within seconds. What is beyond a bound is refused
before its body is read (429 BUSY), which costs a signature and no database, with a wait of its own:
the waits are spread evenly over as long as it takes to answer everybody who was sent away lately,
so that they do not come back together. Whoever's body is on its way takes no place: a stranger
could send slowly, and keep tills out. What a customer waits for has room of its own. Pure: instants
are milliseconds of a clock that only goes forward.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

IN_FLIGHT_MAX: Final = 128
"""A worker answers up to 32 together, some two hundred a second: all of these within a second."""
URGENT_MORE: Final = 32
WAIT_S_MIN: Final = 2
WAIT_S_MAX: Final = 300
WINDOW_MS: Final = 10_000
_TOOK_MS: Final = 20.0
"""What a request takes before any was measured."""
_SMOOTH: Final = 0.05
_DRAWN: Final = 2**32


class Admittance:
    """Counts who is in; used on the server's event loop alone."""

    def __init__(self, most: int = IN_FLIGHT_MAX, *, more: int = URGENT_MORE) -> None:
        self.most = most
        self.more = more
        self._inside = 0
        self._took_ms = _TOOK_MS
        self._window_ms = 0
        self._sent_away = 0
        self._before = 0

    @property
    def inside(self) -> int:
        """How many are being answered."""
        return self._inside

    def enter(self, *, urgent: bool, now_ms: int, nonce: str) -> int:
        """0 where a request came in, which then has to `leave`; else for how many seconds it is
        sent away. `nonce` is the request's own: it is what its wait is drawn from.
        """
        if self.has_room(urgent=urgent):
            self._inside += 1
            return 0
        return self.send_away(now_ms=now_ms, nonce=nonce)

    def has_room(self, *, urgent: bool) -> bool:
        """Whether one more may come in."""
        return self._inside < self.most + (self.more if urgent else 0)

    def send_away(self, *, now_ms: int, nonce: str) -> int:
        """For how many seconds a request is sent away."""
        self._turn(now_ms)
        self._sent_away += 1
        # As many at a time as come in, each for as long as one takes.
        whole_ms = (self._sent_away + self._before) * self._took_ms / max(1, self.most) * 2
        span_s = min(WAIT_S_MAX, max(WAIT_S_MIN, round(whole_ms / 1000)))
        drawn = int.from_bytes(sha256(nonce.encode()).digest()[:4], "big")
        return WAIT_S_MIN + span_s * drawn // _DRAWN

    def leave(self, *, took_ms: int) -> None:
        """A request was answered."""
        self._inside -= 1
        self._took_ms += (took_ms - self._took_ms) * _SMOOTH

    def _turn(self, now_ms: int) -> None:
        """Those of the window before still wait; who was sent away earlier has been back."""
        if now_ms - self._window_ms >= WINDOW_MS:
            recent = now_ms - self._window_ms < 2 * WINDOW_MS
            self._before = self._sent_away if recent else 0
            self._window_ms, self._sent_away = now_ms, 0
