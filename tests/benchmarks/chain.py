"""Two running tills and head office's process: how soon one knows of the other, what idling costs.

A sale is visible when the other till's book has its points; the tills send and hear on threads of
their own, as the program does, and every byte goes through a TCP proxy that counts. A day's idle
traffic is reckoned from what one wait and one asking take on the wire: a till waits 40 seconds on
average, and asks every ten minutes all the same.
"""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep, time
from typing import Final

from posloyalty.headoffice.members.profile_feed import ProfileFeed
from posloyalty.headoffice.running.opening import opened_office
from posloyalty.network.link import Links
from posloyalty.services.book.signing import SigningKey
from posloyalty.services.office.feed_place import heard_so_far
from posloyalty.services.office.join_head_office import kept_facts
from posloyalty.services.office.share_profiles import EVERY_MS
from posloyalty.sync.ask_session import LISTENING_MS
from posloyalty.sync.profiles.record import Answers, Evidence, ProfileRecord, Said
from posloyalty.sync.push_session import LINGER_MS
from posloyalty.sync.wire.answers import WAIT_S_MAX, WAIT_S_MIN, AnswerAsk, WaitAsk
from posloyalty.sync.wire.messages import Standing
from posloyalty.sync.wire.profiles import TOLD_MAX, FeedAsk
from posloyalty.system import SystemChance, SystemClock
from tests.benchmarks.entry import Entry, at
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.options import Options
from tests.fakes.fault_proxy import FaultProxy, fault_proxy
from tests.headoffice.a_chain import made_book
from tests.headoffice.a_program import Program, running
from tests.headoffice.process import beside, serving

SALES: Final = 40
WARM: Final = 3
TIMES: Final = 10
DAY_S: Final = 86_400
VISIBLE_MS: Final = 1_000.0
IDLE_MB: Final = 5.0
POINTS: Final = 2_000
MEMBERS: Final = 30_000
PATIENCE_S: Final = 300
LOOK_S: Final = 0.2
OTHERS: Final = 5_000
NEW: Final = 3
"""The new till's number, and that of its store."""
HOME: Final = f"S{NEW}"
FIRST_START_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class _Line:
    one: Program
    other: Program
    proxy: FaultProxy


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    with _garbage_at_rest():
        with _line(options.folder / "chain", "") as line:
            yield _visible(line, "SQLite")
            yield _idle(line)
        yield _first_start(options.folder / "chain-new", "", "SQLite")
        with postgresql() as url:
            with _line(options.folder / "chain-pg", url) as line:
                yield _visible(line, "PostgreSQL")
            yield _first_start(options.folder / "chain-pg", url, "PostgreSQL")


@contextmanager
def _garbage_at_rest() -> Iterator[None]:
    """No lane of a till's program looks for garbage (`ui/collector.py`)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


def _first_start(folder: Path, url: str, name: str) -> Entry:
    """A new till of a store of 30,000 members, from its joining until it finds all of them, and
    until its book has them too.
    """
    with beside(folder / "office", url) as administration:
        administration.add_store(HOME, HOME)
        code = administration.new_code(HOME)
    told = fill(folder / "office", url, members=MEMBERS, others=OTHERS)
    made_book(folder / "new", NEW)  # the shop's own set-up, done before
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(folder / "office", url, place))
        proxy = open_.enter_context(fault_proxy(place))
        began = monotonic()
        till = open_.enter_context(running(folder / "new", NEW, url=proxy.url, code=code))

        def until(holds: Callable[[], bool]) -> float:
            while not holds():
                assert monotonic() - began < PATIENCE_S
                sleep(LOOK_S)  # asking all the time would be work of its own
            return monotonic() - began

        def in_book() -> int:
            with till.till.book.read() as reader:
                return reader.members.count()

        took = until(lambda: till.till.members.search("none").total_on_till >= MEMBERS)
        travelled = proxy.down / 1e6
        all_s = until(lambda: in_book() > MEMBERS)
    return Entry(
        name=f"a new till of a store of {MEMBERS} members finds them all, {name}",
        ours=took,
        limit=FIRST_START_S,
        unit="s",
        note=f"{travelled:.1f} MB came; all in its book after {all_s:.1f} s; head office took"
        f" {told:.0f} records a second before",
    )


def fill(folder: Path, url: str, *, members: int, others: int) -> float:
    """Put so many members of the new till's store and of S2 into the feed; gives how many a
    second.
    """
    clock, began = SystemClock(UTC), monotonic()
    with opened_office(folder, url, clock=clock, chance=SystemChance()) as found:
        for first in range(0, members + others, TOLD_MAX):
            numbers = range(first, min(first + TOLD_MAX, members + others))
            with found.database.write() as connection:
                feed = ProfileFeed(connection, now_s=int(clock.now().timestamp()))
                feed.take([_profile(n, HOME if n < members else "S2") for n in numbers])
    return (members + others) / (monotonic() - began)


def _profile(number: int, store: str) -> ProfileRecord:
    """A member as an enrolment makes one: a name, a phone, a card, two answers."""
    till, id_ = "0a" * 16, sha256(number.to_bytes(8, "big")).digest()
    mark = (1_790_000_000_000 + number, 0)
    told = {"name": f"Member {number}", "phone": f"138{number:08d}", "card": f"K{number:09d}"}
    yes = Evidence(mark, till, "2026-09-21T22:13:20.000+08:00", "1", "en", "01" * 16, "till")
    return ProfileRecord(
        member=id_[:16].hex(),
        joined="2026-09-21",
        store=store,
        fields={name: Said((value,), mark, till) for name, value in sorted(told.items())},
        consents={key: Answers(yes=yes) for key in ("news/sms", "terms/")},
    )


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
        heard = heard_so_far(reader.settings)
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
    feed_bytes = bytes_of(
        lambda: link.profiles(FeedAsk(erase=heard.erase, store=heard.store, rest=heard.rest))
    )
    link.close()
    waits_s = (WAIT_S_MIN + WAIT_S_MAX) / 2
    day = DAY_S / waits_s * wait_bytes + DAY_S * 1_000 / LISTENING_MS * ask_bytes
    day += DAY_S * 1_000 / EVERY_MS * feed_bytes
    return Entry(
        name="a till's idle traffic in a day, HTTP bytes both ways",
        ours=day / 1e6,
        limit=IDLE_MB,
        unit="MB",
        note=f"{wait_bytes:.0f} bytes a wait of {waits_s:.0f} s, {ask_bytes:.0f} an asking,"
        f" {feed_bytes:.0f} an asking for profiles",
    )
