"""A chain of a million members: head office packs them, and a new till loads them.

The members are put straight into head office's feed and kept under `.bench/` (telling them till by
till is not what is measured). Everything else is the product: the lane that makes a roll, the
program that joins, asks, loads and finds. While the till loads the chain's members somebody asks
for members by phone at it all the time, as fast as a counter never does, and the longest of a
hundred is what counts. The bare figures are what the same rows cost without us: for the making,
reading the members and packing them as they lie there; for the loading, the rows, words and indexes
put into an encrypted file in one go.
"""

from __future__ import annotations

import resource
import shutil
import tempfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC
from hashlib import sha256
from pathlib import Path
from time import monotonic, perf_counter, sleep, thread_time
from typing import Any, Final

import msgspec

from posloyalty.headoffice.running.opening import opened_office
from posloyalty.headoffice.store.profile_tables import PROFILE, PROFILE_PLACE
from posloyalty.headoffice.store.statements import ask, put
from posloyalty.storage.look_up.files import connect
from posloyalty.storage.look_up.name_words import name_words
from posloyalty.storage.look_up.roll_file import TABLES
from posloyalty.storage.look_up.roll_making import INDEXES
from posloyalty.sync.profiles.record import Answers, Evidence, ProfileRecord, Said
from posloyalty.sync.wire.roll import SHEET_MEMBERS, RollAsk
from posloyalty.system import SystemChance, SystemClock
from tests.benchmarks.entry import Entry, at
from tests.benchmarks.ingest import postgresql
from tests.benchmarks.large_shop import card, name, phone
from tests.benchmarks.options import Options
from tests.headoffice.a_chain import made_book
from tests.headoffice.a_program import Program, running
from tests.headoffice.process import beside, serving

STORES: Final = 33
BATCH: Final = 10_000
BUILT_S: Final = 60.0
LOADED_S: Final = 20.0
LOOK_UP_MS: Final = 5.0
READY_S: Final = 10.0
BARE_TIMES: Final = 2.0
PATIENCE_S: Final = 600
NEW: Final = 4
"""The till's number, and that of its store."""
HOME: Final = f"S{NEW}"
PAUSE_S: Final = 0.002
KNOWN: Final = 200
FINDS: Final = 200


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    count = options.members
    kept = options.cache / f"chain-{count}"
    if not (kept / "complete").exists():
        shutil.rmtree(kept, ignore_errors=True)
        fill(kept / "office", "", count)
        (kept / "complete").write_text("made\n")
    folder = options.folder / "roll"
    shutil.copytree(kept, folder)
    bare = _bare_loading(folder, count)
    yield from _measured(folder, "", count, "SQLite", bare)
    with postgresql() as url:
        other = options.folder / "roll-pg"
        fill(other / "office", url, count)
        yield from _measured(other, url, count, "PostgreSQL", bare)


def _measured(folder: Path, url: str, count: int, on: str, bare: _Spent) -> Iterator[Entry]:
    built, bare_s, size = _built(folder / "office", url)
    yield Entry(
        name=f"roll of {count:,} members packed by head office, {on}",
        ours=built.clock_s,
        limit=BUILT_S,
        unit="s",
        note=f"{size / 1e6:.0f} MB, {size / count:.0f} bytes a member, {built.processor_s:.1f} s of"
        f" head office's processor; reading and packing alone takes {bare_s:.1f} s",
    )
    yield from _first_start(folder, url, count, on, bare)


def _built(folder: Path, url: str) -> tuple[_Spent, float, int]:
    """What making the roll of the chain took, seconds of bare reading and packing, its bytes."""
    with opened_office(folder, url, clock=SystemClock(UTC), chance=SystemChance()) as office:
        bare = _bare_packing(office.database)
        with office.database.write() as connection:
            office.rolls.want(connection, RollAsk())
        began, used = monotonic(), _processor_s()
        while office.rolls.step():
            pass
        took = _Spent(monotonic() - began, _processor_s() - used)
        with office.database.read() as connection:
            ((size,),) = ask(connection, ("SELECT sum(size) FROM roll_sheet", ()))[0]
    return took, bare, int(size)


def _bare_packing(database: Any) -> float:
    """The members read in the order of the feed, each page packed as it is, and let go."""
    began, after = monotonic(), 0
    while True:
        with database.read() as connection:
            rows = connection.execute(
                PROFILE.select().where(PROFILE.c.n > after).order_by(PROFILE.c.n).limit(2_000)
            ).all()
        if not rows:
            return monotonic() - began
        for first in range(0, len(rows), SHEET_MEMBERS):
            zlib.compress(b"".join(bytes(one.body) for one in rows[first : first + 500]), 1)
        after = rows[-1].n


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds by the clock and of the process's processor."""

    clock_s: float
    processor_s: float


@dataclass
class _Asker:
    """Somebody who finds members by phone all the time; milliseconds of each, by the clock and of
    the thread's own processor.
    """

    program: Program
    count: int
    took: list[float] = field(default_factory=list)
    used: list[float] = field(default_factory=list)
    ends: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        look_up, asked = self.program.till.members._look_up, 0
        while not self.ends.is_set():
            digits = phone(NEW + asked % KNOWN * STORES)
            began, used = perf_counter(), thread_time()
            found = look_up.by_phone_start(digits, 2)
            self.took.append((perf_counter() - began) * 1_000)
            self.used.append((thread_time() - used) * 1_000)
            assert found
            asked += 1
            sleep(PAUSE_S)


def _first_start(folder: Path, url: str, count: int, on: str, bare: _Spent) -> Iterator[Entry]:
    """A till joins; its own store's members first, then all others, and somebody asks meanwhile."""
    with beside(folder / "office", url) as administration:
        administration.add_store(HOME, HOME)
        code = administration.new_code(HOME)
    made_book(folder / "till", NEW)
    with ExitStack() as open_:
        place = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="ho"))) / "s"
        open_.enter_context(serving(folder / "office", url, place))
        began = monotonic()
        program = open_.enter_context(running(folder / "till", NEW, url=f"unix:{place}", code=code))
        own = len(range(NEW, count, STORES))
        ready_s = _until(began, lambda: program.till.members._look_up.count >= own)
        asker = _Asker(program, count)
        thread = threading.Thread(target=asker.run, daemon=True)
        thread.start()
        used = _processor_s()
        all_s = _until(began, lambda: program.till.members._look_up.count >= count)
        cpu_s = _processor_s() - used
        asker.ends.set()
        thread.join()
        found_ms = _finding(program, count)
    asker.took.sort()
    asker.used.sort()
    yield Entry(
        name=f"a new till finds the {own:,} members of its store among {count:,}, {on}",
        ours=ready_s,
        limit=READY_S,
        unit="s",
        note="from its joining; head office packs the store's members meanwhile",
    )
    yield Entry(
        name=f"roll of {count:,} members loaded by a till, {on}",
        ours=all_s - ready_s,
        limit=LOADED_S,
        unit="s",
        note="asked for, sent, loaded and in place; the bare rows in an encrypted file take"
        f" {bare.clock_s:.1f} s in the same run",
    )
    yield Entry(
        name=f"processor of a till that loads {count:,} members, beside the bare rows, {on}",
        ours=cpu_s,
        reference=bare.processor_s,
        limit=BARE_TIMES,
        unit="s",
        note="what somebody costs who asks all the time included",
    )
    yield Entry(
        name=f"a member found by phone while the roll is loaded, p99, {on}",
        ours=at(asker.took, 0.99),
        limit=LOOK_UP_MS,
        note=f"{len(asker.took)} times, median {at(asker.took, 0.5):.3f} ms, longest"
        f" {asker.took[-1]:.1f} ms; {at(asker.used, 0.99):.3f} ms of the thread's processor at p99",
    )
    yield Entry(
        name=f"a member of the roll looked at for the first time, p95, {on}",
        ours=at(found_ms, 0.95),
        limit=50.0,
        note="typed card to panel: found, taken into the book, journalled, shown",
    )


def _finding(program: Program, count: int) -> list[float]:
    took = []
    for number in range(200):
        began = perf_counter()
        found = program.till.members.by_card(card(number * 31 % count))
        assert found is not None
        program.till.members.panel(found)
        took.append((perf_counter() - began) * 1_000)
    return sorted(took)


def _until(began: float, holds: Callable[[], bool]) -> float:
    while not holds():
        assert monotonic() - began < PATIENCE_S
        sleep(0.05)
    return monotonic() - began


def _bare_loading(folder: Path, count: int) -> _Spent:
    """The same rows and words into an encrypted file, in one go and nothing else."""
    rows = [
        (n, sha256(n.to_bytes(8, "big")).digest()[:16], name(n), card(n), phone(n), phone(n)[-4:])
        for n in range(count)
    ]
    words = [(row[0], " ".join(name_words(row[2]))) for row in rows]
    connection = connect(folder / "bare", bytes(32))
    connection.execute("PRAGMA journal_mode=OFF")
    connection.execute("PRAGMA synchronous=OFF")
    connection.executescript(TABLES)
    began, used = monotonic(), _processor_s()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO member VALUES(?, ?, ?, ?, ?, ?, 0, 0)", rows)
    connection.executemany("INSERT INTO member_words(rowid, words) VALUES(?, ?)", words)
    connection.execute("COMMIT")
    for index in INDEXES:
        connection.execute(index)
    spent = _Spent(monotonic() - began, _processor_s() - used)
    connection.close()
    return spent


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def fill(folder: Path, url: str, count: int) -> None:
    """Put so many members straight into the feed, those of a store beside one another's."""
    with opened_office(folder, url, clock=SystemClock(UTC), chance=SystemChance()) as office:
        for first in range(0, count, BATCH):
            numbers = range(first, min(first + BATCH, count))
            with office.database.write() as connection:
                put(connection, PROFILE, [_row(number) for number in numbers])
        with office.database.write() as connection:
            put(connection, PROFILE_PLACE, [(1, count, 0)])


def _row(number: int) -> tuple[Any, ...]:
    record = _profile(number)
    member_id = bytes.fromhex(record.member)
    body = msgspec.json.encode(record)
    return (member_id, record.store, "member", number + 1, 1, body, None, "", 1_790_000_000)


def _profile(number: int) -> ProfileRecord:
    """A member as an enrolment makes one: a name, a phone, a card, two answers."""
    drawn = sha256(number.to_bytes(8, "big")).digest()
    till, actor = drawn[:1].hex() * 16, drawn[1:2].hex() * 16
    mark = (1_700_000_000_000 + int.from_bytes(drawn[2:6], "big") * 20, 0)
    told = {"name": name(number), "phone": phone(number), "card": card(number)}
    day = f"2026-{1 + drawn[6] % 12:02d}-{1 + drawn[7] % 28:02d}"
    instant = f"{day}T{drawn[8] % 24:02d}:{drawn[9] % 60:02d}:20.000+08:00"
    yes = Evidence(mark, till, instant, "1", "zh_CN", actor, "till")
    return ProfileRecord(
        member=drawn[16:].hex(),
        joined=day,
        store=f"S{number % STORES}",
        fields={key: Said((value,), mark, till) for key, value in sorted(told.items())},
        consents={key: Answers(yes=yes) for key in ("news/sms", "terms/")},
    )
