"""The till's window with many members: a scanned card to its painted panel, and the memory.

A fresh process runs the application alone, so that the memory is a till's and not a benchmark's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.benchmarks.entry import Entry, at
from tests.benchmarks.large_shop import large_till
from tests.benchmarks.options import Options
from tests.benchmarks.start import python

SCAN_LIMIT_MS = 50
MEMORY_LIMIT_MB = 300
SCANS = 300
PROCESS = ("tests.benchmarks.begun", "tests.benchmarks.scan_process")


def measure(options: Options) -> Iterator[Entry]:
    """One till, many scans."""
    with large_till(options) as (_till, shop):
        folder = shop / "till"
    module = "tests.benchmarks.scan_process"
    told = json.loads(
        python(
            "-m", "tests.benchmarks.begun", module, str(folder), str(options.members), str(SCANS)
        )
    )
    scans = told["scans"]
    for name, share in (("median", 0.5), ("p99", 0.99)):
        yield Entry(
            name=f"scan to painted panel among {options.members:,}, {name}",
            ours=at(scans, share),
            limit=SCAN_LIMIT_MS,
            note=f"{len(scans)} scans, from the first key event to the card's painting",
        )
    assert not told["charts"], "a till that sells loaded pyqtgraph"
    note = "resident, the book's and the look-up's page caches included; pyqtgraph is not loaded"
    if told["rss_mb"] is None:
        note = "not measured: this system does not tell"
    yield Entry(
        name=f"memory of the till with {options.members:,} members",
        ours=told["rss_mb"],
        limit=MEMORY_LIMIT_MB,
        unit="MB",
        note=note,
    )
