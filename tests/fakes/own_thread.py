"""A server of asyncio on a thread of its own, for as long as a test wants it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Serves(Protocol):
    """What has a loop of its own and serves on it."""

    loop: asyncio.AbstractEventLoop

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Say when it listens, and end when it is told to."""


Server = TypeVar("Server", bound=Serves)


@contextmanager
def on_its_own_thread(server: Server) -> Iterator[Server]:
    """The server while it listens; its loop is closed at the end."""
    ready, stop = threading.Event(), asyncio.Event()

    def serve() -> None:
        asyncio.set_event_loop(server.loop)
        server.loop.run_until_complete(server.serve(ready, stop))
        server.loop.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield server
    finally:
        server.loop.call_soon_threadsafe(stop.set)
        thread.join(60)
