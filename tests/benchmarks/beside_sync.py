"""Selling while the till sends a backlog, beside selling while it has nothing to send.

A sale is one to five articles, most of them a member's, quoted and completed through the check-out,
to the commit. The till is a process of its own (`beside_sync_process`) as the program is: its
sending lane a thread, its collector at rest, its threads changed as often. Head office is a process
on SQLite, at the other end of a Unix socket, so that nothing but head office itself slows the
sending. In life it has a machine of its own, so here its files lie in memory and it stands back for
whoever wants a processor, where the system knows of either (Linux). It then answers later, but a
lane that held Python's lock would wait for a processor that no till shares with head office.

Each round sells a while with nothing sent, then while a till in another process sends two thousand
events to the same head office, then while this till sends as many: in turn, so that all meet the
same weather; several books, one after the other. What a sale waits because another process has the
processor is left out: it is the machine's, and there are two processors for a till and a head
office here, where a till has them alone. But packing and head office's work also share caches and
memory with whoever sells, which cannot be left out. So there are two references: a machine on which
nobody sends, and one that does all the same work, but another till's: beside that one, what is left
is what the sending lane itself holds a sale up.
"""

from __future__ import annotations

import json
import os
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
REFERENCES: Final = {"without": "one without", "other": "one while another till sends it"}
_IN_MEMORY: Final = Path("/dev/shm")


def measure(options: Options) -> Iterator[Entry]:
    """Some books."""
    made = waiting_shop(options, EVENTS)
    figures: dict[str, list[float]] = {}
    for number in range(BOOKS):
        for name, told in _sold(options.folder / f"beside-{number}", made).items():
            figures[name] = sorted([*figures.get(name, []), *told])
    sales = figures["with"]
    sent = sum(figures.pop("sent")) / sum(figures["wall_with"]) * 1_000
    for reference, words in REFERENCES.items():
        for name, share in (("median", 0.5), ("p99", 0.99)):
            yield Entry(
                name=f"a sale while a backlog is sent, beside {words}, {name}",
                ours=at(sales, share),
                reference=at(figures[reference], share),
                limit=LIMIT,
                note=f"{sent:,.0f} events/s; {len(sales):,} sales with,"
                f" {len(figures[reference]):,} in the reference; without the time in which others"
                f" had both processors; by the clock {at(figures['wall_with'], share):.1f} and"
                f" {at(figures['wall_' + reference], share):.1f} ms",
            )


def _sold(folder: Path, made: Path) -> dict[str, list[float]]:
    with ExitStack() as open_:
        memory = _IN_MEMORY if _IN_MEMORY.is_dir() else None
        office = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho", dir=memory)))
        tills = []
        with beside(office, "") as administration:
            administration.add_store("S1", "S1")
            for name in ("till", "other"):
                shutil.copytree(made, folder / name)
                tills += [str(folder / name), administration.new_code("S1")]
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        served = open_.enter_context(serving(office, "", place))
        _stand_back(served.process.pid)
        ran = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.beside_sync_process", f"unix:{place}",
             str(ROUND_EVENTS), *tills],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )  # fmt: skip
    found: dict[str, list[float]] = json.loads(ran.stdout)
    return found


def _stand_back(process: int) -> None:
    """Every thread of a process has a processor only where nobody else wants it."""
    tasks = Path(f"/proc/{process}/task")
    if tasks.is_dir():
        for thread in tasks.iterdir():
            os.setpriority(os.PRIO_PROCESS, int(thread.name), 19)
