"""The fleet and its nemesis: starts everything, breaks it for a while, heals it, lets it settle.

`Fleet(folder, seed, tills_count=…)` is used as a context; with one worker its head office is on
SQLite. `fill()` joins every till and gives the
spenders points; `storm(seconds)` lets all tills sell while somebody kills tills, workers, the
server and PostgreSQL, stops processes for a moment, sets clocks wrong and spoils lines; `settle()`
ends the faults and waits until every till has sent everything. `checking.check` judges what is
left.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Final

from posloyalty.sync.risk_policy import RiskPolicy
from tests.fakes.fault_proxy import FaultProxy, Faults, fault_proxy
from tests.fleet import history
from tests.fleet.a_postgresql import OwnPostgresql, own_postgresql
from tests.fleet.shop import make_book
from tests.headoffice.policies import adopt_policy
from tests.headoffice.process import Served, beside, listens, serving

ADDRESS: Final = "POSLOYALTY_TEST_POSTGRES"
WORKERS: Final = 2
LINES: Final = 4
"""How many lines the tills share."""
OFF_MS_MAX: Final = 4 * 60_000
PACE_MS: Final = 150
"""A customer so often at a till, times the number of tills: what two processors carry."""
FILLED_S: Final = 240.0
SETTLED_S: Final = 300.0
SPOILT: Final = (
    Faults(latency_s=0.2, jitter_s=0.2),
    Faults(loss=40),
    Faults(cut_after=700),
    Faults(rate_bytes_s=4_000),
    Faults(twice=True),
    Faults(down=True),
    Faults(deaf=True),
    Faults(swallow=True),
    Faults(portal=True),
)


@dataclass
class Till:
    """One till: where its book and history lie, and its process while it lives."""

    number: int
    folder: Path
    history: Path
    code: str
    line: FaultProxy
    pid: int = 0

    def read(self) -> history.History:
        """What was written beside it."""
        return history.read(self.history)


@dataclass
class Fleet:
    """Everything that runs. `counts` says what was broken how often."""

    place: Path
    seed: int
    tills_count: int
    rounds: int = 10
    workers: int = WORKERS
    tills: list[Till] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.data = self.place / "office"
        self._stack = ExitStack()
        self._server = ExitStack()
        self._postgresql: OwnPostgresql | None = None

    def __enter__(self) -> Fleet:
        try:
            self._begin()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for one in self.tills:
            _kill(one.pid)
        self._server.close()
        self._stack.close()

    # What runs

    def fill(self) -> None:
        """Every till joins, and the first one gives the spenders their points."""
        for one in self.tills:
            self.start(one, rounds=self.rounds if one.number == 1 else 0, off_ms=0)
        self.until(lambda: all(one.read().drained for one in self.tills), FILLED_S, "all joined")

    def storm(self, seconds: float) -> None:
        """Sell and break."""
        for one in self.tills:
            self.start(one)
        until = monotonic() + seconds
        acts = self._acts()
        while monotonic() < until:
            sleep(self.random.random() * 0.6)
            name = self.random.choice(list(acts))
            acts[name]()
            self.counts[name] += 1

    def settle(self) -> None:
        """The faults end; every till sends what it has, and stops."""
        for line in self._lines:
            line.faults = Faults()
            line.hang_up()
        drained = {one.number: one.read().drained for one in self.tills}
        for one in self.tills:
            if not _lives(one.pid):
                self.start(one, off_ms=0)
        self.until(lambda: all(_lives(one.pid) for one in self.tills), SETTLED_S, "they all run")
        sleep(1.0)  # they are opening their books; a signal before that would end them
        for one in self.tills:
            _told_to_stop(one.pid)
        self.until(
            lambda: all(one.read().drained > drained[one.number] for one in self.tills),
            SETTLED_S,
            "everything is sent",
        )

    def log(self) -> str:
        """What the server wrote last."""
        return "\n".join(self.served.log().splitlines()[-20:])

    # What is broken

    def _acts(self) -> dict[str, Callable[[], None]]:
        acts: dict[str, Callable[[], None]] = {
            "tills killed": self._kill_till,
            "tills stopped for a moment": self._pause_till,
            "lines spoilt": self._spoil,
            "lines healed": self._heal,
            "servers killed": self._kill_server,
        }
        if self.workers > 1:
            acts["workers killed"] = self._kill_worker
        if self._postgresql is not None:
            acts["databases killed"] = self._kill_database
        return acts

    def _kill_till(self) -> None:
        one = self.random.choice(self.tills)
        self.kill(one)
        self.start(one)

    def _pause_till(self) -> None:
        pid = self.random.choice(self.tills).pid
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            sleep(self.random.random())
            os.kill(pid, signal.SIGCONT)

    def _spoil(self) -> None:
        line = self.random.choice(self._lines)
        line.faults = self.random.choice(SPOILT)
        if self.random.randrange(2):
            line.hang_up()

    def _heal(self) -> None:
        line = self.random.choice(self._lines)
        line.faults = Faults()
        line.hang_up()

    def _kill_worker(self) -> None:
        _kill(self.random.choice(list(self.served.workers().values())))

    def _kill_server(self) -> None:
        self.served.kill()
        self.until(lambda: not listens(self.socket), SETTLED_S, "its workers have noticed")
        sleep(self.random.random())
        self._serve()

    def _kill_database(self) -> None:
        assert self._postgresql is not None
        self._postgresql.kill()
        sleep(self.random.random() / 2)
        self._postgresql.start()

    # How it is begun

    def _begin(self) -> None:
        enter = self._stack.enter_context
        self.url = os.environ.get(ADDRESS, "") if self.workers > 1 else ""
        if not self.url and self.workers > 1:
            # Not beside the books, which may lie where PostgreSQL's user may not look.
            self._postgresql = enter(own_postgresql(Path(enter(TemporaryDirectory(prefix="pg")))))
            self.url = self._postgresql.url
        # Short, since the path of a Unix socket has at most 107 bytes.
        self.socket = Path(enter(TemporaryDirectory(prefix="ho"))) / "s"
        codes = self._codes()
        self._serve()
        self._lines = [
            enter(fault_proxy(self.socket, seed=self.seed + n))
            for n in range(min(LINES, self.tills_count))
        ]
        for number in range(1, self.tills_count + 1):
            folder = self.place / f"till{number}"
            make_book(folder, number)
            line = self._lines[number % len(self._lines)]
            path = self.place / f"history{number}"
            self.tills.append(Till(number, folder, path, codes[number - 1], line))
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.fleet.selling"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=enter((self.place / "tills.log").open("ab")),
            text=True,
        )
        self._stack.callback(self._end_parent)
        threading.Thread(target=self._listen, daemon=True).start()

    def _codes(self) -> list[str]:
        with beside(self.data, self.url) as administration:
            # No floor: nothing is handed out but from leases.
            adopt_policy(
                administration,
                RiskPolicy(floor_minor=0, till_day_minor=0, store_day_minor=0, override_minor=0),
            )
            stores = [f"S{number}" for number in range(1, self.tills_count + 1)]
            for store in stores:
                administration.add_store(store, store)
            return [administration.new_code(store) for store in stores]

    def _serve(self) -> None:
        self._server.close()
        self._server = ExitStack()
        self.served: Served = self._server.enter_context(
            serving(self.data, self.url, self.socket, workers=self.workers)
        )

    def kill(self, one: Till) -> None:
        """SIGKILL, and it is gone."""
        _kill(one.pid)
        self.until(lambda: not _lives(one.pid), SETTLED_S, "the till is gone")

    def start(self, one: Till, *, rounds: int = -1, off_ms: int | None = None) -> None:
        """Begin its process; its clock is off by whatever is drawn, or by `off_ms`."""
        if off_ms is None:
            off_ms = self.random.randrange(-OFF_MS_MAX, OFF_MS_MAX)
        one.pid = 0
        words = (
            one.number,
            one.folder,
            one.history,
            one.line.url,
            one.code,
            self.random.randrange(2**31),
            off_ms,
            PACE_MS * self.tills_count,
            rounds,
        )
        assert self._parent.stdin is not None
        self._parent.stdin.write(" ".join(str(word) for word in words) + "\n")
        self._parent.stdin.flush()
        self.until(lambda: one.pid, FILLED_S, "the till's process began")

    def _listen(self) -> None:
        assert self._parent.stdout is not None
        for line in self._parent.stdout:
            _, number, pid = line.split()
            self.tills[int(number) - 1].pid = int(pid)

    def _end_parent(self) -> None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.close()
        self._parent.wait(30)
        self._parent.stdout.close()

    def until(self, holds: Callable[[], object], seconds: float, what: str) -> None:
        """Wait until something holds."""
        until = monotonic() + seconds
        while not holds():
            if monotonic() > until:
                told = (self.place / "tills.log").read_text("utf-8")[-3_000:]
                raise AssertionError(f"never: {what}\n{told}\n{self.log()}")
            sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return pid > 0


def _kill(pid: int) -> None:
    if pid > 0:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _told_to_stop(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
