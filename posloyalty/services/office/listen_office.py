"""Somebody waits at head office for news: on a connection and a thread of its own.

Shape: `listen()` is one wait of up to 55 seconds and says whether there is something to ask for, or
that head office was lost; whoever sends is told (`SendJournal.told`) and asks. So a sale never
stands behind a wait. `stop()` ends a wait from another thread, at once and for good.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from posloyalty.services.office.own_link import KeptLink
from posloyalty.services.ports import Book, Chance
from posloyalty.services.ports.head_office import Connect, OutOfReach
from posloyalty.sync.wire.answers import WAIT_S_MAX, WAIT_S_MIN, WaitAsk
from posloyalty.sync.wire.messages import Problem

LOST_MS: Final = 5_000
"""After a wait that failed; whether head office is in reach is found out by sending. Twice as long
after each further one, up to five minutes."""
_DOUBLINGS_MAX: Final = 6


class News(StrEnum):
    """What came of a wait."""

    NEWS = "news"
    QUIET = "quiet"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Listened:
    """What came of a wait, and for how many milliseconds not to wait again."""

    news: News
    rest_ms: int = 0


class ListenOffice:
    """Waits for news."""

    def __init__(self, *, book: Book, chance: Chance, connect: Connect) -> None:
        self._book = book
        self._chance = chance
        self._kept = KeptLink(connect)
        self._lost = 0

    def listen(self) -> Listened:
        """Wait once."""
        with self._book.read() as reader:
            link = self._kept.of(reader)
        known = "" if self._kept.facts is None else self._kept.facts.incarnation
        try:
            ended = None if link is None else link.wait(WaitAsk(for_s=self._for_s()))
        except OutOfReach:
            ended = None
        if ended is None or isinstance(ended, Problem):
            self._lost += 1
            return Listened(News.LOST, LOST_MS << min(self._lost - 1, _DOUBLINGS_MAX))
        if ended.incarnation not in ("", known):
            # Another life of its database: a hello says what is missing there.
            return Listened(News.LOST, LOST_MS)
        self._lost = 0
        return Listened(News.NEWS if ended.news else News.QUIET, ended.ask_in_s * 1_000)

    def stop(self) -> None:
        """From another thread: nobody waits any more."""
        self._kept.interrupt()

    def close(self) -> None:
        """Give the connection back, once nobody waits on it."""
        self._kept.close()

    def _for_s(self) -> int:
        """Drawn, so that tills which began together do not come back together."""
        return WAIT_S_MIN + self._chance.token_bytes(1)[0] % (WAIT_S_MAX - WAIT_S_MIN + 1)
