"""One server process of the ingest benchmark: its own till's pushes, and its share of the ledger.

`python -m tests.benchmarks.ingest_worker FOLDER URL NUMBER BATCHES` opens the head office, gets its
requests ready, says READY, and after a line on standard input answers them all, folding as its lane
would; then it prints how many events it took in and folded, and the seconds that took.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.running.serving import collect_seldom
from posloyalty.sync.wire import messages
from tests.benchmarks.ingest import BATCH, request, sell
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill

PUSHES_A_FOLD = 4
"""How many pushes come in while the lane folds once: a batch of its own is as large."""


def main(folder: str, url: str, number: str, batches: str) -> None:
    """Run one worker."""
    clock = SetClock()
    with opened_office(Path(folder), url, clock=clock, chance=SeededChance(int(number))) as office:
        till = ATill(clock, number=int(number))
        till.join(office, office.administration.new_code("S1"))
        sell(till, BATCH * int(batches))
        requests = [request(till, n) for n in range(int(batches))]
        push = next(one for one in office.desk.endpoints if one.path == messages.PUSH)
        collect_seldom()  # as every server does once it is open
        print("READY", flush=True)
        sys.stdin.readline()
        began = perf_counter()
        for n, one in enumerate(requests, 1):
            answer = office.desk.answer(push, one)
            assert (answer.status, answer.taken) == (200, BATCH)
            if n % PUSHES_A_FOLD == 0:
                office.follow()
        while office.follow():
            pass
        print(BATCH * int(batches), perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
