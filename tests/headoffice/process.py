"""Head office as a process of its own, on a Unix socket; it can be killed. It is begun `anew`, as
people begin it, or by `Forked`, for tests of what it does once it runs.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final, Protocol

import httpx

from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.tills.administration import Administration
from posloyalty.system import SystemChance, SystemClock

ORIGIN: Final = "http://headoffice.test"
START_S_MAX: Final = 120
_WAIT_S: Final = 0.05


class Process(Protocol):
    """What is asked of a running program, as of a `subprocess.Popen`."""

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, number: signal.Signals, /) -> None: ...


Begin = Callable[[Sequence[str], Mapping[str, str], Path], Process]
"""Run `posloyalty` with arguments in an environment; it writes into a file that is there."""


def anew(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
    """As people do."""
    with log.open("ab") as written:
        return subprocess.Popen(
            [sys.executable, "-m", "posloyalty", *arguments],
            env=environment,
            stdout=written,
            stderr=written,
        )


@dataclass
class Served:
    """A running server. `data` and `url` are what it was started with."""

    data: Path
    url: str
    socket: Path
    process: Process

    def client(self) -> httpx.Client:
        """HTTP to it."""
        transport = httpx.HTTPTransport(uds=str(self.socket))
        return httpx.Client(transport=transport, base_url=ORIGIN, timeout=30)

    def kill(self) -> None:
        """As a power cut would end it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """As an administrator would; returns how it ended."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def workers(self) -> dict[int, int]:
        """The worker that was begun last in each place, by its process id."""
        began = [json.loads(line) for line in self.log().splitlines() if '"worker_began"' in line]
        return {one["place"]: one["pid"] for one in began}

    def log(self) -> str:
        """What it wrote."""
        return (self.data / "log").read_text("utf-8")


@contextmanager
def beside(data: Path, url: str) -> Iterator[Administration]:
    """What the console's commands do, without a process for each."""
    with office_beside(data, url) as found:
        yield found.administration


@contextmanager
def office_beside(data: Path, url: str) -> Iterator[OpenOffice]:
    """The same head office in this process, whoever serves it."""
    clock = SystemClock(UTC)
    with opened_office(data, url, clock=clock, chance=SystemChance()) as found:
        yield found


@contextmanager
def serving(
    data: Path, url: str, at: Path, *, workers: int = 1, begin: Begin = anew
) -> Iterator[Served]:
    """A server that answers; whatever is left of it at the end is killed."""
    data.mkdir(parents=True, exist_ok=True)
    log = data / "log"
    log.touch()
    arguments = ["headoffice", "--data", str(data), "--unix-socket", str(at)]
    process = begin(
        [*arguments, "--workers", str(workers)],
        os.environ | {"POSLOYALTY_HEADOFFICE_DATABASE": url},
        log,
    )
    served = Served(data, url, at, process)
    try:
        _until_it_answers(served)
        yield served
    finally:
        if process.poll() is None:
            served.kill()


def _until_it_answers(served: Served) -> None:
    for _ in range(int(START_S_MAX / _WAIT_S)):
        if listens(served.socket):
            with served.client() as client, suppress(httpx.TransportError):
                # A parent of workers accepts nobody; the first of them may take as long as it does.
                # A worker of a killed parent, which is about to end, may have been the one.
                assert client.get("/health", timeout=START_S_MAX).status_code == 200
                return
        try:
            served.process.wait(_WAIT_S)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(served.log())
    raise AssertionError("it never answered: " + served.log())


def listens(path: Path) -> bool:
    """Whether somebody accepts there: a killed server leaves its socket's name behind."""
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(path))
        except OSError:
            return False
    return True
