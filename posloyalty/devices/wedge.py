"""Telling a scanner that types (a keyboard wedge) from a person, by the time between keys. Pure.

Feed every printable character with its time in milliseconds, and Enter and Tab as END_KEYS; call
`pause` when a gap has passed without a key, `silence` when the longest stutter has. Answers, in
order of what happened:

- `Scan(text)`: a complete scan: at least 6 characters with gaps of at most 35 ms, ended by Enter or
  Tab within the gap. Prefixes of our own codes count like any other character. A scanner whose
  radio or computer stutters may pause for up to 250 ms where its keys cannot be a person's: behind
  six fast ones, its end key too, or behind two and more that go on as a scan. It may also pause
  behind its very first key, where that came out of silence and could begin a code; what the code
  itself says decides first (`whole`): a key that a person typed just before a code that is whole
  without it stays typed.
- `Typed(text)`: a person typed this; it was held back at most one gap. END_KEYS come through too.
- `Broken(text)`: 6 or more fast characters without their end: half a scan, to be thrown away. What
  still trickles in within half a second belongs to it, a late Enter too; if that is long enough to
  have been a scan of its own, it is told as broken once more, for no goods may be missing unsaid.
- `TakeBack(count)`: that many characters, given out as typed just before, turn out to be the
  beginning of a scan, whole or half: they must be taken back from where they went.

Measured: scanners leave 6-13 ms between keys, people 60-120 ms. Times come from the keys' own
stamps, so that a program which was busy for a moment does not tear a scan apart. A time that runs
backwards counts as no time at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

GAP_MS: Final = 35
LEAST: Final = 6
STUTTER_MS: Final = 250
REST_MS: Final = 500
LONGEST: Final = 4096
END_KEYS: Final = ("\r", "\t")

# Two keys of a person lie that close when one finger is still down; four in a row never do.
_PAIR: Final = 2
_SURE: Final = 4
# What no code begins with, but a quantity or a price goes on with.
_OPERATORS: Final = frozenset(" *+-/.,")


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

    def __init__(
        self,
        *,
        gap_ms: int = GAP_MS,
        least: int = LEAST,
        whole: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        """`whole` says that a text is a code as it stands; where nobody can say, time decides."""
        self._gap = gap_ms
        self._least = least
        self._whole = whole
        self._held = ""
        # Given out as typed and perhaps the beginning of a scan: how many of them came last, with
        # no gap between them, and the most that ever did.
        self._given = ""
        self._last_run = self._run = 0
        # Whether the first of them came alone, out of silence: then the code says whose it is.
        self._lone = self._from_silence = False
        self._last_ms: int | None = None
        # Of a scan that broke: its last fast key, and what trickled in behind it.
        self._broken_ms: int | None = None
        self._rest_ms = 0
        self._rest = ""
        self._ended_ms: int | None = None

    @property
    def held(self) -> str:
        """Characters that wait for their meaning."""
        return self._held

    def key(self, character: str, time_ms: int) -> tuple[Outcome, ...]:
        """A printable character or an END_KEY was pressed."""
        if self._belongs_to_broken(time_ms):
            return self._trickle(character, time_ms)
        if character in END_KEYS:
            return self._end(character, time_ms)
        outcomes: list[Outcome] = []
        if self._within(time_ms, self._gap):
            outcomes += self._late()
        elif not (self._surely_a_scan and self._within(time_ms, STUTTER_MS)):
            outcomes += self.silence()
            if self._belongs_to_broken(time_ms):
                return (*outcomes, *self._trickle(character, time_ms))
            self._begin(character, time_ms)
        self._held += character
        self._last_ms = time_ms
        self._ended_ms = None
        if len(self._held) >= LONGEST:
            outcomes += self._break()
        return tuple(outcomes)

    def pause(self) -> tuple[Outcome, ...]:
        """A gap passed without a key: what is held was typed, unless it is a scan that stutters."""
        if not self._held or self._surely_a_scan:
            return ()
        text, self._held = self._held, ""
        if not self._given:
            self._lone = self._from_silence and len(text) == 1
        self._given = (self._given + text)[-LONGEST:]
        self._last_run = len(text)
        self._run = max(self._run, self._last_run)
        return (Typed(text),)

    def silence(self) -> tuple[Outcome, ...]:
        """The longest stutter passed without a key: what is held was typed, or is half a scan."""
        return self._break() if self._surely_a_scan else self.pause()

    def other_key(self) -> None:
        """Another key was pressed: what was given out before it begins no scan."""
        self._forget_given()

    def forget(self) -> None:
        """The keyboard went elsewhere: nothing is held any more."""
        self._held = self._rest = ""
        self._forget_given()
        self._last_ms = self._broken_ms = self._ended_ms = None

    def _begin(self, character: str, time_ms: int) -> None:
        """A key behind a pause: a scan that stutters goes on, or something new begins."""
        soon = self._within(time_ms, STUTTER_MS)
        goes_on = self._run >= _PAIR or (self._lone and len(self._given) == 1)
        if soon and goes_on:
            return
        self._forget_given()
        self._from_silence = not soon and character not in _OPERATORS

    def _late(self) -> tuple[Outcome, ...]:
        """A key's stamp shows that what was given out last had not ended."""
        if self._held or not self._given:
            return ()
        count, self._last_run = self._last_run, 0
        self._held, self._given = self._given[-count:], self._given[:-count]
        return (TakeBack(count),)

    def _end(self, character: str, time_ms: int) -> tuple[Outcome, ...]:
        if self._ended_ms is not None and time_ms - self._ended_ms <= self._gap:
            self._ended_ms = time_ms
            return ()
        text, given, run = self._held, self._beginning(), max(self._run, len(self._held))
        back = (TakeBack(len(given)),) if given else ()
        sure, at_once = self._surely_a_scan, self._within(time_ms, self._gap)
        late = not self._within(time_ms, STUTTER_MS)
        self._held = ""
        self._forget_given()
        # With its end a scan or an entry is over: what follows comes out of silence.
        self._last_ms = None
        if sure and late:
            return (*back, Broken(given + text))
        in_pieces = len(given + text) >= self._least and run >= _SURE
        if not (sure or (in_pieces and at_once)):
            return (Typed(text + character),)
        self._ended_ms = time_ms
        return (*back, Scan(given + text))

    def _beginning(self) -> str:
        """What was given out and belongs to what is held."""
        first, given = self._given[:1], self._given
        rest = given[1:] + self._held
        if self._lone and self._whole(rest) and not self._whole(first + rest):
            return given[1:]
        return given

    @property
    def _surely_a_scan(self) -> bool:
        return len(self._held) >= self._least

    def _within(self, time_ms: int, gap_ms: int) -> bool:
        return self._last_ms is not None and time_ms - self._last_ms <= gap_ms

    def _break(self) -> tuple[Outcome, ...]:
        given, text = self._beginning(), self._held
        self._held = self._rest = ""
        self._forget_given()
        self._broken_ms = self._last_ms
        self._rest_ms = self._last_ms or 0
        return (*((TakeBack(len(given)),) if given else ()), Broken(given + text))

    def _belongs_to_broken(self, time_ms: int) -> bool:
        """Whether a key is a rest of the scan that broke; only fast keys make that time longer."""
        if self._broken_ms is None:
            return False
        if time_ms - self._rest_ms <= self._gap or time_ms - self._broken_ms <= REST_MS:
            return True
        self._broken_ms = None
        return False

    def _trickle(self, character: str, time_ms: int) -> tuple[Outcome, ...]:
        """A key of the rest. With its end it is over."""
        if time_ms - self._rest_ms <= self._gap:
            self._broken_ms = time_ms
        self._rest_ms = time_ms
        if character not in END_KEYS:
            self._rest = (self._rest + character)[-LONGEST:]
            return ()
        rest, self._rest, self._broken_ms = self._rest, "", None
        self._ended_ms = time_ms
        return (Broken(rest),) if len(rest) >= self._least else ()

    def _forget_given(self) -> None:
        self._given = ""
        self._last_run = self._run = 0
        self._lone = False
