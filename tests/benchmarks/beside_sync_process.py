"""A till that sells with and without sending: `... URL EVENTS FOLDER CODE OTHER_FOLDER OTHER_CODE`.

Sells in turn with nothing sent, while a till in another process sends so many events, and while its
own lane sends as many, until nothing is left to send. Printed as JSON, in milliseconds: `without`,
`other` and `with`, the time of a sale but for that in which its thread could have run and another
one had the processor, where the system tells (Linux:
https://docs.kernel.org/scheduler/sched-stats.html); `wall_...` of each, by the clock; `sent`, how
many events in each turn of its own lane.
"""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns
from typing import Final

from posloyalty.domain.shop.operator import Role
from posloyalty.services.office.send_journal import SendJournal
from posloyalty.services.till import Till
from tests.benchmarks.busy_shop import ring, sells
from tests.benchmarks.large_shop import open_at
from tests.benchmarks.line import MEMBERS
from ui.__main__ import SWITCH_S

WARM: Final = 40
_QUEUED: Final = Path("/proc/thread-self/schedstat")
LEAST: Final = 30
"""Sales of a turn without sending; else as many as the turn before had."""


class Selling:
    """The thread that sells, and what is sent beside it."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._manager = next(one for one in till.people.all() if one.role is Role.MANAGER)
        with till.book.read() as reader:
            self._goods = [one for one in reader.catalogue.products() if sells(one)]
            found = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(MEMBERS)]
        self._members = [one for one in found if one is not None]
        self._number = 0
        self.took: dict[str, list[float]] = {"sent": []}
        for name in ("without", "other", "with"):
            self.took[name], self.took[f"wall_{name}"] = [], []

    def sell(self, into: str) -> None:
        """One customer."""
        began, queued = perf_counter_ns(), _queued_ns()
        ring(self._till, self._number, self._goods, self._members, self._manager)
        if into:
            took = perf_counter_ns() - began
            self.took[f"wall_{into}"].append(took / 1e6)
            self.took[into].append((took - (_queued_ns() - queued)) / 1e6)
        self._number += 1

    def beside(self, into: str, job: Callable[[], object]) -> int:
        """Sell as long as a job takes on another thread; returns how many were sold."""
        done, sold = threading.Event(), 0

        def work() -> None:
            try:
                job()
            finally:
                done.set()

        lane = threading.Thread(target=work)
        lane.start()
        while not done.is_set():
            self.sell(into)
            sold += 1
        lane.join()
        return sold


def send(sending: SendJournal, events: int) -> None:
    """Send so many of what waits, or all of it."""
    until = max(0, sending.status().waiting - events)
    while sending.step() == 0 and sending.status().waiting > until:
        pass


def _queued_ns() -> int:
    """How long this thread was ready and had no processor, since its start; 0 if nobody says."""
    try:
        told = _QUEUED.read_text("ascii")
    except OSError:
        return 0
    return int(told.split()[1])


def joined(folder: str, url: str, code: str) -> Till:
    """A till as the program has it, which knows how much waits."""
    till = open_at(Path(folder))
    till.settle()
    till.joining.join(url, code)
    gc.collect()
    gc.freeze()
    gc.disable()  # the program's collector runs where nobody waits
    sys.setswitchinterval(SWITCH_S)
    till.sending.step()  # a hello
    return till


def closed(till: Till) -> None:
    """Close it with its lines."""
    till.sending.close()
    till.listening.close()
    till.close()


def main(url: str, events: str, folder: str, code: str, other_folder: str, other_code: str) -> None:
    """Sell in turn until nothing is left to send."""
    other = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, url, events, other_folder, other_code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    asked, told = other.stdin, other.stdout
    assert asked is not None
    assert told is not None

    def elsewhere() -> None:
        print(file=asked, flush=True)
        told.readline()

    till = joined(folder, url, code)
    selling = Selling(till)
    for _ in range(WARM):
        selling.sell("")
    told.readline()  # it has joined
    turn = LEAST
    while till.sending.status().waiting > int(events) // 4:
        for _ in range(turn):
            selling.sell("without")
        selling.beside("other", elsewhere)
        waited = till.sending.status().waiting
        sold = selling.beside("with", lambda: send(till.sending, int(events)))
        selling.took["sent"].append(waited + sold - till.sending.status().waiting)
        turn = max(LEAST, sold)
    other.communicate()
    print(json.dumps(selling.took))
    closed(till)


def send_when_asked(url: str, events: str, folder: str, code: str) -> None:
    """The other till: a line in, so many events sent, a line out."""
    till = joined(folder, url, code)
    print(flush=True)
    for _ in sys.stdin:
        send(till.sending, int(events))
        print(flush=True)
    closed(till)


if __name__ == "__main__":
    (main if len(sys.argv) > 5 else send_when_asked)(*sys.argv[1:])
