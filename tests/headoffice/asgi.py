"""The application asked without a network: `Http(app).get(path)`, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any

import httpx
from fastapi import FastAPI

ORIGIN = "http://headoffice.test"


class Http:
    """A client of an application in this process; faults come back as the answer 500."""

    def __init__(self, app: FastAPI) -> None:
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)

    def __enter__(self) -> Http:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
        return self._runner.run(self._client.get(path, headers=headers))

    def post(
        self,
        path: str,
        *,
        content: bytes | Iterable[bytes],
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        sent: Any = content if isinstance(content, bytes) else _pieces(content)
        return self._runner.run(self._client.post(path, content=sent, headers=headers))


async def _pieces(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for one in pieces:
        await asyncio.sleep(0)  # as a network does, so that the server's clock may run out
        yield one
