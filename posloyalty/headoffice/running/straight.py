"""Tills' requests go straight to whoever answers them, past the web framework.

Shape: `StraightApplication` is a FastAPI application that knows some (method, path) by heart. What
FastAPI would do for them (reading parameters, bounding bodies, choosing a route, building an answer
from what a function gives) head office does itself; it describes them all the same, and serves the
console and whatever else has a page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from posloyalty.headoffice.running.logs import tell_fault
from posloyalty.headoffice.tills.visits import PROBLEM
from posloyalty.sync.wire.messages import Problem

Handling = Callable[[Request], Awaitable[Response]]


class StraightApplication(FastAPI):
    """An application with short ways."""

    def __init__(self, **described: Any) -> None:
        super().__init__(**described)
        self.straight: dict[tuple[str, str], Handling] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the short way, if it has one."""
        handling = None
        if scope["type"] == "http":
            handling = self.straight.get((scope["method"], scope["path"]))
        if handling is None:
            await super().__call__(scope, receive, send)
            return
        try:
            response = await handling(Request(scope, receive))
        except ClientDisconnect:
            return  # nobody is there to be answered
        except Exception as raised:  # noqa: BLE001 - whoever asked hears of it, unsigned
            response = fault_answer(scope["path"], raised)
        await response(scope, receive, send)


def fault_answer(path: str, raised: Exception) -> Response:
    """The answer where answering itself failed, which the log names."""
    tell_fault("fault", raised, path=path)
    body = msgspec.json.encode(Problem(code="FAULT", retry="later"))
    return Response(body, 500, media_type=PROBLEM)
