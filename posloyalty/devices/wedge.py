"""Telling a scanner that types (a keyboard wedge) from a person, by the time between keys. Pure.

Feed every printable character with its time in milliseconds, and Enter and Tab as END_KEYS; call
`pause` when a gap has passed without a key. Answers, in order of what happened:

- `Scan(text)`: a complete scan: at least 6 characters with gaps of at most 35 ms, ended by Enter or
  Tab within the gap. Prefixes of our own codes count like any other character.
- `Typed(text)`: a person typed this; it was held back at most one gap. END_KEYS come through too.
- `Broken(text)`: 6 or more fast characters without their end: half a scan, to be thrown away. What
  still trickles in within 150 ms belongs to it, a late Enter too.
- `TakeBack(count)`: that many characters, given out as typed just before, turn out to be the
  beginning of a scan (keys that arrived late): they must be taken back from where they went.

Measured: scanners leave 6-13 ms between keys, people 60-120 ms. Times come from the keys' own
stamps, so that a program which was busy for a moment does not tear a scan apart. A time that runs
backwards counts as no time at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GAP_MS: Final = 35
LEAST: Final = 6
SETTLE_MS: Final = 150
LONGEST: Final = 4096
END_KEYS: Final = ("\r", "\t")


@dataclass(frozen=True, slots=True)
class Scan:
    """A complete scan, without its end key."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters of a person; END_KEYS may be among them."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Half a scan; `text` is what arrived of it."""

    text: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """So many characters given out as typed belong to a scan."""

    count: int


Outcome = Scan | Typed | Broken | TakeBack


class Wedge:
    """The timing machine. `held` are the characters whose meaning is not yet known."""

    def __init__(self, *, gap_ms: int = GAP_MS, least: int = LEAST) -> None:
        self._gap = gap_ms
        self._least = least
        self._held = ""
        self._leaked = ""
        self._last_ms: int | None = None
        self._broken_ms: int | None = None
        self._ended_ms: int | None = None

    @property
    def held(self) -> str:
        """Characters that wait for their meaning."""
        return self._held

    def key(self, character: str, time_ms: int) -> tuple[Outcome, ...]:
        """A printable character or an END_KEY was pressed."""
        if self._belongs_to_broken(time_ms):
            self._broken_ms = None if character in END_KEYS else time_ms
            return ()
        if character in END_KEYS:
            return self._end(character, time_ms)
        outcomes: list[Outcome] = []
        if not self._within(time_ms):
            outcomes += self.pause()
            if self._belongs_to_broken(time_ms):
                return tuple(outcomes)
            self._leaked = ""
        elif self._leaked:
            outcomes.append(TakeBack(len(self._leaked)))
            self._held, self._leaked = self._leaked, ""
        self._held += character
        self._last_ms = time_ms
        self._ended_ms = None
        if len(self._held) >= LONGEST:
            outcomes += self._break()
        return tuple(outcomes)

    def pause(self) -> tuple[Outcome, ...]:
        """A gap passed without a key: what is held was typed, or is half a scan."""
        if not self._held:
            return ()
        if len(self._held) >= self._least:
            return self._break()
        text, self._held = self._held, ""
        self._leaked = (self._leaked + text)[-self._least :]
        return (Typed(text),)

    def forget(self) -> None:
        """The keyboard went elsewhere: nothing is held any more."""
        self._held = self._leaked = ""
        self._last_ms = self._broken_ms = self._ended_ms = None

    def _end(self, character: str, time_ms: int) -> tuple[Outcome, ...]:
        if self._ended_ms is not None and time_ms - self._ended_ms <= self._gap:
            self._ended_ms = time_ms
            return ()
        text, self._held = self._held, ""
        leaked, self._leaked = self._leaked, ""
        if len(text) >= self._least:
            if self._within(time_ms):
                self._ended_ms = time_ms
                return (Scan(text),)
            return (Broken(text),)
        if leaked and self._within(time_ms) and len(leaked) >= self._least:
            self._ended_ms = time_ms
            return (TakeBack(len(leaked)), Scan(leaked))
        return (Typed(text + character),)

    def _within(self, time_ms: int) -> bool:
        return self._last_ms is not None and time_ms - self._last_ms <= self._gap

    def _break(self) -> tuple[Outcome, ...]:
        text, self._held, self._leaked = self._held, "", ""
        self._broken_ms = self._last_ms
        return (Broken(text),)

    def _belongs_to_broken(self, time_ms: int) -> bool:
        """Whether a key is a rest of the scan that broke; a slow rest ends after 150 ms in all."""
        if self._broken_ms is None or self._last_ms is None:
            return False
        fast = time_ms - self._broken_ms <= self._gap
        if fast or time_ms - self._last_ms <= SETTLE_MS:
            return True
        self._broken_ms = None
        return False
