"""One server process of the ingest benchmark: pushes of its own tills, and its share of the ledger.

`python -m tests.benchmarks.ingest_worker FOLDER URL NUMBER BATCHES` opens the head office, gets its
requests ready, says READY, and after a line on standard input answers them all, folding beside as
its lane does; then it prints how many events it took in and folded, and the seconds that took.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.running.serving import collect_seldom
from tests.benchmarks.ingest import BATCH, joined, request, took_in
from tests.fakes.time import SeededChance, SetClock

TILLS = 4
"""Of each server at once."""


def main(folder: str, url: str, number: str, batches: str) -> None:
    """Run one worker."""
    clock, count = SetClock(), int(batches)
    with opened_office(Path(folder), url, clock=clock, chance=SeededChance(int(number))) as office:
        tills = joined(office, clock, range(int(number), int(number) + TILLS), count)
        sent = [[request(one, n) for n in range(count)] for one in tills]
        collect_seldom()  # as every server does once it is open
        print("READY", flush=True)
        sys.stdin.readline()
        began = perf_counter()
        took_in(office, sent)
        print(TILLS * BATCH * count, perf_counter() - began, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
