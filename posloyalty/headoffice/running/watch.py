"""Tills that wait for news: no thread and no question to the database for each of them.

Shape: `wait(till, for_s)` is awaited by the request; `stir()` says from any thread that something
was kept; `run()` then asks once for all who wait who of them has news. Between two rounds lies a
moment, so that a busy chain is asked about ten times a second and not at every sale. What another
worker of this machine kept is seen within a twentieth of a second (`board`); what other machines'
servers keep is looked for every half second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from posloyalty.headoffice.running.board import Board

WAITERS_MAX: Final = 4_000
ROUND_S: Final = 0.1
"""At least so long between two rounds."""
OTHERS_S: Final = 0.5
"""How often is looked for what another process kept."""

LOOKS_S: Final = 0.05
"""How often is looked at what other workers of this machine counted."""

News = Callable[[frozenset[bytes]], Awaitable[frozenset[bytes]]]
"""Those of some tills that have something to ask for."""


class Watch:
    """The waiting tills of one server process; used on its event loop but for `stir`."""

    def __init__(self, news: News, *, most: int = WAITERS_MAX, board: Board | None = None) -> None:
        self._news = news
        self._board = board
        self._seen = 0
        self._most = most
        self._waiting: dict[bytes, asyncio.Future[bool]] = {}
        self._stirred = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether there is no room for another one, or nobody waits any more."""
        return self._closed or len(self._waiting) >= self._most

    async def wait(self, till_id: bytes, for_s: float) -> bool:
        """Whether there is news within so many seconds. Who asks twice waits once: the earlier
        request of a till has lost its line.
        """
        earlier = self._waiting.pop(till_id, None)
        if earlier is not None and not earlier.done():
            earlier.set_result(False)
        mine: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting[till_id] = mine
        self._stirred.set()
        try:
            async with asyncio.timeout(for_s):
                return await mine
        except TimeoutError:
            return False
        finally:
            if self._waiting.get(till_id) is mine:
                del self._waiting[till_id]

    def stir(self) -> None:
        """Something was kept that tills may have to hear of; from any thread."""
        if self._board is not None:
            self._board.add()
        if self._loop is not None:
            with suppress(RuntimeError):  # the server has just stopped
                self._loop.call_soon_threadsafe(self._stirred.set)

    def close(self) -> None:
        """Nobody waits any more: the server is about to stop."""
        self._closed = True
        for one in self._waiting.values():
            if not one.done():
                one.set_result(False)

    async def run(self) -> None:
        """Rounds, until it is cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(OTHERS_S if self._waiting else None):
                    await self._something()
            self._stirred.clear()
            if self._waiting:
                await self._round()
            await asyncio.sleep(ROUND_S)

    async def _something(self) -> None:
        """Wait until this worker or another one kept something."""
        while self._board is not None and self._waiting:
            others = self._board.others()
            if others != self._seen:
                self._seen = others
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKS_S):
                    await self._stirred.wait()
                    return
        await self._stirred.wait()

    async def _round(self) -> None:
        try:
            found = await self._news(frozenset(self._waiting))
        except Exception:  # noqa: BLE001 - the database may be away; the next round asks again
            return
        for till_id in found:
            one = self._waiting.get(till_id)
            if one is not None and not one.done():
                one.set_result(True)
