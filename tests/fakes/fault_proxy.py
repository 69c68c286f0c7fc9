"""A network that a test spoils: a TCP proxy on this machine, in front of a Unix socket.

`with fault_proxy(path) as proxy:` listens at `proxy.url`. `proxy.faults` holds for connections and
bytes from then on and may be changed at any time; `proxy.hang_up()` ends what is open. The bytes of
both ways are counted (`up`, `down`).

| fault | what happens |
|---|---|
| `latency_s`, `jitter_s` | every piece waits so long, and up to so much longer |
| `rate_bytes_s` | no more than so many bytes a second, each way |
| `loss` | one connection of so many hundred is reset when it begins |
| `cut_after` | a connection is reset after so many bytes of answers |
| `deaf` | connections are taken and nothing is ever answered (half open) |
| `swallow` | what the till sends arrives, and no answer comes back |
| `swallow_from` | the same, beginning with a request that has these bytes in it |
| `twice` | whatever a connection sends arrives once more on another one |
| `portal` | a captive portal answers in place of everybody |
| `down` | nobody takes a connection |
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Final

from tests.fakes.own_thread import on_its_own_thread

PIECE: Final = 16 * 1024
PAGE: Final = b"<html><body>Welcome to Cafe WiFi. Please accept our terms.</body></html>"
PORTAL: Final = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
    % len(PAGE)
) + PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with the network now."""

    latency_s: float = 0.0
    jitter_s: float = 0.0
    rate_bytes_s: int = 0
    loss: int = 0
    cut_after: int | None = None
    deaf: bool = False
    swallow: bool = False
    swallow_from: bytes = b""
    twice: bool = False
    portal: bool = False
    down: bool = False


@dataclass
class FaultProxy:
    """One proxy; made by `fault_proxy`."""

    upstream: Path
    random: Random
    faults: Faults = field(default_factory=Faults)
    port: int = 0
    up: int = 0
    down: int = 0
    connections: int = 0

    def __post_init__(self) -> None:
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """Where tills reach head office."""
        return f"http://127.0.0.1:{self.port}"

    def hang_up(self) -> None:
        """Reset every connection that is open."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(10)

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Until it is told to stop."""
        server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        await self._hang_up()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _hang_up(self) -> None:
        for writer in tuple(self._open):
            writer.transport.abort()

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        self.connections += 1
        try:
            await self._connection(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            await _closed(writer)
            self._open.discard(writer)
            self._tasks.discard(task)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        faults = self.faults
        if faults.down or self.random.randrange(100) < faults.loss:
            return
        if faults.deaf:
            while await reader.read(PIECE):
                pass
            return
        if faults.portal:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(PORTAL)
            await writer.drain()
            return
        await self._joined(reader, writer)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, away = await asyncio.open_unix_connection(str(self.upstream))
        self._open.add(away)
        sent = bytearray()
        ways = [
            asyncio.create_task(self._up(reader, away, sent)),
            asyncio.create_task(self._down(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            await _closed(away)
            self._open.discard(away)

    async def _up(
        self, reader: asyncio.StreamReader, away: asyncio.StreamWriter, sent: bytearray
    ) -> None:
        while piece := await reader.read(PIECE):
            self.up += len(piece)
            if self.faults.swallow_from and self.faults.swallow_from in piece:
                self.faults = replace(self.faults, swallow=True, swallow_from=b"")
            await self._slowly(len(piece))
            away.write(piece)
            await away.drain()
            if self.faults.twice:
                sent += piece
                await self._again(bytes(sent))

    async def _again(self, sent: bytes) -> None:
        """What was sent so far arrives once more; nobody reads the answer."""
        there, away = await asyncio.open_unix_connection(str(self.upstream))
        try:
            away.write(sent)
            await away.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await there.read(PIECE)
        finally:
            away.transport.abort()

    async def _down(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came = 0
        while piece := await there.read(PIECE):
            if self.faults.swallow:
                continue
            cut = self.faults.cut_after
            if cut is not None:
                piece = piece[: max(0, cut - came)]
            came += len(piece)
            self.down += len(piece)
            await self._slowly(len(piece))
            writer.write(piece)
            await writer.drain()
            if cut is not None and came >= cut:
                return

    async def _slowly(self, size: int) -> None:
        faults = self.faults
        wait_s = faults.latency_s + faults.jitter_s * self.random.random()
        if faults.rate_bytes_s:
            wait_s += size / faults.rate_bytes_s
        if wait_s:
            await asyncio.sleep(wait_s)


async def _closed(writer: asyncio.StreamWriter) -> None:
    """Break a connection off, and see it gone: one that is still going is a warning later."""
    writer.transport.abort()
    with suppress(OSError, asyncio.CancelledError):
        await writer.wait_closed()


def fault_proxy(upstream: Path, *, seed: int = 0) -> AbstractContextManager[FaultProxy]:
    """A proxy on a thread of its own, in front of a Unix socket."""
    return on_its_own_thread(FaultProxy(upstream, Random(seed)))
