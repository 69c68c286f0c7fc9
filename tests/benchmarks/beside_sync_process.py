"""A till that sells with and without sending: `... beside_sync_process FOLDER URL CODE EVENTS`.

Sells in turn without sending and while the sending lane sends so many events, until nothing is left
to send. Printed as JSON, in milliseconds: `with` and `without`, the time of a sale but for that in
which its thread could have run and another one had the processor, where the system tells (Linux:
https://docs.kernel.org/scheduler/sched-stats.html); `wall_with` and `wall_without`, by the clock.
"""

from __future__ import annotations

import gc
import json
import sys
import threading
from pathlib import Path
from time import perf_counter_ns
from typing import Final

from posloyalty.domain.shop.operator import Role
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
    """The thread that sells, and the lane that sends while it is asked to."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._manager = next(one for one in till.people.all() if one.role is Role.MANAGER)
        with till.book.read() as reader:
            self._goods = [one for one in reader.catalogue.products() if sells(one)]
            found = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(MEMBERS)]
        self._members = [one for one in found if one is not None]
        self._number = 0
        self.took: dict[str, list[float]] = {
            "with": [],
            "without": [],
            "wall_with": [],
            "wall_without": [],
        }

    def sell(self, into: str) -> None:
        """One customer."""
        began, queued = perf_counter_ns(), _queued_ns()
        ring(self._till, self._number, self._goods, self._members, self._manager)
        if into:
            took = perf_counter_ns() - began
            self.took[f"wall_{into}"].append(took / 1e6)
            self.took[into].append((took - (_queued_ns() - queued)) / 1e6)
        self._number += 1

    def while_sending(self, events: int) -> int:
        """Sell as long as it takes to send so many; returns how many were sold."""
        sending, sold = self._till.sending, 0
        done = threading.Event()
        until = max(0, sending.status().waiting - events)

        def send() -> None:
            try:
                while sending.step() == 0 and sending.status().waiting > until:
                    pass
            finally:
                done.set()

        lane = threading.Thread(target=send)
        lane.start()
        while not done.is_set():
            self.sell("with")
            sold += 1
        lane.join()
        return sold


def _queued_ns() -> int:
    """How long this thread was ready and had no processor, since its start; 0 if nobody says."""
    try:
        told = _QUEUED.read_text("ascii")
    except OSError:
        return 0
    return int(told.split()[1])


def main(folder: str, url: str, code: str, events: str) -> None:
    """Sell in turn until nothing is left to send."""
    till = open_at(Path(folder))
    till.settle()
    till.joining.join(url, code)
    gc.collect()
    gc.freeze()
    gc.disable()  # the program's collector runs where nobody waits
    sys.setswitchinterval(SWITCH_S)
    selling = Selling(till)
    for _ in range(WARM):
        selling.sell("")
    till.sending.step()  # a hello: how much waits
    turn = LEAST
    while till.sending.status().waiting > int(events) // 4:
        for _ in range(turn):
            selling.sell("without")
        turn = max(LEAST, selling.while_sending(int(events)))
    print(json.dumps(selling.took))
    till.sending.close()
    till.listening.close()
    till.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
