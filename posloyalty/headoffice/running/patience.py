"""Connections that keep head office waiting are closed, whoever they belong to.

uvicorn waits for ever for the head of a request, and for whoever does not take what it was sent; a
few thousand such connections are all that a server has, and anybody can open them. Bodies have a
time of their own (`bodies`), and a till that waits for news has sent its request.

Whoever was answered before all of their body was there (it is too large, or they may not) hears so
only when they look up from sending; so some of the rest is taken and thrown away, and no more.
"""

from __future__ import annotations

import asyncio
from typing import Final, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

HEAD_S: Final = 30.0
"""So long the head of a request may take, from the opening of the connection or the last answer."""
TAKES_S: Final = 300.0
"""So long somebody may take nothing of an answer: the worst line of all takes a piece a minute."""
BEYOND_BYTES: Final = 32 * 1024 * 1024
"""So much of a body is taken after its answer: a browser reads none before it has sent it all, and
a file that is a few times too large is a mistake that people are to read about.
"""


class Patience(H11Protocol):
    """One connection. A request is due, or it is being answered; in both cases for so long only."""

    head_s = HEAD_S
    takes_s = TAKES_S
    beyond_bytes = BEYOND_BYTES
    _timer: asyncio.TimerHandle | None = None
    _is_due = False
    _left = 0
    _beyond = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there; their request is due."""
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """A piece of a request; once its head is complete, it is being answered."""
        if self._is_answered_early():
            self._beyond += len(data)
            if self._beyond > self.beyond_bytes:
                self.transport.abort()
                return
        super().data_received(data)
        if self._is_due and self._answers():
            self._rest()

    def on_response_complete(self) -> None:
        """The next request is due, unless it is being answered already."""
        self._beyond = 0
        super().on_response_complete()
        if not self._answers():
            self._expect()

    def pause_writing(self) -> None:
        """Whoever asked takes their answer more slowly than it is made."""
        super().pause_writing()
        self._is_due = False
        self._wait(self.takes_s)

    def resume_writing(self) -> None:
        """They took it."""
        super().resume_writing()
        if self._answers():
            self._rest()
        else:
            self._expect()

    def _answers(self) -> bool:
        # There is none before the first request.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _is_answered_early(self) -> bool:
        return self.conn.their_state is h11.SEND_BODY and not self._answers()

    def _expect(self) -> None:
        """A request is due; what is left of an answer is taken first."""
        self._is_due = True
        self._wait(self.takes_s if self.transport.get_write_buffer_size() else self.head_s)

    def _wait(self, for_s: float) -> None:
        self._rest_timer()
        self._left = self.transport.get_write_buffer_size()
        self._timer = self.loop.call_later(for_s, self._late)

    def _late(self) -> None:
        left = self.transport.get_write_buffer_size()
        if 0 < left < self._left:
            self._wait(self.takes_s)
        else:
            self.transport.abort()

    def _rest(self) -> None:
        self._is_due = False
        self._rest_timer()

    def _rest_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
