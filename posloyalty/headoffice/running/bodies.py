"""A request's body, read within bounds of size and time, whoever sends it.

Shape: `read_body(http, most)` reads one; `Bodies().read(http, most)` reads one of many that have a
bound together, because nobody knows who sends before all of it is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
    """All bodies that are on their way to a server; used on its event loop."""

    def __init__(self, bytes_most: int = BYTES_TOGETHER) -> None:
        self._most = bytes_most
        self.held = 0
        """How many bytes of bodies that are not complete are held."""

    async def read(self, http: HttpRequest, most: int) -> bytes:
        """One of them; raises as `read_body` does, and `TooMuchTogether`."""
        mine = 0

        def take(count: int) -> None:
            nonlocal mine
            if self.held + count > self._most:
                raise TooMuchTogether
            mine += count
            self.held += count

        try:
            return await read_body(http, most, take)
        finally:
            self.held -= mine


async def read_body(
    http: HttpRequest, most: int, take: Callable[[int], None] = lambda _count: None
) -> bytes:
    """The body, or `Refused` as soon as it is too large or takes too long. `take` hears of each
    piece before it is kept.
    """
    told = http.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > most:
        raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in http.stream():
                if len(body) + len(piece) > most:
                    raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
                take(len(piece))
                body += piece
    except TimeoutError:
        raise never(408, "TOO_SLOW") from None
    return bytes(body)
