"""Several server processes of one head office behind one address, on PostgreSQL.

Shape: `Workers(count, begin).run()` begins so many processes, begins another one in the place of
each that ends by itself, and returns once it was told to stop (SIGTERM, Ctrl+C) and all have ended.
The parent binds the address and answers nobody: a worker that is killed takes along only the
requests that it was answering, and whoever comes next is accepted by another one. A worker ends by
itself when its parent is gone.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Final

from posloyalty.headoffice.running.lane import STOPS_S
from posloyalty.headoffice.running.logs import tell
from posloyalty.headoffice.running.serving import STOPPING_S
from posloyalty.services.refusal import ServiceRefusal

BACKLOG: Final = 2_048
LIVES_S: Final = 10.0
"""A worker that ends sooner than this has a fault that the next one may have too."""
PAUSES_S: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""How long its place stays empty, the first time, the second time in a row, and so on."""
ENDS_S: Final = STOPPING_S + STOPS_S + 5.0
"""So long a worker may take to stop; then it is killed."""

Begin = Callable[[int], BaseProcess]
"""Begin the worker of a place."""
MonotonicMs = Callable[[], int]


@dataclass(slots=True)
class _Place:
    """Where a worker belongs: the one that is there, since when, and how many fell in a row."""

    number: int
    process: BaseProcess | None = None
    since_ms: int = 0
    fell: int = 0
    empty_until_ms: int = 0


class Workers:
    """The parent of so many workers."""

    def __init__(self, count: int, begin: Begin, monotonic_ms: MonotonicMs) -> None:
        self._begin = begin
        self._monotonic_ms = monotonic_ms
        self._places = [_Place(number) for number in range(count)]
        self._told, self._tells = socket.socketpair()
        self._stops = False

    @property
    def ids(self) -> tuple[int, ...]:
        """The process ids of those that are there."""
        return tuple(one.process.pid or 0 for one in self._places if one.process is not None)

    def run(self) -> None:
        """Until told to stop."""
        with _signals(self.stop):
            while not self._stops:
                self._fill()
                self._wait()
                self._sweep()
            self._end()
        self._told.close()
        self._tells.close()

    def stop(self) -> None:
        """End soon; from a signal or from any thread."""
        self._stops = True
        with suppress(OSError):
            self._tells.send(b"\0")

    def _fill(self) -> None:
        now_ms = self._monotonic_ms()
        for place in self._places:
            if place.process is None and now_ms >= place.empty_until_ms:
                place.process, place.since_ms = self._begin(place.number), now_ms
                tell("worker_began", place=place.number, pid=place.process.pid)

    def _wait(self) -> None:
        """Until a worker ends, an empty place is to be filled, or somebody says stop."""
        now_ms = self._monotonic_ms()
        waits_ms = [p.empty_until_ms - now_ms for p in self._places if p.process is None]
        ends = [p.process.sentinel for p in self._places if p.process is not None]
        timeout_s = max(0, min(waits_ms)) / 1000 if waits_ms else None
        connection.wait([self._told, *ends], timeout_s)

    def _sweep(self) -> None:
        now_ms = self._monotonic_ms()
        for place in self._places:
            process = place.process
            if process is None or process.is_alive():
                continue
            lived_s = (now_ms - place.since_ms) / 1000
            place.fell = place.fell + 1 if lived_s < LIVES_S else 1
            pause_s = PAUSES_S[min(place.fell, len(PAUSES_S)) - 1]
            place.empty_until_ms = now_ms + int(pause_s * 1000)
            tell("worker_ended", place=place.number, pid=process.pid, code=process.exitcode)
            process.close()
            place.process = None

    def _end(self) -> None:
        """Let all stop at once, and wait for them."""
        left = [place.process for place in self._places if place.process is not None]
        for process in left:
            process.terminate()
        until_ms = self._monotonic_ms() + int(ENDS_S * 1000)
        for process in left:
            process.join(max(0.0, (until_ms - self._monotonic_ms()) / 1000))
            if process.is_alive():
                process.kill()
                process.join()
            process.close()


@contextmanager
def listening_at(host: str, port: int, path: Path | None) -> Iterator[socket.socket]:
    """The socket that all workers accept at: it listens before the first of them is ready.

    Refuses ADDRESS_TAKEN where somebody else listens, and ADDRESS_UNUSABLE where nobody can.
    """
    try:
        listens = _tcp(host, port) if path is None else _named(path)
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        raise ServiceRefusal(
            "ADDRESS_TAKEN" if taken else "ADDRESS_UNUSABLE", place=path or f"{host}:{port}"
        ) from None
    try:
        with listens:
            yield listens
    finally:
        if path is not None:
            path.unlink(missing_ok=True)


def _tcp(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


def _named(path: Path) -> socket.socket:
    _clear(path)
    listens = socket.socket(socket.AF_UNIX)
    try:
        listens.bind(str(path))
        # Whoever reaches the folder may connect: the server in front runs as somebody else.
        path.chmod(0o666)
        listens.listen(BACKLOG)
    except OSError:
        listens.close()
        raise
    return listens


def end_with_parent() -> None:
    """End this worker as if it were told to, when its parent is no more."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_outlive, args=(parent.sentinel,), name="parent", daemon=True).start()


def _outlive(sentinel: int) -> None:
    connection.wait([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _clear(path: Path) -> None:
    """Take away the name that a killed server left behind; one that answers is left alone."""
    with suppress(FileNotFoundError), socket.socket(socket.AF_UNIX) as asking:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return
        with suppress(ConnectionRefusedError):
            asking.connect(str(path))
            return
        path.unlink()


@contextmanager
def _signals(stop: Callable[[], None]) -> Iterator[None]:
    """Both ways of saying stop, until the block ends."""
    before = {
        number: signal.signal(number, lambda _number, _frame: stop())
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
