"""Two running tills and head office's process: how soon one knows of the other, what idling costs.

A sale is visible when the other till's book has its points; the tills send and hear on threads of
their own, as the program does, and every byte goes through a TCP proxy that counts. A day's idle
traffic is reckoned from what one wait and one asking take on the wire: a till waits 40 seconds on
average, and asks every ten minutes all the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import time
from typing import Final

from posloyalty.network.link import Links
from posloyalty.services.join_head_office import kept_facts
from posloyalty.services.signing import SigningKey
from posloyalty.sync.ask_session import LISTENING_MS
from posloyalty.sync.push_session import LINGER_MS
from posloyalty.sync.wire.answers import WAIT_S_MAX, WAIT_S_MIN, AnswerAsk, WaitAsk
from posloyalty.sync.wire.messages import Standing
from posloyalty.system import SystemChance
from tests.benchmarks.entry import Entry, at
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.fakes.fault_proxy import FaultProxy, fault_proxy
from tests.headoffice.a_program import Program, running
from tests.headoffice.process import beside, serving

SALES: Final = 40
WARM: Final = 3
TIMES: Final = 10
DAY_S: Final = 86_400
VISIBLE_MS: Final = 1_000.0
IDLE_MB: Final = 5.0
POINTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Line:
    one: Program
    other: Program
    proxy: FaultProxy


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    with _line(options.folder / "chain", "") as line:
        yield _visible(line, "SQLite")
        yield _idle(line)
    with postgresql() as url, _line(options.folder / "chain-pg", url) as line:
        yield _visible(line, "PostgreSQL")


@contextmanager
def _line(folder: Path, url: str) -> Iterator[_Line]:
    with beside(folder / "office", url) as administration:
        for store in ("S1", "S2"):
            administration.add_store(store, store)
        codes = [administration.new_code(store) for store in ("S1", "S2")]
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(folder / "office", url, place))
        proxy = open_.enter_context(fault_proxy(place))
        one, other = (
            open_.enter_context(
                running(folder / f"till{number}", number, url=proxy.url, code=codes[number - 1])
            )
            for number in (1, 2)
        )
        yield _Line(one, other, proxy)


def _visible(line: _Line, name: str) -> Entry:
    took = []
    for number in range(1, SALES + WARM + 1):
        line.one.sell()
        wanted = number * POINTS
        seconds = line.other.until(lambda: line.other.counter.points() == wanted)  # noqa: B023
        if number > WARM:
            took.append(seconds * 1_000)
    took.sort()
    return Entry(
        name=f"a sale at one till visible at another, {name}, p95",
        ours=at(took, 0.95),
        limit=VISIBLE_MS,
        note=f"median {at(took, 0.5):.0f} ms, {LINGER_MS} of them for company on the way up",
    )


def _idle(line: _Line) -> Entry:
    with line.one.till.book.read() as reader:
        facts, head = kept_facts(reader.settings), reader.journal.head()
        key = SigningKey.generate(reader.tokens.keys()[0].seed)
    assert facts is not None
    for till in (line.one, line.other):
        till.stop()
    chance = SystemChance()
    links = Links(boot=chance.token_bytes(16), chance=chance, now_s=lambda: int(time()))
    link = links.connect(facts, key, head.till_id)
    place = Standing(epoch=head.epoch, seq=head.seq, head=head.hash.hex())

    def bytes_of(ask: Callable[[], object]) -> float:
        before = line.proxy.up + line.proxy.down
        for _ in range(TIMES):
            ask()
        return (line.proxy.up + line.proxy.down - before) / TIMES

    ask_bytes = bytes_of(lambda: link.answer(AnswerAsk(place=place)))
    wait_bytes = bytes_of(lambda: link.wait(WaitAsk(for_s=1)))
    link.close()
    waits_s = (WAIT_S_MIN + WAIT_S_MAX) / 2
    day = DAY_S / waits_s * wait_bytes + DAY_S * 1_000 / LISTENING_MS * ask_bytes
    return Entry(
        name="a till's idle traffic in a day, HTTP bytes both ways",
        ours=day / 1e6,
        limit=IDLE_MB,
        unit="MB",
        note=f"{wait_bytes:.0f} bytes a wait of {waits_s:.0f} s, {ask_bytes:.0f} an asking",
    )
