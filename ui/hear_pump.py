"""Keeps somebody waiting at head office for news, on a lane of its own, once all is told.

A wait lasts up to a minute and holds up nothing: sending has another lane and another connection.
What it heard is told to whoever sends, and where there is news that one asks at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ui.presenters.session import Session

if TYPE_CHECKING:
    from posloyalty.services.office.listen_office import Listened, ListenOffice
    from posloyalty.services.office.send_journal import SendingStatus

REST_MS: Final = 5_000


class HearPump:
    """Begins when all is sent and heard; `ask` has whoever sends look at once."""

    def __init__(self, session: Session, ask: Callable[[], None]) -> None:
        self._session = session
        self._ask = ask
        self._waiting = False
        self._resting = False
        self._stopped = False
        self._listening: ListenOffice | None = None

    def sent(self, status: SendingStatus) -> None:
        """How sending stands now."""
        if self._stopped or self._waiting or self._resting or not status.listens:
            return
        self._waiting = True
        till = self._session.till

        def listen() -> Listened:
            self._listening = till.listening
            return self._listening.listen()

        self._session.lanes.hearing(listen, self._heard, self._failed)

    def stop(self) -> None:
        """Nobody waits any more; whoever does is told at once."""
        self._stopped = True
        if self._listening is not None:
            self._listening.stop()

    def end(self) -> None:
        """Give the connection back, once nothing runs on the lane any more."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _heard(self, listened: Listened) -> None:
        self._waiting = False
        if self._stopped:
            return
        self._session.till.sending.told(listened.news)
        if listened.rest_ms:
            self._rest(listened.rest_ms)
        self._ask()

    def _failed(self, _fault: Exception) -> None:
        """The book was busy: sending meets the same and says so."""
        self._waiting = False
        self._rest(REST_MS)

    def _rest(self, ms: int) -> None:
        self._resting = True
        self._session.timer.after(ms, self._rested)

    def _rested(self) -> None:
        self._resting = False
