"""Room for whoever is no till: people at the console, and programs that watch the server.

Tills are answered on the threads that all of the server shares. Nobody signs in who is no till
before they asked, so whoever can reach the address may ask for a page, and ask again: they get
threads of their own, and a bounded queue for them. Who finds no place in it is told so at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

Result = TypeVar("Result")


class NoRoom(Exception):
    """So many wait already that nobody else is taken in."""


class Room:
    """So many acts on threads of their own `at_once`, and so many more that wait for them. Used on
    one event loop.
    """

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._threads = CapacityLimiter(at_once)
        self._most = at_once + waiting
        self._inside = 0

    async def run(self, act: Callable[..., Result], *told: object) -> Result:
        """What an act gives, done on a thread of this room; raises `NoRoom`, and what it raises."""
        if self._inside >= self._most:
            raise NoRoom
        self._inside += 1
        try:
            return await to_thread.run_sync(partial(act, *told), limiter=self._threads)
        finally:
            self._inside -= 1
