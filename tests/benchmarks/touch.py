"""The on-screen keyboard: its first opening, later ones, and a key while a word is composed.

A fresh process runs the application, for the first opening imports what no other screen needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.benchmarks.entry import Entry, at
from tests.benchmarks.options import Options
from tests.benchmarks.start import python

OPEN_LIMIT_MS = 100
KEY_LIMIT_MS = 16
RUNS = 5
PROCESS = ("tests.benchmarks.begun", "tests.benchmarks.touch_process")


def measure(_options: Options) -> Iterator[Entry]:
    """Several processes for the first openings, and all keys of all of them."""
    runs = [json.loads(python("-m", *PROCESS)) for _ in range(RUNS)]
    firsts = sorted(run["first"] for run in runs)
    yield Entry(
        name="on-screen keyboard, first opening, median",
        ours=at(firsts, 0.5),
        limit=OPEN_LIMIT_MS,
        note=f"{RUNS} processes, from the tap on a field to the painted keys",
    )
    again = sorted(figure for run in runs for figure in run["again"])
    yield Entry(
        name="on-screen keyboard, later openings, median", ours=at(again, 0.5), limit=OPEN_LIMIT_MS
    )
    keys = sorted(figure for run in runs for figure in run["keys"])
    for name, share in (("median", 0.5), ("p99", 0.99)):
        yield Entry(
            name=f"a key while a word is composed, {name}",
            ours=at(keys, share),
            limit=KEY_LIMIT_MS,
            note=f"{len(keys)} keys, from the press to the painted candidates",
        )
