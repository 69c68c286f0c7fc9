"""A till that knows nobody hears the roll: first of its own store, then of the whole chain.

Shape: `due()` and `step(link)` as everything that the till hears: a step is one request for some
sheets, or one piece of what is left to do with them. A store's thirty thousand members are found
after some seconds, the chain's million within half a minute more; meanwhile what was sold goes out
between two steps. Whoever comes to the counter is then taken into the book one by one
(`services/members/strangers`), and what changed since comes by the feed (`ShareProfiles`).

A cut loses at most two steps (sheets that came are put in while the next ones are asked for): what
is there stays there, also over a start of the program. A roll that head office has no more
(`OTHER_ROLL`) is let go, and its later one is asked for. Where the file was lost it is heard again;
nothing hangs on it but whom the till finds out of reach. Where no roll comes for half an hour, the
feed tells everybody after all.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from posloyalty.services.book.till_clock import TillClock
from posloyalty.services.office.feed_place import behind_roll, heard_so_far, keep_heard
from posloyalty.services.ports import Book
from posloyalty.services.ports.head_office import OutOfReach, RollLink
from posloyalty.services.ports.roll import RollFault, RollStore
from posloyalty.sync.wire.messages import Problem
from posloyalty.sync.wire.roll import (
    OTHER_ROLL,
    SHEETS_BYTES_FIRST,
    SHEETS_BYTES_MAX,
    NotTheSheets,
    RollAsk,
    RollGiven,
    SheetsAsk,
    is_whole,
    sheets_of,
)

EVERY_MS: Final = 300_000
"""So long nothing is asked for after a no, or after what this till cannot take."""
GIVES_UP_MS: Final = 1_800_000
"""After so long without a sheet the feed tells everybody, one page after the other."""
SLOW_MS: Final = 2_000
QUICK_MS: Final = 500
SIZE_LEAST: Final = 16 * 1024
SETTING: Final = "roll_in_place"


class Stage(StrEnum):
    """What is heard now."""

    STORE = "store"
    CHAIN = "chain"
    NOTHING = "nothing"


class HearRoll:
    """The till's ear for rolls."""

    def __init__(self, *, book: Book, clock: TillClock, roll: RollStore) -> None:
        self._book = book
        self._clock = clock
        self._roll = roll
        self._stage: Stage | None = None
        self._given: RollGiven | None = None
        self._have = 0
        self._rests_until_ms = 0
        self._in_vain_since_ms: int | None = None
        self._size = SHEETS_BYTES_FIRST

    @property
    def awaited(self) -> bool:
        """Whether the other stores' members come by the roll and not by the feed."""
        return self._now() is not Stage.NOTHING

    def due(self) -> bool:
        """Whether there is something to do now."""
        if self._now() is Stage.NOTHING:
            return False
        return self._clock.monotonic_ms() >= self._rests_until_ms

    def begin_again(self) -> None:
        """Head office's database is another one."""
        self._let_go()
        self._stage = self._in_vain_since_ms = None

    def strike(self, member_ids: tuple[bytes, ...]) -> None:
        """These are no more: nothing of them stays on the roll."""
        if member_ids:
            self._roll.strike(member_ids)

    def step(self, link: RollLink) -> bool:
        """One request, or one piece of work; whether anything was done. May raise `OutOfReach`."""
        try:
            if self._given is None:
                return self._ask(link)
            if self._have < len(self._given.all):
                return self._fetch(link, self._given)
            if not self._roll.arrange():
                self._finish()
        except (RollFault, NotTheSheets):
            self._let_go()
            self._in_vain(EVERY_MS)
        return True

    def _now(self) -> Stage:
        if self._stage is None:
            self._stage = self._first_stage()
        return self._stage

    def _first_stage(self) -> Stage:
        with self._book.read() as reader:
            heard, kept = heard_so_far(reader.settings), reader.settings.get(SETTING)
        held = self._roll.held
        if heard.rest:
            # The till goes by a roll that is lost, or by the feed alone.
            lost = kept is not None and (held is None or bool(held.store))
            return Stage.CHAIN if lost else Stage.NOTHING
        if held is not None and not held.store and held.cursor != kept:
            # Cut off between the file's coming to its place and the book's knowing of it.
            self._note(held.cursor, chain=True)
            return Stage.NOTHING
        return Stage.STORE if held is None and not heard.store else Stage.CHAIN

    def _ask(self, link: RollLink) -> bool:
        home = self._book_store()
        store = home if self._now() is Stage.STORE else ""
        try:
            given = link.roll(RollAsk(store=store, home=home))
        except OutOfReach:
            # A head office of an earlier release knows no rolls, and says so as a stranger would.
            self._rest(EVERY_MS)
            raise
        if isinstance(given, Problem) or (given.roll and not is_whole(given)):
            return self._in_vain(EVERY_MS)
        if given.after_s:
            return self._in_vain(given.after_s * 1_000)
        if not given.roll:
            self._stage = Stage.CHAIN if store else Stage.NOTHING
            return True
        if given.words_form != self._roll.words_form:
            given = replace(given, words=())  # this till arranges them itself
        self._have = self._roll.begin(given, store=store)
        self._given = given
        return True

    def _fetch(self, link: RollLink, given: RollGiven) -> bool:
        began_ms = self._clock.monotonic_ms()
        first = self._have
        answer = link.roll_sheets(SheetsAsk(roll=given.roll, first=first, size=self._size))
        if isinstance(answer, Problem):
            self._let_go()
            return self._in_vain(0 if answer.code == OTHER_ROLL else EVERY_MS)
        took_ms = self._clock.monotonic_ms() - began_ms
        sheets = sheets_of(answer, given.all[first:])
        if took_ms > SLOW_MS:
            self._size = max(SIZE_LEAST, self._size // 2)
        elif took_ms < QUICK_MS:
            self._size = min(SHEETS_BYTES_MAX, self._size * 2)
        self._have = self._roll.add(sheets)
        self._in_vain_since_ms = None
        return True

    def _finish(self) -> None:
        held = self._roll.put_in_place()
        self._given = None
        self._note(held.cursor, chain=not held.store)
        self._stage = Stage.CHAIN if held.store else Stage.NOTHING

    def _note(self, cursor: str, *, chain: bool) -> None:
        with self._book.write() as unit:
            heard = heard_so_far(unit.settings)
            keep_heard(unit.settings, behind_roll(heard, cursor, chain=chain))
            if chain:
                unit.settings.put({SETTING: cursor})
            unit.commit()

    def _book_store(self) -> str:
        with self._book.read() as reader:
            return reader.facts.store_code

    def _let_go(self) -> None:
        self._roll.discard()
        self._given = None

    def _in_vain(self, rests_ms: int) -> bool:
        """Nothing came of it: again after a rest, but not for ever. Always False."""
        now_ms = self._clock.monotonic_ms()
        if self._in_vain_since_ms is None:
            self._in_vain_since_ms = now_ms
        if now_ms - self._in_vain_since_ms >= GIVES_UP_MS:
            self._stage = Stage.NOTHING
        self._rest(rests_ms)
        return False

    def _rest(self, for_ms: int) -> None:
        self._rests_until_ms = self._clock.monotonic_ms() + for_ms
