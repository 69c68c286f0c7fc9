"""A thin, long line in front of a Unix socket: so many bits a second, and a delay, both ways.

Unlike a fault proxy, which holds up each piece by itself, this is a line: whatever is on its way
travels together, a round trip costs twice the delay, and the next bytes may leave while the first
ones have not arrived. What waits for its turn is bounded, as a modem's memory is, so that whoever
sends is held up. A connection begins with a round trip of its own, and every packet of 1,460 bytes
has 40 more of TCP and IP. Both ways are counted without these (`up`, `down`), and so is how often
the direction of what travels turned (`turns`): two turns are a round trip.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fakes.own_thread import on_its_own_thread

PACKET: Final = 1_460
HEADERS: Final = 40
HELD_S: Final = 0.25
"""How long the memory in front of the line takes to empty."""


@dataclass
class Way:
    """One direction; all connections share it."""

    bits_s: int
    free_at: float = 0.0

    def leaves_at(self, size: int, now: float) -> float:
        """When the last bit of a piece has left, if it is handed over now."""
        packets = -(-size // PACKET)
        self.free_at = max(now, self.free_at) + (size + packets * HEADERS) * 8 / self.bits_s
        return self.free_at


class SlowLine:
    """One line; made by `slow_line`."""

    def __init__(self, upstream: Path, *, bits_s: int, delay_s: float) -> None:
        self._upstream = upstream
        self._delay_s = delay_s
        self._ways = (Way(bits_s), Way(bits_s))
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_way: Way | None = None
        self.bytes = [0, 0]
        self.turns = 0
        self.port = 0
        self.loop = asyncio.new_event_loop()

    @property
    def url(self) -> str:
        """Where tills reach head office."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def up(self) -> int:
        """Bytes that went to head office."""
        return self.bytes[0]

    @property
    def down(self) -> int:
        """Bytes that came from it."""
        return self.bytes[1]

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        """Until it is told to stop."""
        server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        await stop.wait()
        server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await asyncio.sleep(2 * self._delay_s)
            there, away = await asyncio.open_unix_connection(str(self._upstream))
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._travel(0, reader, away))
                    both.create_task(self._travel(1, there, writer))
            finally:
                away.close()
        except* (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)

    async def _travel(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read, let the line take its time, and hand over in the same order."""
        way, loop = self._ways[number], asyncio.get_running_loop()
        arriving: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        handing = asyncio.create_task(_hand_over(arriving, writer))
        try:
            while piece := await reader.read(PACKET):
                self.bytes[number] += len(piece)
                if self._last_way is not way:
                    self._last_way, self.turns = way, self.turns + 1
                left = way.leaves_at(len(piece), loop.time())
                arriving.put_nowait((left + self._delay_s, piece))
                await asyncio.sleep(max(0.0, left - loop.time() - HELD_S))
            arriving.put_nowait((loop.time() + self._delay_s, b""))
            await handing
        finally:
            handing.cancel()


async def _hand_over(
    arriving: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
) -> None:
    loop = asyncio.get_running_loop()
    while True:
        at, piece = await arriving.get()
        await asyncio.sleep(max(0.0, at - loop.time()))
        if not piece:
            writer.close()
            return
        writer.write(piece)
        await writer.drain()


def slow_line(upstream: Path, *, bits_s: int, delay_s: float) -> AbstractContextManager[SlowLine]:
    """A line on a thread of its own, in front of a Unix socket."""
    return on_its_own_thread(SlowLine(upstream, bits_s=bits_s, delay_s=delay_s))
