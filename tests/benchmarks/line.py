"""A till with ten thousand events to send, over a line of 1 Mbit/s and 100 ms each way.

The book is a demo shop's whose sales were rung through the check-out: baskets of one to five
articles, two thirds of them members'. What is measured is the whole of `posloyalty sync --once`, a
process from its start to its end, with head office another process on SQLite and the line between
them (`fakes/slow_line.py`): hello, every push, and asking what is new. The reference is the line
alone: how long it takes for the bytes that went up.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import monotonic
from typing import Final

from posloyalty.bootstrap import create_till
from posloyalty.domain.shop.operator import Operator
from posloyalty.services.shop.demo_shop import demo_answers
from posloyalty.services.till import Till
from tests.benchmarks.busy_shop import ring, sells
from tests.benchmarks.entry import Entry
from tests.benchmarks.large_shop import open_at, system_parts
from tests.benchmarks.options import Options
from tests.fakes.slow_line import slow_line
from tests.headoffice.process import beside, serving

WAITING: Final = 10_000
MEMBERS: Final = 400
BITS_S: Final = 1_000_000
DELAY_S: Final = 0.1
LIMIT_S: Final = 30.0


def measure(options: Options) -> Iterator[Entry]:
    """One till, one line."""
    shop = options.folder / "till-waiting"
    shutil.copytree(waiting_shop(options, WAITING), shop)
    office = options.folder / "office-line"
    with beside(office, "") as administration:
        administration.add_store("S1", "S1")
        code = administration.new_code("S1")
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(office, "", place))
        line = open_.enter_context(slow_line(place, bits_s=BITS_S, delay_s=DELAY_S))
        _told("enrol", line.url, "--code", code, "--book", str(shop / "till"))
        before_up, before_turns, began = line.up, line.turns, monotonic()
        busy = processor_s()
        _told("sync", "--once", "--book", str(shop / "till"))
        took, busy = monotonic() - began, processor_s() - busy
        up, turns = line.up - before_up, line.turns - before_turns
        with beside(office, "") as administration:
            (kept,) = [one.kept for one in administration.tills()]
    yield Entry(
        name=f"{WAITING} waiting events sent over {BITS_S // 1_000_000} Mbit/s and"
        f" {DELAY_S * 1_000:.0f} ms each way",
        ours=took,
        limit=LIMIT_S,
        unit="s",
        note=f"{kept} events kept, {up / kept:.0f} bytes an event on the line, which takes"
        f" {up * 8 / BITS_S:.1f} s for them; {turns // 2} round trips, {busy:.1f} s of a processor"
        " at the till",
    )


def processor_s() -> float:
    """What processes that were begun here and have ended had of the processors, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _told(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "posloyalty", *words], check=True, capture_output=True)


def waiting_shop(options: Options, events: int) -> Path:
    """The folder of a closed shop with so many events at least; made once and kept."""
    folder = options.cache / f"shop-waiting-{events}"
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        _till, created = create_till(
            folder / "till",
            demo_answers("zh_CN", folder=str(folder / "printed")),
            keyring=None,
            **system_parts(),
        )
        _till.demo.fill(created.manager, "zh_CN", members=MEMBERS)
        _till.close()
        till = open_at(folder)
        try:
            till.settle()
            _sell(till, created.manager, events)
        finally:
            till.close()
        (folder / "complete").write_text("made\n")
    return folder


def _sell(till: Till, manager: Operator, events: int) -> None:
    """Customers until the journal is so long."""
    till.shifts.open(50_000, manager)
    with till.book.read() as reader:
        goods = [one for one in reader.catalogue.products() if sells(one)]
        found = [reader.members.by_foreign_id(f"D{n + 1:05d}") for n in range(MEMBERS)]
        written = reader.journal.head().seq
    members = [one for one in found if one is not None]
    for number in range(max(0, events - written)):
        ring(till, number, goods, members, manager)
