"""A request's body, read within a bound of size and time, whoever sends it."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request as HttpRequest

from posloyalty.headoffice.tills.visits import Refused, never
from posloyalty.sync.wire.messages import Problem

BODY_S: Final = 30
"""How long a body may take to arrive."""


async def read_body(http: HttpRequest, most: int) -> bytes:
    """The body, or `Refused` as soon as it is too large or takes too long."""
    told = http.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > most:
        raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in http.stream():
                body += piece
                if len(body) > most:
                    raise Refused(413, Problem(code="TOO_LARGE", retry="never", most=most))
    except TimeoutError:
        raise never(408, "TOO_SLOW") from None
    return bytes(body)
