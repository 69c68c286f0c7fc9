"""Selling while the till sends a backlog, beside selling while it has nothing to send.

A sale is one to five articles, most of them a member's, quoted and completed through the check-out,
to the commit. The till is a process of its own (`beside_sync_process`) as the program is: its
sending lane a thread, its collector at rest, its threads changed as often. Head office is a process
on SQLite, at the other end of a Unix socket, so that nothing but head office itself slows the
sending. Each round sells a while without sending, then as long as it takes to send two thousand
events, in turn, so that both meet the same weather; several books, one after the other. What a sale
waits because another process has the processor is left out: it is the machine's, and there are two
processors for a till and a head office here, where a till has them alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from tests.benchmarks.entry import Entry, at
from tests.benchmarks.line import WAITING, waiting_shop
from tests.benchmarks.options import Options
from tests.headoffice.process import beside, serving

BOOKS: Final = 3
EVENTS: Final = WAITING
ROUND_EVENTS: Final = 2_000
LIMIT: Final = 1.2


def measure(options: Options) -> Iterator[Entry]:
    """Some books."""
    made = waiting_shop(options, EVENTS)
    with_it: list[float] = []
    without: list[float] = []
    clock_with, clock_without = [], []
    for number in range(BOOKS):
        told = _sold(options.folder / f"beside-{number}", made)
        with_it += told["with"]
        without += told["without"]
        clock_with += told["wall_with"]
        clock_without += told["wall_without"]
    for figures in (with_it, without, clock_with, clock_without):
        figures.sort()
    for name, share in (("median", 0.5), ("p99", 0.99)):
        yield Entry(
            name=f"a sale while a backlog is sent, beside one without, {name}",
            ours=at(with_it, share),
            reference=at(without, share),
            limit=LIMIT,
            note=f"{len(with_it):,} sales with, {len(without):,} without; without the time in which"
            f" others had both processors; by the clock {at(clock_with, share):.1f} and"
            f" {at(clock_without, share):.1f} ms",
        )


def _sold(folder: Path, made: Path) -> dict[str, list[float]]:
    shutil.copytree(made, folder / "shop")
    with beside(folder / "office", "") as administration:
        administration.add_store("S1", "S1")
        code = administration.new_code("S1")
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(folder / "office", "", place))
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.beside_sync_process", str(folder / "shop"),
             f"unix:{place}", code, str(ROUND_EVENTS)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )  # fmt: skip
    found: dict[str, list[float]] = json.loads(ran.stdout)
    return found
