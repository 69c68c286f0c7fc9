"""A request's body, read within bounds of size and time, whoever sends it.

Shape: `read_body(http, most)` reads one; `Bodies().read(http, most)` reads one of many that have a
bound together, because nobody knows who sends before all of it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from fastapi import Request as HttpRequest

from posloyalty.headoffice.tills.visits import Refused, never
from posloyalty.sync.wire.messages import Problem

BODY_S: Final = 30
"""How long a body may take to arrive."""
BYTES_TOGETHER: Final = 64 * 1024 * 1024
"""So much of all bodies that are on their way is held at once."""


class TooMuchTogether(Exception):
    """So much is on its way already that no more of it is taken in."""


class Bodies:
    """All bodies that are on their way to a server; used on its event loop. Where there is no room
    for one more piece, the body that has been on its way for longest gives way: a till sends its
    own in moments, and whoever wants to keep tills out would have to send as much again and again.
    """

    def __init__(self, bytes_most: int = BYTES_TOGETHER) -> None:
        self._most = bytes_most
        self._coming: dict[int, _Coming] = {}
        self._number = 0
        self.held = 0
        """How many bytes of bodies that are not complete are held."""

    async def read(self, http: HttpRequest, most: int) -> bytes:
        """One of them; raises as `read_body` does, and `TooMuchTogether`."""
        self._number += 1
        number, mine = self._number, _Coming()
        self._coming[number] = mine
        try:
            return await read_body(http, most, partial(self._take, mine), mine.patience)
        except Refused:
            if mine.gave_way:
                raise TooMuchTogether from None
            raise
        finally:
            self.held -= mine.held
            self._coming.pop(number, None)

    def _take(self, mine: _Coming, count: int) -> None:
        """A piece more; the oldest give way to it."""
        if self.held + count > self._most:
            self._make_room(self.held + count - self._most, before=mine)
        if mine.gave_way or self.held + count > self._most:
            raise TooMuchTogether
        mine.held += count
        self.held += count

    def _make_room(self, count: int, *, before: _Coming) -> None:
        for number, oldest in tuple(self._coming.items()):
            if count <= 0 or oldest is before:
                return
            if oldest.held:
                count -= oldest.held
                self.held -= oldest.held
                oldest.give_way()
                del self._coming[number]


@dataclass(eq=False, slots=True)
class _Coming:
    """A body that is on its way."""

    held: int = 0
    gave_way: bool = False
    patience: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(BODY_S))

    def give_way(self) -> None:
        """Nobody waits for the rest of it."""
        self.held, self.gave_way = 0, True
        with suppress(RuntimeError):  # it has just become too late anyway
            self.patience.reschedule(asyncio.get_running_loop().time())


async def read_body(
    http: HttpRequest,
    most: int,
    take: Callable[[int], None] = lambda _count: None,
    patience: asyncio.Timeout | None = None,
) -> bytes:
    """The body, or `Refused` as soon as it is too large or takes too long. `take` hears of each
    piece before it is kept; whose `patience` it is may end it earlier.
    """
    told = http.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > most:
        raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
    body = bytearray()
    try:
        async with patience or asyncio.timeout(BODY_S):
            async for piece in http.stream():
                if len(body) + len(piece) > most:
                    raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
                take(len(piece))
                body += piece
    except TimeoutError:
        raise never(408, "TOO_SLOW") from None
    return bytes(body)
