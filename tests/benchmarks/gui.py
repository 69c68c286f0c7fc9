"""The GUI thread's turns on a cashier's journey: none may keep a finger waiting.

A turn is what the thread does between two waits of its event loop, however many events that are.
What is judged is the processor's time of that thread, which neighbours on a shared machine do not
lengthen (much: a shared core's caches are shared too); what a clock on the wall saw is in the note.
"Selling" is from the first names to the second sale's change, with a basket that is held and taken
up; the rest are returns and an exchange, the shift, the screens behind, the settings, and switches
of language, look and scale. "A manager's day" is another journey, at a till with 6,000 products and
hundreds of sales today: searches, the history, the audit, an X, settings, a try-out, a proof of the
book and an import.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.benchmarks.busy_shop import busy_shop
from tests.benchmarks.entry import Entry, at
from tests.benchmarks.large_shop import large_till
from tests.benchmarks.options import Options
from tests.benchmarks.start import DEMO_MEMBERS, python

TURN_LIMIT_MS = 16
RUNS = 3
SELLING = "selling"
NAMED = 3


def measure(options: Options) -> Iterator[Entry]:
    """Some journeys, each in a fresh process."""
    with large_till(options, members=DEMO_MEMBERS) as (_till, shop):
        folder = shop / "till"
    runs = []
    for _ in range(RUNS):
        told = json.loads(python("-m", "tests.benchmarks.gui_process", str(folder)))
        runs.append([(part, doing, cpu, wall) for part, doing, cpu, wall in told["turns"]])
    for name, only in (("selling", SELLING), ("the whole journey", "")):
        chosen = [[turn for turn in run if not only or turn[0] == only] for run in runs]
        yield from _entries(name, chosen)
    folder, table = busy_shop(options)
    day = json.loads(python("-m", "tests.benchmarks.gui_process", str(folder), "--day", str(table)))
    yield from _entries("a manager's day", [[tuple(turn) for turn in day["turns"]]])


def _entries(name: str, runs: list[list[tuple[str, str, float, float]]]) -> Iterator[Entry]:
    every = sorted(turn[2] for run in runs for turn in run)
    longest: dict[str, tuple[float, float]] = {}
    for run in runs:
        for _part, doing, cpu, wall in run:
            longest[doing] = max(longest.get(doing, (0.0, 0.0)), (cpu, wall))
    worst = sorted(longest.items(), key=lambda told: told[1], reverse=True)[:NAMED]
    named = ", ".join(f"{doing} {cpu:.0f} (wall {wall:.0f})" for doing, (cpu, wall) in worst)
    yield Entry(
        name=f"a turn of the GUI thread, {name}, longest, median of {len(runs)} journeys",
        ours=at(sorted(max(turn[2] for turn in run) for run in runs), 0.5),
        limit=TURN_LIMIT_MS,
        note=f"processor's time of that thread; longest of all: {named}",
    )
    over = sum(cpu > TURN_LIMIT_MS for cpu in every)
    yield Entry(
        name=f"a turn of the GUI thread, {name}, p99",
        ours=at(every, 0.99),
        limit=TURN_LIMIT_MS,
        note=f"{over} of {len(every):,} turns are longer than {TURN_LIMIT_MS} ms",
    )
